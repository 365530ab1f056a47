package html

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/offboard/dossiertest"
	"github.com/crmaudit/crmaudit/report"
)

func dossier(t testing.TB, l lang.Lang, n int) *report.Offboard {
	t.Helper()
	d := dossiertest.Blind(t)
	if n > 0 {
		d = dossiertest.Full(t, n)
	}
	doc, err := report.BuildOffboard(d, report.OffboardOptions{Lang: l, Limits: report.OffboardLimits{Rows: 300, Items: 20}})
	require.NoError(t, err)
	return doc
}

func renderDossier(t testing.TB, d *report.Offboard) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, WriteOffboard(&b, d))
	return b.Bytes()
}

func TestDossierPageIsSound(t *testing.T) {
	for _, l := range lang.All {
		for _, n := range []int{0, 1, 30} {
			page := renderDossier(t, dossier(t, l, n))
			require.Equal(t, page, renderDossier(t, dossier(t, l, n)), "the same dossier gives the same bytes")
			count := checkElements(t, elements(t, page))
			for tag, want := range map[string]int{"script": 0, "style": 2, "main": 1, "header": 1, "nav": 1, "footer": 1, "h1": 1, "title": 1} {
				require.Equal(t, want, count[tag], tag)
			}
			require.Less(t, len(page), 500<<10)
		}
	}
}

func TestHostileDossierIsData(t *testing.T) {
	poisoned := func(text string) []byte {
		d := dossier(t, lang.UK, 1)
		poison(reflect.ValueOf(d).Elem(), text)
		return renderDossier(t, d)
	}
	want := skeleton(t, poisoned("x"))
	for _, text := range hostile {
		page := poisoned(text)
		require.Equal(t, want, skeleton(t, page), "%q adds or removes elements", text)
		require.Equal(t, string(clean(page)), string(page))
	}
}

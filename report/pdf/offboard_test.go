package pdf

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/offboard/dossiertest"
	"github.com/crmaudit/crmaudit/report"
	"github.com/crmaudit/crmaudit/report/pdf/internal/pdftest"
)

func dossierDocument(t *testing.T, l lang.Lang, n int) *report.Offboard {
	t.Helper()
	d := dossiertest.Blind(t)
	if n > 0 {
		d = dossiertest.Full(t, n)
	}
	doc, err := report.BuildOffboard(d, report.OffboardOptions{Lang: l, Limits: report.OffboardLimits{Rows: 200, Items: 12}})
	require.NoError(t, err)
	return doc
}

func TestDossierPagesHaveNoFaults(t *testing.T) {
	for _, l := range lang.All {
		for _, n := range []int{0, 1, 40} {
			doc := dossierDocument(t, l, n)
			layout, err := composeOffboard(doc)
			require.NoError(t, err)
			require.Empty(t, faultsOf(t, layout), "%s, %d of everything", l, n)
		}
	}
}

func TestDossierFile(t *testing.T) {
	doc := dossierDocument(t, lang.EN, 2)
	var first, second bytes.Buffer
	require.NoError(t, WriteOffboard(&first, doc))
	require.NoError(t, WriteOffboard(&second, doc))
	require.Equal(t, first.Bytes(), second.Bytes(), "the same dossier gives the same bytes")
	f, err := pdftest.Read(first.Bytes())
	require.NoError(t, err)
	text := allText(f)
	for _, want := range []string{"Appoint a second administrator", "Outgoing webhook", "What could not be seen"} {
		require.Contains(t, text, want)
	}
	require.Len(t, f.Outline, 6)
}

// What a CRM calls its things cannot break the file.
func TestHostileDossier(t *testing.T) {
	for _, text := range []string{"\xff\x00\x1b[31m", "\u202eevil\u2066", strings.Repeat("Щ", 3000), "👩‍👩‍👧", "(\\) Tj ET", "a\nb\r\nc"} {
		doc := dossierDocument(t, lang.RU, 1)
		poisonDossier(reflect.ValueOf(doc).Elem(), text)
		var b bytes.Buffer
		require.NoError(t, WriteOffboard(&b, doc), "%q", text)
	}
}

func poisonDossier(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() != reflect.TypeFor[lang.Lang]() {
			v.SetString(text)
		}
	case reflect.Slice:
		for i := range v.Len() {
			poisonDossier(v.Index(i), text)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() || v.Type() == reflect.TypeFor[report.Catalogue]() {
			return
		}
		for i := range v.NumField() {
			poisonDossier(v.Field(i), text)
		}
	}
}

package report_test

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/offboard"
	"github.com/crmaudit/crmaudit/offboard/dossiertest"
	"github.com/crmaudit/crmaudit/report"
)

func build(t *testing.T, d *offboard.Dossier, l lang.Lang) *report.Offboard {
	t.Helper()
	doc, err := report.BuildOffboard(d, report.OffboardOptions{Lang: l, Limits: report.OffboardLimits{Rows: 50, Items: 5}})
	require.NoError(t, err)
	return doc
}

// texts are all strings of a document.
func texts(v reflect.Value) []string {
	var list []string
	switch v.Kind() {
	case reflect.String:
		return []string{v.String()}
	case reflect.Slice:
		for i := range v.Len() {
			list = append(list, texts(v.Index(i))...)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() || v.Type() == reflect.TypeFor[report.Catalogue]() {
			return nil
		}
		for i := range v.NumField() {
			list = append(list, texts(v.Field(i))...)
		}
	}
	return list
}

var (
	rawKey = regexp.MustCompile(`offboard\.|\b(kind|detail|step|phase|fact)\.[a-z_]+`)
	latin  = regexp.MustCompile(`\b(webhook|handler|session|mailbox|equipment|licence|remembered|client_records|login_failed|admin_grant|never|true|false)\b`)
)

// Every word of a dossier is translated, and no sentence lacks a value.
func TestDossierIsWordedInEveryLanguage(t *testing.T) {
	for _, d := range []*offboard.Dossier{dossiertest.Full(t, 3), dossiertest.Blind(t)} {
		for _, l := range lang.All {
			doc := build(t, d, l)
			for _, text := range texts(reflect.ValueOf(*doc)) {
				assert.NotRegexp(t, rawKey, text, l)
				assert.NotContains(t, text, "—\u00a0", l)
				if l != lang.EN {
					assert.NotRegexp(t, latin, text, l)
				}
			}
			require.Len(t, doc.Parts, len(offboard.SectionIDs))
		}
	}
}

func TestDossierSaysWhatItDoesNotKnow(t *testing.T) {
	blind := build(t, dossiertest.Blind(t), lang.EN)
	require.Contains(t, blind.Summary[0], "names no last day of work")
	require.Contains(t, blind.Alerts[0], "Nobody knows whether there is another working administrator")
	for _, p := range blind.Parts {
		assert.NotEmpty(t, p.Empty, p.ID)
		assert.NotContains(t, p.Empty, "information is complete", p.ID)
	}
	require.Equal(t, []string{"The last day of work is not known: what happened after it cannot be told."}, blind.AfterText)
	for _, row := range blind.Unseen.Rows {
		assert.NotContains(t, row, "", "what, why and how")
	}
	for _, p := range blind.Phases {
		for _, s := range p.Steps {
			if p.ID != offboard.PhaseEvidence {
				assert.NotEmpty(t, s.Check, s.Title)
			}
		}
	}
}

func TestDossierNamesThePersonAndShortensOthers(t *testing.T) {
	doc := build(t, dossiertest.Full(t, 1), lang.RU)
	require.Equal(t, "Громов Виктор Павлович", doc.Cover.Client)
	all := strings.Join(texts(reflect.ValueOf(*doc)), "\n")
	require.Contains(t, all, "Борис\u00a0О.")
	require.NotContains(t, all, "Ольхов")
	require.NotContains(t, all, "anna@x.example")
	require.Contains(t, all, "a…@x.example")
	require.Contains(t, doc.Alerts[0], "единственный действующий администратор")
}

// Long lists are cut, and the cut is announced.
func TestLongDossierIsCut(t *testing.T) {
	doc := build(t, dossiertest.Full(t, 100), lang.EN)
	for _, p := range doc.Parts {
		require.LessOrEqual(t, len(p.Table.Rows), 50)
		if p.ID == offboard.SectionTokens {
			require.Equal(t, "Shown are 50 of 500; the rest is in the JSON file.", p.Table.Note)
		}
	}
	number := 0
	for _, p := range doc.Phases {
		for _, s := range p.Steps {
			number++
			require.Equal(t, number, s.Number)
			require.LessOrEqual(t, len(s.Items), 6)
		}
	}
}

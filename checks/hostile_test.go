package checks_test

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/lang"
)

// hostile are texts that somebody may have entered into a CRM to break whoever reads them.
var hostile = map[string]string{
	"template":      `{{.}}{{range .}}{{end}}{{`,
	"markup":        `<script>alert(1)</script>"'--><img src=x onerror=alert(1)>`,
	"control":       "a\x00b\x1b[31mc\r\nd\u0085e\x7f",
	"huge":          strings.Repeat("ы", 50_000),
	"right-to-left": "\u202eexe.fdp\u202c שלום \u2066x\u2069",
	"not UTF-8":     "a\xff\xfe\xc3\x28\xed\xa0\x80b",
	"formula":       "=HYPERLINK(\"http://x\")%s%d%!v(MISSING)",
	"replacement":   "\ufffd\ufeff\u2028\u2029",
}

func TestHostileTexts(t *testing.T) {
	for name, text := range hostile {
		t.Run(name, func(t *testing.T) {
			m := facts.NewMemory()
			for _, k := range facts.Kinds {
				for n := range 3 {
					r, err := facts.New(k)
					require.NoError(t, err)
					spoil(t, r, text, n)
					require.NoError(t, m.Write(r))
				}
				require.NoError(t, m.Cover(facts.Coverage{Source: text, Kind: k, State: facts.Full, Detail: text, Right: text}))
				require.NoError(t, m.Cover(facts.Coverage{Source: "x", Kind: k, Field: text, State: facts.Missing, Reason: facts.Reason(text), Ask: text}))
			}
			m.About.Sources = []facts.SourceInfo{{ID: text, Where: text, Problem: text, Notes: []string{text}, Excess: []string{text}}}
			harmless(t, under(t, m))
		})
	}
}

// spoil puts the text into every string of a record; what is no string differs from record to record.
func spoil(t *testing.T, r facts.Record, text string, n int) {
	v := reflect.ValueOf(r).Elem()
	for i := range v.NumField() {
		switch p := v.Field(i).Addr().Interface().(type) {
		case *string:
			*p = fmt.Sprint(text, n)
		case *[]string:
			*p = []string{text, text}
		case *map[string]string:
			*p = map[string]string{text: text}
		case *int:
			*p = n
		case *uint32:
			*p = uint32(n)
		case *bool:
			*p = n%2 == 0
		case *time.Time:
			*p = now.AddDate(0, 0, -100*n)
		case *facts.Known[string]:
			*p = facts.Of(text)
		case *facts.Known[bool]:
			*p = facts.Of(n%2 == 0)
		case *facts.Known[int]:
			*p = facts.Of(n)
		case *facts.Known[int64]:
			*p = facts.Of(int64(n))
		case *facts.Known[float64]:
			*p = facts.Of(float64(n))
		case *facts.Known[time.Time]:
			*p = facts.Of(now.AddDate(0, 0, -400*n))
		case *facts.Known[[]string]:
			*p = facts.Of([]string{text, text})
		case *facts.Known[[]map[string]string]:
			*p = facts.Of([]map[string]string{{text: text, "name": text, "user": text}})
		case *facts.Known[[]facts.Permission]:
			*p = facts.Of([]facts.Permission{{Object: text, Action: text, Scope: text}})
		default:
			t.Fatalf("no hostile value for a %s", v.Field(i).Type())
		}
	}
}

// harmless judges a portal and looks at everything that came out of it.
func harmless(t *testing.T, a checks.Audit) *checks.Result {
	r, err := checks.Evaluate(context.Background(), a)
	require.NoError(t, err)
	for _, v := range r.Verdicts {
		assert.NotEqual(t, checks.Errored, v.Verdict, "%s: %s", v.Check, v.Error)
	}
	data, err := r.Seal()
	require.NoError(t, err)
	assert.True(t, utf8.Valid(data))
	assert.Less(t, len(data), 8<<20)
	again, err := checks.ReadResult("result.json", bytes.NewReader(data))
	require.NoError(t, err, "what was written is read back unaltered")
	assert.Equal(t, r.Score, again.Score)
	printable(t, reflect.ValueOf(r))
	for _, row := range r.Accounts.Rows {
		assert.LessOrEqual(t, utf8.RuneCountInString(row.Label), 201)
	}
	for _, f := range r.Findings {
		for _, s := range f.Subjects {
			assert.LessOrEqual(t, utf8.RuneCountInString(s.Label), 201)
			assert.LessOrEqual(t, utf8.RuneCountInString(s.Ref), 240)
		}
	}
	return r
}

// printable walks through all strings of a value.
func printable(t *testing.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			printable(t, v.Elem())
		}
	case reflect.Struct:
		if _, ok := v.Interface().(time.Time); ok {
			return
		}
		for i := range v.NumField() {
			printable(t, v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			printable(t, v.Index(i))
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			printable(t, it.Key())
			printable(t, it.Value())
		}
	case reflect.String:
		s := v.String()
		assert.True(t, utf8.ValidString(s), "%q", s)
		assert.LessOrEqual(t, utf8.RuneCountInString(s), 2001, "%.100q", s)
		assert.NotContains(t, s, "\u202e")
		assert.False(t, strings.ContainsFunc(s, unicode.IsControl), "%q", s)
	}
}

// free are the fields in which a portal lets people write what they like.
var free = []string{
	"Name", "Login", "Label", "OwnerName", "Title", "Vendor", "Object", "Device", "Address", "ActorName", "SubjectName", "UserName",
	"Detail", "Evidence", "Position", "Location", "Purpose", "Where",
}

// Every failing example of the catalogue is told in three languages, as it is and with hostile names.
func TestEveryFindingCanBeTold(t *testing.T) {
	a, err := program()
	require.NoError(t, err)
	for _, c := range a.Checks {
		for _, e := range c.Examples {
			if e.Want != checks.Failed {
				continue
			}
			t.Run(c.ID+"/"+e.Name, func(t *testing.T) {
				require.Len(t, told(t, c, e, func(*facts.Memory) {}), 1)
				told(t, c, e, func(m *facts.Memory) { rename(m, hostile["huge"]) })
				told(t, c, e, func(m *facts.Memory) { rename(m, hostile["template"]+hostile["control"]+hostile["not UTF-8"]) })
			})
		}
	}
}

// told judges an example after a change and looks at its sentences.
func told(t *testing.T, c *checks.Check, e checks.Example, change func(*facts.Memory)) []checks.Finding {
	m, err := e.Snapshot()
	require.NoError(t, err)
	change(m)
	a := under(t, m)
	a.Checks, a.Now = []*checks.Check{c}, e.Clock()
	a.Profile, err = e.Conditions(c)
	require.NoError(t, err)
	r := harmless(t, a)
	for _, f := range r.Findings {
		for _, l := range lang.All {
			sentences := []string{f.Text[l].Summary}
			for _, s := range f.Subjects {
				sentences = append(sentences, s.Sentence[l])
			}
			for _, s := range sentences {
				assert.NotEmpty(t, strings.TrimSpace(s), l)
				for _, defect := range []string{"<no value>", "%!", "map[", "phrase."} {
					assert.NotContains(t, s, defect, l)
				}
			}
		}
	}
	return r.Findings
}

// rename writes the text into the free fields of all records.
func rename(m *facts.Memory, text string) {
	for _, list := range m.ByKind {
		for _, r := range list {
			if r.Kind() == facts.KindSetting {
				continue // the name of a setting is not the portal's to choose
			}
			v := reflect.ValueOf(r).Elem()
			for i := range v.NumField() {
				if !slices.Contains(free, v.Type().Field(i).Name) {
					continue
				}
				switch p := v.Field(i).Addr().Interface().(type) {
				case *string:
					*p = text
				case *facts.Known[string]:
					*p = facts.Of(text)
				}
			}
		}
	}
}

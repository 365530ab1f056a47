package answers

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/questions"
)

func TestMistakesAreNamedWithTheirLine(t *testing.T) {
	const head = "version: 1\nanswered_by: A\nanswered_at: 2026-11-20\nanswers:\n"
	for name, c := range map[string]struct{ yaml, want, hint string }{
		"unknown question":  {head + "  administratrs:\n    value: []", `a.yaml:5: there is no question "administratrs"`, "did you mean administrators?"},
		"unknown key":       {head + "  alerts:\n    valu: []", `a.yaml:6: alerts: unknown key "valu"`, "did you mean value?"},
		"unknown top key":   {head + "answer: 1", `a.yaml:5: unknown key "answer"`, `did you mean "answers"?`},
		"version":           {"version: 2", "a.yaml:1: version is 2, this program reads version 1", "version: 1"},
		"twice":             {head + "  alerts:\n    value: []\n  alerts:\n    value: []", `a.yaml:7: "alerts" stands twice, first in line 5`, "keep one"},
		"yes or no":         {head + "  two_factor_required:\n    value: maybe", `a.yaml:6: two_factor_required: "maybe" is not yes or no`, "write yes or no"},
		"number":            {head + "  log_retention_days:\n    value: -5", `log_retention_days: "-5" is not a number such as 30`, "write a number"},
		"percent":           {head + "  nda_percent:\n    value: 101", `nda_percent: "101" is not a number from 0 to 100`, ""},
		"date":              {head + "  crm_rules:\n    value: весной", `crm_rules: "весной" is not a date such as 2026-11-22, or never`, ""},
		"never not allowed": {head + "  ua_processing_started:\n    value: never", `"never" is not a date such as 2026-11-22`, ""},
		"date to come":      {head + "  crm_rules:\n    value: 2062-03-01", `crm_rules: 2062-03-01 is still to come`, "correct the year"},
		"choice":            {head + "  protection_level:\n    value: uz5", `"uz5" is not one of undetermined, uz1, uz2, uz3, uz4`, "did you mean uz"},
		"choice of a list":  {head + "  alerts:\n    value: [new_devise]", `"new_devise" is not one of new_device,`, "did you mean new_device?"},
		"several in a text": {head + "  administrators:\n    value: a@x.example, b@x.example", "administrators: several values stand in one text", "each on a line"},
		"mapping for list":  {head + "  administrators:\n    value: {a: b}", "administrators: a list is expected here", "[] for none"},
		"list for one":      {head + "  two_factor_required:\n    value: [yes]", "one value is expected here, not several", "write yes or no"},
		"two owners":        {head + "  portal_owner:\n    value: [a@x.example, b@x.example]", "exactly one person is expected, there are 2", ""},
		"no owner":          {head + "  portal_owner:\n    value: []", "exactly one person is expected, there are 0", "leave value: empty"},
		"empty item":        {head + "  administrators:\n    value: [a, ]\n  alerts:\n    value:\n      -", "a.yaml:9: alerts: an item of the list is empty", ""},
		"text for table":    {head + "  roles:\n    value: Менеджеры", "roles: a table is expected here", "begin each row"},
		"unknown column":    {head + "  assets:\n    value:\n      - {titel: Ноутбук, holder: 7}", `a.yaml:7: assets: the table has no column "titel"`, "did you mean title?"},
		"missing column":    {head + "  assets:\n    value:\n      - {title: Ноутбук}", "a.yaml:7: assets: the row lacks holder", ""},
		"broken number":     {head + "  backup_policy:\n    value: [{scheduled: yes, generations: 1.5}]", `"generations" must be a whole number`, "round it"},
		"two policies":      {head + "  backup_policy:\n    value: [{scheduled: yes}, {scheduled: no}]", "the table has 2 rows, it may have 1", ""},
		"address":           {head + "  handlers:\n    value: [{url: example.com}]", `"example.com" is not an address such as https://example.com`, ""},
		"anchor":            {head + "  alerts: &a\n    value: []\n    evidence: x\n  can_export: *a", "can_export: an answer has its value, evidence, by and at on lines of their own", ""},
		"bare answer":       {head + "  two_factor_required: yes", "two_factor_required: an answer has its value", "value: and evidence:"},
		"answers as list":   {"version: 1\nanswers: [a]", "a.yaml:2: answers must be key: value pairs", ""},
		"long evidence":     {head + "  alerts:\n    value: []\n    evidence: " + strings.Repeat("очень ", 200), "evidence is longer than 1000 characters", ""},
		"not YAML":          {"version: 1\nanswers: [", "a.yaml", ""},
	} {
		t.Run(name, func(t *testing.T) {
			problems := slices.DeleteFunc(lint("a.yaml", []byte(c.yaml), now), func(p Problem) bool { return p.Ignored })
			require.NotEmpty(t, problems)
			require.Contains(t, problems[0].String(), c.want)
			require.Contains(t, problems[0].Hint, c.hint)
		})
	}
}

func TestSecretsAreRefusedAndNotRepeated(t *testing.T) {
	for name, secret := range map[string]string{
		"webhook address": "https://romashka.example/rest/1/abcd1234efgh5678/",
		"bare token":      "q7w8e9r0t1y2u3i4",
		"password":        "пароль: Qwerty12345",
		"in a query":      "https://api.example/?access_token=abcd1234",
		"key block":       "-----BEGIN OPENSSH PRIVATE KEY-----",
		"web token":       "eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl",
	} {
		for place, text := range map[string]string{
			"value":       "  leaked_keys:\n    value: [%q]\n    evidence: x",
			"cell":        "  credentials:\n    value: [{label: %q, kind: webhook}]",
			"evidence":    "  leaked_keys:\n    value: []\n    evidence: %q",
			"note":        "  leaked_keys:\n    value: []\n    note: %q",
			"question":    "  %q:\n    value: []",
			"column":      "  assets:\n    value: [{%q: 1}]",
			"wrong place": "  log_retention_days:\n    value: %q",
		} {
			t.Run(name+" in "+place, func(t *testing.T) {
				data := "version: 1\nanswers:\n" + strings.ReplaceAll(text, "%q", `"`+secret+`"`)
				problems := lint("a.yaml", []byte(data), now)
				require.NotEmpty(t, problems)
				require.Contains(t, problems[0].Message, "looks like a password, key or webhook address")
				for _, p := range problems {
					assert.False(t, leaks(p.String()+p.Hint, secret), p.String())
				}
			})
		}
	}
	problems := lint("a.yaml", []byte("version: 1\n\"https://romashka.example/rest/1/abcd1234efgh5678/\": 1"), now)
	require.NotContains(t, problems[0].String()+problems[0].Hint, "abcd1234")
}

// leaks reports whether any telling part of the secret is in the text.
func leaks(text, secret string) bool {
	for part := range strings.FieldsFuncSeq(secret, func(r rune) bool { return strings.ContainsRune("/:?=&. -", r) }) {
		if len(part) >= 8 && strings.ContainsAny(part, "0123456789") && strings.Contains(text, part) {
			return true
		}
	}
	return false
}

func TestOrdinaryWordsAreNoSecrets(t *testing.T) {
	for _, s := range []string{
		"Screenshot20261122", "screenshot_2026-11-22_admins.png", "anna.petrova1985@romashka.example", "приказ № 14/26-К", "IMG_20261122_093000.jpg",
		"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "https://romashka.example/policy", "ключ: у директора в сейфе",
		"7e1b3c52-9f0a-4d2e-8a11-0c9d8e7f6a5b", "пароль: сменён 2026-11-01", "+7 916 123-45-67", "2001:db8::/32",
	} {
		assert.False(t, looksSecret(s), s)
	}
}

// Every question of the catalogue can be answered, and its answer becomes the facts it promises.
func TestEveryQuestionCanBeAnswered(t *testing.T) {
	qs, err := questions.Load()
	require.NoError(t, err)
	for _, q := range qs.All() {
		t.Run(q.ID, func(t *testing.T) {
			text, err := json.Marshal(map[string]any{
				"version": 1, "answered_by": "A", "answered_at": "2026-11-20",
				"answers": map[string]any{q.ID: map[string]any{"value": example(q), "evidence": "E"}},
			})
			require.NoError(t, err)
			given, problems := read("a.yaml", text, qs, now)
			require.Empty(t, problems)
			require.NotNil(t, given[q.ID])
			m := facts.NewMemory()
			require.NoError(t, deliver(m, q, given[q.ID]))
			require.Len(t, m.ByKind[facts.KindAnswer], 1)
			for _, target := range q.Targets() {
				if target.Kind == facts.KindSetting || target.Field == "" {
					require.Len(t, m.ByKind[target.Kind], 1)
				}
			}
			for _, list := range m.ByKind {
				for _, r := range list {
					requireRoundTrip(t, r)
				}
			}
		})
	}
}

// requireRoundTrip makes sure that a snapshot gives back what was written.
func requireRoundTrip(t *testing.T, r facts.Record) {
	t.Helper()
	data, err := json.Marshal(r)
	require.NoError(t, err)
	back, err := facts.New(r.Kind())
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, back))
	require.Equal(t, r, back)
}

func example(q *questions.Question) any {
	if q.Type != questions.Table {
		return exampleOf(q.Shape)
	}
	row := map[string]any{}
	for _, c := range q.Columns {
		row[c.ID] = exampleOf(c.Shape)
	}
	return []any{row}
}

func exampleOf(s questions.Shape) any {
	one := map[questions.Type]any{
		questions.YesNo: "yes", questions.Number: 30, questions.Date: "2026-03-01", questions.Text: "текст",
		questions.Person: "7", questions.People: []string{"7"}, questions.URL: "https://example.com", questions.List: []string{"первое", "второе"},
	}[s.Type]
	if len(s.Choices) > 0 {
		one = s.Choices[0].ID
	}
	return one
}

func TestLintSaysWhatDoesNotCount(t *testing.T) {
	problems := Lint(filepath.Join("testdata", "answers.yaml"), now)
	var lines []string
	for _, p := range problems {
		require.True(t, p.Ignored)
		require.NotEmpty(t, p.Hint)
		lines = append(lines, p.String())
	}
	require.Equal(t, []string{
		"answers.yaml:89: training: does not count: it is of 2026-08-01 and too old",
		"answers.yaml:93: crm_rules: does not count: there is no evidence",
		"answers.yaml:95: last_audit: does not count: it is dated 2026-12-01, which is still to come",
	}, lines)
	lost := Lint(filepath.Join("testdata", "lost.yaml"), now)
	require.Len(t, lost, 1)
	require.Contains(t, lost[0].Hint, "crmaudit init")
}

func TestOpenTellsHowManyMistakes(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.yaml"), []byte("version: 1\nanswers:\n  alert:\n    value: []\n  admin:\n    value: []"), 0o600))
	_, err := Source().Open(env(dir), &Config{File: "a.yaml", MaxAgeDays: 100})
	require.EqualError(t, err, `a.yaml:3: there is no question "alert" (and 1 more, see crmaudit answers lint)`)
	require.Equal(t, "did you mean alerts?", fail.Hint(err))
	require.Equal(t, fail.Usage, fail.Code(err))
}

func FuzzRead(f *testing.F) {
	whole, err := os.ReadFile("testdata/answers.yaml")
	require.NoError(f, err)
	f.Add(whole)
	for _, s := range []string{
		"", "version: 1", "version: 1\nanswers:", "answers: &a [*a]", "version: 1\nanswers:\n  roles:\n    value: [{name: x}, [], ~, {? [a] : b}]",
		"version: 1\nanswers:\n  alerts: {value: !!binary aGk=, evidence: \x00}", "version: 1\nanswers:\n  handlers: {value: [{url: 'http://[::1%25x]/'}], evidence: e, by: b, at: 2026-11-01}",
		"version: 1\nanswers:\n  <<: {alerts: {value: []}}", "\ufeffversion: 1\r\nanswers: {}\r\n",
	} {
		f.Add([]byte(s))
	}
	qs, err := questions.Load()
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, data []byte) {
		given, problems := read("a.yaml", data, qs, now)
		for _, p := range problems {
			if looksSecret(p.String()) {
				t.Fatalf("a message repeats a secret: %s", p)
			}
		}
		if len(problems) > 0 {
			return
		}
		c := &collector{file: "a.yaml", questions: qs, given: given, maxAge: 100, now: func() time.Time { return now }}
		m := facts.NewMemory()
		if err := c.Collect(context.Background(), m); err != nil {
			t.Fatal(err)
		}
		for _, k := range slices.Sorted(maps.Keys(m.ByKind)) {
			for _, r := range m.ByKind[k] {
				text, err := json.Marshal(r)
				if err != nil {
					t.Fatal(err)
				}
				if strings.Contains(string(text), "/rest/1/") && looksSecret(string(text)) {
					t.Fatalf("a secret was copied: %s", text)
				}
			}
		}
	})
}

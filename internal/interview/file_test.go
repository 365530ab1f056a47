package interview

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors/answers"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/questions"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

var today = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func newFile(t *testing.T, content string) *File {
	t.Helper()
	f := &File{Path: filepath.Join(t.TempDir(), "answers.yaml"), Questions: load(t), Lang: lang.EN, MaxAgeDays: questions.MaxAgeDays, Now: today}
	if content != "" {
		require.NoError(t, os.WriteFile(f.Path, []byte(content), 0o600))
	}
	return f
}

func (f *File) content(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(f.Path)
	require.NoError(t, err)
	return string(data)
}

func question(t *testing.T, id string) *questions.Question {
	t.Helper()
	q, ok := load(t).ByID(id)
	require.True(t, ok, id)
	return q
}

func TestSetKeepsEverythingElse(t *testing.T) {
	before := `# Our answers.
version: 1
answered_by: Anna   # the director
answered_at: 2026-11-18

answers:
  # asked on the phone

  password_manager: {value: no, evidence: poll}   # sigh

  # who?
  administrators:
    # by hand
    value: [anna@x.example]
    evidence: old.png
    note: ask Boris too
  # the end of it
  crm_rules:
    value: never
    evidence: |
      # not a comment
      talk


  log_review:
    value:
    evidence:

# bye
`
	f := newFile(t, before)
	require.NoError(t, f.Set(question(t, "administrators"), Entry{Value: list([]*yamlfile.Node{text("boris@x.example")}), Evidence: "new.png", By: "Boris"}))
	require.NoError(t, f.Set(question(t, "log_review"), Entry{Value: plain("2026-11-20"), Evidence: "log: 7", By: "Anna"}))
	require.NoError(t, f.Set(question(t, "password_manager"), Entry{Value: plain("yes"), Evidence: "invoice", By: "Anna"}))
	require.NoError(t, f.Set(question(t, "breach_plan"), Entry{Value: plain("never"), Evidence: "talk", By: "Anna"}))
	require.Equal(t, `# Our answers.
version: 1
answered_by: Anna   # the director
answered_at: 2026-11-18

answers:
  # asked on the phone

  password_manager: {value: yes, evidence: invoice, at: 2026-11-22} # sigh

  # who?
  administrators:
    # by hand
    value: [boris@x.example]
    evidence: new.png
    note: ask Boris too
    by: Boris
    at: 2026-11-22
  # the end of it
  crm_rules:
    value: never
    evidence: |
      # not a comment
      talk


  log_review:
    value: 2026-11-20
    evidence: 'log: 7'
    at: 2026-11-22

  # When was the plan for a data breach approved (who informs whom and how soon)? never: there is none.
  breach_plan:
    value: never
    evidence: talk
    at: 2026-11-22

# bye
`, f.content(t))
	require.Empty(t, answers.Lint(f.Path, today))
}

func TestSetBeginsAFile(t *testing.T) {
	f := newFile(t, "")
	require.NoError(t, f.Set(question(t, "password_manager"), Entry{Value: plain("yes"), Evidence: "yes", By: "Anna: director"}))
	require.Equal(t, `version: 1
answered_by: 'Anna: director'
answered_at: 2026-11-22

answers:

  # Do employees keep work passwords in a password manager?
  password_manager:
    value: yes
    evidence: yes
`, f.content(t))
	by, err := f.By()
	require.NoError(t, err)
	require.Equal(t, "Anna: director", by)
}

// However the file is laid out, the answer gets in and the others stay.
func TestSetInAnyLayout(t *testing.T) {
	for name, before := range map[string]string{
		"no answers":       "version: 1\n",
		"null":             "version: 1\nanswers:\n",
		"no line break":    "version: 1\nanswers:",
		"empty":            "version: 1\nanswers: {}\nanswered_by: Anna\n",
		"flow":             "version: 1\nanswers: {crm_rules: {value: never, evidence: talk}}\n",
		"all flow":         "{version: 1, answers: {crm_rules: {value: never, evidence: talk}}}",
		"deep":             "version: 1\nanswers:\n        crm_rules:\n                value: never\n                evidence: talk\nanswered_by: Anna\n",
		"carriage returns": "version: 1\r\nanswers:\r\n  crm_rules:\r\n    value: never\r\n    evidence: talk\r\n",
		"folded":           "version: 1\nanswers:\n  crm_rules:\n    evidence: a\n      b\n      c\n    value: never\n",
		"quoted keys":      "version: 1\nanswers:\n  \"crm_rules\": {value: never, evidence: talk}\n",
	} {
		t.Run(name, func(t *testing.T) {
			f := newFile(t, before)
			was, err := f.Sheet()
			require.NoError(t, err)
			for range 2 {
				require.NoError(t, f.Set(question(t, "password_manager"), Entry{Value: plain("no"), Evidence: "poll", By: "Anna"}))
			}
			s, err := f.Sheet()
			require.NoError(t, err)
			g, ok := s.Given("password_manager")
			require.True(t, ok)
			require.Empty(t, g.Why)
			require.Equal(t, "no", g.Value.Value)
			old, had := was.Given("crm_rules")
			now, has := s.Given("crm_rules")
			require.Equal(t, had, has)
			if had {
				require.Equal(t, old.Evidence, now.Evidence)
			}
			require.Equal(t, 1, strings.Count(f.content(t), "password_manager"))
		})
	}
}

// The starter file is filled in line by line: nothing but the entries changes.
func TestSetInTheStarterFile(t *testing.T) {
	starter, err := questions.Template(lang.RU)
	require.NoError(t, err)
	f := newFile(t, string(starter))
	require.NoError(t, f.Set(question(t, "crm_rules"), Entry{Value: plain("never"), Evidence: "беседа", By: "Анна"}))
	before, after := strings.Split(string(starter), "\n"), strings.Split(f.content(t), "\n")
	require.Len(t, after, len(before)+2, "by and at are new")
	changed := 0
	for i, line := range after {
		if i < len(before) && line == before[i] {
			continue
		}
		changed = i
		break
	}
	require.Equal(t, []string{"    value: never", "    evidence: беседа", "    by: Анна", "    at: 2026-11-22"}, after[changed:changed+4])
	require.Equal(t, before[changed+2:], after[changed+4:])
}

func TestBrokenFileIsNotTouched(t *testing.T) {
	f := newFile(t, "version: 1\nanswers:\n  password_manager: {value: maybe}\n")
	before := f.content(t)
	require.ErrorContains(t, f.Set(question(t, "crm_rules"), Entry{Value: plain("never"), By: "Anna"}), `"maybe" is not yes or no`)
	require.Equal(t, before, f.content(t))
}

// Whatever stands in a file that can be read, an answer can be added and spoils no other.
func FuzzSet(f *testing.F) {
	for _, s := range []string{"version: 1\n", "version: 1\nanswers:\n  crm_rules: {value: never}\n", "{version: 1, answers: {}}", "version: 1\nanswers:\n  crm_rules:\n    evidence: |\n      # x\n", "version: 1\nanswers: &a\n  crm_rules: &b {value: never}\n", "? version\n: 1\n"} {
		f.Add(s)
	}
	qs, err := questions.Load()
	if err != nil {
		f.Fatal(err)
	}
	q, _ := qs.ByID("password_manager")
	f.Fuzz(func(t *testing.T, content string) {
		file := &File{Path: filepath.Join(t.TempDir(), "a.yaml"), Questions: qs, Lang: lang.EN, MaxAgeDays: 100, Now: today}
		if os.WriteFile(file.Path, []byte(content), 0o600) != nil {
			t.Skip("the file cannot be written")
		}
		if _, err := file.Sheet(); err != nil {
			return
		}
		if err := file.Set(q, Entry{Value: plain("no"), Evidence: "x", By: "y"}); err != nil {
			return // refused, and nothing was written
		}
		s, err := file.Sheet()
		if err != nil {
			t.Fatalf("%q became unreadable: %v", content, err)
		}
		g, ok := s.Given("password_manager")
		assert.True(t, ok && g.Value.Value == "no", "%q lost the answer", content)
	})
}

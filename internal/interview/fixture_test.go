package interview

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/collectors/answers"
	"github.com/crmaudit/crmaudit/fixtures"
	"github.com/crmaudit/crmaudit/internal/audit"
	"github.com/crmaudit/crmaudit/internal/demo"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/questions"
	"github.com/crmaudit/crmaudit/internal/snapfile"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

// collected is an embedded portal after its collection.
func collected(t *testing.T, scenario string) *Case {
	t.Helper()
	p, err := demo.Start(t.Context(), scenario)
	require.NoError(t, err)
	t.Cleanup(func() { _ = p.Close() })
	target := filepath.Join(t.TempDir(), "x.crmsnap")
	r := &audit.Runner{Config: p.Config, Env: p.Env, Tool: "test", Say: func(string, ...any) {}}
	require.NoError(t, r.Collect(t.Context(), target, snapfile.Encryption{}))
	s, err := snapfile.Open(target, snapfile.OpenOptions{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	p.Config.Waivers = ""
	return &Case{Config: p.Config, Snapshot: s, Questions: load(t), Tool: "test 1.0.0", Now: p.Now}
}

// loaded and catalogue are read once for all tests; nobody changes them.
var (
	loaded    = sync.OnceValues(questions.Load)
	catalogue = sync.OnceValues(func() ([]Item, error) {
		qs, err := loaded()
		if err != nil {
			return nil, err
		}
		return Catalogue(qs)
	})
)

func load(t *testing.T) *questions.Questions {
	t.Helper()
	qs, err := loaded()
	require.NoError(t, err)
	return qs
}

// sheetOf is the questionnaire of a scenario.
func sheetOf(t *testing.T, scenario string, now time.Time) *answers.Sheet {
	t.Helper()
	files, err := fixtures.Open(scenario)
	require.NoError(t, err)
	data, err := fs.ReadFile(files, "answers.yaml")
	require.NoError(t, err)
	return readSheet(t, data, now)
}

func readSheet(t *testing.T, data []byte, now time.Time) *answers.Sheet {
	t.Helper()
	s, err := answers.ReadSheet("answers.yaml", data, load(t), questions.MaxAgeDays, func() time.Time { return now })
	require.NoError(t, err)
	return s
}

func judge(t *testing.T, c *Case, sheet *answers.Sheet) *checks.Result {
	t.Helper()
	s, err := WithAnswers(t.Context(), c.Snapshot, sheet)
	require.NoError(t, err)
	r, err := audit.Judge(t.Context(), c.Config, s, "", c.Tool, c.Now)
	require.NoError(t, err)
	return r
}

func ids(items []Item) []string {
	var list []string
	for _, i := range items {
		list = append(list, i.Question.ID)
	}
	return list
}

// person sits at the terminal: once a prompt is shown, the person answers it from a filled-in
// questionnaire, or skips what it does not answer.
type person struct {
	t      *testing.T
	sheet  *answers.Sheet
	lang   lang.Lang
	mu     sync.Mutex
	waits  *sync.Cond
	screen bytes.Buffer // since the last answer
	asked  []string
	lines  []string
	asks   map[string]*questions.Question // by their text
	said   string
}

func newPerson(t *testing.T, sheet *answers.Sheet, l lang.Lang) *person {
	p := &person{t: t, sheet: sheet, lang: l, asks: map[string]*questions.Question{}, lines: []string{"Анна Лебедева, коммерческий директор"}}
	p.waits = sync.NewCond(&p.mu)
	for _, q := range load(t).All() {
		p.asks[q.Text[l].Ask] = q
	}
	return p
}

func (p *person) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.screen.Write(b)
	p.waits.Signal()
	return len(b), nil
}

func (p *person) Read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !strings.HasSuffix(p.screen.String(), "> ") {
		p.waits.Wait()
	}
	p.look()
	if len(p.lines) == 0 {
		p.lines = []string{p.said} // asked once more: it is meant as it was typed
	}
	p.said, p.lines = p.lines[0], p.lines[1:]
	p.screen.Reset()
	return copy(b, p.said+"\n"), nil
}

// look finds a new question on the screen and prepares what to type.
func (p *person) look() {
	_, shown, found := strings.Cut(p.screen.String(), "\n── ")
	if !found {
		return
	}
	_, shown, _ = strings.Cut(shown, "\n")
	flat := strings.Join(strings.Fields(shown), " ")
	for ask, q := range p.asks {
		if strings.HasPrefix(flat, ask) {
			p.asked = append(p.asked, q.ID)
			p.lines = p.typed(q)
			return
		}
	}
	p.t.Errorf("no question is recognised in %q", flat)
}

func (p *person) typed(q *questions.Question) []string {
	g, ok := p.sheet.Given(q.ID)
	if !ok || g.Why != "" {
		return []string{"s"}
	}
	var lines []string
	switch {
	case q.Type == questions.Table:
		for _, row := range g.Value.Content {
			for _, c := range q.Columns {
				lines = append(lines, cellTyped(find(row, c.ID)))
			}
		}
		if len(g.Value.Content) == 0 {
			lines = append(lines, "0")
		} else if q.MaxRows != 1 {
			lines = append(lines, "")
		}
	case len(q.Choices) > 0 && q.Type == questions.List:
		lines = append(lines, cellTyped(nil, g.Value))
	case q.Type == questions.List || q.Type == questions.People:
		for _, n := range itemsOf(g.Value) {
			lines = append(lines, n.Value)
		}
		if len(lines) == 0 {
			lines = append(lines, "нет")
		} else if !q.One {
			lines = append(lines, "")
		}
	default:
		lines = append(lines, g.Value.Value)
	}
	return append(lines, g.Evidence)
}

func TestAnsweringEverythingGivesTheResultOfTheFile(t *testing.T) {
	for _, scenario := range []string{"leaky", "tidy", "box"} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			c := collected(t, scenario)
			sheet := sheetOf(t, scenario, c.Now)
			want := judge(t, c, sheet)
			accounts, err := Accounts(t.Context(), c.Snapshot)
			require.NoError(t, err)
			file := &File{Path: filepath.Join(t.TempDir(), "answers.yaml"), Questions: c.Questions, Lang: lang.RU, MaxAgeDays: questions.MaxAgeDays, Now: c.Now}
			p := newPerson(t, sheet, lang.RU)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
			defer cancel()
			require.NoError(t, (&Session{In: p, Out: p, Lang: lang.RU, Case: c, File: file, Accounts: accounts}).Run(ctx))

			data, err := os.ReadFile(file.Path)
			require.NoError(t, err)
			got := judge(t, c, readSheet(t, data, c.Now))
			require.Len(t, got.Verdicts, len(want.Verdicts))
			for i, v := range want.Verdicts {
				assert.Equal(t, []any{v.Check, v.Verdict, v.K}, []any{got.Verdicts[i].Check, got.Verdicts[i].Verdict, got.Verdicts[i].K})
			}
			assert.Equal(t, want.Score, got.Score)
			assert.Empty(t, answers.Lint(file.Path, c.Now))
			t.Log(len(p.asked), "asked")
		})
	}
}

// cellTyped is what a person types for a value; nothing for a cell that was left out.
func cellTyped(_, n *yamlfile.Node) string {
	switch {
	case n == nil:
		return ""
	case n.Kind != yamlfile.Sequence:
		return n.Value
	case len(n.Content) == 0:
		return "нет"
	}
	var parts []string
	for _, x := range n.Content {
		parts = append(parts, x.Value)
	}
	return strings.Join(parts, ", ")
}

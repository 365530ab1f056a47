package questions

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

func load(t *testing.T) *Questions {
	t.Helper()
	qs, err := Load()
	require.NoError(t, err)
	return qs
}

func TestCatalogueLoads(t *testing.T) {
	qs := load(t)
	require.Greater(t, len(qs.All()), 70)
	require.Len(t, qs.IDs(), len(qs.All()))
	q, ok := qs.ByID("administrators")
	require.True(t, ok)
	require.Equal(t, []Target{{Kind: facts.KindUser, Field: "admin"}}, q.Targets())
	_, ok = qs.ByID("nobody_asks_this")
	require.False(t, ok)
}

// These checks cannot be judged on a Bitrix24 cloud portal without a person.
func TestEveryCheckThatNeedsAPersonHasAQuestion(t *testing.T) {
	qs := load(t)
	for _, family := range []struct{ prefix, numbers string }{
		{"ROL", "001 002 003 004 005 006 007 009"},
		{"AUT", "001 002 003 006 007 008 009 010 011"},
		{"SES", "001 002 003"},
		{"API", "001 002 003 005 006 007 008"},
		{"BKP", "001 002 003 004 005 006 007 009 010"},
		{"LOG", "001 002 003 004 005 006"},
		{"OFF", "003 004 005 006 007 009 010"},
		{"DAT", "001 004 006 007 008 009 010 011"},
		{"LEG", "001 002 003 004 005 006 007 008 009 010 011 012 013 014 015"},
	} {
		for number := range strings.FieldsSeq(family.numbers) {
			assert.NotEmpty(t, qs.For(family.prefix+"-"+number), "%s-%s", family.prefix, number)
		}
	}
}

func TestOneFactIsAskedOnce(t *testing.T) {
	filled := map[Target]string{}
	for _, q := range load(t).All() {
		for _, target := range q.Targets() {
			target.Not = false
			assert.Empty(t, filled[target], "%s and %s fill the same fact", q.ID, filled[target])
			filled[target] = q.ID
		}
	}
}

func TestMistakesInTheCatalogue(t *testing.T) {
	text := `
  text:
    ru: {ask: "Вопрос?", evidence: "Снимок"}
    uk: {ask: "Питання?", evidence: "Знімок"}
    en: {ask: "Question?", evidence: "Screenshot"}`
	for name, c := range map[string]struct{ yaml, want string }{
		"id":               {"- {id: Bad-Id, type: text, who: owner, checks: [ROL-001]}", "an id is made of lower case words"},
		"type":             {"- {id: a, type: essay, who: owner, checks: [ROL-001]}", `unknown type "essay"`},
		"who":              {"- {id: a, type: text, who: nobody, checks: [ROL-001]}", `who "nobody" is none of owner, admin, lawyer`},
		"no checks":        {"- {id: a, type: text, who: owner}", "no check needs it"},
		"check":            {"- {id: a, type: text, who: owner, checks: [ROL-1]}", `"ROL-1" is not the id of a check`},
		"jurisdiction":     {"- {id: a, type: text, who: owner, checks: [ROL-001], jurisdictions: [fr]}", `unknown jurisdiction "fr"`},
		"table":            {"- {id: a, type: table, who: owner, checks: [ROL-001]}", "a table, and only a table, has columns"},
		"texts":            {"- {id: a, type: text, who: owner, checks: [ROL-001]}", "texts are needed in 3 languages"},
		"key":              {"- {id: a, type: text, who: owner, checks: [ROL-001], colour: red}", `unknown key "colour"`},
		"twice":            {"- id: a\n  type: text\n  who: owner\n  checks: [ROL-001]" + text + "\n- id: a\n  type: text\n  who: owner\n  checks: [ROL-001]" + text, "asked twice"},
		"fills kind":       {"- id: a\n  type: people\n  who: owner\n  fills: bird.admin\n  checks: [ROL-001]" + text, `there is no kind of record "bird"`},
		"fills flag":       {"- id: a\n  type: people\n  who: owner\n  fills: user.name\n  checks: [ROL-001]" + text, "yes-or-no field of the user"},
		"fills setting":    {"- id: a\n  type: yes_no\n  who: owner\n  fills: user.admin\n  checks: [ROL-001]" + text, "a single value fills a setting"},
		"fills nothing":    {"- id: a\n  type: date\n  who: owner\n  fills: setting.a.b\n  checks: [ROL-001]" + text, "fills nothing"},
		"never on text":    {"- id: a\n  type: text\n  who: owner\n  never: true\n  checks: [ROL-001]" + text, "never and future belong to dates"},
		"choice of one":    {"- id: a\n  type: choice\n  who: owner\n  choices: [{id: x, ru: да, uk: так, en: yep}]\n  checks: [ROL-001]" + text, "at least two values"},
		"column field":     {"- id: a\n  type: table\n  who: owner\n  fills: asset\n  columns: [{id: colour, type: text, key: true, ru: цвет, uk: колір, en: colour}]\n  checks: [ROL-001]" + text, `the record asset has no field "colour"`},
		"no key":           {"- id: a\n  type: table\n  who: owner\n  columns: [{id: colour, type: text, ru: цвет, uk: колір, en: colour}]\n  checks: [ROL-001]" + text, "no column names the rows"},
		"ukrainian letter": {"- id: a\n  type: text\n  who: owner\n  checks: [ROL-001]" + strings.Replace(text, "Вопрос?", "Вопрiс?", 1), "mixes alphabets"},
		"russian letter":   {"- id: a\n  type: text\n  who: owner\n  checks: [ROL-001]" + strings.Replace(text, "Питання?", "Вопросы?", 1), "letter of another language"},
		"half a place":     {"- id: a\n  type: text\n  who: owner\n  checks: [ROL-001]" + strings.Replace(text, `{ask: "Вопрос?",`, `{ask: "Вопрос?", where: "Тут",`, 1), "in some languages only"},
		"empty entry":      {"- ", "question 1 is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			qs := &Questions{byID: map[string]*Question{}}
			require.ErrorContains(t, qs.add("test", []byte(c.yaml)), c.want)
		})
	}
}

func TestTemplateAsksEverythingInEachLanguage(t *testing.T) {
	qs := load(t)
	for _, l := range lang.All {
		data, err := Template(l)
		require.NoError(t, err)
		var file struct {
			Version    int    `yaml:"version"`
			AnsweredBy string `yaml:"answered_by"`
			AnsweredAt string `yaml:"answered_at"`
			Answers    map[string]struct {
				Value    any `yaml:"value"`
				Evidence any `yaml:"evidence"`
			} `yaml:"answers"`
		}
		require.NoError(t, yamlfile.Decode("answers.yaml", data, &file))
		require.Equal(t, 1, file.Version)
		require.Len(t, file.Answers, len(qs.All()))
		squeezed := strings.Join(strings.Fields(strings.ReplaceAll(string(data), "#", " ")), " ")
		for _, q := range qs.All() {
			assert.Contains(t, file.Answers, q.ID)
			assert.Nil(t, file.Answers[q.ID].Value)
			assert.Contains(t, squeezed, q.Text[l].Ask)
			assert.Contains(t, squeezed, q.Text[l].Evidence)
		}
		assert.NotContains(t, string(data), "{days}")
		for line := range strings.SplitSeq(string(data), "\n") {
			assert.LessOrEqual(t, len([]rune(line)), lineWidth+20, line)
			assert.Equal(t, strings.TrimRight(line, " "), line)
		}
	}
}

func TestWordsAreCompleteAndInTheirAlphabet(t *testing.T) {
	w, err := loadWords()
	require.NoError(t, err)
	labels := map[string]Label{
		"answered_by": w.AnsweredBy, "answered_at": w.AnsweredAt, "where": w.Where, "evidence": w.Evidence, "answer": w.Answer,
		"only": w.Only, "checks": w.Checks, "required": w.Required, "never": w.Never, "none": w.None, "one_row": w.OneRow,
	}
	for _, g := range Groups {
		labels["group "+g] = w.Groups[g]
	}
	for _, j := range jurisdictions {
		labels["jurisdiction "+j] = w.Jurisdictions[j]
	}
	for _, c := range append(cellTypes, "table", "list_of", "one_person") {
		labels["type "+string(c)] = w.Types[string(c)]
	}
	for name, label := range labels {
		assert.NoError(t, label.check(), name)
	}
	for _, l := range lang.All {
		assert.NoError(t, checkAlphabet(l, w.Head.In(l)))
	}
}

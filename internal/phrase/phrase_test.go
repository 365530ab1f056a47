package phrase

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/lang"
)

var values = map[string]any{
	"name": "Петров Иван Сергеевич", "email": "petrov@romashka.example", "n": 21, "share": 62.4, "never": false, "zero": 0,
	"at": time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), "list": []string{"а", "б", "в"}, "empty": []string{},
	"rows":  []map[string]any{{"title": "Почта", "safe": "true"}, {"title": "Облако"}},
	"param": map[string]any{"days": 45, "names": []string{"test*"}},
}

func TestRender(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"просто текст", "просто текст"},
		{"{{.n}} из {{.param.days}}", "21 из 45"},
		{`{{count .n "день" "дня" "дней"}}`, "21\u00a0день"},
		{`{{.n}} {{plural .n "день" "дня" "дней"}}`, "21 день"},
		{`{{count .share "балл" "балла" "баллов"}}`, "62\u00a0балла"},
		{"{{int .n}} {{percent .share}} {{percent .n}}", "21 62\u00a0% 21\u00a0%"},
		{"{{date .at}}", "22\u00a0ноября\u00a02026\u00a0г."},
		{"{{list .list}}; {{list .empty}}.", "а, б и в; ."},
		{"{{person .name}}, {{mask .email}}", "Петров\u00a0И.\u00a0С., p…@romashka.example"},
		{"{{range .list}}[{{.}}]{{else}}пусто{{end}}", "[а][б][в]"},
		{"{{range .empty}}{{.}}{{else}}пусто{{end}}", "пусто"},
		{"{{range .param.names}}{{.}}{{end}}", "test*"},
		{"{{range $e := .param.names}}{{range $.list}}{{$e}}{{.}} {{end}}{{end}}", "test*а test*б test*в "},
		{`{{range .rows}}{{.title}}: {{if eq .safe "true"}}да{{else}}нет{{end}} {{.safe}}; {{end}}`, "Почта: да true; Облако: нет —; "},
		{"{{with .email}}{{.}}{{end}}", "petrov@romashka.example"},
		{"{{if .never}}да{{else}}нет{{end}}", "нет"},

		// What is not known is a dash and never ends the sentence.
		{"{{.gone}}", "—"},
		{`{{count .gone "день" "дня" "дней"}} {{plural .gone "а" "б"}} {{int .gone}}`, "— — —"},
		{"{{date .gone}} {{percent .gone}} {{list .gone}} {{mask .gone}} {{person .gone}}", "— — — — —"},
		{"{{if .gone}}да{{else}}нет{{end}}", "нет"},
		{"{{with .gone}}да{{else}}нет{{end}}", "нет"},
		{"{{if and .n .gone}}да{{else}}нет{{end}}", "нет"},
		{"{{if or .gone .n}}да{{end}}", "да"},
		{`{{if eq .gone "x"}}да{{else}}нет{{end}}`, "нет"},
		{`{{if eq (printf "%v" .gone) "—"}}не знаем{{end}}`, "не знаем"},
		{"{{range .gone}}{{.}}{{else}}пусто{{end}}", "пусто"},
		{"{{range $.gone}}{{.}}{{else}}пусто{{end}}", "пусто"},
		{"{{range .gone}}{{end}}{{.gone}}", "—"},
		{"{{len .gone}}", "0"},
	} {
		p, err := Compile(lang.RU, "x", c.text)
		require.NoError(t, err, c.text)
		got, err := p.Render(values)
		if assert.NoError(t, err, c.text) {
			assert.Equal(t, c.want, got, c.text)
		}
	}
}

func TestRenderInEveryLanguage(t *testing.T) {
	for l, want := range map[lang.Lang]string{
		lang.RU: "22\u00a0ноября\u00a02026\u00a0г.: 21\u00a0день, а, б и в, 62\u00a0%", lang.UK: "22\u00a0листопада\u00a02026\u00a0р.: 21\u00a0день, а, б і в, 62\u00a0%",
		lang.EN: "22\u00a0November\u00a02026: 21\u00a0day(s), а, б and в, 62%",
	} {
		forms := `"день" "дня" "дней"`
		if l == lang.EN {
			forms = `"day" "day(s)"`
		}
		p, err := Compile(l, "x", "{{date .at}}: {{count .n "+forms+"}}, {{list .list}}, {{percent .share}}")
		require.NoError(t, err)
		got, err := p.Render(values)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestValuesAreNoTemplates(t *testing.T) {
	p, err := Compile(lang.EN, "x", "{{.name}} {{list .list}}")
	require.NoError(t, err)
	got, err := p.Render(map[string]any{"name": "{{.}}<b>", "list": []string{"{{range"}})
	require.NoError(t, err)
	require.Equal(t, "{{.}}<b> {{range", got)
}

func TestLongSentenceIsCut(t *testing.T) {
	p, err := Compile(lang.RU, "x", "{{.name}}{{range .list}}{{$.name}}{{end}}")
	require.NoError(t, err)
	for _, letter := range []string{"a", "ы", "…", "😀"} {
		got, err := p.Render(map[string]any{"name": "-" + strings.Repeat(letter, 5000), "list": make([]string, 1000)})
		require.NoError(t, err)
		require.True(t, utf8.ValidString(got), letter)
		require.True(t, strings.HasSuffix(got, letter+"…"), letter)
		require.LessOrEqual(t, len(got), maxSentence+len("…"))
	}
}

func TestBadTemplates(t *testing.T) {
	for text, want := range map[string]string{
		"{{.name":                        "x:1: unclosed action",
		"{{shout .name}}":                `x:1: function "shout" not defined`,
		"{{end}}":                        "x:1: unexpected {{end}}",
		`{{define "a"}}{{end}}`:          "x: a sentence is one template, without define and block",
		`{{block "a" .}}b{{end}}`:        "x: a sentence is one template, without define and block",
		`{{template "x" .}}`:             "x: a sentence is one template",
		"{{range 1000000000000}}{{end}}": "x: range goes through a list, as in range .list",
		"{{range len .name}}{{end}}":     "x: range goes through a list, as in range .list",
		"{{range .}}{{end}}":             "x: range goes through a list, as in range .list",
		"{{$n := 9}}{{range $n}}{{end}}": "x: range goes through a list, as in range .list",
		"{{range .a}}{{range .b}}{{range .c}}{{end}}{{end}}{{end}}": "x: range within range within range",
	} {
		_, err := Compile(lang.RU, "x", text)
		assert.EqualError(t, err, want, text)
	}
	p, err := Compile(lang.RU, "x", "{{index .list 99}}")
	require.NoError(t, err)
	_, err = p.Render(values)
	require.ErrorContains(t, err, "index out of range", "a template with a mistake is told")
}

func TestShortName(t *testing.T) {
	for name, want := range map[string]string{
		"Петров Иван Сергеевич": "Петров\u00a0И.\u00a0С.", "Петров Иван": "Петров\u00a0И.", "  Петров\t Иван ": "Петров\u00a0И.", "Ґудзик Їжак": "Ґудзик\u00a0Ї.",
		"Петров": "Петров", "": "", "Отдел продаж и маркетинга": "Отдел продаж и маркетинга", "sales@romashka.example": "sales@romashka.example",
		"Менеджер 2": "Менеджер 2", "Петров / склад": "Петров / склад", "a b@c": "a b@c",
	} {
		assert.Equal(t, want, ShortName(name), name)
	}
	require.True(t, utf8.ValidString(ShortName("Иван \xff")))
}

func TestMaskContact(t *testing.T) {
	for contact, want := range map[string]string{
		"petrov@romashka.example": "p…@romashka.example", "ёж@пример.рф": "ё…@пример.рф", "@romashka.example": "…@romashka.example",
		"+7 (912) 345-67-89": "…89", "380501234567": "…67", "12345": "12345", "Петров И. С.": "Петров И. С.", "": "", "кв. 12, тел. 2345678": "…78",
	} {
		assert.Equal(t, want, MaskContact(contact), contact)
	}
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{"{{.name}}", "{{range .list}}{{.}}{{end}}", "{{if .gone}}{{else}}{{end}}", `{{define "a"}}{{template "a"}}{{end}}`, "{{range 9}}{{end}}", `{{printf "%v" .n}}`, "{{$x := .list}}{{range $i, $y := .list}}{{$i}}{{end}}", "{{break}}", "{{", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Compile(lang.RU, "x", text)
		if err != nil {
			return
		}
		got, err := p.Render(values)
		if err == nil {
			require.LessOrEqual(t, len(got), maxSentence+len("…"))
		}
	})
}

func FuzzRender(f *testing.F) {
	p, err := Compile(lang.UK, "x", `{{person .name}} {{mask .name}} {{.name}} {{if .name}}{{range .list}}{{.}}{{end}}{{end}} {{count .n "день" "дні" "днів"}} {{list .list}}`)
	require.NoError(f, err)
	f.Add("Іван {{.}}", 5)
	f.Add("\xff\x00\u202e", -1)
	f.Fuzz(func(t *testing.T, name string, n int) {
		got, err := p.Render(map[string]any{"name": name, "n": n, "list": []string{name, name}})
		require.NoError(t, err)
		require.LessOrEqual(t, len(got), maxSentence+len("…"))
		if utf8.ValidString(name) {
			require.True(t, utf8.ValidString(got))
		}
	})
}

func TestFold(t *testing.T) {
	for _, c := range []struct {
		text   string
		column int
		want   string
	}{
		{"", 0, ""},
		{"один два три", 0, "один два\n  три"},
		{"one two three", 4, "one\n  two\n  three"},
		{"unbreakable-word and", 0, "unbreakable-word\n  and"},
		{" a \n\t b ", 0, "a b"},
	} {
		require.Equal(t, c.want, Fold(c.text, c.column, 8, "  "), c.text)
	}
}

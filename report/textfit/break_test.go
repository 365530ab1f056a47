package textfit

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/templates"
)

// broken sets text in a column that is `columns` monospaced runes wide.
func broken(t testing.TB, text string, columns int, hyphenate bool) []string {
	t.Helper()
	font := Font{Face: face(t, templates.FontMono), Size: 10}
	width := font.Width("x")*float64(columns) + 0.001
	var lines []string
	for _, line := range Break([]Span{{Text: text, Font: font, Hyphenate: hyphenate}}, width) {
		require.LessOrEqual(t, line.Width, width+epsilon)
		lines = append(lines, lineText(line))
	}
	return lines
}

func lineText(l Line) string {
	var b strings.Builder
	for _, r := range l.Runs {
		b.WriteString(r.Text)
	}
	return b.String()
}

func TestBreak(t *testing.T) {
	cases := []struct {
		name, text string
		columns    int
		hyphenate  bool
		want       []string
	}{
		{"fits", "один два", 20, false, []string{"один два"}},
		{"empty", "", 10, false, []string{""}},
		{"spaces only", "   ", 2, false, []string{""}},
		{"at spaces", "один два три", 8, false, []string{"один два", "три"}},
		{"line ends", "a\n\nb", 10, false, []string{"a", "", "b"}},
		{"spaces at the edge hang", "abcd   efgh", 4, false, []string{"abcd", "efgh"}},
		{"no-break space holds", "штраф 6\u00a0млн\u00a0₽", 12, false, []string{"штраф", "6\u00a0млн\u00a0₽"}},
		{"sign stays with its number", "итого 40 %", 8, false, []string{"итого", "40 %"}},
		{"article stays with its number", "по ст. № 13", 9, false, []string{"по ст.", "№ 13"}},
		{"no dash begins a line", "доступ — право", 8, false, []string{"доступ —", "право"}},
		{"compound word", "лицо-оператор", 9, false, []string{"лицо-", "оператор"}},
		{"identifier moves whole", "check ACC-001 now", 12, false, []string{"check", "ACC-001 now"}},
		{"address is cut at its joints", "https://romashka.example/rest/1", 16, false, []string{"https://", "romashka.", "example/rest/1"}},
		{"e-mail", "ivan.petrov@romashka.example", 14, false, []string{"ivan.petrov@", "romashka.", "example"}},
		{"time is never cut at its colon", "в 03:21", 5, false, []string{"в", "03:21"}},
		{"date moves whole", "дата 2025-11-22", 12, false, []string{"дата", "2025-11-22"}},
		{"last resort", "abcdefghij", 4, false, []string{"abcd", "efgh", "ij"}},
		{"hyphenated", "делать перенастройку", 16, true, []string{"делать перенас-", "тройку"}},
		{"not in headings", "сделать перенастройку", 16, false, []string{"сделать", "перенастройку"}},
		{"names stay whole", "от Константинопольского", 18, true, []string{"от", "Константинопольско", "го"}},
		{"small gap is left", "вся информация", 6, true, []string{"вся", "инфор-", "мация"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, broken(t, c.text, c.columns, c.hyphenate))
		})
	}
}

func TestBreakKeepsSpansApart(t *testing.T) {
	regular, bold := Font{face(t, templates.FontRegular), 10}, Font{face(t, templates.FontBold), 10}
	spans := []Span{{Text: "Без ", Font: regular}, {Text: "второго фактора", Font: bold}, {Text: " входят двое", Font: regular}}
	lines := Break(spans, 30)
	require.Greater(t, len(lines), 1)
	var text strings.Builder
	for _, line := range lines {
		x := 0.0
		for _, run := range line.Runs {
			require.InDelta(t, x, run.X, 1e-9)
			require.InDelta(t, spans[run.Span].Font.Width(run.Text), run.Width, 1e-9)
			x += run.Width
		}
		text.WriteString(strings.TrimSpace(lineText(line)) + " ")
	}
	require.Equal(t, "Без второго фактора входят двое ", text.String())
}

func TestHyphenPoints(t *testing.T) {
	cases := map[string]string{
		"перенастройка":  "пере-нас-тройка",
		"администратор":  "адми-нис-тра-тор",
		"большинство":    "боль-шин-ство",
		"безопасность":   "безо-пас-ность",
		"користувачів":   "корис-ту-ва-чів",
		"відповідальний": "від-по-ві-даль-ний",
		"об’єднання":     "об’єднання",
		"Иванович":       "Иванович",
		"password":       "password",
		"роль":           "роль",
	}
	for word, want := range cases {
		runes := []rune(word)
		var b strings.Builder
		from := 0
		for _, at := range hyphenPoints(runes) {
			b.WriteString(string(runes[from:at]) + "-")
			from = at
		}
		b.WriteString(string(runes[from:]))
		require.Equal(t, want, b.String())
	}
}

func FuzzBreak(f *testing.F) {
	seeds := []string{"", "один два три", "https://a.example/b?c=d&e=f", strings.Repeat("W", 400), "a\n\n b", "перенастройка систем", "1-2-3-4-5-6", "\u00a0\u00a0x", "— — —"}
	for _, s := range seeds {
		f.Add(s, uint8(40), true)
	}
	c := cleaner(f)
	regular, mono := Font{face(f, templates.FontRegular), 10}, Font{face(f, templates.FontMono), 8}
	f.Fuzz(func(t *testing.T, s string, mm uint8, hyphenate bool) {
		width := float64(mm)/2 + 1
		text := c.Text(s)
		half := len(text) / 2
		for half < len(text) && !utf8.RuneStart(text[half]) {
			half++
		}
		for _, spans := range [][]Span{
			{{Text: text, Font: regular, Hyphenate: hyphenate}},
			{{Text: text[:half], Font: regular, Hyphenate: hyphenate}, {Text: text[half:], Font: mono}},
		} {
			var got strings.Builder
			for _, line := range Break(spans, width) {
				if line.Width > width+epsilon && utf8.RuneCountInString(lineText(line)) > 1 {
					t.Fatalf("line %q is %.3f wide in a column of %.3f", lineText(line), line.Width, width)
				}
				got.WriteString(lineText(line))
			}
			drop := strings.NewReplacer(" ", "", "\n", "", "-", "")
			if a, b := drop.Replace(text), drop.Replace(got.String()); a != b {
				t.Fatalf("text changed: %q became %q", a, b)
			}
		}
	})
}

func BenchmarkBreakCell(b *testing.B) {
	spans := []Span{{Text: "Администратор отдела продаж, ivan.petrov@romashka.example", Font: Font{face(b, templates.FontRegular), 8}, Hyphenate: true}}
	for b.Loop() {
		Break(spans, 30)
	}
}

package textfit

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/templates"
)

func cleaner(t testing.TB) *Cleaner {
	return NewCleaner(face(t, templates.FontRegular), face(t, templates.FontBold), face(t, templates.FontMono))
}

func TestCleanText(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"plain", "Администратор №1", "Администратор №1"},
		{"lines", "a\r\nb\rc\u2028d\ne", "a\nb\nc\nd\ne"},
		{"tab", "a\tb", "a b"},
		{"control", "a\x00b\x1b[31mc\x7f", "ab[31mc"},
		{"invalid UTF-8", "a\xff\xc0b", "a□□b"},
		{"cut rune", "Ива\xd0", "Ива□"},
		{"emoji", "Анна 😀!", "Анна □!"},
		{"emoji sequence", "👩\u200d💻", "□□"},
		{"override", "invoice\u202Egpj.exe", "invoicegpj.exe"},
		{"isolates", "\u2066abc\u2069\u200f", "abc"},
		{"decomposed", "\u0438\u0306од", "йод"},
		{"zalgo", "a\u0300\u0316\u0331b", "àb"},
		{"soft hyphen and BOM", "\ufeffпере\u00adнос", "перенос"},
		{"arrow", "Настройки → Права", "Настройки › Права"},
		{"ticks", "✓ ✗ ⚠", "√ × !"},
		{"no-break kept", "12\u00a0000\u202f₽", "12\u00a0000\u00a0₽"},
		{"thin space", "a\u2009b", "a b"},
		{"full width", "ＡＢＣ！", "ABC!"},
		{"hebrew", "שלום", "□□□□"},
		{"markup is text", "<script>alert(1)</script>", "<script>alert(1)</script>"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, cleaner(t).Text(c.in))
		})
	}
}

func TestCleanLineHasOneLine(t *testing.T) {
	require.Equal(t, "a b c", cleaner(t).Line("a\n b\r\nc\n"))
	require.Equal(t, "two  spaces", cleaner(t).Line("two  spaces"))
}

func TestCleanerListsWhatItReplaced(t *testing.T) {
	c := cleaner(t)
	c.Text("中 😀 中 é ok")
	require.Equal(t, []rune{'中', '😀'}, c.Missing())
}

func FuzzClean(f *testing.F) {
	for _, seed := range []string{"", "Иван", "😀\x00\xff", "\u202eabc", "e\u0301\u0301", "\r\r\n", strings.Repeat("a", 400)} {
		f.Add(seed)
	}
	c := cleaner(f)
	f.Fuzz(func(t *testing.T, s string) {
		out := c.Text(s)
		if !utf8.ValidString(out) {
			t.Fatalf("invalid UTF-8 from %q", s)
		}
		for _, r := range out {
			if !c.keeps(r) {
				t.Fatalf("%q (%U) left in the text from %q", r, r, s)
			}
		}
		if again := c.Text(out); again != out {
			t.Fatalf("not stable: %q became %q", out, again)
		}
		if strings.ContainsAny(c.Line(s), "\n\r") {
			t.Fatalf("line end left in the line from %q", s)
		}
	})
}

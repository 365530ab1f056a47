package checkdocs

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPlain(t *testing.T) {
	for given, want := range map[string]string{
		"Nobody is idle":             "Nobody is idle",
		"a|b":                        `a\|b`,
		"*all* _of_ `it`":            "\\*all\\* \\_of\\_ \\`it\\`",
		"<script>&amp;":              `\<script\>&amp;amp;`,
		"[x](javascript:alert(1))":   `\[x\](javascript:alert(1))`,
		"see https://evil.example/":  `see https\://evil.example/`,
		"# heading":                  `\# heading`,
		"- item":                     `\- item`,
		"1. step":                    `1\. step`,
		"12) step":                   `12\) step`,
		"two\nlines\r\n\n# and more": "two lines # and more",
		"$x$ ~~gone~~":               `\$x\$ \~\~gone\~\~`,
		"Настройки → «Права доступа»": "Настройки → «Права доступа»",
	} {
		require.Equal(t, want, plain(given))
	}
}

func TestCode(t *testing.T) {
	for given, want := range map[string]string{
		"user.active":  "`user.active`",
		"a || b":       "`a || b`",
		"a ` b":        "`` a ` b ``",
		"a `` b":       "``` a `` b ```",
		"two\nlines":   "`two lines`",
		"\"x\"\r\n&&y": "`\"x\" &&y`",
	} {
		require.Equal(t, want, code(given))
	}
	require.Equal(t, "`a \\|\\| b`", codeCell("a || b"))
}

func TestLink(t *testing.T) {
	for target, want := range map[string]string{
		"ACC-001.md":                 "[x](ACC-001.md)",
		"https://e.example/a(b)?c d": "[x](https://e.example/a%28b%29?c%20d)",
		"javascript:alert(1)":        "x",
		"":                           "x",
		"https://e.example/\x7f":     "x",
	} {
		require.Equal(t, want, link("x", target), target)
	}
}

var bare = regexp.MustCompile("(^|[^\\\\])(\\\\\\\\)*[`*_\\[\\]<>|~$]")

func FuzzPlain(f *testing.F) {
	for _, s := range []string{"", "a|b", "\\", "\\*", "1. x", "<b>", "a\n- b", "`", "# x", "\xff", "\u2028#"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := plain(s)
		require.NotContains(t, got, "\n")
		require.False(t, bare.MatchString(got), "%q became %q", s, got)
		require.False(t, strings.HasPrefix(got, "#") || strings.HasPrefix(got, "- "))
	})
}

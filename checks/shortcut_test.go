package checks

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

// A shortcut answers as the expression machine does, and leaves to it what it does not understand.
func TestShortcutsAgreeWithTheMachine(t *testing.T) {
	words := newVocabulary(facts.KindUser, map[string]Param{"days": {Default: 45}, "share": {Default: 0.5}})
	views := map[string]*View{"nothing known": newView(facts.KindUser)}
	for name, days := range map[string]int{"below": 44, "at": 45, "beyond": 46} {
		v := newView(facts.KindUser)
		v.Set("active", days > 44, facts.Inferred)
		v.Set("kind", map[bool]string{true: "human", false: "bot"}[days > 44], facts.Declared)
		v.Set("idle_days", days, facts.Observed)
		views[name] = v
	}
	for source, quick := range map[string]bool{
		"user.active":                       true,
		`user.kind == "human"`:              true,
		`user.kind != "human"`:              true,
		`user.kind in ["bot", "system"]`:    true,
		"user.idle_days > param.days":       true,
		"user.idle_days >= param.days":      true,
		"user.idle_days < 45":               true,
		"user.idle_days <= 45":              true,
		"user.idle_days > param.share":      true, // not a whole number: handed on
		"user.idle_days == 45":              false,
		"45 < user.idle_days":               false,
		`user.kind in [user.name, "human"]`: false,
	} {
		p, err := compilePredicate(place{"x", 1}, source, words)
		require.NoError(t, err, source)
		slow := slowly(p.root)
		_, isSlow := p.root.(leaf)
		assert.Equal(t, quick, !isSlow, source)
		for name, v := range views {
			e := NewEnv(newView("profile"), map[string]any{"days": 45, "share": 0.5})
			e.with(v)
			want, err := slow.eval(e)
			require.NoError(t, err, source)
			got, err := p.root.eval(e)
			require.NoError(t, err, source)
			assert.Equal(t, want, got, "%s, %s", source, name)
		}
	}
}

func slowly(of term) leaf {
	switch x := of.(type) {
	case isTrue:
		return x.slow
	case isWord:
		return x.slow
	case isBeyond:
		return x.slow
	}
	return of.(leaf)
}

func TestLike(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"test*", "Test user", true}, {"test*", "contest", false}, {"*test", "contest", true}, {"*test*", "contests", true},
		{"тест*", "ТЕСТОВЫЙ", true}, {"ГІСТЬ", "гість", true}, {"a*b*c", "a-b-b-c", true}, {"a*b*c", "a-b-b-d", false},
		{"", "", true}, {"", "a", false}, {"*", "", true}, {"**", "anything/at all", true}, {"a?c", "abc", false}, {"[ab]", "a", false},
		{"a", "aa", false}, {"aa", "a", false}, {"*a", "", false},
	} {
		assert.Equal(t, c.want, like(c.text, []string{"never", c.pattern}), "%q like %q", c.text, c.pattern)
	}
	assert.False(t, like("a", nil))
}

func FuzzLike(f *testing.F) {
	f.Add("a*b*c", "a-b-b-c")
	f.Add("**", "ё\xff")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		got := matches(pattern, text)
		if !utf8.ValidString(pattern) || !utf8.ValidString(text) || pattern != strings.ToLower(pattern) || text != strings.ToLower(text) {
			return // there the reference below has its own ideas of a letter and its case
		}
		parts := strings.Split(pattern, "*")
		for i, p := range parts {
			parts[i] = regexp.QuoteMeta(p)
		}
		require.Equal(t, regexp.MustCompile(`(?s)^`+strings.Join(parts, ".*")+`$`).MatchString(text), got, "%q like %q", text, pattern)
	})
}

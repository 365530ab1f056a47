package nearest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOf(t *testing.T) {
	known := []string{"portal", "profile", "headcount", "host", "hosts", "имя"}
	for typed, want := range map[string]string{
		"portla": "portal", "potal": "portal", "porttal": "portal", "prtl": "portal", "profiel": "profile",
		"prt": "", "hst": "host", "ost": "host", "rest": "", "file": "", "abc": "", "h": "", "prof": "", "hots": "host", "hedcount": "headcount",
		"hosst": "host", "host": "host", "hostss": "hosts", "ммя": "имя", "im": "", "somethingelse": "", "": "",
	} {
		assert.Equal(t, want, Of(typed, known), typed)
	}
	require.Empty(t, Of("anything", nil))
	require.Equal(t, "a1", Of("a0", []string{"a1", "a2"}), "the first of equally near ones")
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "abd", 1}, {"kitten", "sitting", 3}, {"ёж", "еж", 1}} {
		assert.Equal(t, c.want, distance([]rune(c.a), []rune(c.b)), "%s %s", c.a, c.b)
	}
}

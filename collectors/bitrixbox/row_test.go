package bitrixbox

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

func oneCell(text string) row { return row{at: map[string]int{"X": 0}, cells: []cell{{text: text}}} }

func TestNumbers(t *testing.T) {
	for text, want := range map[string]int64{
		"": 0, "7": 7, " 7 ": 7, "-3": -3, "12.0000": 12, "1.7e9": 1_700_000_000, "NaN": 0, "Inf": 0, "-Inf": 0, "1e300": 0, "seven": 0, "7 days": 0,
		"9223372036854775807": 1<<63 - 1, "9223372036854775808": 0, "0x10": 0,
	} {
		require.Equal(t, want, oneCell(text).number("X"), text)
	}
}

func TestReferences(t *testing.T) {
	for text, want := range map[string]string{"": "", "0": "", "5": "5", "-5": "", "abc": "", "007": "7"} {
		require.Equal(t, want, oneCell(text).id("X"), text)
	}
}

func TestMoments(t *testing.T) {
	for text, want := range map[string]time.Time{
		"": {}, "0": {}, "-1": {}, "1795338000": time.Unix(1795338000, 0).UTC(), "253402300799": time.Unix(maxSeconds, 0).UTC(), "253402300800": {}, "never": {},
	} {
		got, known := oneCell(text).when("X").Get()
		require.True(t, known)
		require.Equal(t, want, got, text)
		_, known = oneCell(text).since("X").Get()
		require.Equal(t, !want.IsZero(), known, text)
	}
}

func TestAbsentColumns(t *testing.T) {
	r := oneCell("Y")
	require.False(t, r.has("Z"))
	require.Empty(t, r.text("Z")+r.raw("Z")+r.id("Z"))
	require.Zero(t, r.number("Z"))
	require.False(t, r.yes("Z"))
	for name, q := range map[string]facts.Quality{
		"flag": r.flag("Z").Quality(), "when": r.when("Z").Quality(), "since": r.since("Z").Quality(), "known": r.known("Z").Quality(),
	} {
		require.Empty(t, q, name)
	}
	// A row that is shorter than its columns has no such cell either.
	short := row{at: map[string]int{"X": 3}, cells: []cell{{text: "Y"}}}
	require.Empty(t, short.raw("X"))
}

func TestFlags(t *testing.T) {
	for text, want := range map[string]bool{"Y": true, "y": true, " Y ": true, "N": false, "": false, "1": false, "yes": false} {
		require.Equal(t, want, oneCell(text).yes("X"), text)
	}
}

func TestCleanTexts(t *testing.T) {
	for text, want := range map[string]string{
		"Анна": "Анна", " a ": "a", "two\nlines": "two lines", "bell\x07": "bell", "\u202eevil\u2066": "evil", "bad \xff byte": "bad � byte", "nul\x00l": "nul l",
	} {
		require.Equal(t, want, oneCell(text).text("X"))
	}
	long := clean(strings.Repeat("ё", 10_000))
	require.Equal(t, maxText, utf8.RuneCountInString(long))
}

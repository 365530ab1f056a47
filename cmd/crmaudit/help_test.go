package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/fail"
)

// commandLines lists every command with its path, as it is typed.
func commandLines(c *cobra.Command) [][]string {
	all := [][]string{strings.Fields(c.CommandPath())[1:]}
	for _, sub := range c.Commands() {
		all = append(all, commandLines(sub)...)
	}
	return all
}

func TestEveryHelpEndsWithTheExitCodes(t *testing.T) {
	lines := commandLines((&app{}).root())
	require.Greater(t, len(lines), 15)
	for _, line := range lines {
		var out, errs bytes.Buffer
		require.Equal(t, fail.OK, run(t.Context(), append(line, "--help"), strings.NewReader(""), &out, &errs), line)
		require.True(t, strings.HasSuffix(out.String(), exitCodes), "help of %v", line)
		require.Empty(t, errs.String())
	}
}

// Whatever is typed too much is refused before anything is done.
func TestEveryCommandRefusesOneArgumentTooMany(t *testing.T) {
	for _, line := range commandLines((&app{}).root()) {
		var out, errs bytes.Buffer
		line = append(line, "one", "two", "three")
		require.Equal(t, fail.Usage, run(t.Context(), line, strings.NewReader(""), &out, &errs), line)
		require.Regexp(t, oneError, errs.String(), line)
		require.NotRegexp(t, inGo, errs.String(), line)
	}
}

// deaf takes nothing, like a full disk.
type deaf struct{}

func (deaf) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// What was printed and did not arrive is no success.
func TestWhatDoesNotArriveIsAnError(t *testing.T) {
	lines := [][]string{{"version"}, {"checks", "list"}, {"checks", "list", "--format", "json"}, {"checks", "words", "user"}, {"help", "run"}}
	for _, line := range commandLines((&app{}).root()) {
		lines = append(lines, append(line, "--help"))
	}
	for _, line := range lines {
		var errs bytes.Buffer
		require.Equal(t, fail.Internal, run(t.Context(), line, strings.NewReader(""), deaf{}, &errs), line)
		require.Equal(t, "crmaudit: error: print the results: no space left\nhint: free some space or send the output elsewhere\n", errs.String(), line)
	}
}

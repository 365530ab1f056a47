package main

import (
	"bytes"
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

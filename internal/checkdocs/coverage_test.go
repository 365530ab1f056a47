package checkdocs_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks/catalog"
)

const (
	adviceRows  = 87 // pieces of advice in docs/coverage.md
	leastChecks = 121
)

// Every piece of advice is tested by checks that exist, and each id leads to the page of that check.
func TestCoverageOfAdvice(t *testing.T) {
	list, err := catalog.Load()
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(list), leastChecks)
	known := map[string]bool{}
	for _, c := range list {
		known[c.ID] = true
	}
	text, err := os.ReadFile("../../docs/coverage.md")
	require.NoError(t, err)
	row := regexp.MustCompile(`^\| (\d+) \|`)
	named := regexp.MustCompile(`\[([A-Z]{3}-[0-9]{3})\]\(checks/en/([A-Z]{3}-[0-9]{3})\.md\)`)
	anyID := regexp.MustCompile(`\b[A-Z]{3}-[0-9]{3}\b`)
	rows := 0
	for line := range strings.SplitSeq(string(text), "\n") {
		for _, id := range anyID.FindAllString(line, -1) {
			assert.True(t, known[id], "%s is not in the catalogue: %s", id, line)
		}
		if !row.MatchString(line) {
			continue
		}
		rows++
		links := named.FindAllStringSubmatch(line, -1)
		assert.NotEmpty(t, links, "nothing checks %s", line)
		for _, l := range links {
			assert.Equal(t, l[1], l[2], line)
		}
	}
	require.Equal(t, adviceRows, rows)
}

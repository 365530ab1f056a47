package audit

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/checks/catalog"
	"github.com/crmaudit/crmaudit/internal/questions"
)

// TestCatalogueIsWhole holds the built-in checks to what packs are held to.
func TestCatalogueIsWhole(t *testing.T) {
	list, err := catalog.Load()
	require.NoError(t, err)
	require.NoError(t, Whole(list))
	asked, err := questions.Load()
	require.NoError(t, err)
	byID := map[string]*checks.Check{}
	for _, c := range list {
		byID[c.ID] = c
	}
	for _, q := range asked.All() {
		fed := false
		for _, id := range q.Checks {
			fed = fed || byID[id] != nil
		}
		if !fed {
			t.Logf("question %s feeds no check of this catalogue yet: %v", q.ID, q.Checks)
		}
	}
}

// TestWhole breaks one thing at a time that no check file can know of itself.
func TestWhole(t *testing.T) {
	for _, c := range []struct {
		change func(c *checks.Check)
		want   string
	}{
		{func(c *checks.Check) { c.Refs = []string{"ru.152fz.99"} }, "refers to ru.152fz.99, which is in no law pack"},
		{func(c *checks.Check) { c.Ask = []string{"favourite_colour"} }, "asks favourite_colour, which the questionnaire does not have"},
		{func(c *checks.Check) { c.Feature = "teleport" }, "needs the plan feature teleport, which no plan lacks"},
		{func(c *checks.Check) { c.Requires = []string{"BKP-01"} }, "names the check BKP-01 (BKP-001?), which does not exist"},
		{func(c *checks.Check) { c.Severity, c.Requires = checks.Critical, []string{"BKP-001"} }, "is critical and waits for BKP-001"},
		{func(c *checks.Check) { c.Unlocks = []string{"AUT-001"} }, "unlocks AUT-001, which is critical"},
	} {
		list, err := catalog.Load()
		require.NoError(t, err)
		c.change(list[0])
		require.ErrorContains(t, Whole(list), c.want)
	}
}

// A folder that is named twice, in two ways, is one pack; what the program calls itself tells its version.
func TestPacksAreReadOnce(t *testing.T) {
	const dir = "../../fixtures/packs/consultant"
	list, uses, err := Checks([]string{dir, "../audit/" + dir, dir + "/"}, "crmaudit v1.0.0")
	require.NoError(t, err)
	require.Len(t, uses, 1)
	plain, none, err := Checks(nil, "crmaudit v1.0.0")
	require.NoError(t, err)
	require.Empty(t, none)
	require.Len(t, list, len(plain)+1)
	_, _, err = Checks([]string{dir}, "crmaudit v0.0.9")
	require.ErrorContains(t, err, "needs crmaudit 0.1.0 or newer, this is v0.0.9")
}

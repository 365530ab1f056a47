package audit

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/checks/catalog"
	"github.com/crmaudit/crmaudit/checks/law"
	"github.com/crmaudit/crmaudit/internal/questions"
)

// TestCatalogueIsWhole looks at what no check file can know of itself: that the law, the questions,
// the plans and the other checks it names exist.
func TestCatalogueIsWhole(t *testing.T) {
	list, err := catalog.Load()
	require.NoError(t, err)
	library, err := law.Load()
	require.NoError(t, err)
	plans, err := checks.LoadPlans()
	require.NoError(t, err)
	asked, err := questions.Load()
	require.NoError(t, err)
	byID := map[string]*checks.Check{}
	for _, c := range list {
		byID[c.ID] = c
	}
	features := plans.Features()
	for _, c := range list {
		for _, ref := range c.Refs {
			_, ok := library.Resolve(ref)
			assertTrue(t, ok, "%s refers to %s, which no law pack has", c.ID, ref)
		}
		for _, q := range c.Ask {
			_, ok := asked.ByID(q)
			assertTrue(t, ok, "%s asks %s, which the questionnaire does not have", c.ID, q)
		}
		if c.Feature != "" {
			assertTrue(t, features[c.Feature], "%s needs the plan feature %s, which no plan lacks", c.ID, c.Feature)
		}
		for _, other := range append(c.Requires, c.Unlocks...) {
			assertTrue(t, byID[other] != nil, "%s names %s, which does not exist", c.ID, other)
		}
		for _, cause := range c.Requires {
			assertTrue(t, c.Severity != checks.Critical, "%s is critical and waits for %s: mending that one could lower the grade", c.ID, cause)
		}
		for _, gated := range c.Unlocks {
			assertTrue(t, byID[gated] == nil || byID[gated].Severity != checks.Critical, "%s unlocks the critical %s", c.ID, gated)
		}
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

func assertTrue(t *testing.T, ok bool, format string, args ...any) {
	t.Helper()
	if !ok {
		t.Errorf(format, args...)
	}
}

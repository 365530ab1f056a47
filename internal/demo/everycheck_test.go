package demo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/checks/catalog"
	"github.com/crmaudit/crmaudit/fixtures"
)

// Examples show a check alone. Here every check has failed and passed on some portal as well, where the facts come
// from a real source and stand among all the others.
func TestEveryCheckFailsAndPassesSomewhere(t *testing.T) {
	list, err := catalog.Load()
	require.NoError(t, err)
	ended := map[checks.Verdict]map[string]bool{checks.Failed: {}, checks.Passed: {}}
	for _, scenario := range fixtures.Scenarios() {
		for _, v := range auditScenario(t, scenario).result.Verdicts {
			if ended[v.Verdict] != nil {
				ended[v.Verdict][v.Check] = true
			}
		}
	}
	for verdict, seen := range ended {
		var never []string
		for _, c := range list {
			if !seen[c.ID] {
				never = append(never, c.ID)
			}
		}
		assert.Empty(t, never, "on no portal these end with %s", verdict)
	}
}

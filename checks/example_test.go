package checks

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

// Whoever writes a check reads why an example went another way.
func TestWhyAnExampleFails(t *testing.T) {
	for want, o := range map[string]Outcome{
		"want pass, got error: the rule failed":                                    {Verdict: Errored, Err: errors.New("the rule failed")},
		"want pass, got fail: failing user:1, user:2":                              {Verdict: Failed, Failing: []Failing{{Ref: "user:2"}, {Ref: "user:1"}}},
		"want pass, got unknown: not known user.active (denied), answer.a (stale)": {Verdict: NotAssessed, Reasons: []Gap{{Fact: "user.active", Reason: facts.Denied}, {Fact: "answer.a", Reason: "stale"}}},
		"want pass, got unknown":                                                   {Verdict: NotAssessed},
	} {
		require.EqualError(t, Example{Want: Passed}.compare(o), want)
	}
}

package demo_test

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures"
	"github.com/crmaudit/crmaudit/fixtures/b24sim"
	"github.com/crmaudit/crmaudit/internal/audit"
	"github.com/crmaudit/crmaudit/internal/demo"
	"github.com/crmaudit/crmaudit/internal/snapfile"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

// truth is truth.yaml: what an audit of the scenario must find, what it must leave open, and how every
// other check that applies ends.
type truth struct {
	Findings    map[string]found  `yaml:"findings"`
	NotAssessed map[string]string `yaml:"not_assessed"` // check → why
	Others      checks.Verdict    `yaml:"others"`       // pass, unless the file says otherwise
	Variants    map[string]truth  `yaml:"variants"`     // what differs where the same portal is seen otherwise
}

// of is the truth of the portal as seen in all of these ways.
func (w truth) of(variants ...string) truth {
	seen := truth{Findings: maps.Clone(w.Findings), NotAssessed: maps.Clone(w.NotAssessed), Others: w.Others}
	if seen.NotAssessed == nil {
		seen.NotAssessed = map[string]string{}
	}
	for _, name := range variants {
		for id, f := range w.Variants[name].Findings {
			delete(seen.NotAssessed, id)
			if seen.Findings[id] = f; f.Why == "" { // nothing to find
				delete(seen.Findings, id)
			}
		}
		for id, why := range w.Variants[name].NotAssessed {
			delete(seen.Findings, id)
			seen.NotAssessed[id] = why
		}
	}
	return seen
}

// found is one expected finding.
type found struct {
	Why      string   `yaml:"why"`
	Subjects []string `yaml:"subjects"`
	K        int      `yaml:"k"` // failures, where they are not the subjects
}

func (f found) failures() int {
	if f.K > 0 {
		return f.K
	}
	return len(f.Subjects)
}

// maxRequests keeps the demo below the burst that a portal allows, so that it never waits.
const maxRequests = 45

// promises are what a scenario stands for beyond its truth.
var promises = map[string]func(*testing.T, auditRun){
	"leaky":   func(t *testing.T, run auditRun) { assert.Equal(t, "F", run.result.Score.Grade) },
	"box":     func(t *testing.T, run auditRun) { assert.Equal(t, "F", run.result.Score.Grade) },
	"tidy":    wellKept,
	"order":   wellKept,
	"neglect": func(t *testing.T, run auditRun) { assert.Equal(t, "F", run.result.Score.Grade) },
	"blind":   provesNothing,
}

func TestScenariosTellTheTruth(t *testing.T) {
	for _, scenario := range fixtures.Scenarios() {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			run := auditScenario(t, scenario)
			compare(t, readTruth(t, scenario), run.result)
			require.Contains(t, promises, scenario)
			promises[scenario](t, run)

			if run.served {
				assert.Empty(t, run.writes, "an audit changes nothing")
				assert.Empty(t, run.info.Sources[0].Excess, "the webhook has no scope that the audit does not need")
				assert.Less(t, run.requests, maxRequests)
			}
			assert.True(t, auditScenario(t, scenario).sealed == run.sealed, "the same scenario gives the same bytes")
		})
	}
}

func wellKept(t *testing.T, run auditRun) {
	assert.Empty(t, run.result.Findings)
	assert.GreaterOrEqual(t, run.result.Score.Coverage, 90.0)
	assert.Equal(t, "A", run.result.Score.Grade)
}

// provesNothing: no source delivered any kind of record completely, so no check may pass.
func provesNothing(t *testing.T, run auditRun) {
	assert.Less(t, run.result.Score.Coverage, 40.0)
	assert.Empty(t, run.result.Score.Grade)
	for _, c := range run.info.Coverage {
		if c.Field == "" {
			assert.NotEqual(t, facts.Full, c.State, "%s from %s", c.Kind, c.Source)
		}
	}
	for _, v := range run.result.Verdicts {
		assert.NotEqual(t, checks.Passed, v.Verdict, "%s passes", v.Check)
	}
}

// auditRun is what came of one audit.
type auditRun struct {
	served   bool // over real HTTP
	result   *checks.Result
	sealed   string
	info     *facts.Info
	writes   []b24sim.Request
	requests int
}

func auditScenario(t *testing.T, scenario string) auditRun {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	portal, err := demo.Start(ctx, scenario)
	require.NoError(t, err)
	defer func() { require.NoError(t, portal.Close()) }()
	return auditPortal(t, portal)
}

func auditPortal(t *testing.T, portal *demo.Portal) auditRun {
	t.Helper()
	ctx := t.Context()
	runner := audit.Runner{Config: portal.Config, Env: portal.Env, Tool: "crmaudit test", Say: t.Logf}
	target := filepath.Join(t.TempDir(), "portal.crmsnap")
	require.NoError(t, runner.Collect(ctx, target, snapfile.Encryption{}))
	snapshot, err := snapfile.Open(target, snapfile.OpenOptions{})
	require.NoError(t, err)
	defer func() { require.NoError(t, snapshot.Close()) }()

	result, err := audit.Judge(ctx, portal.Config, snapshot, snapshot.Hash(), runner.Tool, portal.Now)
	require.NoError(t, err)
	sealed, err := result.Seal()
	require.NoError(t, err)
	run := auditRun{result: result, sealed: string(sealed), info: snapshot.Info()}
	if portal.Simulator != nil {
		run.served, run.writes, run.requests = true, portal.Simulator.Writes(), len(portal.Simulator.Requests())
	}
	return run
}

func readTruth(t *testing.T, scenario string) truth {
	t.Helper()
	files, err := fixtures.Open(scenario)
	require.NoError(t, err)
	data, err := fs.ReadFile(files, "truth.yaml")
	require.NoError(t, err)
	var want truth
	require.NoError(t, yamlfile.Decode("truth.yaml", data, &want))
	return want
}

// compare holds the result against the truth in both directions and lists every difference at once.
func compare(t *testing.T, want truth, got *checks.Result) {
	t.Helper()
	findings := map[string]checks.Finding{}
	for _, f := range got.Findings {
		findings[f.Check] = f
	}
	known := map[string]bool{}
	for _, v := range got.Verdicts {
		known[v.Check] = true
		f := findings[v.Check]
		verdict := want.verdict(v)
		assert.Truef(t, v.Verdict == verdict, "want %s, got %s", verdict, describe(v, f))
		if expected, ok := want.Findings[v.Check]; ok && v.Verdict == checks.Failed {
			assert.Equal(t, expected.Subjects, subjects(f), "subjects of %s", v.Check)
			assert.Equal(t, expected.failures(), f.K, "failures of %s", v.Check)
		}
	}
	for id, f := range want.Findings {
		assert.True(t, known[id], "there is no verdict on %s", id)
		assert.NotEmpty(t, f.Why, id)
		assert.NotContains(t, want.NotAssessed, id)
	}
	for id, why := range want.NotAssessed {
		assert.True(t, known[id], "there is no verdict on %s", id)
		assert.NotEmpty(t, why, id)
	}
}

// verdict is how the check must end.
func (w truth) verdict(v checks.VerdictRow) checks.Verdict {
	_, failed := w.Findings[v.Check]
	_, open := w.NotAssessed[v.Check]
	switch {
	case failed:
		return checks.Failed
	case open:
		return checks.NotAssessed
	case v.Verdict == checks.NotApplicable:
		return v.Verdict
	}
	return cmp.Or(w.Others, checks.Passed)
}

// subjects lists who failed, each once and sorted.
func subjects(f checks.Finding) []string {
	var refs []string
	for _, s := range f.Subjects {
		refs = append(refs, s.Ref)
	}
	slices.Sort(refs)
	return slices.Compact(refs)
}

func describe(v checks.VerdictRow, f checks.Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s %s", v.Check, v.Verdict, v.Error)
	if v.Verdict == checks.Failed {
		fmt.Fprintf(&b, " k=%d %v", f.K, subjects(f))
	}
	for _, g := range v.Reasons {
		fmt.Fprintf(&b, " [%s: %s %s %s]", g.Fact, g.Reason, g.Ask, g.Detail)
	}
	return b.String()
}

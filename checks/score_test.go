package checks

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCredit(t *testing.T) {
	for _, c := range []struct {
		name string
		g    Graded
		want float64
	}{
		{"passed", Graded{Severity: High, Verdict: Passed}, 1},
		{"one of five", Graded{Severity: High, Verdict: Failed, K: 1}, 0.5},
		{"three of five", Graded{Severity: High, Verdict: Failed, K: 3}, 0.25},
		{"five of five", Graded{Severity: High, Verdict: Failed, K: 5}, 0},
		{"more than five", Graded{Severity: Low, Verdict: Failed, K: 900}, 0},
		{"critical", Graded{Severity: Critical, Verdict: Failed, K: 1}, 0},
		{"not assessed", Graded{Severity: Low, Verdict: NotAssessed}, 0},
		{"error", Graded{Severity: Low, Verdict: Errored}, 0},
	} {
		require.InDelta(t, c.want, Credit(c.g, 5), 1e-9, c.name)
	}
}

func TestRate(t *testing.T) {
	s := Rate([]Graded{
		{Severity: Critical, Verdict: Passed}, {Severity: High, Verdict: Failed, K: 1}, {Severity: Medium, Verdict: NotAssessed}, {Severity: Low, Verdict: Passed},
	}, 5)
	require.InDelta(t, 70, s.Value, 1e-9)           // (10 + 3 + 0 + 1) / 20
	require.InDelta(t, 85, s.Coverage, 1e-9)        // 17 / 20
	require.InDelta(t, 1400.0/17, s.Assessed, 1e-9) // 14 / 17
	require.InDelta(t, s.Value, s.Assessed*s.Coverage/100, 1e-9)
	require.Equal(t, "C", s.Grade)
	require.Zero(t, Rate(nil, 5))
}

func TestAcceptedRisks(t *testing.T) {
	for _, c := range []struct {
		accepted int
		want     float64
	}{{0, 37.5}, {1, 50}, {2, 100}} { // of two failing subjects, K = 5
		s := Rate([]Graded{{Severity: High, Verdict: Failed, K: 2, Accepted: c.accepted}}, 5)
		require.InDelta(t, 37.5, s.Value, 1e-9, "the score itself never counts an accepted risk as mended")
		require.InDelta(t, c.want, s.WithWaivers, 1e-9)
	}
}

func TestGradeCaps(t *testing.T) {
	good := func(extra ...Graded) []Graded {
		list := extra
		for range 60 {
			list = append(list, Graded{Severity: High, Verdict: Passed})
		}
		return list
	}
	failed := Graded{Severity: Critical, Verdict: Failed, K: 1}
	open := Graded{Severity: Critical, Verdict: NotAssessed}
	for _, c := range []struct {
		name, grade, capped string
		list                []Graded
	}{
		{"nothing wrong", "A", "", good()},
		{"one critical", "D", "critical", good(failed)},
		{"three critical", "F", "three_critical", good(failed, failed, failed)},
		{"critical not assessed", "B", "critical_not_assessed", good(open)},
		{"a failed one decides over an open one", "D", "critical", good(open, failed)},
		{"too little", "", "coverage", []Graded{{Severity: High, Verdict: Passed}, {Severity: High, Verdict: NotAssessed}, {Severity: High, Verdict: NotAssessed}}},
	} {
		s := Rate(c.list, 5)
		require.Equal(t, c.grade, s.Grade, c.name)
		require.Equal(t, c.capped, s.Capped, c.name)
	}
}

// TestFixingNeverHurts is the promise that mending any one finding lowers neither score nor grade,
// even when it makes checks assessable that were waiting for it.
func TestFixingNeverHurts(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2026))
	fixed := 0
	for range 40_000 {
		c := randomCase(random)
		before := c.rate()
		if !c.fixOne(random) {
			continue
		}
		fixed++
		after := c.rate()
		require.GreaterOrEqual(t, after.Value, before.Value-1e-9, "%+v", c)
		if before.Grade != "" {
			require.LessOrEqual(t, after.Grade, before.Grade, "%+v", c)
			require.NotEmpty(t, after.Grade)
		}
	}
	require.Greater(t, fixed, 10_000)
}

// portalCase is a random portal: checks with their failures, some of them gated by another.
type portalCase []struct {
	severity Severity
	k        int // -1 not assessed
	gate     int // index, -1 none
}

func randomCase(r *rand.Rand) portalCase {
	severities := []Severity{Critical, High, High, Medium, Medium, Medium, Low}
	failures := []int{-1, 0, 0, 0, 1, 2, 3, 9}
	c := make(portalCase, 0, 25)
	for range 3 + r.IntN(23) {
		if r.Float64() > 0.9 {
			continue
		}
		next := struct {
			severity Severity
			k, gate  int
		}{severities[r.IntN(len(severities))], failures[r.IntN(len(failures))], -1}
		if next.severity != Critical && len(c) > 0 && r.Float64() < 0.2 {
			if g := r.IntN(len(c)); c[g].gate < 0 {
				next.gate = g
			}
		}
		c = append(c, next)
	}
	return c
}

func (c portalCase) open(i int) bool { return c[i].gate < 0 || c[c[i].gate].k == 0 }

func (c portalCase) rate() Score {
	list := make([]Graded, len(c))
	for i, x := range c {
		list[i] = Graded{Severity: x.severity, Verdict: Failed, K: x.k}
		switch {
		case x.k < 0 || !c.open(i):
			list[i] = Graded{Severity: x.severity, Verdict: NotAssessed}
		case x.k == 0:
			list[i].Verdict = Passed
		}
	}
	return Rate(list, 5)
}

func (c portalCase) fixOne(r *rand.Rand) bool {
	var failing []int
	for i, x := range c {
		if x.k > 0 && c.open(i) {
			failing = append(failing, i)
		}
	}
	if len(failing) == 0 {
		return false
	}
	i := failing[r.IntN(len(failing))]
	c[i].k = r.IntN(c[i].k)
	return true
}

package audit

import (
	"fmt"
	"strings"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/internal/fail"
)

// Gate decides the exit code of a run. Each reason is one line. With a previous result only
// findings that were not there before count towards fail_on.
func Gate(r *checks.Result, g config.Gate, previous *checks.Result) (exit int, reasons []string) {
	old := map[string]bool{}
	if previous != nil {
		for _, f := range previous.Findings {
			old[f.Print] = true
			for _, s := range f.Subjects {
				old[s.Print] = true
			}
		}
	}
	exit = fail.OK
	say := func(code int, format string, args ...any) {
		reasons = append(reasons, fmt.Sprintf(format, args...))
		if exit != fail.Gate {
			exit = code
		}
	}
	if r.Score.Coverage < g.MinCoverage {
		say(fail.NoData, "coverage %.1f is below %.1f: too little could be assessed", r.Score.Coverage, g.MinCoverage)
	}
	for _, w := range r.Waivers {
		if w.State == checks.WaiverExpired {
			say(fail.Gate, "the accepted risk for %s (%s) expired on %s", w.Check, w.Subject, w.Expires.Format("2006-01-02"))
		}
	}
	for _, f := range r.Findings {
		if g.FailOn == "" || !f.Severity.AtLeast(checks.Severity(g.FailOn)) || f.Waived {
			continue
		}
		if n, isNew := fresh(f, previous != nil, old); isNew {
			say(fail.Gate, "%s (%s): %s [%d]", f.Check, f.Severity, strings.TrimSuffix(f.Text["en"].Summary, "."), n)
		}
	}
	if r.Score.Value < g.MinScore {
		// A low score that only too little data explains is told as too little data.
		code := fail.Gate
		if exit == fail.NoData {
			code = fail.NoData
		}
		say(code, "score %.1f is below %.1f", r.Score.Value, g.MinScore)
	}
	return exit, reasons
}

// fresh counts the failing subjects that the previous result did not have.
func fresh(f checks.Finding, compare bool, old map[string]bool) (int, bool) {
	if !compare {
		return f.K, true
	}
	if !old[f.Print] {
		return f.K, true
	}
	n := 0
	for _, s := range f.Subjects {
		if !old[s.Print] && !s.Waived {
			n++
		}
	}
	return n, n > 0
}

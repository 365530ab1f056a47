package checks

import "math"

// Score is the result in numbers. Value is Assessed × Coverage / 100: what is confirmed of everything
// that applies; a check that was not assessed confirms nothing.
type Score struct {
	Value       float64 `json:"score"`
	Assessed    float64 `json:"assessed"`
	Coverage    float64 `json:"coverage"`
	Grade       string  `json:"grade"`        // A…F, "" when too little was assessed for a letter
	Capped      string  `json:"capped"`       // why the grade is lower than the score alone gives
	WithWaivers float64 `json:"with_waivers"` // the score if accepted risks counted as passed
}

// Graded is one applicable check as the score sees it.
type Graded struct {
	Severity Severity
	Verdict  Verdict
	K        int // failing subjects
	Accepted int // of them, those whose risk is accepted today
}

// minCoverage is the coverage under which no letter is given.
const minCoverage = 40

// Credit is the share of its weight that a check earns: all when passed, none when not assessed or
// when it is critical and failed; any other failure costs at least half and everything from kZero
// failing subjects on.
func Credit(g Graded, kZero int) float64 {
	switch {
	case g.Verdict == Passed:
		return 1
	case g.Verdict != Failed, g.Severity == Critical, g.K >= kZero:
		return 0
	}
	k := max(g.K, 1)
	return 0.5 * float64(kZero-k) / float64(kZero-1)
}

// withoutAccepted is the check as if the accepted failures were mended.
func (g Graded) withoutAccepted() Graded {
	if g.Accepted == 0 {
		return g
	}
	if g.K -= g.Accepted; g.K <= 0 {
		g.Verdict = Passed
	}
	return g
}

// Rate computes the score over all applicable checks.
func Rate(list []Graded, kZero int) Score {
	var total, assessed, earned, accepted float64
	failedCritical, openCritical := 0, 0
	for _, g := range list {
		w := float64(g.Severity.Weight())
		credit := Credit(g, kZero)
		total += w
		earned += w * credit
		accepted += w * Credit(g.withoutAccepted(), kZero)
		switch g.Verdict {
		case Passed, Failed:
			assessed += w
			if g.Verdict == Failed && g.Severity == Critical {
				failedCritical++
			}
		default:
			if g.Severity == Critical {
				openCritical++
			}
		}
	}
	if total == 0 {
		return Score{}
	}
	s := Score{Value: 100 * earned / total, Coverage: 100 * assessed / total, WithWaivers: 100 * accepted / total}
	if assessed > 0 {
		s.Assessed = 100 * earned / assessed
	}
	s.Grade, s.Capped = grade(s, failedCritical, openCritical)
	return s
}

// grade is the letter of the score, lowered by what no score can make up for.
func grade(s Score, failedCritical, openCritical int) (letter, capped string) {
	if s.Coverage < minCoverage {
		return "", "coverage"
	}
	letter = "F"
	for _, band := range []struct {
		from   float64
		letter string
	}{{90, "A"}, {80, "B"}, {65, "C"}, {50, "D"}, {35, "E"}} {
		if s.Value >= band.from {
			letter = band.letter
			break
		}
	}
	// Letters compare alphabetically: the later one is the worse one.
	limit, why := "A", ""
	switch {
	case failedCritical >= 3:
		limit, why = "F", "three_critical"
	case failedCritical >= 1:
		limit, why = "D", "critical"
	case openCritical >= 1:
		limit, why = "B", "critical_not_assessed"
	}
	if limit > letter {
		return limit, why
	}
	return letter, ""
}

// round1 rounds for output, so that results do not depend on the order of additions.
func round1(x float64) float64 { return math.Round(x*10) / 10 }

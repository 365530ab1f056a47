package checks

import "github.com/crmaudit/crmaudit/facts"

// Verdict is the answer to a check.
type Verdict string

// Verdicts.
const (
	Passed        Verdict = "pass"
	Failed        Verdict = "fail"
	NotAssessed   Verdict = "unknown"
	NotApplicable Verdict = "not_applicable"
	Errored       Verdict = "error"
)

// Outcome is what one check found.
type Outcome struct {
	Verdict    Verdict
	K          int // failing subjects; may exceed len(Failing) when they are only counted
	Population int // subjects that were judged
	Unjudged   int // subjects that could not be judged
	Failing    []Failing
	Reasons    []Gap         // why not assessed
	Quality    facts.Quality // the weakest fact that decided
	Hint       string        // an inferred value that may not decide, for the reader
	Err        error
}

// Failing is one failing subject, copied: the view it came from is reused.
type Failing struct {
	Ref     string
	Kind    facts.Kind
	Label   string
	Source  string
	Quality facts.Quality
	Values  map[string]any // names as in the expressions of rules
}

// Gap is a missing fact and why it is missing.
type Gap struct {
	Fact   string       `json:"fact"` // user.two_factor, answer.restore_test, …
	Reason facts.Reason `json:"reason"`
	Right  string       `json:"right,omitzero"`
	Ask    string       `json:"ask,omitzero"`
	Detail string       `json:"detail,omitzero"`
}

// maxFailing bounds the subjects kept for one finding; the rest is counted.
const maxFailing = 1000

// Tally collects the verdicts over subjects into one: a known violation fails, otherwise anything
// unknown leaves the check unassessed, otherwise it passes if the list of subjects was complete.
type Tally struct {
	critical   bool
	cover      func() Cover
	failing    []Failing
	k          int
	population int
	unjudged   int
	gaps       []Gap
	quality    facts.Quality
	hint       string
}

// Pass counts a subject that is in order.
func (t *Tally) Pass(q facts.Quality) { t.judge(q, nil) }

// Fail counts a subject that is not in order.
func (t *Tally) Fail(s *Subject, q facts.Quality) {
	t.judge(q, func() Failing { return failing(s, q) })
}

// Unknown counts a subject that may or may not be in order.
func (t *Tally) Unknown(g Gap) {
	t.unjudged++
	t.addGap(g)
}

func (t *Tally) addGap(g Gap) {
	for _, have := range t.gaps {
		if have.Fact == g.Fact && have.Reason == g.Reason {
			return
		}
	}
	t.gaps = append(t.gaps, g)
}

// judge applies the limits of weak facts: an inferred one decides no critical check, a partial one
// may clear a subject but never convict it.
func (t *Tally) judge(q facts.Quality, fail func() Failing) {
	if q == facts.Inferred && t.critical || q == facts.Partial && fail != nil {
		t.unjudged++
		t.hint = string(q)
		t.addGap(Gap{Fact: "quality." + string(q), Reason: facts.NotSupported})
		return
	}
	t.population++
	t.quality = weaker(t.quality, q)
	if fail == nil {
		return
	}
	t.k++
	if len(t.failing) < maxFailing {
		t.failing = append(t.failing, fail())
	}
}

// Outcome is the verdict so far.
func (t *Tally) Outcome() Outcome {
	o := Outcome{K: t.k, Population: t.population, Unjudged: t.unjudged, Failing: t.failing, Reasons: t.gaps, Quality: t.quality, Hint: t.hint}
	cover := t.cover()
	switch {
	case t.k > 0:
		o.Verdict = Failed
	case t.unjudged > 0:
		o.Verdict = NotAssessed
	case !cover.Full:
		o.Verdict = NotAssessed
		o.Reasons = append(o.Reasons, cover.Gaps...)
	default:
		o.Verdict = Passed
	}
	return o
}

// strength orders qualities; deciding nothing is no weakness.
func strength(q facts.Quality) int {
	switch q {
	case "":
		return 4
	case facts.Observed:
		return 3
	case facts.Declared:
		return 2
	case facts.Inferred:
		return 1
	}
	return 0
}

func weaker(a, b facts.Quality) facts.Quality {
	if strength(b) < strength(a) {
		return b
	}
	return a
}

// failing copies what is shown of a subject: its view is reused for the next one.
func failing(s *Subject, q facts.Quality) Failing {
	return Failing{Ref: s.Ref(), Kind: s.Kind(), Label: tidy(s.View.Label()), Source: tidy(s.View.Source()), Quality: q, Values: tidyValues(s.View.all())}
}

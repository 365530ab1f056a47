package checks

import (
	"fmt"
	"time"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/lang"
)

// Severity is how bad a failed check is.
type Severity string

// Severities, worst first.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
	Info     Severity = "info"
)

// Severities lists them, worst first.
var Severities = []Severity{Critical, High, Medium, Low, Info}

// Weight is the share of the severity in the score.
func (s Severity) Weight() int {
	switch s {
	case Critical:
		return 10
	case High:
		return 6
	case Medium:
		return 3
	case Low:
		return 1
	}
	return 0
}

// AtLeast reports whether s is as bad as t or worse.
func (s Severity) AtLeast(t Severity) bool { return rank(s) <= rank(t) }

func rank(s Severity) int {
	for i, x := range Severities {
		if x == s {
			return i
		}
	}
	return len(Severities)
}

// Check is one question to a snapshot. It is a constant: all state of a run lives in its Visit.
type Check struct {
	ID            string
	Aliases       []string // former ids
	Severity      Severity
	Tier          int      // 1: profiles express and full; 2: full only
	Jurisdictions []string // any, or some of ru, ua, eu
	Topic         string   // what it is about, in the words of the platform hints
	NotOn         []string // platforms where the question makes no sense
	Feature       string   // plan feature without which it is "not on this plan"
	Requires      []string // root causes: while one of them fails, this check is muted
	Unlocks       []string // checks that lack facts until this one passes
	Refs          []string // law and control references, see package law
	Params        map[string]Param
	Fix           Fix
	Text          map[lang.Lang]Text
	Rule          string // what is asked, in the words of the rule, for the evidence
	Ask           []string
	Examples      []Example
	File          string // where it was defined, for messages
	Digest        string // sha256 of its definition, part of the hash of the rule set

	// Disabled is set by a pack that wants the check left out: it stays in the sum as not assessed.
	Disabled *Disabling
	// Applies decides from the profile alone whether the check is asked; nil is always.
	Applies *Predicate
	// Start begins a run of the check.
	Start func(*Pass) Visit

	question    *question // compiled from the file; of a native check, the one asked otherwise
	native      string    // name of the question written in Go
	startNative func(*Pass) Visit
}

// Category is the first part of the id: ACC of ACC-002.
func (c *Check) Category() string {
	for i := range c.ID {
		if c.ID[i] == '-' {
			return c.ID[:i]
		}
	}
	return c.ID
}

// Param is a threshold of a check. Numbers have bounds so that nobody tunes a check into silence.
type Param struct {
	Default any      `yaml:"default"`
	Min     *float64 `yaml:"min"`
	Max     *float64 `yaml:"max"`
	Why     string   `yaml:"why"` // source of the default
}

// Fix is who mends a failure, how long it takes and how soon it should be done.
type Fix struct {
	Who     string `yaml:"who"`     // owner, admin, integrator, lawyer
	Minutes int    `yaml:"minutes"` // of work, once
	Horizon string `yaml:"horizon"` // now, week, month, quarter
}

// Text is everything a report prints about a check in one language.
type Text struct {
	Title   string              `yaml:"title"`   // the compliant state, true when the check passes
	Summary string              `yaml:"summary"` // template: what was found, with the numbers
	Finding string              `yaml:"finding"` // template: one failing subject
	Risk    string              `yaml:"risk"`    // what it can cost the owner
	Steps   []string            `yaml:"steps"`   // how to mend it anywhere
	On      map[string][]string `yaml:"on"`      // steps where the platform has its own
}

// Visit is one run of a check: the engine calls the handler of a kind for each of its records, then Done.
type Visit struct {
	On   map[facts.Kind]func(*Subject)
	Done func() Outcome
}

// Subject is a record as checks see it: with its joins and derived values.
type Subject struct {
	Record facts.Record
	View   *View
}

// NewSubject makes a subject that stands for no record of the snapshot, for checks written in Go: a
// gap between two days, for instance. The values are what its sentences may print.
func NewSubject(r facts.Record, values map[string]any) *Subject {
	v := newView(r.Kind())
	v.record = r
	for name, value := range values {
		v.Set(name, value, facts.Observed)
	}
	return &Subject{Record: r, View: v}
}

// Kind of the record behind the subject.
func (s *Subject) Kind() facts.Kind { return s.Record.Kind() }

// Ref identifies the subject in results and waivers: user:12.
func (s *Subject) Ref() string { return string(s.Kind()) + ":" + tidyKey(s.Record.Key()) }

// copy is the subject for later: the one that a check is shown becomes the next record's.
func (s *Subject) copy() *Subject {
	return &Subject{Record: s.Record, View: s.View.clone()}
}

// Pass is what one run of a check knows before the first record.
type Pass struct {
	Check   *Check
	Profile *Profile
	Params  map[string]any // values in force
	Env     *Env
	Now     time.Time

	covers  coverIndex
	joins   *joins
	tallied func(facts.Kind, []string) // nil, or told of each tally: what the question looks at
}

// Tally counts the subjects of a kind for this run. With listing, only those entries of a log have
// to be completely delivered for the check to pass.
func (p *Pass) Tally(k facts.Kind, listing ...string) *Tally {
	if p.tallied != nil {
		p.tallied(k, listing)
	}
	return p.tally(k, nil, listing)
}

// Reads names facts of a kind without which a question written in Go cannot judge: nothing else tells
// the documentation of them.
func (p *Pass) Reads(k facts.Kind, names ...string) {
	if p.tallied != nil {
		p.tallied(k, names)
	}
}

// tally also knows the facts that the check reads: what an answer says of them and matches no
// account keeps the check from passing.
func (p *Pass) tally(k facts.Kind, names []factName, listing []string) *Tally {
	return &Tally{critical: p.Check.Severity == Critical, cover: func() Cover {
		c := p.covers.of(k, listing...)
		if gaps := p.joins.unmatched(names); k == facts.KindUser && len(gaps) > 0 {
			return Cover{Gaps: append(c.Gaps, gaps...)}
		}
		return c
	}}
}

// CheckParam refuses a threshold that the check does not have, of another type or out of its bounds.
func (c *Check) CheckParam(name string, value any) error {
	p, ok := c.Params[name]
	if !ok {
		return fmt.Errorf("%s has no threshold %s", c.ID, name)
	}
	number := func(v any) (float64, bool) {
		switch x := v.(type) {
		case int:
			return float64(x), true
		case float64:
			return x, true
		}
		return 0, false
	}
	if _, numeric := number(p.Default); numeric {
		n, ok := number(value)
		_, wantsInt := p.Default.(int)
		_, isInt := value.(int)
		switch {
		case !ok || wantsInt && !isInt:
			return fmt.Errorf("%s: %s is a whole number", c.ID, name)
		case !(n >= *p.Min && n <= *p.Max): // what is no number at all, too
			return fmt.Errorf("%s: %s is %v, its bounds are %v and %v", c.ID, name, value, *p.Min, *p.Max)
		}
		return nil
	}
	if fmt.Sprintf("%T", p.Default) != fmt.Sprintf("%T", value) {
		return fmt.Errorf("%s: %s is of another type", c.ID, name)
	}
	return nil
}

package checks

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

// ruleFile is one check as its YAML file spells it.
type ruleFile struct {
	ID            string             `yaml:"id"`
	Aliases       []string           `yaml:"aliases"`
	Severity      Severity           `yaml:"severity"`
	Tier          int                `yaml:"tier"`
	Jurisdictions []string           `yaml:"jurisdictions"`
	Topic         string             `yaml:"topic"`
	NotOn         []string           `yaml:"not_on"`
	Feature       string             `yaml:"feature"`
	Applies       yamlfile.Node      `yaml:"applies"`
	Requires      []string           `yaml:"requires"`
	Unlocks       []string           `yaml:"unlocks"`
	Question      ruleQuestion       `yaml:",inline"`
	Params        map[string]Param   `yaml:"params"`
	Refs          []string           `yaml:"refs"`
	Fix           Fix                `yaml:"fix"`
	Text          map[lang.Lang]Text `yaml:"text"`
	Examples      []Example          `yaml:"examples"`
}

// ruleQuestion is what a rule asks: of each record of a kind, of one answer or of one setting.
type ruleQuestion struct {
	For       facts.Kind      `yaml:"for"`
	Answer    string          `yaml:"answer"`
	Setting   string          `yaml:"setting"`
	Native    string          `yaml:"native"`    // a question that is written in Go
	Listing   []string        `yaml:"listing"`   // entries of a log that have to be delivered completely, instead of all
	Where     yamlfile.Node   `yaml:"where"`     // the population
	Fail      yamlfile.Node   `yaml:"fail"`      // true for a failing subject
	Fails     yamlfile.Node   `yaml:"fails"`     // number of failures, from the count of the population
	With      []string        `yaml:"with"`      // other answers that the condition reads, each under its own name
	All       []*ruleQuestion `yaml:"all"`       // several questions instead: failures add up
	Once      bool            `yaml:"once"`      // however many questions fail, they are one failure
	Otherwise *ruleQuestion   `yaml:"otherwise"` // asked when this one stays unknown
	Unless    *ruleQuestion   `yaml:"unless"`    // while its condition holds, the check passes
}

// Natives are the questions written in Go, by the name that a check file calls them.
type Natives map[string]func(*Pass) Visit

// LoadRule reads a check from its YAML file. A check whose question joins records or keeps state
// names one of the natives; everything else about it stands in the file all the same.
func LoadRule(name string, data []byte, natives Natives) (*Check, error) {
	var f ruleFile
	if err := yamlfile.Decode(name, data, &f); err != nil {
		return nil, err
	}
	c := &Check{
		ID: f.ID, Aliases: f.Aliases, Severity: f.Severity, Tier: f.Tier, Jurisdictions: f.Jurisdictions, Topic: f.Topic,
		NotOn: f.NotOn, Feature: f.Feature, Requires: f.Requires, Unlocks: f.Unlocks, Refs: f.Refs, Params: f.Params,
		Fix: f.Fix, Text: f.Text, Examples: f.Examples, File: name,
		Digest: fmt.Sprintf("%x", sha256.Sum256(data)),
	}
	if f.Applies.Value != "" {
		p, err := compilePredicate(place{name, f.Applies.Line}, f.Applies.Value, newVocabulary("", f.Params))
		if err != nil {
			return nil, err
		}
		c.Applies = p
	}
	if f.Question.Native != "" {
		if err := c.askNative(name, &f, natives); err != nil {
			return nil, err
		}
		return c, Validate(c)
	}
	q, err := compileQuestion(name, &f.Question, f.Params)
	if err != nil {
		return nil, err
	}
	c.Rule = q.describe()
	c.Ask = q.asks()
	c.Start, c.question = q.start, q
	return c, Validate(c)
}

// askNative lets the check ask a question written in Go and, where that stays unknown, the one below otherwise.
func (c *Check) askNative(name string, f *ruleFile, natives Natives) error {
	start := natives[f.Question.Native]
	if start == nil {
		return fail.New(fail.Usage, "only the program's own checks have native questions", "%s: there is no native question %q", name, f.Question.Native)
	}
	c.Start, c.Rule = start, f.Question.Native
	c.native, c.startNative = f.Question.Native, start
	if f.Question.Otherwise == nil {
		return nil
	}
	second, err := compileQuestion(name, f.Question.Otherwise, f.Params)
	if err != nil {
		return err
	}
	c.question = second
	c.Rule += "; otherwise " + second.describe()
	c.Ask = second.asks()
	c.Start = func(p *Pass) Visit {
		v := start(p)
		if v.On == nil {
			v.On = map[facts.Kind]func(*Subject){}
		}
		v.Done = otherwise(v.Done, second.begin(p, &v))
		return v
	}
	return nil
}

// question is a compiled ruleQuestion.
type question struct {
	kind      facts.Kind
	one       string // key of the only record asked, for answers and settings
	listing   []string
	where     *Predicate
	fail      *Predicate
	fails     *Number
	with      []string
	all       []*question
	once      bool
	otherwise *question
	unless    *question
}

func compileQuestion(name string, r *ruleQuestion, params map[string]Param) (*question, error) {
	q := &question{kind: r.For, listing: r.Listing, with: r.With, once: r.Once}
	if err := compileParts(name, q, r, params); err != nil {
		return nil, err
	}
	sources := 0
	for _, s := range []bool{r.For != "", r.Answer != "", r.Setting != "", len(r.All) > 0} {
		if s {
			sources++
		}
	}
	if sources != 1 {
		return nil, fail.New(fail.Usage, "for: user, answer: restore_test, setting: log.enabled or a list below all", "%s: a rule asks exactly one of for, answer, setting, all", name)
	}
	if r.Once && len(r.All) == 0 {
		return nil, fail.New(fail.Usage, "remove it: one question fails as often as its fails: says", "%s: once: belongs to all:", name)
	}
	if len(r.All) > 0 {
		return q, nil
	}
	if r.Answer != "" {
		q.kind, q.one = facts.KindAnswer, r.Answer
	}
	if r.Setting != "" {
		q.kind, q.one = facts.KindSetting, r.Setting
	}
	if _, err := facts.New(q.kind); err != nil {
		return nil, fail.New(fail.Usage, "", "%s: for: %v", name, err)
	}
	if (r.Fail.Value == "") == (r.Fails.Value == "") {
		return nil, fail.New(fail.Usage, "fail: a condition for one record; fails: a number from count", "%s: a rule has exactly one of fail and fails", name)
	}
	words := newVocabulary(q.kind, params)
	for _, other := range q.with {
		if r.Answer == "" || words[other] != nil {
			return nil, fail.New(fail.Usage, "answer: notified with with: [started] reads started.date", "%s: with: names other answers beside answer:", name)
		}
		words[other] = kindVocabulary(facts.KindAnswer)
	}
	var err error
	compile := func(n yamlfile.Node) *Predicate {
		if n.Value == "" || err != nil {
			return nil
		}
		var p *Predicate
		p, err = compilePredicate(place{name, n.Line}, n.Value, words)
		return p
	}
	q.where, q.fail = compile(r.Where), compile(r.Fail)
	if err == nil && r.Fails.Value != "" {
		if q.one == "" {
			// Only the count of the population is there when the number is computed.
			words = newVocabulary("", params)
		}
		q.fails, err = compileNumber(place{name, r.Fails.Line}, r.Fails.Value, words)
	}
	return q, err
}

// compileParts compiles the questions below this one.
func compileParts(name string, q *question, r *ruleQuestion, params map[string]Param) (err error) {
	for _, part := range r.All {
		below, err := compileQuestion(name, part, params)
		if err != nil {
			return err
		}
		q.all = append(q.all, below)
	}
	if r.Otherwise != nil {
		if q.otherwise, err = compileQuestion(name, r.Otherwise, params); err != nil {
			return err
		}
	}
	if r.Unless != nil {
		q.unless, err = compileQuestion(name, r.Unless, params)
	}
	return err
}

// facts lists what the question reads.
func (q *question) facts() []factName {
	var names []factName
	for _, p := range []*Predicate{q.where, q.fail} {
		if p != nil {
			names = append(names, p.facts...)
		}
	}
	return names
}

// describe is the rule in one line, for the evidence.
func (q *question) describe() string {
	var s string
	if len(q.all) > 0 {
		parts := make([]string, len(q.all))
		for i, part := range q.all {
			parts[i] = part.describe()
		}
		s = strings.Join(parts, "; ")
	} else {
		s = q.describeOne()
	}
	if q.unless != nil {
		s += "; unless " + q.unless.describe()
	}
	if q.otherwise != nil {
		s += "; otherwise " + q.otherwise.describe()
	}
	return s
}

func (q *question) describeOne() string {
	s := string(q.kind)
	if q.one != "" {
		s += " " + q.one
	}
	separator := ": "
	for _, p := range []*Predicate{q.where, q.fail} {
		if p != nil {
			s += separator + p.source
			separator = " → "
		}
	}
	if q.fails != nil {
		s += separator + q.fails.source
	}
	return s
}

// asks lists the questions of the questionnaire that the rule reads.
func (q *question) asks() []string {
	var list []string
	if q.kind == facts.KindAnswer {
		list = append(append(list, q.one), q.with...)
	}
	for _, below := range append([]*question{q.otherwise, q.unless}, q.all...) {
		if below != nil {
			list = append(list, below.asks()...)
		}
	}
	return list
}

// start begins a run.
func (q *question) start(p *Pass) Visit {
	v := Visit{On: map[facts.Kind]func(*Subject){}}
	v.Done = q.begin(p, &v)
	return v
}

// begin adds the handlers of the question and of those below it; the function gives its outcome.
func (q *question) begin(p *Pass, v *Visit) func() Outcome {
	done := q.beginOwn(p, v)
	if q.otherwise != nil {
		done = otherwise(done, q.otherwise.begin(p, v))
	}
	if q.unless != nil {
		done = unless(q.unless.begin(p, v), done)
	}
	return done
}

func (q *question) beginOwn(p *Pass, v *Visit) func() Outcome {
	if len(q.all) > 0 {
		dones := make([]func() Outcome, len(q.all))
		for i, part := range q.all {
			dones[i] = part.begin(p, v)
		}
		return func() Outcome {
			o := sum(dones)
			if q.once {
				o.K = min(o.K, 1)
			}
			return o
		}
	}
	handler, done := q.run(p)
	if before := v.On[q.kind]; before != nil {
		v.On[q.kind] = func(s *Subject) { before(s); handler(s) }
	} else {
		v.On[q.kind] = handler
	}
	return done
}

// otherwise asks the second question when the first one stays unknown.
func otherwise(first, second func() Outcome) func() Outcome {
	return func() Outcome {
		o := first()
		if o.Verdict != NotAssessed {
			return o
		}
		next := second()
		if next.Verdict == NotAssessed {
			next.Reasons = append(o.Reasons, next.Reasons...)
		}
		return next
	}
}

// unless passes without asking while the condition holds. Where nobody knows whether it holds, a
// failure of the rest is not certain.
func unless(condition, rest func() Outcome) func() Outcome {
	return func() Outcome {
		c, o := condition(), rest()
		switch {
		case c.Verdict == Errored:
			return c
		case c.Verdict == Failed:
			return Outcome{Verdict: Passed, Population: 1, Quality: c.Quality}
		case c.Verdict == NotAssessed && o.Verdict != Passed:
			return Outcome{Verdict: NotAssessed, Reasons: append(c.Reasons, o.Reasons...)}
		}
		return o
	}
}

// sum adds the outcomes of several questions up.
func sum(dones []func() Outcome) Outcome {
	total := Outcome{Verdict: Passed}
	listed := map[string]bool{}
	for _, done := range dones {
		o := done()
		total.K += o.K
		total.Population += o.Population
		total.Unjudged += o.Unjudged
		for _, f := range o.Failing {
			// A host with three faults is one row with three failures.
			if !listed[f.Ref] {
				listed[f.Ref] = true
				total.Failing = append(total.Failing, f)
			}
		}
		total.Reasons = append(total.Reasons, o.Reasons...)
		total.Quality = weaker(total.Quality, o.Quality)
		switch {
		case o.Verdict == Errored:
			return o
		case o.Verdict == Failed:
			total.Verdict = Failed
		case o.Verdict == NotAssessed && total.Verdict != Failed:
			total.Verdict = NotAssessed
		}
	}
	return total
}

func paramValue(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = fmt.Sprint(w)
	}
	return words
}

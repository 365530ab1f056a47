package checks

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/types"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

var countType = types.Int

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
		c.Start, c.Rule = natives[f.Question.Native], f.Question.Native
		if c.Start == nil {
			return nil, fail.New(fail.Usage, "only the program's own checks have native questions", "%s: there is no native question %q", name, f.Question.Native)
		}
		return c, Validate(c)
	}
	q, err := compileQuestion(name, &f.Question, f.Params)
	if err != nil {
		return nil, err
	}
	c.Rule = q.describe()
	c.Ask = q.asks()
	c.Start = q.start
	return c, Validate(c)
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

func (q *question) run(p *Pass) (func(*Subject), func() Outcome) {
	tally := p.tally(q.kind, q.facts(), q.listing)
	var failure error
	asked, matching, unsure := false, 0, 0
	together := map[string]*Subject{} // the answers that the condition reads side by side
	gap := func(s *Subject, f *factName) Gap {
		g := Gap{Fact: f.String()}
		if f.variable == "profile" {
			g.Reason = facts.NotConfigured
			return g
		}
		if slices.Contains(q.with, f.variable) {
			return p.covers.explain(Gap{Fact: "answer." + f.variable, Ask: f.variable}, q.kind, f.variable)
		}
		g.Reason = s.View.Missing[f.name]
		return p.covers.explain(g, q.kind, f.name)
	}
	judge := func(s *Subject) {
		asked = true
		p.Env.with(s.View)
		in := result{truth: True}
		if q.where != nil {
			var err error
			if in, err = q.where.Eval(p.Env); err != nil {
				failure = err
				return
			}
		}
		if in.truth == False {
			return
		}
		if q.fails != nil && q.one == "" {
			if in.truth == Unknown {
				unsure++
				tally.addGap(gap(s, in.missing))
				return
			}
			matching++
			tally.collect(s, in.quality)
			return
		}
		if q.fails != nil {
			q.judgeOne(p, s, tally, &failure)
			return
		}
		out, err := q.fail.Eval(p.Env)
		switch {
		case err != nil:
			failure = err
		case out.truth == False:
			// In order whether or not it belongs to the population.
			if in.truth == True {
				tally.Pass(weaker(in.quality, out.quality))
			}
		case in.truth == Unknown:
			tally.Unknown(gap(s, in.missing))
		case out.truth == Unknown:
			tally.Unknown(gap(s, out.missing))
		default:
			tally.Fail(s, weaker(in.quality, out.quality))
		}
	}
	handler := func(s *Subject) {
		key := s.Record.Key()
		switch {
		case failure != nil || q.one != "" && key != q.one && !slices.Contains(q.with, key):
		case len(q.with) > 0:
			together[key] = s.copy()
		default:
			judge(s)
		}
	}
	done := func() Outcome {
		if s := together[q.one]; s != nil {
			for _, other := range q.with {
				p.Env.also(other, together[other])
			}
			judge(s)
		}
		switch {
		case failure != nil:
			return Outcome{Verdict: Errored, Err: failure}
		case q.one != "" && !asked && q.outside(p):
			return Outcome{Verdict: Passed}
		case q.one != "" && !asked:
			g := p.covers.explain(Gap{Fact: string(q.kind) + "." + q.one}, q.kind, q.one)
			if q.kind == facts.KindAnswer {
				g.Ask = q.one
			}
			return Outcome{Verdict: NotAssessed, Reasons: []Gap{g}}
		case q.one != "":
			// One record was asked and is here: its list is complete by itself.
			tally.cover = func() Cover { return Cover{Full: true} }
		case q.fails != nil:
			return q.judgeCount(p, tally, matching, unsure)
		}
		return tally.Outcome()
	}
	return handler, done
}

// outside reports that the profile alone keeps the question from being asked.
func (q *question) outside(p *Pass) bool {
	if q.where == nil {
		return false
	}
	p.Env.with(newView(q.kind))
	in, err := q.where.Eval(p.Env)
	return err == nil && in.truth == False
}

// judgeOne counts the failures within one answer or setting.
func (q *question) judgeOne(p *Pass, s *Subject, t *Tally, failure *error) {
	k, missing, err := q.fails.Eval(p.Env, 0)
	quality, _ := p.Env.guard(q.fails.facts)
	switch {
	case err != nil:
		*failure = err
	case missing != nil:
		t.Unknown(p.covers.explain(Gap{Fact: missing.String(), Reason: s.View.Missing[missing.name]}, q.kind, missing.name))
	case k <= 0:
		t.Pass(quality)
	default:
		before := t.k
		t.Fail(s, quality)
		if t.k > before { // a weak fact convicts nobody
			t.k += k - 1
		}
	}
}

// judgeCount decides from a population that may be larger than what is known: only when the answer
// is the same for the smallest and the largest possible count is it an answer.
func (q *question) judgeCount(p *Pass, t *Tally, matching, unsure int) Outcome {
	most, cover := matching+unsure, t.cover()
	if !cover.Full {
		most = -1 // no upper bound
	}
	low, missing, err := q.fails.Eval(p.Env, matching)
	if err != nil {
		return Outcome{Verdict: Errored, Err: err}
	}
	if missing != nil {
		return Outcome{Verdict: NotAssessed, Reasons: []Gap{{Fact: missing.String(), Reason: facts.NotConfigured}}}
	}
	o := Outcome{Population: matching, Unjudged: unsure, Quality: t.quality, Reasons: t.gaps}
	high := low
	if most != matching {
		upper := most
		if upper < 0 {
			upper = matching + 1_000_000 // any number of further subjects may exist
		}
		if high, _, err = q.fails.Eval(p.Env, upper); err != nil {
			return Outcome{Verdict: Errored, Err: err}
		}
	}
	weak := t.critical && t.quality == facts.Inferred
	switch {
	case !weak && t.quality != facts.Partial && low > 0 && high > 0:
		o.Verdict, o.K = Failed, min(low, high)
		o.Failing = t.failing
	case !weak && low <= 0 && high <= 0:
		o.Verdict = Passed
	default:
		o.Verdict = NotAssessed
		o.Reasons = append(o.Reasons, cover.Gaps...)
	}
	return o
}

// collect keeps a member of a counted population as evidence.
func (t *Tally) collect(s *Subject, q facts.Quality) {
	t.quality = weaker(t.quality, q)
	if len(t.failing) < maxFailing {
		t.failing = append(t.failing, failing(s, q))
	}
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

package checks

import (
	"slices"
	"sort"

	"github.com/crmaudit/crmaudit/facts"
)

// asking is one question during a run: it sees the records of its kind one by one and then tells.
type asking struct {
	q     *question
	pass  *Pass
	tally *Tally

	asked            bool // the one answer or setting was there
	matching, unsure int  // size of a counted population: certain, and possible beyond that
	failure          error

	together map[string]*Subject // answers that the condition reads side by side
	versions []*Subject          // what the sources say of one setting
	gaps     map[lacking]Gap     // told before: what lacks of one record lacks of most
}

// lacking is a missing fact and why its record says it is missing.
type lacking struct {
	fact   factName
	reason facts.Reason
}

// run begins the question.
func (q *question) run(p *Pass) (func(*Subject), func() Outcome) {
	a := q.ask(p)
	return a.see, a.tell
}

func (q *question) ask(p *Pass) *asking {
	return &asking{q: q, pass: p, tally: p.tally(q.kind, q.facts(), q.listing), together: map[string]*Subject{}, gaps: map[lacking]Gap{}}
}

func (a *asking) see(s *Subject) {
	key := ""
	if a.q.one != "" || len(a.q.with) > 0 {
		key = s.Record.Key() // most do without it, and there may be millions of records
	}
	switch {
	case a.failure != nil || a.q.one != "" && key != a.q.one && !slices.Contains(a.q.with, key):
	case len(a.q.with) > 0:
		a.together[key] = s.copy()
	case a.q.one != "" && a.q.kind == facts.KindSetting:
		a.versions = append(a.versions, s.copy())
	default:
		a.judge(s)
	}
}

func (a *asking) judge(s *Subject) {
	a.asked = true
	env := a.pass.Env
	env.with(s.View)
	in := result{truth: True}
	if a.q.where != nil {
		if in, a.failure = a.q.where.Eval(env); a.failure != nil {
			return
		}
	}
	switch {
	case in.truth == False:
	case a.q.fails != nil && a.q.one == "":
		a.count(s, in)
	case a.q.fails != nil:
		a.judgeOne(s)
	default:
		a.judgeEach(s, in)
	}
}

// count adds a member to a population whose size decides.
func (a *asking) count(s *Subject, in result) {
	if in.truth == Unknown {
		a.unsure++
		a.tally.addGap(a.gap(s, in.missing))
		return
	}
	a.matching++
	a.tally.collect(s, in.quality)
}

// judgeEach judges a record of a population in which each failing record counts.
func (a *asking) judgeEach(s *Subject, in result) {
	out, err := a.q.fail.Eval(a.pass.Env)
	switch {
	case err != nil:
		a.failure = err
	case out.truth == False:
		// In order whether or not it belongs to the population.
		if in.truth == True {
			a.tally.Pass(weaker(in.quality, out.quality))
		}
	case in.truth == Unknown:
		a.tally.Unknown(a.gap(s, in.missing))
	case out.truth == Unknown:
		a.tally.Unknown(a.gap(s, out.missing))
	default:
		a.tally.Fail(s, weaker(in.quality, out.quality))
	}
}

// gap says which fact was missing and why.
func (a *asking) gap(s *Subject, f *factName) Gap {
	what := lacking{*f, s.View.Why(f.name)}
	g, told := a.gaps[what]
	if !told {
		g = a.explain(what)
		a.gaps[what] = g
	}
	return g
}

func (a *asking) explain(what lacking) Gap {
	f := what.fact
	switch {
	case f.variable == "profile":
		return Gap{Fact: f.String(), Reason: facts.NotConfigured}
	case slices.Contains(a.q.with, f.variable):
		return a.pass.covers.explain(Gap{Fact: "answer." + f.variable, Ask: f.variable}, a.q.kind, f.variable)
	}
	return a.pass.covers.explain(Gap{Fact: f.String(), Reason: what.reason}, a.q.kind, f.name)
}

// tell gives the outcome once all records were seen.
func (a *asking) tell() Outcome {
	q := a.q
	if s := a.together[q.one]; s != nil {
		for _, other := range q.with {
			a.pass.Env.also(other, a.together[other])
		}
		a.judge(s)
	}
	a.settle()
	switch {
	case a.failure != nil:
		return Outcome{Verdict: Errored, Err: a.failure}
	case q.one != "" && !a.asked && q.outside(a.pass):
		return Outcome{Verdict: Passed}
	case q.one != "" && !a.asked:
		g := a.pass.covers.explain(Gap{Fact: string(q.kind) + "." + q.one}, q.kind, q.one)
		if q.kind == facts.KindAnswer {
			g.Ask = q.one
		}
		return Outcome{Verdict: NotAssessed, Reasons: []Gap{g}}
	case q.one != "":
		// One record was asked and is here: its list is complete by itself.
		a.tally.cover = func() Cover { return Cover{Full: true} }
	case q.fails != nil:
		return a.judgeCount()
	}
	return a.tally.Outcome()
}

// settle judges a setting that several sources speak of: the system's own word comes before a
// person's, and what cannot decide leaves it to the next.
func (a *asking) settle() {
	sort.SliceStable(a.versions, func(i, j int) bool { return trust(a.versions[i]) < trust(a.versions[j]) })
	for i, s := range a.versions {
		one := a.q.ask(a.pass)
		one.judge(s)
		a.asked, a.failure = true, one.failure
		if one.tally.population > 0 || one.failure != nil || i == len(a.versions)-1 {
			a.tally = one.tally
			return
		}
	}
}

func trust(s *Subject) int {
	order := []facts.Quality{facts.Observed, facts.Partial, facts.Declared, facts.Inferred}
	worst := 0
	for _, name := range []string{"bool", "number", "text", "list"} {
		if q := s.View.QualityOf(name); q != "" {
			worst = max(worst, slices.Index(order, q))
		}
	}
	return worst
}

// outside reports that the profile alone keeps the question from being asked.
func (q *question) outside(p *Pass) bool { return q.excluded(p.Env) }

func (q *question) excluded(e *Env) bool {
	if q.where == nil {
		return false
	}
	e.with(newView(q.kind))
	in, err := q.where.Eval(e)
	return err == nil && in.truth == False
}

// judgeOne counts the failures within one answer or setting.
func (a *asking) judgeOne(s *Subject) {
	q, p, t := a.q, a.pass, a.tally
	k, missing, err := q.fails.Eval(p.Env, 0)
	quality, _ := p.Env.guard(q.fails.facts)
	switch {
	case err != nil:
		a.failure = err
	case missing != nil:
		t.Unknown(p.covers.explain(Gap{Fact: missing.String(), Reason: s.View.Why(missing.name)}, q.kind, missing.name))
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
func (a *asking) judgeCount() Outcome {
	q, p, t, matching, unsure := a.q, a.pass, a.tally, a.matching, a.unsure
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

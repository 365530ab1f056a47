package checks

import (
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
)

// Asked is a question as its file spells it, for whoever explains the check: what it reads, of which
// records, and what else is asked when that is not known.
type Asked struct {
	Kind      facts.Kind
	One       string // the only record asked: a question of the questionnaire or a setting
	Native    string // a question written in Go
	Where     string
	Fail      string
	Fails     string
	Needs     []Need
	Once      bool
	All       []Asked
	Unless    *Asked
	Otherwise *Asked
}

// Fact names a fact of a snapshot; without a name it is the list of the records itself. Of a setting
// or an answer the name is that of the record, of a log that of the entries it has to hold.
type Fact struct {
	Kind facts.Kind
	Name string
}

func (f Fact) String() string {
	if f.Name == "" {
		return string(f.Kind)
	}
	return string(f.Kind) + "." + f.Name
}

// Need is a fact that a question reads.
type Need struct {
	Fact
	Optional bool // the rule asks first whether it is known
}

// Asked explains what the check asks anywhere.
func (c *Check) Asked() Asked { return c.AskedOn("") }

// AskedOn explains what the check asks on a platform: without the parts that are not for it.
func (c *Check) AskedOn(platform string) Asked {
	env := NewEnv(newView("profile"), nil)
	if platform != "" {
		env.profile.Set("platform", platform, facts.Declared)
	}
	if c.native == "" {
		return c.question.asked(env)
	}
	a := Asked{Native: c.native, Needs: c.nativeNeeds()}
	if c.question != nil {
		second := c.question.asked(env)
		a.Otherwise = &second
	}
	return a
}

// nativeNeeds starts a question written in Go, shows it nothing and looks what it listens to. Records that
// it keeps no tally of only help to judge the others; who has left, though, nothing but the HR list knows.
func (c *Check) nativeNeeds() []Need {
	listings := map[facts.Kind][]string{}
	p := &Profile{}
	params := c.params(p)
	pass := &Pass{Check: c, Profile: p, Params: params, Env: NewEnv(p.view(), params), tallied: func(k facts.Kind, listing []string) {
		listings[k] = append(listings[k], listing...)
	}}
	visit := c.startNative(pass)
	var needs []Need
	for _, k := range facts.Kinds {
		if visit.On[k] == nil {
			continue
		}
		listing, tallied := listings[k]
		if k != facts.KindAnswer {
			needs = append(needs, Need{Fact: Fact{Kind: k}, Optional: !tallied && k != facts.KindPerson})
		}
		for _, name := range listing {
			needs = append(needs, Need{Fact: Fact{k, name}})
		}
	}
	return needs
}

func (q *question) asked(env *Env) Asked {
	a := Asked{Kind: q.kind, One: q.one, Once: q.once, Needs: q.needs()}
	for _, part := range q.all {
		if !part.excluded(env) {
			a.All = append(a.All, part.asked(env))
		}
	}
	if q.where != nil {
		a.Where = q.where.source
	}
	if q.fail != nil {
		a.Fail = q.fail.source
	}
	if q.fails != nil {
		a.Fails = q.fails.source
	}
	if q.unless != nil {
		below := q.unless.asked(env)
		a.Unless = &below
	}
	if q.otherwise != nil {
		below := q.otherwise.asked(env)
		a.Otherwise = &below
	}
	return a
}

// needs lists what the question itself reads, without those below it.
func (q *question) needs() []Need {
	if len(q.all) > 0 {
		return nil
	}
	if q.one != "" {
		needs := []Need{{Fact: Fact{q.kind, q.one}}}
		for _, other := range q.with {
			needs = append(needs, Need{Fact: Fact{q.kind, other}})
		}
		if q.looksUpPeople() {
			needs = append(needs, Need{Fact: Fact{facts.KindPerson, "employed"}})
		}
		return needs
	}
	needs := []Need{{Fact: Fact{Kind: q.kind}}}
	for _, entry := range q.listing {
		needs = append(needs, Need{Fact: Fact{q.kind, entry}})
	}
	guarded := map[Fact]bool{}
	for _, p := range []*Predicate{q.where, q.fail} {
		if p != nil {
			eachGuard(p.root, func(f factName) { guarded[Fact{q.kind, baseWord(q.kind, f.name)}] = true })
		}
	}
	for _, f := range q.facts() {
		if f.variable != string(q.kind) {
			continue
		}
		n := Need{Fact: Fact{q.kind, baseWord(q.kind, f.name)}}
		n.Optional = guarded[n.Fact]
		if !slices.Contains(needs, n) {
			needs = append(needs, n)
		}
	}
	return needs
}

// looksUpPeople reports that the people an answer names are looked up in the HR list.
func (q *question) looksUpPeople() bool {
	words := q.facts()
	if q.fails != nil {
		words = append(words, q.fails.facts...)
	}
	return slices.ContainsFunc(words, func(f factName) bool {
		return slices.ContainsFunc(restsOn[q.kind][f.name], func(on Fact) bool { return on.Kind == facts.KindPerson })
	})
}

// eachGuard finds every known(…) of a condition.
func eachGuard(t term, see func(factName)) {
	switch t := t.(type) {
	case and:
		eachGuard(t.left, see)
		eachGuard(t.right, see)
	case or:
		eachGuard(t.left, see)
		eachGuard(t.right, see)
	case not:
		eachGuard(t.of, see)
	case isKnown:
		see(t.fact)
	}
}

// baseWord takes the endings off that a date gets: last_login_days is of last_login.
func baseWord(k facts.Kind, word string) string {
	if _, derives := derived[k][word]; derives {
		return word
	}
	for _, ending := range []string{"_days", "_never"} {
		base, cut := strings.CutSuffix(word, ending)
		if _, known := kindVocabulary(k)[base]; cut && known {
			return base
		}
	}
	return word
}

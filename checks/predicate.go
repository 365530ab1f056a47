package checks

import (
	"errors"
	"fmt"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"

	"github.com/crmaudit/crmaudit/facts"
)

// Truth is the value of a condition over facts that may be unknown.
type Truth int

// Truths.
const (
	False Truth = iota
	Unknown
	True
)

// Predicate is a compiled condition in three-valued logic: "and" with a known false is false even
// when the other side is unknown, "or" with a known true is true; anything else that needs an
// unknown fact is unknown. Facts are looked up before an expression runs: it never sees a missing
// value, and what it sees has been read from the record by then.
type Predicate struct {
	source string
	root   term
	facts  []factName
}

// Env is what expressions see: the subject of a check, its thresholds, the profile.
type Env struct {
	values  map[string]any
	profile *View
	subject *View
	others  map[string]*View // answers that a rule reads beside its subject
	machine vm.VM
}

// factName is variable.name in an expression; without a name it is the record as a whole.
type factName struct{ variable, name string }

func (f factName) String() string { return f.variable + "." + f.name }

// result of a term: its truth, the weakest fact it rests on, and the first fact that was missing.
type result struct {
	truth   Truth
	quality facts.Quality
	missing *factName
}

type term interface{ eval(e *Env) (result, error) }

// NewEnv prepares the surroundings of one check run.
func NewEnv(profile *View, params map[string]any) *Env {
	return &Env{values: map[string]any{"profile": profile.shown, "param": params}, profile: profile}
}

func (e *Env) with(v *View) {
	if e.subject == v {
		return // the same view with the next record in it
	}
	e.subject = v
	e.values[string(v.Kind)] = v.shown
}

// also lets the condition read a further answer under its own name; nil is one that nobody gave.
func (e *Env) also(name string, s *Subject) {
	view := newView(facts.KindAnswer)
	if s != nil {
		view = s.View
	}
	if e.others == nil {
		e.others = map[string]*View{}
	}
	e.others[name] = view
	e.values[name] = view.shown
}

func (e *Env) view(variable string) *View {
	if v := e.others[variable]; v != nil {
		return v
	}
	switch {
	case variable == "profile":
		return e.profile
	case e.subject != nil && variable == string(e.subject.Kind):
		return e.subject
	}
	return nil
}

// Eval judges the condition for the subject.
func (p *Predicate) Eval(e *Env) (result, error) { return p.root.eval(e) }

// Source is the condition as it was written.
func (p *Predicate) Source() string { return p.source }

type and struct{ left, right term }

func (t and) eval(e *Env) (result, error) { return both(t.left, t.right, e, False) }

type or struct{ left, right term }

func (t or) eval(e *Env) (result, error) { return both(t.left, t.right, e, True) }

// both evaluates a side and, unless it is the deciding truth, the other one.
func both(left, right term, e *Env, decides Truth) (result, error) {
	l, err := left.eval(e)
	if err != nil || l.truth == decides {
		return l, err
	}
	r, err := right.eval(e)
	if err != nil || r.truth == decides {
		return r, err
	}
	if l.truth == Unknown {
		return l, nil
	}
	if r.truth == Unknown {
		return r, nil
	}
	return result{truth: l.truth, quality: weaker(l.quality, r.quality)}, nil
}

type not struct{ of term }

func (t not) eval(e *Env) (result, error) {
	r, err := t.of.eval(e)
	r.truth = True - r.truth
	return r, err
}

// isKnown is known(user.two_factor): never itself unknown.
type isKnown struct{ fact factName }

func (t isKnown) eval(e *Env) (result, error) {
	if v := e.view(t.fact.variable); v != nil {
		if q := v.QualityOf(t.fact.name); q != "" {
			return result{truth: True, quality: q}, nil
		}
	}
	return result{truth: False}, nil
}

// leaf is an expression without and, or, not at its top, run only when all its facts are known.
type leaf struct {
	program *vm.Program
	facts   []factName
}

func (t leaf) eval(e *Env) (result, error) {
	quality, missing := e.guard(t.facts)
	if missing != nil {
		return result{truth: Unknown, missing: missing}, nil
	}
	out, err := e.machine.Run(t.program, e.values)
	if err != nil {
		return result{}, runtimeError(err)
	}
	if out.(bool) {
		return result{truth: True, quality: quality}, nil
	}
	return result{truth: False, quality: quality}, nil
}

// guard looks every fact up and shows it to the expression: the weakest quality among them, or the
// first one that is missing.
func (e *Env) guard(names []factName) (facts.Quality, *factName) {
	var q facts.Quality
	for i, f := range names {
		v := e.view(f.variable)
		if v == nil {
			continue // a parameter
		}
		if f.name == "" {
			v.showAll()
			continue
		}
		known := v.show(f.name)
		if known == "" {
			return "", &names[i]
		}
		q = weaker(q, known)
	}
	return q, nil
}

// runtimeError keeps the sentence of the expression machine and drops its source excerpt.
func runtimeError(err error) error {
	var fe *file.Error
	if errors.As(err, &fe) {
		return fmt.Errorf("the rule failed on this record: %s", fe.Message)
	}
	return fmt.Errorf("the rule failed on this record: %w", err)
}

// Number is a compiled whole-number expression over the count of subjects, thresholds and profile.
type Number struct {
	source  string
	program *vm.Program
	facts   []factName
}

// Eval is the number for a count of subjects, or the fact that is missing.
func (n *Number) Eval(e *Env, count int) (int, *factName, error) {
	if _, missing := e.guard(n.facts); missing != nil {
		return 0, missing, nil
	}
	e.values["count"] = count
	out, err := e.machine.Run(n.program, e.values)
	if err != nil {
		return 0, nil, runtimeError(err)
	}
	return out.(int), nil, nil
}

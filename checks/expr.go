package checks

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/nearest"
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
// unknown fact is unknown. Facts are looked up before an expression runs, so an expression never
// sees a missing value.
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
	return &Env{values: map[string]any{"profile": profile.Values, "param": params}, profile: profile}
}

func (e *Env) with(v *View) {
	if e.subject == v {
		return // the same view with the next record in it
	}
	e.subject = v
	e.values[string(v.Kind)] = v.Values
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
	e.values[name] = view.Values
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
		if _, ok := v.Values[t.fact.name]; ok {
			return result{truth: True, quality: v.QualityOf(t.fact.name)}, nil
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

// guard looks every fact up: the weakest quality among them, or the first one that is missing.
func (e *Env) guard(names []factName) (facts.Quality, *factName) {
	var q facts.Quality
	for i, f := range names {
		v := e.view(f.variable)
		if v == nil {
			continue // a parameter
		}
		if _, ok := v.Values[f.name]; !ok {
			return "", &names[i]
		}
		q = weaker(q, v.known(f.name))
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

// place says where an expression stands, for messages.
type place struct {
	file string
	line int
}

func (p place) String() string { return fmt.Sprintf("%s:%d", p.file, p.line) }

// compilePredicate compiles a condition over the vocabulary.
func compilePredicate(at place, source string, v vocabulary) (*Predicate, error) {
	tree, err := parseExpression(at, source, v)
	if err != nil {
		return nil, err
	}
	p := &Predicate{source: source}
	if p.root, err = compileTerm(at, source, tree, v, p); err != nil {
		return nil, err
	}
	return p, nil
}

func compileTerm(at place, source string, n ast.Node, v vocabulary, p *Predicate) (term, error) {
	switch n := n.(type) {
	case *ast.BinaryNode:
		if n.Operator == "&&" || n.Operator == "and" || n.Operator == "||" || n.Operator == "or" {
			left, err := compileTerm(at, source, n.Left, v, p)
			if err != nil {
				return nil, err
			}
			right, err := compileTerm(at, source, n.Right, v, p)
			if err != nil {
				return nil, err
			}
			if n.Operator == "&&" || n.Operator == "and" {
				return and{left, right}, nil
			}
			return or{left, right}, nil
		}
	case *ast.UnaryNode:
		if n.Operator == "!" || n.Operator == "not" {
			of, err := compileTerm(at, source, n.Node, v, p)
			return not{of}, err
		}
	case *ast.CallNode:
		if id, ok := n.Callee.(*ast.IdentifierNode); ok && id.Value == "known" && len(n.Arguments) == 1 {
			if f, ok := asFact(n.Arguments[0]); ok {
				return isKnown{f}, nil
			}
		}
	}
	program, err := compileNode(at, source, n, v, expr.AsBool())
	if err != nil {
		return nil, err
	}
	names := factsOf(n)
	p.facts = append(p.facts, names...)
	return shortcut(n, leaf{program, names}), nil
}

// compileNumber compiles a whole-number expression; count is the number of subjects.
func compileNumber(at place, source string, v vocabulary) (*Number, error) {
	tree, err := parseExpression(at, source, v)
	if err != nil {
		return nil, err
	}
	program, err := compileNode(at, source, tree, v, expr.AsInt())
	if err != nil {
		return nil, err
	}
	return &Number{source: source, program: program, facts: factsOf(tree)}, nil
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

func compileNode(at place, source string, n ast.Node, v vocabulary, as expr.Option) (*vm.Program, error) {
	env := v.env()
	env["count"] = countType
	options := append([]expr.Option{expr.Env(env), as}, functions()...)
	program, err := expr.Compile(n.String(), options...)
	if err != nil {
		return nil, explain(at, source, err)
	}
	return program, nil
}

// functions are the words of rules beyond those of the expression language itself.
func functions() []expr.Option {
	return []expr.Option{
		// like(text, patterns): some pattern, with * for any letters, matches the whole text; case does not matter.
		expr.Function("like", func(args ...any) (any, error) {
			return like(args[0].(string), args[1].([]string)), nil
		}, new(func(string, []string) bool)),
		// working_days(from, to, holidays): days of work after from up to and including to; holidays may be left out.
		expr.Function("working_days", func(args ...any) (any, error) {
			var holidays []string
			if len(args) == 3 {
				holidays = args[2].([]string)
			}
			return workingDays(args[0].(time.Time), args[1].(time.Time), holidays), nil
		}, new(func(time.Time, time.Time) int), new(func(time.Time, time.Time, []string) int)),
		expr.Function("known", func(...any) (any, error) {
			return nil, errors.New("known() stands alone: known(user.name) && …")
		}, new(func(any) bool)),
	}
}

// parseExpression reads an expression and checks every name in it, so that a misspelt fact is named with its
// place and the nearest right word, never with a type of the program.
func parseExpression(at place, source string, v vocabulary) (ast.Node, error) {
	config := conf.CreateNew()
	tree, err := parser.ParseWithConfig(source, config)
	if err != nil {
		return nil, explain(at, source, err)
	}
	checker := &nameChecker{at: at, source: source, vocabulary: v}
	ast.Walk(&tree.Node, checker)
	return tree.Node, checker.err
}

type nameChecker struct {
	at         place
	source     string
	vocabulary vocabulary
	err        error
}

func (c *nameChecker) Visit(node *ast.Node) {
	f, ok := asFact(*node)
	if !ok || c.err != nil {
		return
	}
	words, known := c.vocabulary[f.variable]
	column := (*node).Location().From
	if !known {
		return // a variable of the expression itself, or a mistake that the compiler names
	}
	if _, ok := words[f.name]; !ok {
		hint := "see `crmaudit checks words` for what a rule may ask"
		if near := nearest.Of(f.name, c.vocabulary.words(f.variable)); near != "" {
			hint = fmt.Sprintf("did you mean %s.%s?", f.variable, near)
		}
		c.err = fail.New(fail.Usage, hint, "%s: there is no %s\n%s", c.at, f, caret(c.source, column))
	}
}

// explain turns a compiler message into a sentence with the place.
func explain(at place, source string, err error) error {
	var fe *file.Error
	if !errors.As(err, &fe) {
		return fail.New(fail.Usage, "", "%s: %s", at, err)
	}
	message := fe.Message
	for _, internal := range []string{"types.Map", "map[string]interface {}", "interface {}", "map[string]any"} {
		message = strings.ReplaceAll(message, internal, "record")
	}
	return fail.New(fail.Usage, "see docs/writing-checks.md for the language of rules", "%s: %s\n%s", at, message, caret(source, fe.From))
}

func caret(source string, offset int) string {
	runes := []rune(strings.ReplaceAll(source, "\n", " "))
	offset = min(max(offset, 0), len(runes))
	return "  " + string(runes) + "\n  " + strings.Repeat(" ", offset) + "^"
}

// asFact recognises variable.name.
func asFact(n ast.Node) (factName, bool) {
	if c, ok := n.(*ast.ChainNode); ok {
		n = c.Node
	}
	m, ok := n.(*ast.MemberNode)
	if !ok {
		return factName{}, false
	}
	id, ok := m.Node.(*ast.IdentifierNode)
	name, ok2 := m.Property.(*ast.StringNode)
	if !ok || !ok2 {
		return factName{}, false
	}
	return factName{id.Value, name.Value}, true
}

type factCollector struct{ names []factName }

func (c *factCollector) Visit(node *ast.Node) {
	f, ok := asFact(*node)
	if !ok || f.variable == "param" {
		return
	}
	for _, have := range c.names {
		if have == f {
			return
		}
	}
	c.names = append(c.names, f)
}

// factsOf lists the facts that an expression reads, in order of appearance.
func factsOf(n ast.Node) []factName {
	c := &factCollector{}
	ast.Walk(&n, c)
	return c.names
}

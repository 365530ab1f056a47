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
	"github.com/expr-lang/expr/types"
	"github.com/expr-lang/expr/vm"

	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/nearest"
)

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
	return shortcut(n, leaf{program, append(names, wholesOf(n, v)...)}), nil
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
	return &Number{source: source, program: program, facts: append(factsOf(tree), wholesOf(tree, v)...)}, nil
}

func compileNode(at place, source string, n ast.Node, v vocabulary, as expr.Option) (*vm.Program, error) {
	env := v.env()
	env["count"] = types.Int
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
		hint := fmt.Sprintf("`crmaudit checks words %s` lists what a rule may ask", f.variable)
		if f.variable == "param" || f.variable == "profile" {
			hint = "see docs/writing-checks.md for what a rule may ask"
		}
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

// wholesOf lists the records that an expression takes as a whole, such as the user of
// `let u = user; u.active`: which of their facts it reads, nobody knows before it runs.
func wholesOf(n ast.Node, v vocabulary) []factName {
	c := &wholeCollector{bare: map[ast.Node]string{}}
	ast.Walk(&n, c)
	var names []factName
	for _, variable := range c.bare {
		if variable == "$env" { // the expression machine's own name of everything
			for every := range v {
				names = append(names, factName{variable: every})
			}
		} else if v[variable] != nil {
			names = append(names, factName{variable: variable})
		}
	}
	return names
}

// wholeCollector keeps the variables that are not just the first half of a fact.
type wholeCollector struct{ bare map[ast.Node]string }

func (c *wholeCollector) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		c.bare[n] = n.Value
	case *ast.MemberNode: // comes after what it is a member of
		if f, ok := asFact(n); ok && f.variable != "$env" {
			delete(c.bare, n.Node)
		}
	}
}

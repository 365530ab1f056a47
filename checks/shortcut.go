package checks

import (
	"github.com/expr-lang/expr/ast"

	"github.com/crmaudit/crmaudit/facts"
)

// Most conditions say one of three things: a yes-or-no fact, a text that is or is not some word, a
// number beyond a limit. These are answered here; the expression machine, which takes ten times as
// long, answers the rest and whatever a shortcut does not understand.

// shortcut replaces a compiled condition by a quicker equal one, where there is one.
func shortcut(n ast.Node, slow leaf) term {
	if f, ok := asFact(n); ok && f.variable != "param" {
		return isTrue{f, slow}
	}
	b, ok := n.(*ast.BinaryNode)
	if !ok {
		return slow
	}
	f, ok := asFact(b.Left)
	if !ok || f.variable == "param" {
		return slow
	}
	if words := asWords(b); words != nil {
		return isWord{f, words, b.Operator != "!=", slow}
	}
	if limit, ok := asLimit(b.Right); ok && compares(b.Operator) {
		return isBeyond{f, b.Operator, limit, slow}
	}
	return slow
}

// isTrue is user.active.
type isTrue struct {
	fact factName
	slow leaf
}

func (t isTrue) eval(e *Env) (result, error) {
	value, quality := e.value(t.fact)
	if b, ok := value.(bool); ok {
		return result{truth: truthOf(b), quality: quality}, nil
	}
	return t.slow.eval(e)
}

// isWord is user.kind == "human" or user.kind in ["bot", "system"].
type isWord struct {
	fact  factName
	words []string
	want  bool // to be one of them; otherwise to be none
	slow  leaf
}

func (t isWord) eval(e *Env) (result, error) {
	value, quality := e.value(t.fact)
	if s, ok := value.(string); ok {
		return result{truth: truthOf(contains(t.words, s) == t.want), quality: quality}, nil
	}
	return t.slow.eval(e)
}

// asWords lists the words on the right of a comparison, nil when there is anything else.
func asWords(b *ast.BinaryNode) []string {
	switch right := b.Right.(type) {
	case *ast.StringNode:
		if b.Operator == "==" || b.Operator == "!=" {
			return []string{right.Value}
		}
	case *ast.ArrayNode:
		if b.Operator != "in" {
			return nil
		}
		words := make([]string, len(right.Nodes))
		for i, n := range right.Nodes {
			word, ok := n.(*ast.StringNode)
			if !ok {
				return nil
			}
			words[i] = word.Value
		}
		return words
	}
	return nil
}

// isBeyond is user.idle_days > param.stale_days.
type isBeyond struct {
	fact     factName
	operator string
	limit    limit
	slow     leaf
}

func (t isBeyond) eval(e *Env) (result, error) {
	value, quality := e.value(t.fact)
	n, ok := value.(int)
	if !ok {
		return t.slow.eval(e)
	}
	most, ok := t.limit.of(e)
	if !ok {
		return t.slow.eval(e)
	}
	var is bool
	switch t.operator {
	case ">":
		is = n > most
	case ">=":
		is = n >= most
	case "<":
		is = n < most
	case "<=":
		is = n <= most
	}
	return result{truth: truthOf(is), quality: quality}, nil
}

func compares(operator string) bool { return contains([]string{">", ">=", "<", "<="}, operator) }

// limit is a whole number or the threshold that holds it.
type limit struct {
	number int
	param  string
}

func asLimit(n ast.Node) (limit, bool) {
	if number, ok := n.(*ast.IntegerNode); ok {
		return limit{number: number.Value}, true
	}
	f, ok := asFact(n)
	return limit{param: f.name}, ok && f.variable == "param"
}

func (l limit) of(e *Env) (int, bool) {
	if l.param == "" {
		return l.number, true
	}
	params, _ := e.values["param"].(map[string]any)
	n, ok := params[l.param].(int)
	return n, ok
}

// value is a fact and how well it is known, nil when it is not.
func (e *Env) value(f factName) (any, facts.Quality) {
	v := e.view(f.variable)
	if v == nil {
		return nil, ""
	}
	known := v.look(f.name)
	return known.value, known.quality
}

func truthOf(b bool) Truth {
	if b {
		return True
	}
	return False
}

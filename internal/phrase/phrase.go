// Package phrase renders the sentences of reports: templates with counted nouns, dates and money in
// the reader's language, and names shortened so that a report tells no more of people than it must.
package phrase

import (
	"fmt"
	"io"
	"strings"
	"text/template"
	"text/template/parse"
	"time"

	"github.com/crmaudit/crmaudit/internal/lang"
)

// Phrase is a compiled template of a sentence in one language.
type Phrase struct {
	template *template.Template
	names    []string // values that it needs
}

// Compile parses a template. Besides the values it may use: count and plural for counted
// nouns, date, int, percent, list, mask and person.
func Compile(l lang.Lang, name, text string) (*Phrase, error) {
	t, err := template.New(name).Option("missingkey=error").Funcs(functionsOf(l)).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "template: "))
	}
	s := &Phrase{template: t}
	collectNames(t.Root, &s.names)
	return s, nil
}

// Render fills the template. A value that is not known is printed as a dash: a sentence never fails.
func (p *Phrase) Render(values map[string]any) (string, error) {
	known := make(map[string]any, len(values)+len(p.names))
	for _, name := range p.names {
		known[name] = unknownValue{}
	}
	for name, v := range values {
		known[name] = v
	}
	var b strings.Builder
	if err := p.template.Execute(&limited{w: &b, left: 16 << 10}, known); err != nil {
		return "", err
	}
	return oneStop.Replace(b.String()), nil
}

// oneStop keeps a sentence that ends with a date, «22 ноября 2026 г.», from ending with two stops.
var oneStop = strings.NewReplacer("г..", "г.", "р..", "р.")

// limited stops a template that repeats a long value from growing without bound.
type limited struct {
	w    io.Writer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	if len(p) > l.left {
		return 0, fmt.Errorf("the sentence is too long")
	}
	l.left -= len(p)
	return l.w.Write(p)
}

// unknownValue is printed where a sentence mentions a fact that is not known.
type unknownValue struct{}

func (unknownValue) String() string { return "—" }

func functionsOf(l lang.Lang) template.FuncMap {
	return template.FuncMap{
		"count": func(n any, forms ...string) string {
			return counted(n, func(i int) string { return l.Count(i, forms...) })
		},
		"plural": func(n any, forms ...string) string {
			return counted(n, func(i int) string { return l.Plural(i, forms...) })
		},
		"int": func(n any) string { return counted(n, l.Int) },
		"percent": func(n any) string {
			switch x := n.(type) {
			case int:
				return l.Percent(float64(x))
			case float64:
				return l.Percent(x)
			}
			return "—"
		},
		"date": func(v any) string {
			if t, ok := v.(time.Time); ok {
				return l.Date(t)
			}
			return "—"
		},
		"list": func(v any) string {
			if words, ok := v.([]string); ok {
				return l.List(words)
			}
			return "—"
		},
		"mask":   func(v any) string { return MaskContact(fmt.Sprint(v)) },
		"person": func(v any) string { return ShortName(fmt.Sprint(v)) },
	}
}

func counted(n any, print func(int) string) string {
	switch x := n.(type) {
	case int:
		return print(x)
	case float64:
		return print(int(x))
	}
	return "—"
}

// collectNames lists the top-level values that a template mentions.
func collectNames(n parse.Node, names *[]string) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, c := range n.Nodes {
				collectNames(c, names)
			}
		}
	case *parse.ActionNode:
		collectNames(n.Pipe, names)
	case *parse.PipeNode:
		if n != nil {
			for _, c := range n.Cmds {
				collectNames(c, names)
			}
		}
	case *parse.CommandNode:
		for _, a := range n.Args {
			collectNames(a, names)
		}
	case *parse.FieldNode:
		*names = append(*names, n.Ident[0])
	case *parse.IfNode:
		collectNames(n.Pipe, names)
		collectNames(n.List, names)
		collectNames(n.ElseList, names)
	case *parse.RangeNode:
		collectNames(n.Pipe, names)
	case *parse.WithNode:
		collectNames(n.Pipe, names)
	}
}

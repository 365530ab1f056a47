// Package phrase renders the sentences of reports: templates with counted nouns, dates and money in
// the reader's language, and names shortened so that a report tells no more of people than it must.
package phrase

import (
	"errors"
	"fmt"
	"strings"
	"text/template"
	"time"
	"unicode/utf8"

	"github.com/crmaudit/crmaudit/internal/lang"
)

// Phrase is a compiled template of a sentence in one language.
type Phrase struct {
	template *template.Template
	mentions mentions
}

// maxSentence bounds a sentence in bytes: a template that repeats a long value is cut there.
const maxSentence = 16 << 10

// Compile parses a template. Besides the values it may use: count and plural for counted
// nouns, date, int, percent, list, mask and person.
func Compile(l lang.Lang, name, text string) (*Phrase, error) {
	t, err := template.New(name).Option("missingkey=error").Funcs(functionsOf(l)).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "template: "))
	}
	p := &Phrase{template: t}
	if len(t.Templates()) > 1 {
		return nil, fmt.Errorf("%s: a sentence is one template, without define and block", name)
	}
	if t.Tree == nil {
		return p, nil // an empty text
	}
	p.mentions.walk(t.Root, 0)
	if p.mentions.trouble != "" {
		return nil, fmt.Errorf("%s: %s", name, p.mentions.trouble)
	}
	return p, nil
}

// Render fills the template. A value that is not known is printed as a dash and is false in a
// condition. A sentence that grows too long ends with an ellipsis.
func (p *Phrase) Render(values map[string]any) (string, error) {
	if p.template.Tree == nil {
		return "", nil
	}
	known := make(map[string]any, len(values)+len(p.mentions.names))
	for _, name := range p.mentions.names {
		known[name] = unknownValue("")
	}
	for _, name := range p.mentions.lists {
		known[name] = unknownList(nil)
	}
	for name, v := range values {
		known[name] = p.mentions.completeRows(v)
	}
	out := &limited{left: maxSentence}
	if err := p.template.Execute(out, known); err != nil && !out.full {
		return "", err
	}
	return oneStop.Replace(out.String()), nil
}

// oneStop keeps a sentence that ends with a date, «22 ноября 2026 г.», from ending with two stops.
var oneStop = strings.NewReplacer("г..", "г.", "р..", "р.")

// limited takes a sentence up to its limit.
type limited struct {
	b    strings.Builder
	left int
	full bool
}

var errFull = errors.New("the sentence is too long")

func (l *limited) Write(p []byte) (int, error) {
	if len(p) > l.left {
		l.b.Write(p[:l.left])
		l.left, l.full = 0, true
		return 0, errFull
	}
	l.left -= len(p)
	return l.b.Write(p)
}

// String is what was written; where it was cut, half a letter goes and an ellipsis comes.
func (l *limited) String() string {
	if !l.full {
		return l.b.String()
	}
	s := l.b.String()
	for range utf8.UTFMax - 1 {
		if r, size := utf8.DecodeLastRuneInString(s); r == utf8.RuneError && size == 1 {
			s = s[:len(s)-1]
		}
	}
	return s + "…"
}

// unknownValue stands for a fact that is not known. It is a string, and an empty one, so that a
// condition takes it for false and a comparison with a word fails instead of ending the sentence.
type unknownValue string

func (unknownValue) String() string { return unknown }

// unknownList is an unknownValue where a template goes through a list.
type unknownList []struct{}

func (unknownList) String() string { return unknown }

const unknown = "—"

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
			return unknown
		},
		"date": func(v any) string {
			if t, ok := v.(time.Time); ok {
				return l.Date(t)
			}
			return unknown
		},
		"list": func(v any) string {
			if words, ok := v.([]string); ok {
				return l.List(words)
			}
			return unknown
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
	return unknown
}

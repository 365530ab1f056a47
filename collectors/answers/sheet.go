package answers

import (
	"math"
	"path/filepath"
	"time"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/internal/questions"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

// Sheet is a file of answers that was read and can be used, for whoever fills it in.
type Sheet struct{ collector *collector }

// Given is what a sheet says to one question.
type Given struct {
	Value    *yamlfile.Node
	By       string
	At       time.Time // zero when it is not said
	Evidence string
	Why      string // why it does not count, see package questions; "" when it does
}

// ReadSheet reads a file of answers. A file that the collector would refuse is an error.
func ReadSheet(name string, data []byte, qs *questions.Questions, maxAgeDays int, now func() time.Time) (*Sheet, error) {
	given, problems := read(name, data, qs, now())
	if err := asError(problems); err != nil {
		return nil, err
	}
	return &Sheet{&collector{file: filepath.Base(name), questions: qs, given: given, maxAge: maxAgeDays, now: now}}, nil
}

// Collector delivers the sheet as facts.
func (s *Sheet) Collector() collectors.Collector { return s.collector }

// Given is the answer to a question, whether or not it counts; ok is false when there is none.
func (s *Sheet) Given(question string) (g Given, ok bool) {
	a := s.collector.given[question]
	if a == nil {
		return Given{}, false
	}
	return Given{Value: a.node, By: a.by, At: a.at, Evidence: a.evidence, Why: s.collector.refuse(a)}, true
}

// Fits reports whether a value would be understood as an answer or a cell of this shape.
func Fits(s questions.Shape, n *yamlfile.Node, now time.Time) bool {
	r := &reader{now: now}
	return r.cell(s, n).given
}

// FitsColumn is Fits for a cell of a table, where numbers are whole.
func FitsColumn(c questions.Column, n *yamlfile.Node, now time.Time) bool {
	r := &reader{now: now}
	v := r.cell(c.Shape, n)
	return v.given && (c.Type != questions.Number || v.number == math.Trunc(v.number))
}

// LooksSecret recognises passwords, keys and webhook addresses by their shape.
func LooksSecret(s string) bool { return looksSecret(s) }

package answers

import (
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/internal/nearest"
	"github.com/crmaudit/crmaudit/internal/questions"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

// answer is one entry of the file.
type answer struct {
	line     int // of the question
	node     *yamlfile.Node
	value    value
	by       string
	at       time.Time
	evidence string
}

// file is the document as a whole; the answers are read one by one to speak of each by its question.
type file struct {
	Version    int           `yaml:"version"`
	AnsweredBy string        `yaml:"answered_by"`
	AnsweredAt yamlfile.Node `yaml:"answered_at"`
	Answers    yamlfile.Node `yaml:"answers"`
}

// entryKeys are what an entry may hold; note is for the people who keep the file.
var entryKeys = []string{"value", "by", "at", "evidence", "note"}

// reader collects what is wrong with the file instead of stopping at the first mistake.
type reader struct {
	name      string
	now       time.Time
	questions *questions.Questions
	question  string // being read, for messages
	problems  []Problem
}

// read gives the answers of the file by question, and everything that is wrong with it.
// Whether an answer counts is decided later: here it is only understood.
func read(name string, data []byte, qs *questions.Questions, now time.Time) (map[string]*answer, []Problem) {
	r := &reader{name: name, now: now, questions: qs}
	var f file
	if err := yamlfile.Decode(name, data, &f); err != nil {
		return nil, []Problem{problemOf(name, err)}
	}
	if f.Version != 1 {
		r.add(1, "write version: 1 at the top", "version is %d, this program reads version 1", f.Version)
	}
	r.findSecrets(&f.Answers)
	r.findSecrets(&f.AnsweredAt)
	if looksSecret(f.AnsweredBy) {
		r.add(1, secretHint, "answered_by holds what looks like a password, key or webhook address")
	}
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	at := r.date(&f.AnsweredAt, questions.Shape{Type: questions.Date, Future: true})
	given := map[string]*answer{}
	for id, entry := range r.pairs(&f.Answers, "answers") {
		q, ok := qs.ByID(id.Value)
		switch {
		case !ok:
			r.add(id.Line, didYouMean(id.Value, qs.IDs(), "remove it or correct its name"), "there is no question %q", shown(id.Value))
			continue
		case isNull(entry):
			continue
		}
		r.question = q.ID
		a := r.entry(q, entry)
		r.question = ""
		if a == nil || !a.value.given {
			continue
		}
		if a.by == "" {
			a.by = clean(f.AnsweredBy)
		}
		if a.at.IsZero() {
			a.at = at
		}
		a.line = id.Line
		given[q.ID] = a
	}
	return given, r.problems
}

// pairs yields the keys and values of a mapping and reports whatever is not one.
func (r *reader) pairs(n *yamlfile.Node, what string) func(yield func(key, value *yamlfile.Node) bool) {
	return func(yield func(key, value *yamlfile.Node) bool) {
		if isNull(n) {
			return
		}
		if n.Kind != yamlfile.Mapping {
			r.add(n.Line, "write key: value pairs, indented below it", "%s must be key: value pairs", what)
			return
		}
		seen := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			switch {
			case key.Kind != yamlfile.Scalar:
				r.add(key.Line, "check the indentation", "a key of %s must be a word", what)
				continue
			case seen[key.Value] != 0:
				r.add(key.Line, "keep one of them", "%q stands twice, first in line %d", shown(key.Value), seen[key.Value])
				continue
			}
			seen[key.Value] = key.Line
			if !yield(key, value) {
				return
			}
		}
	}
}

func (r *reader) entry(q *questions.Question, n *yamlfile.Node) *answer {
	if n.Kind != yamlfile.Mapping {
		r.add(n.Line, "write value: and evidence: below the question", "an answer has its value, evidence, by and at on lines of their own")
		return nil
	}
	a := &answer{}
	before := len(r.problems)
	for key, v := range r.pairs(n, "an answer") {
		switch key.Value {
		case "value":
			a.node, a.value = v, r.value(q, v)
		case "by":
			a.by = r.line(v, key.Value)
		case "evidence":
			a.evidence = r.line(v, key.Value)
		case "note":
			r.line(v, key.Value)
		case "at":
			a.at = r.date(v, questions.Shape{Type: questions.Date, Future: true})
		default:
			r.add(key.Line, didYouMean(key.Value, entryKeys, "use value, evidence, by, at, note"), "unknown key %q", shown(key.Value))
		}
	}
	if len(r.problems) > before {
		return nil
	}
	return a
}

// line is a free text of an entry.
func (r *reader) line(n *yamlfile.Node, what string) string {
	if isNull(n) {
		return ""
	}
	if n.Kind != yamlfile.Scalar {
		r.add(n.Line, "write it on one line", "%s must be text", what)
		return ""
	}
	s := clean(n.Value)
	if len([]rune(s)) > maxText {
		r.add(n.Line, "shorten it, or attach a file and name it here", "%s is longer than %d characters", what, maxText)
	}
	return s
}

// refuse says why an answer does not count, "" when it does.
func (a *answer) refuse(now time.Time, maxAge int) string {
	switch {
	case a.evidence == "":
		return questions.NoEvidence
	case a.by == "":
		return questions.NoAuthor
	case a.at.IsZero():
		return questions.NoDate
	case ahead(a.at, now):
		return questions.Ahead
	case now.Sub(a.at) >= time.Duration(maxAge+1)*24*time.Hour:
		return questions.Stale
	}
	return ""
}

// ahead reports a day that has not begun anywhere on Earth: the clock is in UTC, the person may sit east of it.
func ahead(day, now time.Time) bool { return day.Sub(now) > 14*time.Hour }

// didYouMean suggests a known word; what is longer than any of them is no slip of the finger.
func didYouMean(word string, known []string, otherwise string) string {
	if len(word) > 100 {
		return otherwise
	}
	if near := nearest.Of(word, known); near != "" {
		return "did you mean " + near + "?"
	}
	return otherwise
}

// clean folds white space and drops what does not print.
func clean(s string) string {
	s = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || c == '\u2028' || c == '\u2029' {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(s, "�"))
	return strings.Join(strings.Fields(s), " ")
}

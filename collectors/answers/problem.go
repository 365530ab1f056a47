package answers

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/questions"
)

// Problem is something about a file of answers that its author should know.
type Problem struct {
	File     string
	Line     int    // 0 when it is the file as a whole
	Question string // "" when it is none in particular
	Message  string
	Hint     string
	Ignored  bool // the file can be used, but this answer does not count
}

// String is the problem in one line, without the hint.
func (p Problem) String() string {
	s := p.File
	if p.Line > 0 {
		s += ":" + strconv.Itoa(p.Line)
	}
	s += ": "
	if p.Question != "" {
		s += p.Question + ": "
	}
	return s + p.Message
}

func (r *reader) add(line int, hint, format string, args ...any) {
	r.problems = append(r.problems, Problem{File: r.name, Line: line, Question: r.question, Message: fmt.Sprintf(format, args...), Hint: hint})
}

var atLine = regexp.MustCompile(`^:(\d+): `)

// problemOf turns an error of the YAML reader into a Problem; it may quote the file, so it is looked through.
func problemOf(name string, err error) Problem {
	p := Problem{File: name, Message: err.Error(), Hint: fail.Hint(err)}
	if len(p.Message) > len(name) && p.Message[:len(name)] == name {
		p.Message = p.Message[len(name):]
		if m := atLine.FindStringSubmatch(p.Message); m != nil {
			p.Line, _ = strconv.Atoi(m[1])
			p.Message = p.Message[len(m[0]):]
		} else if len(p.Message) > 2 {
			p.Message = p.Message[2:]
		}
	}
	if looksSecret(p.Message) {
		p.Message, p.Hint = "a password, key or webhook address stands where it does not belong", secretHint
	}
	return p
}

// asError is the first problem that keeps the file from being used, and how many more there are.
func asError(problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	text := problems[0].String()
	if more := len(problems) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more, see crmaudit answers lint)", more)
	}
	return fail.New(fail.Usage, problems[0].Hint, "%s", text)
}

// Lint reads a file of answers and lists everything wrong with it, the answers that do not count included.
func Lint(path string, now time.Time) []Problem {
	name := filepath.Base(path)
	data, err := readFile(path, name)
	if err != nil {
		return []Problem{{File: name, Message: err.Error(), Hint: fail.Hint(err)}}
	}
	return lint(name, data, now)
}

func lint(name string, data []byte, now time.Time) []Problem {
	qs, err := questions.Load()
	if err != nil {
		return []Problem{{File: name, Message: err.Error()}}
	}
	given, problems := read(name, data, qs, now)
	for _, q := range qs.All() {
		a := given[q.ID]
		if a == nil {
			continue
		}
		if why := a.refuse(now, questions.MaxAgeDays); why != "" {
			message, hint := inWords(why, a)
			problems = append(problems, Problem{File: name, Line: a.line, Question: q.ID, Message: message, Hint: hint, Ignored: true})
		}
	}
	slices.SortStableFunc(problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return problems
}

func inWords(why string, a *answer) (message, hint string) {
	switch why {
	case questions.NoEvidence:
		return "does not count: there is no evidence", "name the screenshot, document or order after evidence:"
	case questions.NoAuthor:
		return "does not count: it is not said who answered", "fill in answered_by at the top, or by: here"
	case questions.NoDate:
		return "does not count: it is not said when it was answered", "fill in answered_at at the top, or at: here"
	case questions.Ahead:
		return "does not count: it is dated " + a.at.Format(time.DateOnly) + ", which is still to come", "correct at:"
	}
	return "does not count: it is of " + a.at.Format(time.DateOnly) + " and too old", "ask again and correct at: and the evidence"
}

package answers

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/internal/questions"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

// Bounds of what a person would write.
const (
	maxText   = 1000 // characters
	maxItems  = 10_000
	maxNumber = 1_000_000
)

// value is an answer or a cell of a table; which field holds it depends on its type.
type value struct {
	given  bool
	yes    bool
	number float64
	text   string
	date   time.Time // zero when given: never
	list   []string
	rows   []row
}

// row is one row of a table: column to cell, without the cells that were left empty.
type row map[string]value

// Words that people write for yes, no, never and none in the languages of the questionnaire.
var (
	yesWords   = []string{"yes", "true", "да", "так"}
	noWords    = []string{"no", "false", "нет", "ні"}
	neverWords = []string{"never", "никогда", "ніколи"}
	noneWords  = []string{"none", "нет", "немає"}
)

func isNull(n *yamlfile.Node) bool {
	return n.Kind == 0 || n.Kind == yamlfile.Scalar && (n.ShortTag() == "!!null" || strings.TrimSpace(n.Value) == "")
}

// value reads the answer to a question.
func (r *reader) value(q *questions.Question, n *yamlfile.Node) value {
	switch {
	case isNull(n):
		return value{}
	case q.Type == questions.Table:
		return r.table(q, n)
	}
	return r.cell(q.Shape, n)
}

// cell reads one value; after a problem it is not given.
func (r *reader) cell(s questions.Shape, n *yamlfile.Node) value {
	if s.Type == questions.List || s.Type == questions.People {
		return r.list(s, n)
	}
	if n.Kind != yamlfile.Scalar {
		r.add(n.Line, "write "+wanted(s), "one value is expected here, not several")
		return value{}
	}
	v, word := value{given: true}, strings.ToLower(clean(n.Value))
	before := len(r.problems)
	switch {
	case s.None && slices.Contains(noneWords, word):
	case s.Never && slices.Contains(neverWords, word):
	case s.Type == questions.YesNo:
		v.yes = slices.Contains(yesWords, word)
		if !v.yes && !slices.Contains(noWords, word) {
			r.unfit(s, n)
		}
	case s.Type == questions.Number:
		v.number = r.number(s, n)
	case s.Type == questions.Date:
		v.date = r.date(n, s)
	case s.Type == questions.URL:
		v.text = r.address(n)
	default:
		v.text = r.word(s, n)
	}
	v.given = len(r.problems) == before
	return v
}

// unfit says what is expected instead of what stands there.
func (r *reader) unfit(s questions.Shape, n *yamlfile.Node) {
	r.add(n.Line, "write "+wanted(s), "%q is not %s", shown(n.Value), wanted(s))
}

// wanted says in words what a shape holds.
func wanted(s questions.Shape) string {
	switch s.Type {
	case questions.YesNo:
		return "yes or no"
	case questions.Number:
		if s.Max > 0 {
			return "a number from 0 to " + strconv.FormatFloat(s.Max, 'f', -1, 64)
		}
		return "a number such as 30"
	case questions.Date:
		if s.Never {
			return "a date such as 2026-11-22, or never"
		}
		return "a date such as 2026-11-22"
	case questions.OneOf:
		return "one of " + strings.Join(choiceIDs(s), ", ")
	case questions.Person:
		return "an e-mail, number or name of one person"
	case questions.URL:
		return "an address such as https://example.com"
	}
	return "text"
}

func choiceIDs(s questions.Shape) []string {
	ids := make([]string, len(s.Choices))
	for i, c := range s.Choices {
		ids[i] = c.ID
	}
	return ids
}

// word reads text, a person or one of the choices.
func (r *reader) word(s questions.Shape, n *yamlfile.Node) string {
	text := clean(n.Value)
	if len(s.Choices) > 0 {
		text = strings.ToLower(text)
		if !slices.Contains(choiceIDs(s), text) {
			r.add(n.Line, didYouMean(text, choiceIDs(s), "write one of "+strings.Join(choiceIDs(s), ", ")), "%q is not one of %s", shown(n.Value), strings.Join(choiceIDs(s), ", "))
		}
		return text
	}
	if len([]rune(text)) > maxText {
		r.add(n.Line, "shorten it", "the text is longer than %d characters", maxText)
	}
	if (s.Type == questions.Person || s.Type == questions.People) && strings.Contains(text, "@") {
		text = strings.ToLower(text) // mailboxes are compared without regard to case
	}
	return text
}

var plainNumber = regexp.MustCompile(`^\d{1,7}([.,]\d{1,3})?$`)

func (r *reader) number(s questions.Shape, n *yamlfile.Node) float64 {
	text := strings.TrimSpace(n.Value)
	f, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	limit := s.Max
	if limit == 0 {
		limit = maxNumber
	}
	if !plainNumber.MatchString(text) || err != nil || f > limit {
		r.unfit(s, n)
	}
	return f
}

var dateLayouts = []string{time.DateOnly, "02.01.2006", "2006-01-02 15:04", time.RFC3339}

func (r *reader) date(n *yamlfile.Node, s questions.Shape) time.Time {
	if isNull(n) {
		return time.Time{}
	}
	for _, layout := range dateLayouts {
		t, err := time.Parse(layout, strings.TrimSpace(n.Value))
		if n.Kind != yamlfile.Scalar || err != nil || t.Year() < 1990 || t.Year() > 2199 {
			continue
		}
		if !s.Future && ahead(t, r.now) {
			r.add(n.Line, "correct the year", "%s is still to come", shown(n.Value))
		}
		return t.UTC()
	}
	r.unfit(s, n)
	return time.Time{}
}

// address keeps of a URL what a judgement needs: the path and query often carry a key.
func (r *reader) address(n *yamlfile.Node) string {
	u, err := url.Parse(strings.TrimSpace(n.Value))
	if err != nil || u.Scheme == "" || u.Hostname() == "" || strings.ContainsFunc(u.Host, func(c rune) bool { return c <= ' ' }) {
		r.add(n.Line, "write the beginning of the address with https:// or http://", "%q is not %s", shown(n.Value), wanted(questions.Shape{Type: questions.URL}))
		return ""
	}
	return strings.ToLower(u.Scheme) + "://" + clean(strings.ToLower(u.Host))
}

// list reads several values; one alone may stand without brackets.
func (r *reader) list(s questions.Shape, n *yamlfile.Node) value {
	items := n.Content
	switch {
	case n.Kind == yamlfile.Scalar && strings.ContainsAny(n.Value, ",;"):
		r.add(n.Line, "write each on a line of its own after “- ”", "several values stand in one text")
		return value{}
	case n.Kind == yamlfile.Scalar:
		items = []*yamlfile.Node{n}
	case n.Kind != yamlfile.Sequence:
		r.add(n.Line, "write [first, second], or [] for none", "a list is expected here")
		return value{}
	}
	v := value{given: true, list: []string{}}
	before := len(r.problems)
	for _, item := range items[:min(len(items), maxItems+1)] {
		switch {
		case item.Kind != yamlfile.Scalar || isNull(item):
			r.add(item.Line, "write one value after each “- ”", "an item of the list is empty or is not a single value")
			continue
		case strings.Contains(item.Value, ";"):
			r.add(item.Line, "write each on a line of its own after “- ”", "several values stand in one text")
			continue
		}
		if text := r.word(s, item); !slices.Contains(v.list, text) {
			v.list = append(v.list, text)
		}
	}
	if len(items) > maxItems {
		r.add(n.Line, "", "the list is longer than %d", maxItems)
	}
	if s.One && len(v.list) != 1 {
		r.add(n.Line, "name one, or leave value: empty when you do not know", "exactly one person is expected, there are %d", len(v.list))
	}
	v.given = len(r.problems) == before
	return v
}

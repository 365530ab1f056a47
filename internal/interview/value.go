package interview

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/collectors/answers"
	"github.com/crmaudit/crmaudit/internal/questions"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

// Words that people type, in all three languages whatever the interview speaks. The last letters
// stand for the first of them.
var (
	yesWords   = []string{"yes", "y", "да", "д", "так", "т"}
	noWords    = []string{"no", "n", "нет", "н", "ні"}
	neverWords = []string{"never", "никогда", "ніколи"}
	noneWords  = []string{"none", "no", "нет", "немає", "ні", "0"}
)

func isOne(s string, words []string) bool { return slices.Contains(words, strings.ToLower(s)) }

// maxText is how long a text may be, in letters.
const maxText = 1000

// mistake is the key of the sentence that says what is wrong; "" is nothing.
type mistake string

// parse reads one typed value. Whole numbers are wanted in tables.
func (c *console) parse(s questions.Shape, typed string, whole bool, now time.Time) (*yamlfile.Node, mistake) {
	switch {
	case s.None && isOne(typed, noneWords):
		return plain("none"), ""
	case len([]rune(typed)) > maxText:
		return nil, "bad.long"
	}
	switch s.Type {
	case questions.YesNo:
		return yesNo(typed)
	case questions.OneOf:
		return c.choice(s, typed)
	case questions.Number:
		return number(s, typed, whole, now)
	case questions.Date:
		return date(s, typed, now)
	case questions.URL:
		return address(s, typed, now)
	}
	if n := text(typed); typed != "" && answers.Fits(s, n, now) {
		return n, ""
	}
	return nil, "bad.text"
}

func yesNo(typed string) (*yamlfile.Node, mistake) {
	switch {
	case isOne(typed, yesWords):
		return plain("yes"), ""
	case isOne(typed, noWords):
		return plain("no"), ""
	}
	return nil, "bad.yes_no"
}

// choice takes the number, the word or the label of a value.
func (c *console) choice(s questions.Shape, typed string) (*yamlfile.Node, mistake) {
	n, _ := strconv.Atoi(typed)
	for i, x := range s.Choices {
		if n == i+1 || strings.EqualFold(typed, x.ID) || strings.EqualFold(typed, x.RU) || strings.EqualFold(typed, x.UK) || strings.EqualFold(typed, x.EN) {
			return plain(x.ID), ""
		}
	}
	return nil, "bad.choice"
}

func number(s questions.Shape, typed string, whole bool, now time.Time) (*yamlfile.Node, mistake) {
	n := plain(strings.Replace(typed, ",", ".", 1))
	switch {
	case whole && !answers.FitsColumn(questions.Column{Shape: s}, n, now):
		return nil, "bad.whole"
	case answers.Fits(s, n, now):
		return n, ""
	case s.Max > 0:
		return nil, "bad.number_max"
	}
	return nil, "bad.number"
}

func date(s questions.Shape, typed string, now time.Time) (*yamlfile.Node, mistake) {
	if s.Never && isOne(typed, neverWords) {
		return plain("never"), ""
	}
	n := plain(typed)
	if !answers.Fits(s, n, now) {
		s.Future = true
		switch {
		case typed != "" && answers.Fits(s, n, now):
			return nil, "bad.future"
		case s.Never:
			return nil, "bad.date_never"
		}
		return nil, "bad.date"
	}
	for _, layout := range []string{"02.01.2006", time.RFC3339, "2006-01-02 15:04"} {
		if day, err := time.Parse(layout, typed); err == nil {
			n.Value = day.UTC().Format(time.DateOnly)
		}
	}
	return n, ""
}

// address keeps the beginning of an address only: what follows often holds a key.
func address(s questions.Shape, typed string, now time.Time) (*yamlfile.Node, mistake) {
	u, err := url.Parse(typed)
	if err != nil || !answers.Fits(s, text(typed), now) {
		return nil, "bad.url"
	}
	return text(strings.ToLower(u.Scheme + "://" + u.Host)), ""
}

// maxOf is the bound of a number, for the sentence about it.
func maxOf(s questions.Shape) string { return strconv.FormatFloat(s.Max, 'f', -1, 64) }

// list is several values, on one line while they fit there.
func list(values []*yamlfile.Node) *yamlfile.Node {
	n := &yamlfile.Node{Kind: yamlfile.Sequence, Content: values}
	letters := 0
	for _, v := range values {
		letters += len([]rune(v.Value)) + 2
	}
	if letters < width {
		n.Style = yamlfile.FlowStyle
	}
	return n
}

// shown is a value as a person reads it.
func (c *console) shown(s questions.Shape, n *yamlfile.Node) string {
	switch {
	case n.Kind == yamlfile.Sequence:
		var parts []string
		for _, x := range n.Content {
			parts = append(parts, c.shown(s, x))
		}
		return cmp.Or(strings.Join(parts, ", "), c.say("empty"))
	case s.Type == questions.YesNo && isOne(n.Value, append(yesWords, "true")):
		return c.say("yes")
	case s.Type == questions.YesNo:
		return c.say("no")
	case s.Never && isOne(n.Value, neverWords):
		return c.say("never")
	}
	for _, x := range s.Choices {
		if strings.EqualFold(x.ID, strings.TrimSpace(n.Value)) {
			return c.label(x.Label)
		}
	}
	return printable(n.Value)
}

// form says how an answer or a cell is typed.
func (c *console) form(s questions.Shape, cell bool) string {
	key := string(s.Type)
	switch {
	case (s.Type == questions.List || s.Type == questions.People) && cell:
		key = "cell_list"
	case s.Type == questions.List && len(s.Choices) > 0:
		key = "choices"
	case s.Type == questions.People && s.One:
		key = "one_person"
	case s.Type == questions.Number && s.Max > 0:
		key = "number_max"
	case s.Type == questions.Number && cell:
		key = "whole"
	case s.Type == questions.Date && s.Never:
		key = "date_never"
	case s.Type == questions.Person && s.None:
		key = "person_none"
	case s.Type == questions.Text && s.None:
		key = "text_none"
	}
	return c.say("form."+key, "max", maxOf(s))
}

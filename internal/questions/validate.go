package questions

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/crmaudit/crmaudit/internal/lang"
)

var (
	idShape       = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	checkShape    = regexp.MustCompile(`^[A-Z]{3}-\d{3}$`)
	jurisdictions = []string{"ru", "ua", "eu"}
	answerTypes   = []Type{YesNo, OneOf, Number, Date, Text, List, People, Table}
	cellTypes     = []Type{YesNo, OneOf, Number, Date, Text, List, People, Person, URL}
)

// complete checks a question and prepares its targets.
func (q *Question) complete() error {
	switch {
	case !idShape.MatchString(q.ID):
		return errors.New("an id is made of lower case words joined by _")
	case !slices.Contains(answerTypes, q.Type):
		return fmt.Errorf("unknown type %q", q.Type)
	case !slices.Contains(Respondents, q.Who):
		return fmt.Errorf("who %q is none of %s", q.Who, strings.Join(Respondents, ", "))
	case len(q.Checks) == 0:
		return errors.New("no check needs it")
	case (q.Type == Table) != (len(q.Columns) > 0):
		return errors.New("a table, and only a table, has columns")
	case q.MaxRows != 0 && q.Type != Table, q.None:
		return errors.New("max_rows belongs to tables, none to cells")
	}
	for _, c := range q.Checks {
		if !checkShape.MatchString(c) {
			return fmt.Errorf("%q is not the id of a check", c)
		}
	}
	for _, j := range q.Jurisdictions {
		if !slices.Contains(jurisdictions, j) {
			return fmt.Errorf("unknown jurisdiction %q", j)
		}
	}
	return errors.Join(q.Shape.check(), q.checkWording(), q.checkColumns(), q.checkFills())
}

func (q *Question) checkWording() error {
	if len(q.Text) != len(lang.All) {
		return fmt.Errorf("texts are needed in %d languages, there are %d", len(lang.All), len(q.Text))
	}
	inOne := q.Text[lang.All[0]].Where != ""
	for _, l := range lang.All {
		t := q.Text[l]
		if (t.Where != "") != inOne {
			return fmt.Errorf("where to look is said in some languages only")
		}
		for _, s := range []string{t.Ask, t.Evidence} {
			if s == "" {
				return fmt.Errorf("the %s text lacks the question or the evidence", l)
			}
		}
		for _, s := range []string{t.Ask, t.Where, t.Evidence} {
			if err := checkAlphabet(l, s); err != nil {
				return err
			}
		}
	}
	return nil
}

func (q *Question) checkColumns() error {
	keys, seen := 0, map[string]bool{}
	for _, c := range q.Columns {
		if !idShape.MatchString(c.ID) || seen[c.ID] {
			return fmt.Errorf("column %q has a wrong id or stands twice", c.ID)
		}
		if !slices.Contains(cellTypes, c.Type) {
			return fmt.Errorf("column %q: unknown type %q", c.ID, c.Type)
		}
		if err := errors.Join(c.Shape.check(), c.Label.check()); err != nil {
			return fmt.Errorf("column %q: %w", c.ID, err)
		}
		seen[c.ID] = true
		if c.Key {
			keys++
		}
	}
	if q.Type == Table && q.MaxRows != 1 && keys == 0 {
		return errors.New("no column names the rows: mark one with key")
	}
	return nil
}

// check refuses options that mean nothing for the type.
func (s Shape) check() error {
	switch {
	case s.Type == OneOf && len(s.Choices) < 2:
		return errors.New("a choice needs at least two values")
	case len(s.Choices) > 0 && s.Type != OneOf && s.Type != List:
		return errors.New("choices belong to choice and list")
	case (s.Never || s.Future) && s.Type != Date:
		return errors.New("never and future belong to dates")
	case s.None && s.Type != Person && s.Type != Text:
		return errors.New("none belongs to text and person")
	case s.One && s.Type != People:
		return errors.New("one belongs to people")
	case s.Max != 0 && s.Type != Number:
		return errors.New("max belongs to numbers")
	}
	seen := map[string]bool{}
	for _, c := range s.Choices {
		if !idShape.MatchString(c.ID) || seen[c.ID] {
			return fmt.Errorf("value %q has a wrong id or stands twice", c.ID)
		}
		seen[c.ID] = true
		if err := c.Label.check(); err != nil {
			return fmt.Errorf("value %q: %w", c.ID, err)
		}
	}
	return nil
}

func (l Label) check() error {
	for _, to := range lang.All {
		s := l.In(to)
		if s == "" {
			return fmt.Errorf("no label in %s", to)
		}
		if err := checkAlphabet(to, s); err != nil {
			return err
		}
	}
	return nil
}

// foreign are letters that betray the other language.
var foreign = map[lang.Lang]string{lang.RU: "іїєґІЇЄҐ", lang.UK: "ыэёъЫЭЁЪ"}

// checkAlphabet finds letters of a wrong language, words of two alphabets and typewriter apostrophes.
func checkAlphabet(l lang.Lang, s string) error {
	if s != strings.TrimSpace(s) || strings.Contains(s, "  ") || strings.Contains(s, "'") {
		return fmt.Errorf("%s text has stray spaces or a typewriter apostrophe: %s", l, s)
	}
	if i := strings.IndexAny(s, foreign[l]); foreign[l] != "" && i >= 0 {
		return fmt.Errorf("%s text has a letter of another language: %s", l, s)
	}
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) {
		latin := strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
		cyrillic := strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
		if cyrillic && (latin || l == lang.EN) {
			return fmt.Errorf("%s text mixes alphabets in %q", l, word)
		}
	}
	return nil
}

// Package questions is the questionnaire: what a CRM cannot tell about itself and only a person can.
//
// Each question knows the checks it feeds and the facts its answer stands in for; where to look and
// what to attach as evidence is written for the owner of a small business in three languages.
// The catalogue is data: one YAML file a group, checked strictly when it is loaded.
package questions

import (
	"embed"
	"fmt"
	"slices"

	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

// Question is one thing to ask the owner or the administrator.
type Question struct {
	ID            string                `yaml:"id"`
	Group         string                `yaml:"-"`             // file of the catalogue it stands in
	Who           string                `yaml:"who"`           // who can answer: owner, admin, lawyer
	Checks        []string              `yaml:"checks"`        // checks that the answer feeds
	Fills         string                `yaml:"fills"`         // facts that the answer stands in for, see ParseFills
	Jurisdictions []string              `yaml:"jurisdictions"` // ru, ua, eu; empty is all
	Sensitive     bool                  `yaml:"sensitive"`     // the answer points at weak spots: reports print only the result
	Columns       []Column              `yaml:"columns"`       // of a table
	MaxRows       int                   `yaml:"max_rows"`      // of a table, 0 is any number
	Text          map[lang.Lang]Wording `yaml:"text"`
	Shape         `yaml:",inline"`

	targets []Target
}

// Wording is a question in one language.
type Wording struct {
	Ask      string `yaml:"ask"`
	Where    string `yaml:"where"`    // where to look in the cloud edition of Bitrix24, "" nowhere in particular
	Evidence string `yaml:"evidence"` // what to attach
}

// Type is the form of an answer or of a cell.
type Type string

// Forms of answers. A cell is anything but a table, or one of the last two.
const (
	YesNo  Type = "yes_no"
	OneOf  Type = "choice"
	Number Type = "number"
	Date   Type = "date"
	Text   Type = "text"
	List   Type = "list"
	People Type = "people"
	Table  Type = "table"
	Person Type = "person"
	URL    Type = "url" // only its scheme and host are kept
)

// Shape says what an answer or a cell may hold.
type Shape struct {
	Type    Type     `yaml:"type"`
	Choices []Choice `yaml:"choices"` // the only values of a choice or list
	Never   bool     `yaml:"never"`   // a date may be the word never
	Future  bool     `yaml:"future"`  // a date may lie ahead
	None    bool     `yaml:"none"`    // a cell may be the word none: known to be empty
	One     bool     `yaml:"one"`     // people: exactly one
	Max     float64  `yaml:"max"`     // of a number, 0 is the general bound
}

// Choice is one permitted value.
type Choice struct {
	ID    string `yaml:"id"`
	Label `yaml:",inline"`
}

// Column is one column of a table.
type Column struct {
	ID       string `yaml:"id"`
	Key      bool   `yaml:"key"`      // required, and part of what names the row
	Required bool   `yaml:"required"` // a row without it is not accepted
	Label    `yaml:",inline"`
	Shape    `yaml:",inline"`
}

// Label is a short text in every language.
type Label struct {
	RU string `yaml:"ru"`
	UK string `yaml:"uk"`
	EN string `yaml:"en"`
}

// In is the label in one language.
func (l Label) In(to lang.Lang) string {
	switch to {
	case lang.RU:
		return l.RU
	case lang.UK:
		return l.UK
	}
	return l.EN
}

// AskedIn reports whether the law of one of the jurisdictions asks the question.
func (q *Question) AskedIn(jurisdictions []string) bool {
	return len(q.Jurisdictions) == 0 || slices.ContainsFunc(q.Jurisdictions, func(j string) bool { return slices.Contains(jurisdictions, j) })
}

// Targets are the facts that the answer stands in for.
func (q *Question) Targets() []Target { return q.targets }

// Groups are the files of the catalogue in the order in which they are asked.
var Groups = []string{"access", "authentication", "api", "backup", "log", "offboarding", "data", "server", "legal"}

// Respondents are the people who can answer, in the order in which they are visited.
var Respondents = []string{"owner", "admin", "lawyer"}

//go:embed *.yaml
var files embed.FS

// Questions is the whole catalogue.
type Questions struct {
	all  []*Question
	byID map[string]*Question
}

// Load reads and checks the embedded catalogue.
func Load() (*Questions, error) {
	qs := &Questions{byID: map[string]*Question{}}
	for _, group := range Groups {
		data, err := files.ReadFile(group + ".yaml")
		if err != nil {
			return nil, fmt.Errorf("read the questions: %w", err)
		}
		if err := qs.add(group, data); err != nil {
			return nil, err
		}
	}
	return qs, nil
}

func (qs *Questions) add(group string, data []byte) error {
	var list []*Question
	if err := yamlfile.Decode(group+".yaml", data, &list); err != nil {
		return err
	}
	for i, q := range list {
		if q == nil {
			return fmt.Errorf("%s.yaml: question %d is empty", group, i+1)
		}
		q.Group = group
		if err := q.complete(); err != nil {
			return fmt.Errorf("%s.yaml: question %q: %w", group, q.ID, err)
		}
		if qs.byID[q.ID] != nil {
			return fmt.Errorf("%s.yaml: question %q is asked twice", group, q.ID)
		}
		qs.byID[q.ID] = q
		qs.all = append(qs.all, q)
	}
	return nil
}

// All lists the questions in the order in which they are asked.
func (qs *Questions) All() []*Question { return qs.all }

// ByID finds a question.
func (qs *Questions) ByID(id string) (*Question, bool) {
	q, ok := qs.byID[id]
	return q, ok
}

// For lists the questions whose answers feed a check.
func (qs *Questions) For(check string) []*Question {
	var list []*Question
	for _, q := range qs.all {
		for _, c := range q.Checks {
			if c == check {
				list = append(list, q)
				break
			}
		}
	}
	return list
}

// IDs lists the ids in the order of All.
func (qs *Questions) IDs() []string {
	ids := make([]string, len(qs.all))
	for i, q := range qs.all {
		ids[i] = q.ID
	}
	return ids
}

// Package report turns a result into a document: everything a reader sees, in one language, already
// worded, sorted and cut to length. The writers below it (pdf, html) only lay it out, so that the
// same report says the same in every format.
package report

import (
	"time"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/internal/lang"
)

// Report is one document in one language. All strings are plain text from possibly hostile sources:
// a writer escapes them for its format.
type Report struct {
	Lang  lang.Lang
	Words Catalogue // words of the interface: headings, labels
	Now   time.Time // clock of the run; the only time that a writer may print or store

	Cover       Cover
	Score       Score
	Summary     []string // the owner's page, at most five sentences
	Severities  []SeverityCount
	Categories  []Category
	History     []HistoryPoint // earlier runs, oldest first; this run is the last point
	Plan        []PlanRow      // fixes in the recommended order
	Findings    []Finding      // worst first; Findings[:TopRisks] are the top risks
	TopRisks    int
	FindingsCap string // announces that further findings are only in the JSON result, "" when none
	Notices     []string

	NotAssessed   []Row // checks that could not be judged: why and what would help
	Passed        []Row
	NotOnPlan     []Row
	NotApplicable []Row
	Errors        []Row
	Waivers       []WaiverRow

	Law      []LawSection
	Method   []Section // scope, formula, limits
	Sources  Table
	Accounts Table
}

// Cover is the first page.
type Cover struct {
	Title        string // «Аудит безопасности CRM»
	Client       string
	System       string // «Битрикс24, romashka.bitrix24.example»
	Facts        []Fact // date, auditor, rule set, snapshot …
	Confidential string
	FileTitle    string // for document metadata
	Author       string
	Keywords     []string
}

// Fact is a label and its value.
type Fact struct{ Label, Value string }

// Score is the result in numbers and words.
type Score struct {
	Value    float64 // 0…100
	Text     string  // «62»
	Grade    string  // A…F or "" for too little data
	GradeTip string  // what the letter means, or why there is none
	PassMark float64 // drawn on the gauge; 0: none
	Line     string  // «Подтверждено 62 из 100 · проверено 78 % · из проверенного выполнено 79 %»
	Capped   string  // why the grade is lower than the number, "" when it is not
	Accepted string  // the score with accepted risks, "" when there are none
	Coverage float64
	Assessed float64
}

// SeverityCount is how many findings of a severity there are.
type SeverityCount struct {
	Severity checks.Severity
	Word     string
	Count    int
}

// Category is a group of checks with its own score.
type Category struct {
	ID       string
	Name     string
	Score    float64
	Coverage float64
	Text     string // «62 · проверено 80 %»
	Failed   int
	Open     int
}

// HistoryPoint is the score of one run.
type HistoryPoint struct {
	At    time.Time
	Label string
	Score float64
}

// PlanRow is one step of the plan.
type PlanRow struct {
	Number   int
	Check    string
	Title    string
	Severity checks.Severity
	Who      string
	When     string
	Effort   string
	After    string // «68 · C»
}

// Finding is one failed check.
type Finding struct {
	Number       int
	Check        string // ACC-002; unique within the report, usable as an anchor
	Title        string // what was found, as a headline without a full stop
	Requirement  string // how it should be
	Severity     checks.Severity
	SeverityWord string
	Category     string
	Labels       []Fact // who, when, effort, points
	Points       string // «+3,1 балла»
	Risk         string
	Rule         string // the rule and its thresholds, technical
	Quality      string // «со слов клиента», "" when observed
	Evidence     Table
	Steps        []string
	Refs         []Ref
	Fines        []Fine
	FineLabel    string // what a possible fine is and is not, and as of when
	Waived       string // «Риск принят до …», "" when not
	Accept       string // line of YAML to complete and to add to waivers.yaml, "" when there is nothing to accept
	AcceptNote   string // what to complete
}

// Table is a small table; Note stands before it and announces a cut.
type Table struct {
	Note    string
	Head    []string
	Rows    [][]string
	Numeric []bool // columns that are aligned right
	Widths  []int  // relative widths
}

// Ref is a reference to law or to a control.
type Ref struct {
	Cite    string
	Summary string
	URL     string // http or https, "" when there is none
	Force   string // «обязательно», «рекомендуется»
	Mark    string // how well it is confirmed, "" when verified
	Control bool   // a control catalogue, not law
}

// Fine is a possible fine.
type Fine struct {
	Cite    string
	Offence string
	Amount  string
	Note    string
}

// Row is a check in one of the lists at the end.
type Row struct {
	Check    string
	Title    string
	Severity checks.Severity
	Word     string // the severity in words
	Why      string
	How      string
}

// WaiverRow is an accepted risk.
type WaiverRow struct {
	Check, Title, Subject, Owner, Approver, Reason, Until, State string
	Warning                                                      bool
}

// LawSection is what the run says to one law: confirmed, gap or not checked, article by article.
type LawSection struct {
	Title      string
	Edition    string
	Warning    string // the pack is overdue for review
	Level      string // the protection level and what it follows from
	Disclaimer string
	Table      Table
}

// Section is a heading with paragraphs.
type Section struct {
	Title string
	Text  []string
}

package roster

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
)

// list is the HR list while it is read: first its headers are looked for, then people are added,
// then it is settled.
type list struct {
	today     time.Time
	layout    string // of dates
	since1904 bool
	notRead   []string // sheets

	before  int      // rows before the headers
	seen    []string // the first row that is not blank, for the error that no headers were found
	columns map[field][]int
	width   int

	entries  []*facts.Person // one a row
	troubles troubles

	people []*facts.Person // once settled
}

// add takes a row of people.
func (l *list) add(file string, r row, ragged bool) error {
	if r.blank() {
		return nil
	}
	if !ragged && len(r.cells) != l.width && (len(r.cells) < l.width || !(row{cells: r.cells[l.width:]}).blank()) {
		return fail.New(fail.Usage, "put quotes around a cell that holds the delimiter, and close every quote",
			"%s:%d: the row has %d columns, the headers have %d", file, r.line, len(r.cells), l.width)
	}
	p := &facts.Person{
		Emails: l.emails(r), Phones: l.phones(r),
		External: tidy(l.cell(r, fieldExternal)), Row: r.line,
	}
	name := l.name(r)
	hasContact := len(p.Emails)+len(p.Phones) > 0
	switch {
	case name == "" && !hasContact && p.External == "":
		l.troubles.add(nobody, r.line)
		return nil
	case !hasContact && isTotal(name):
		return nil
	case !hasContact:
		l.troubles.add(noContact, r.line)
	}
	p.Name = facts.Unknown[string](facts.NotSupported)
	if name != "" {
		p.Name = facts.Of(name)
	}
	p.Employed, p.Left = l.employment(r)
	l.entries = append(l.entries, p)
	return nil
}

// cell is the text of a field that has one column, "" where the list has none.
func (l *list) cell(r row, f field) string {
	if at := l.columns[f]; len(at) > 0 && at[0] < len(r.cells) {
		return strings.TrimSpace(r.cells[at[0]])
	}
	return ""
}

// cells are the texts of a field that may have several columns.
func (l *list) cells(r row, f field) []string {
	var texts []string
	for _, at := range l.columns[f] {
		if at < len(r.cells) {
			texts = append(texts, r.cells[at])
		}
	}
	return texts
}

func (l *list) name(r row) string {
	if name := tidy(l.cell(r, fieldName)); name != "" {
		return name
	}
	return tidy(l.cell(r, fieldLast) + " " + l.cell(r, fieldFirst) + " " + l.cell(r, fieldMiddle))
}

func (l *list) emails(r row) []string {
	var all []string
	for _, cell := range l.cells(r, fieldEmail) {
		found, unread := emails(cell)
		if unread {
			l.troubles.add(badEmail, r.line)
		}
		all = append(all, found...)
	}
	return unique(all)
}

func (l *list) phones(r row) []string {
	var all []string
	for _, cell := range l.cells(r, fieldPhone) {
		found, unread := phones(cell)
		if unread {
			l.troubles.add(badPhone, r.line)
		}
		all = append(all, found...)
	}
	return unique(all)
}

// has tells whether the list has a column for one of the fields.
func (l *list) has(fs ...field) bool {
	return slices.ContainsFunc(fs, func(f field) bool { return len(l.columns[f]) > 0 })
}

// tidy leaves the text of a cell as one line without invisible characters. Text that a spreadsheet
// would take for a formula is text here.
func tidy(s string) string {
	const most = 200
	s = norm.NFC.String(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.C, r):
			return -1
		}
		return r
	}, s))
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		s = string(r[:most])
	}
	if isBlank(s) {
		return ""
	}
	return s
}

// unique drops repetitions and keeps the order.
func unique(list []string) []string {
	var kept []string
	for _, s := range list {
		if !slices.Contains(kept, s) {
			kept = append(kept, s)
		}
	}
	return kept
}

// trouble is what can be wrong with a row without making the list useless.
type trouble string

const (
	nobody     trouble = "nobody is named"
	noContact  trouble = "neither an e-mail nor a phone: accounts cannot be matched"
	badEmail   trouble = "an e-mail cannot be read"
	badPhone   trouble = "a phone cannot be read"
	badStatus  trouble = "the status word is not known"
	badDate    trouble = "the leaving date cannot be read"
	contradict trouble = "status and leaving date contradict each other; the person counts as having left"
	shared     trouble = "the same e-mail or phone as another row, but the rows differ"
)

// troubles collects the lines by trouble, in the order in which they first occurred.
type troubles struct {
	order []trouble
	lines map[trouble][]int
}

func (t *troubles) add(what trouble, line int) {
	if t.lines == nil {
		t.lines = map[trouble][]int{}
	}
	at := t.lines[what]
	if at == nil {
		t.order = append(t.order, what)
	}
	if len(at) == 0 || at[len(at)-1] != line {
		t.lines[what] = append(at, line)
	}
}

func (t *troubles) count(what trouble) int { return len(t.lines[what]) }

// rowsText names lines, not more than a reader would look up.
func rowsText(lines []int) string {
	const most = 12
	var names []string
	for _, n := range lines[:min(len(lines), most)] {
		names = append(names, fmt.Sprint(n))
	}
	text := "row " + names[0]
	if len(names) > 1 {
		text = "rows " + strings.Join(names, ", ")
	}
	if more := len(lines) - len(names); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

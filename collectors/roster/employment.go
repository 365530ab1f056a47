package roster

import (
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// employment decides whether a person works here today. Somebody has left when the leaving date is
// past or any column says so; an unclear cell makes the answer unknown, not "works here".
func (l *list) employment(r row) (employed facts.Known[bool], left facts.Known[time.Time]) {
	date, leaving := l.leaving(r)
	status, working := statusWord(l.cell(r, fieldStatus)), yesOrNo(l.cell(r, fieldEmployed))
	if status == saysUnclear || working == saysUnclear {
		l.troubles.add(badStatus, r.line)
	}
	if leaving == saysUnclear {
		l.troubles.add(badDate, r.line)
		left = facts.Unknown[time.Time](facts.Failed)
	}
	if !date.IsZero() {
		left = facts.Of(date)
	}
	past, future := !date.IsZero() && date.Before(l.today), !date.IsZero() && !date.Before(l.today)
	saidLeft := status == saysNo || working == saysNo || leaving == saysNo
	saidWorks := status == saysYes || working == saysYes || leaving == saysYes
	if past && saidWorks || saidLeft && (future || saidWorks) {
		l.troubles.add(contradict, r.line)
	}
	switch {
	case past || saidLeft:
		employed = facts.Of(false)
	case status == saysUnclear || working == saysUnclear || leaving == saysUnclear:
		employed = facts.Unknown[bool](facts.Failed)
	case future || saidWorks || l.has(fieldLeft): // an empty cell among leaving dates says so too
		return facts.Of(true), left
	default:
		employed = facts.Unknown[bool](facts.NotSupported)
	}
	if left.IsZero() {
		left = facts.Unknown[time.Time](facts.NotSupported)
	}
	return employed, left
}

// leaving reads the column that some lists fill with dates and others with yes and no. The answer
// speaks of working here, as that of the other columns does: "dismissed: yes" is saysNo.
func (l *list) leaving(r row) (time.Time, says) {
	cell := l.cell(r, fieldLeft)
	if d, err := parseDate(cell, l.layout, l.since1904); err == nil {
		return d, saysNothing
	}
	switch mark(cell) {
	case saysYes:
		return time.Time{}, saysNo
	case saysNo:
		return time.Time{}, saysYes
	}
	return time.Time{}, statusWord(cell) // «уволен» where a date should be
}

// says is what a cell tells of whether somebody works here.
type says int

const (
	saysNothing says = iota
	saysYes
	saysNo
	saysUnclear
)

// Beginnings of status words, as plain() leaves them; those of people who left are compared first.
var (
	leftWords = []string{
		"уволен", "уволил", "не работает", "неактив", "не актив", "бывш", "договор расторгнут", "расторгнут", "выбыл", "покинул",
		"звільнен", "звільнив", "не працює", "колишн", "договір розірвано", "розірвано", "вибув", "покинув",
		"left", "leaver", "dismissed", "terminated", "fired", "resigned", "former", "inactive", "not active", "not employed", "not working", "no longer", "deactivated",
	}
	workWords = []string{
		"работает", "работающ", "действу", "актив", "в штате", "штатный", "штатная", "принят", "испытательн", "на испытательном",
		"отпуск", "в отпуск", "декрет", "в декрет", "больнич", "на больнич", "командиров", "в командиров", "мобилизован",
		"працює", "працююч", "чинн", "діюч", "у штаті", "в штаті", "штатн", "прийнят", "випробувал", "на випробуванні",
		"відпустк", "у відпуст", "в відпуст", "у декрет", "лікарнян", "на лікарнян", "відрядж", "у відрядж", "мобілізован",
		"active", "employed", "working", "works", "current", "hired", "probation", "trial", "on leave", "leave", "maternity", "parental", "vacation",
		"sick", "business trip",
	}
	yesMarks = []string{"да", "так", "yes", "y", "true", "истина", "істина", "1", "+", "x", "х", "v", "✓", "✔"}
	noMarks  = []string{"нет", "ні", "no", "n", "false", "ложь", "хибність", "0"}
	blanks   = []string{"", "-", "–", "—", "--", ".", "н/д", "н/п", "нет данных", "немає", "немає даних", "n/a", "na", "null", "none"}
	totals   = []string{"итого", "всего", "разом", "усього", "всього", "total"}
)

// statusWord reads what HR programs call the state of a contract.
func statusWord(cell string) says {
	if isBlank(cell) {
		return saysNothing
	}
	word := plain(cell)
	switch {
	case beginsWith(word, leftWords):
		return saysNo
	case beginsWith(word, workWords):
		return saysYes
	}
	return saysUnclear
}

// yesOrNo reads the column that says whether somebody works here: a mark or, as well, a status word.
func yesOrNo(cell string) says {
	if m := mark(cell); m != saysNothing {
		return m
	}
	return statusWord(cell)
}

// mark reads yes and no; anything else says nothing.
func mark(cell string) says {
	switch m := strings.ToLower(strings.TrimSpace(cell)); {
	case isOne(m, yesMarks):
		return saysYes
	case isOne(m, noMarks):
		return saysNo
	}
	return saysNothing
}

func isBlank(cell string) bool { return isOne(strings.ToLower(strings.TrimSpace(cell)), blanks) }

// isTotal tells the last line of many exports from a person.
func isTotal(name string) bool { return beginsWith(plain(name), totals) }

func isOne(s string, words []string) bool {
	for _, w := range words {
		if s == w {
			return true
		}
	}
	return false
}

func beginsWith(s string, words []string) bool {
	for _, w := range words {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

package bitrixbox

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/crmaudit/crmaudit/facts"
)

// row is one row of a list. A cell may be absent, because this version has no such column, or null.
type row struct {
	at    map[string]int // column to cell
	cells []cell
}

type cell struct {
	text string
	null bool
}

// has reports that the version has the column.
func (r row) has(name string) bool { _, ok := r.at[name]; return ok }

func (r row) cell(name string) (cell, bool) {
	i, ok := r.at[name]
	if !ok || i >= len(r.cells) {
		return cell{}, false
	}
	return r.cells[i], true
}

// text is the cell without what could harm a line of a report; "" when it is null or absent.
func (r row) text(name string) string {
	c, _ := r.cell(name)
	return clean(c.text)
}

// raw is the cell as it is.
func (r row) raw(name string) string {
	c, _ := r.cell(name)
	return c.text
}

// yes reports the Y of a flag.
func (r row) yes(name string) bool { return strings.EqualFold(strings.TrimSpace(r.raw(name)), "Y") }

// flag is a flag that may be absent.
func (r row) flag(name string) facts.Known[bool] {
	if !r.has(name) {
		return facts.Unknown[bool](facts.NotSupported)
	}
	return facts.Of(r.yes(name))
}

// number is a whole number, 0 when it is none.
func (r row) number(name string) int64 {
	s := strings.TrimSpace(r.raw(name))
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n
	}
	f, err := strconv.ParseFloat(s, 64) // sums may come with decimals
	if err != nil || f != f || f > 1<<62 || f < -(1<<62) {
		return 0
	}
	return int64(f)
}

// id is a reference to a row, "" for null and 0.
func (r row) id(name string) string {
	if n := r.number(name); n > 0 {
		return strconv.FormatInt(n, 10)
	}
	return ""
}

// time is a moment; ok is false when the column is absent, and the time is zero when it holds none.
func (r row) time(name string) (t time.Time, ok bool) {
	if !r.has(name) {
		return time.Time{}, false
	}
	return moment(r.number(name)), true
}

// when is a moment whose absence is a fact of its own, such as a log-in that never was.
func (r row) when(name string) facts.Known[time.Time] {
	if t, ok := r.time(name); ok {
		return facts.Of(t)
	}
	return facts.Unknown[time.Time](facts.NotSupported)
}

// since is a moment that must have been; without it nothing is known.
func (r row) since(name string) facts.Known[time.Time] {
	if t, ok := r.time(name); ok && !t.IsZero() {
		return facts.Of(t)
	}
	return facts.Unknown[time.Time](facts.NotSupported)
}

// known is a text of a column that may be absent.
func (r row) known(name string) facts.Known[string] {
	if !r.has(name) {
		return facts.Unknown[string](facts.NotSupported)
	}
	return facts.Of(r.text(name))
}

// maxSeconds is the end of the year 9999: what lies behind is no date.
const maxSeconds = 253402300799

// moment is a time that a server gave in seconds; the zero date of MySQL comes as 0.
func moment(seconds int64) time.Time {
	if seconds <= 0 || seconds > maxSeconds {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

const maxText = 500 // characters of a name that are kept

// clean makes one harmless line of a text from outside.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "�")
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	if runes := []rune(s); len(s) > maxText && len(runes) > maxText {
		return string(runes[:maxText])
	}
	return s
}

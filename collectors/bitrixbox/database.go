package bitrixbox

import (
	"context"
	"errors"
	"fmt"

	"github.com/crmaudit/crmaudit/facts"
)

// database answers lists: a live server, or the export that a client made of one.
type database interface {
	// ask gives the rows of a list one by one; a row is good until the next. The error is a gap when the
	// list cannot be answered, and what f returned when that stopped it.
	ask(ctx context.Context, l *list, f func(row) error) error
	// prepare may begin to ask lists whose answers take long and will be wanted in this order.
	prepare(ctx context.Context, lists []*list)
	// permits tells, without asking for rows, why the list could not be answered.
	permits(l *list) error
	// where tells people which database it is.
	where() string
	// asked is the number of statements so far.
	asked() int
	close() error
}

// gap is why a list could not be answered; the rest of the collection goes on.
type gap struct {
	list    string
	missing string // the table or column that is not to be seen, "" for any other gap
	reason  facts.Reason
	detail  string
	right   string // that would help
}

func (g gap) Error() string { return fmt.Sprintf("%s: %s", g.list, g.detail) }

// absent is the gap of a table or column that is not there, or that the account may not see.
func absent(l *list, table, column string) gap {
	what := "table " + table
	if column != "" {
		what = fmt.Sprintf("column %s of table %s", column, table)
	}
	return gap{list: l.name, missing: what, reason: facts.NotSupported, detail: "there is no " + what, right: "SELECT on " + table}
}

func asGap(err error) (gap, bool) {
	var g gap
	ok := errors.As(err, &g)
	return g, ok
}

// shape is what was found out about tables and columns, all in lower case.
type shape map[string]map[string]bool

func (s shape) has(table, column string) bool { return s[lower(table)][lower(column)] }

// present are the columns of the list that can be asked, or why the list cannot.
func (s shape) present(l *list) ([]column, error) {
	if l.table != "" && len(s[lower(l.table)]) == 0 {
		return nil, absent(l, l.table, "")
	}
	for _, name := range l.required() {
		if !s.has(l.table, name) {
			return nil, absent(l, l.table, name)
		}
	}
	for table, names := range l.also {
		for _, name := range fields(names) {
			if !s.has(table, name) {
				return nil, absent(l, table, name)
			}
		}
	}
	var present []column
next:
	for _, c := range l.columns {
		for _, name := range c.source() {
			if !s.has(l.table, name) {
				continue next
			}
		}
		present = append(present, c)
	}
	return present, nil
}

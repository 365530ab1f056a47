package bitrixbox

import (
	"fmt"
	"slices"
	"strings"
)

// list is one question to one table. An export names its rows after it.
type list struct {
	name    string
	about   string // what it is read for, for whoever reviews the script
	module  string // the module that owns the table
	since   int    // the version of main that brought the table, 0 older than all we know
	table   string // "" asks the server itself
	columns []column
	needs   string            // further columns that the whole question rests on, such as those of where
	also    map[string]string // further tables, with their columns, that it rests on
	where   string
	group   string
	order   string
	limit   int  // 0 all
	many    bool // so many groups that the server should sort them: counting them in memory it would run out of it
}

// column is one column of the answer.
type column struct {
	name  string
	expr  string // "" the column of that name
	reads string // columns of the table that expr reads, separated by spaces; "" the column of that name
	must  bool   // without it the list is worth nothing
}

// must are columns that a list is worth nothing without.
func must(names string) []column {
	return each(names, func(n string) column { return column{name: n, must: true} })
}

// may are columns that some versions lack.
func may(names string) []column {
	return each(names, func(n string) column { return column{name: n} })
}

// times are columns with wall times, given as seconds since 1970.
func times(names string) []column {
	return each(names, func(n string) column { return column{name: n, expr: "@epoch(" + n + ")"} })
}

func each(names string, make func(string) column) []column {
	var columns []column
	for _, n := range strings.Fields(names) {
		columns = append(columns, make(n))
	}
	return columns
}

// as is a computed column.
func as(name, expr, reads string) []column {
	return []column{{name: name, expr: expr, reads: reads, must: true}}
}

func columns(parts ...[]column) []column { return slices.Concat(parts...) }

// source lists what the column reads.
func (c column) source() []string {
	if c.reads != "" {
		return strings.Fields(c.reads)
	}
	if strings.ContainsAny(c.expr, "(@") && !strings.Contains(c.expr, c.name) {
		return nil // a constant or a count
	}
	return []string{c.name}
}

// sql is the expression of the column.
func (c column) sql(d dialect, w window) string {
	if c.expr == "" {
		return c.name
	}
	return d.expand(c.expr, w)
}

// required are the columns without which the list cannot be asked.
func (l *list) required() []string {
	required := strings.Fields(l.needs)
	for _, c := range l.columns {
		if c.must {
			required = append(required, c.source()...)
		}
	}
	return required
}

// rests lists the columns by table without which the list cannot be asked.
func (l *list) rests() map[string][]string {
	all := map[string][]string{}
	if l.table != "" {
		all[l.table] = unique(l.required())
	}
	for table, names := range l.also {
		all[table] = fields(names)
	}
	return all
}

// reads lists all columns by table that the list may read.
func (l *list) reads() map[string][]string {
	all := map[string][]string{}
	add := func(table string, names ...string) {
		for _, n := range names {
			if table != "" && !slices.Contains(all[table], n) {
				all[table] = append(all[table], n)
			}
		}
	}
	add(l.table, strings.Fields(l.needs)...)
	for _, c := range l.columns {
		add(l.table, c.source()...)
	}
	for table, names := range l.also {
		add(table, strings.Fields(names)...)
	}
	return all
}

// verb begins the statement.
func (l *list) verb(d dialect) string {
	if l.many && d == mysql {
		return "SELECT SQL_BIG_RESULT"
	}
	return "SELECT"
}

// tail is everything behind the columns of the statement.
func (l *list) tail(d dialect, w window) string {
	var b strings.Builder
	part := func(word, text string) {
		if text != "" {
			fmt.Fprintf(&b, " %s %s", word, d.expand(text, w))
		}
	}
	part("FROM", l.table)
	part("WHERE", l.where)
	part("GROUP BY", l.group)
	part("ORDER BY", l.order)
	if l.limit > 0 {
		part("LIMIT", itoa(l.limit))
	}
	return b.String()
}

// statement asks for the columns that are there.
func (l *list) statement(d dialect, w window, present []column) string {
	parts := make([]string, len(present))
	for i, c := range present {
		parts[i] = c.sql(d, w)
	}
	return l.verb(d) + " " + strings.Join(parts, ", ") + l.tail(d, w)
}

// catalogue is everything that is ever asked, in the order of an export.
func catalogue() []*list {
	return slices.Concat(serverLists(), peopleLists(), accessLists(), clientLists(), backupLists(), logLists())
}

// tables are all tables that are ever read, sorted.
func tables() []string {
	var all []string
	for _, l := range catalogue() {
		for table := range l.reads() {
			all = append(all, table)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// find is the list of the name.
func find(lists []*list, name string) *list {
	for _, l := range lists {
		if l.name == name {
			return l
		}
	}
	panic("bitrixbox: no list " + name) // a mistake in this package, found by its tests
}

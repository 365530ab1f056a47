package roster

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/nearest"
)

// headerDepth is how many rows may stand above the headers: the name of the company, the date of the export.
const headerDepth = 20

// lookForHeader takes the row as the headers if it has what a list of people needs.
func (l *list) lookForHeader(file string, r row, mapped map[field]string) error {
	if l.seen == nil && !r.blank() {
		l.seen = r.cells
	}
	if l.before++; l.before > headerDepth {
		return l.noHeader(file, mapped)
	}
	found := recognise(r.cells, mapped)
	if !slices.ContainsFunc(slices.Collect(maps.Keys(found)), field.identifies) {
		return nil
	}
	for _, f := range slices.Sorted(maps.Keys(mapped)) {
		if found[f] == nil {
			hint := "take one of the headers that the list has"
			if near := nearest.Of(mapped[f], plainAll(r.cells)); near != "" {
				hint = fmt.Sprintf("did you mean %q?", original(near, r.cells))
			}
			return fail.New(fail.Usage, hint, "%s: columns name %q for %s, but the list has only %s", file, mapped[f], f, quoted(r.cells))
		}
	}
	for _, f := range slices.Sorted(maps.Keys(found)) {
		if at := found[f]; len(at) > 1 && !f.several() {
			return fail.New(fail.Usage, fmt.Sprintf("say which one it is, for instance\ncolumns: {%s: %q}", f, r.cells[at[1]]),
				"%s: the columns %q and %q both look like %s", file, r.cells[at[0]], r.cells[at[1]], f)
		}
	}
	l.columns, l.width = found, len(r.cells)
	return nil
}

// noHeader explains that nothing was recognised, with the headers that were there.
func (l *list) noHeader(file string, mapped map[field]string) error {
	if l.seen == nil {
		return fail.New(fail.Usage, "export the list again, with headers in its first row", "%s is empty", file)
	}
	example := "Employee"
	for _, c := range l.seen {
		if strings.TrimSpace(c) != "" {
			example = strings.TrimSpace(c)
			break
		}
	}
	hint := fmt.Sprintf("say what the columns are, for instance\ncolumns: {name: %q}\nthe fields are %s", short(example), strings.Join(fields(), ", "))
	if len(mapped) > 0 {
		hint = "compare the headers in columns with those of the list"
	}
	return fail.New(fail.Usage, hint, "%s: no column with names, e-mails or phones is recognised; its headers are %s", file, quoted(l.seen))
}

// quoted lists headers for an error, not more than fit a screen.
func quoted(cells []string) string {
	const most = 30
	var names []string
	for _, c := range cells {
		if c = strings.TrimSpace(c); c != "" {
			names = append(names, fmt.Sprintf("%q", short(c)))
		}
	}
	if len(names) > most {
		names = append(names[:most], fmt.Sprintf("and %d more", len(names)-most))
	}
	return strings.Join(names, ", ")
}

func short(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

func plainAll(cells []string) []string {
	var all []string
	for _, c := range cells {
		all = append(all, plain(c))
	}
	return all
}

func original(header string, cells []string) string {
	return cells[slices.IndexFunc(cells, func(c string) bool { return plain(c) == header })]
}

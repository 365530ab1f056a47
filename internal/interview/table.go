package interview

import (
	"context"
	"strings"

	"github.com/crmaudit/crmaudit/internal/questions"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

// sheetRows is a table while it is typed in.
type sheetRows struct {
	rows  []*yamlfile.Node
	cells []*yamlfile.Node // of the row being typed, nil where a cell was left out
}

// table asks row by row and column by column; complete rows are there when the person quits.
func (a *asking) table(ctx context.Context) (*yamlfile.Node, command, error) {
	t := &sheetRows{}
	begun := false
	for {
		first := len(t.cells) == 0
		if first && a.q.MaxRows > 0 && len(t.rows) == a.q.MaxRows {
			return table(t.rows), none, nil
		}
		if first {
			a.print("  %s\n", a.say("row", "n", len(t.rows)+1))
		}
		c := a.q.Columns[len(t.cells)]
		a.choices(c.Shape)
		typed, err := a.next(ctx, "  "+a.column(c, first), func() { a.choices(c.Shape) })
		switch {
		case err != nil || typed.command == quit:
			return draftRows(t.rows), quit, err
		case typed.command == back && first && len(t.rows) == 0, typed.command == skip:
			return nil, typed.command, nil
		case typed.command == unknown && first && !begun:
			return nil, unknown, nil
		case typed.command == back:
			a.stepBack(t)
			begun = len(t.rows)+len(t.cells) > 0 // with all of them gone nothing was said: that is not “none”
			continue
		case typed.command == extend && first && !begun && a.present != nil && a.several():
			t.rows, begun = itemsOf(a.present.Value), true
			continue
		case first && typed.text == "" && !begun && a.present != nil:
			return a.present.Value, none, nil
		case first && typed.text == "" && begun:
			return table(t.rows), none, nil
		case first && !begun && isOne(typed.text, noneWords) && (typed.text == "0" || c.Type != questions.YesNo):
			return table(nil), none, nil
		case first && typed.text == "":
			a.tell("bad.empty")
			continue
		}
		cell, what, err := a.cell(ctx, c, typed)
		switch {
		case err != nil || what == quit:
			return draftRows(t.rows), quit, err
		case what == help: // it was refused, with the reason
			continue
		}
		t.cells, begun = append(t.cells, cell), true
		t.close(a.q)
	}
}

// column is the prompt of a cell.
func (a *asking) column(c questions.Column, first bool) string {
	note := a.form(c.Shape, true)
	switch {
	case c.Key || c.Required:
	case !first:
		note += "; " + a.say("optional")
	}
	return a.label(c.Label) + " (" + note + ")"
}

// cell reads a cell; the command help says that it was not understood and has to be typed again.
func (a *asking) cell(ctx context.Context, c questions.Column, typed line) (*yamlfile.Node, command, error) {
	switch {
	case typed.text == "" || typed.command == unknown:
		if c.Key || c.Required {
			a.tell("bad.required")
			return nil, help, nil
		}
		return nil, none, nil
	case c.None && isOne(typed.text, noneWords):
		return plain("none"), none, nil
	case c.Type == questions.Person:
		who, what, err := a.person(ctx, typed.text, true)
		if who == "" && what == none {
			what = help
		}
		return text(who), what, err
	case c.Type == questions.List || c.Type == questions.People:
		return a.listCell(ctx, c, typed.text)
	}
	n, wrong := a.parse(c.Shape, typed.text, true, a.now)
	if wrong != "" {
		a.tell(string(wrong), "max", maxOf(c.Shape))
		return nil, help, nil
	}
	return n, none, nil
}

func (a *asking) listCell(ctx context.Context, c questions.Column, typed string) (*yamlfile.Node, command, error) {
	items := []*yamlfile.Node{}
	if isOne(typed, noneWords) {
		return list(items), none, nil
	}
	if len(c.Choices) > 0 {
		if items = a.chosen(c.Shape, typed); len(items) == 0 {
			return nil, help, nil
		}
		return list(items), none, nil
	}
	for _, part := range parts(typed) {
		if c.Type == questions.People {
			who, what, err := a.person(ctx, part, false)
			if who == "" {
				if what == none {
					what = help
				}
				return nil, what, err
			}
			part = who
		}
		items = merge(items, []*yamlfile.Node{text(part)})
	}
	return list(items), none, nil
}

// close puts the row among the rows once its last cell is there.
func (t *sheetRows) close(q *questions.Question) {
	if len(t.cells) < len(q.Columns) {
		return
	}
	row := &yamlfile.Node{Kind: yamlfile.Mapping, Style: yamlfile.FlowStyle}
	for i, cell := range t.cells {
		if cell == nil {
			continue
		}
		if cell.Kind == yamlfile.Sequence {
			cell.Style = yamlfile.FlowStyle
		}
		row.Content = append(row.Content, plain(q.Columns[i].ID), cell)
	}
	t.rows, t.cells = append(t.rows, row), nil
}

// stepBack reopens the cell before the present one, in the row before if it has to be.
func (a *asking) stepBack(t *sheetRows) {
	if len(t.cells) > 0 {
		t.cells = t.cells[:len(t.cells)-1]
		return
	}
	row := t.rows[len(t.rows)-1]
	t.rows = t.rows[:len(t.rows)-1]
	for _, c := range a.q.Columns[:len(a.q.Columns)-1] {
		_, cell := find(row, c.ID)
		t.cells = append(t.cells, cell)
	}
	a.print("  %s: %s\n", a.say("row", "n", len(t.rows)+1), a.rowText(row))
}

// rowText is a row on one line.
func (a *asking) rowText(row *yamlfile.Node) string {
	var cells []string
	for _, c := range a.q.Columns {
		if _, n := find(row, c.ID); n != nil {
			cells = append(cells, a.shown(c.Shape, n))
		}
	}
	return strings.Join(cells, ", ")
}

func table(rows []*yamlfile.Node) *yamlfile.Node {
	n := &yamlfile.Node{Kind: yamlfile.Sequence, Content: rows}
	if len(rows) == 0 {
		n.Style = yamlfile.FlowStyle
	}
	return n
}

func draftRows(rows []*yamlfile.Node) *yamlfile.Node {
	if len(rows) == 0 {
		return nil
	}
	return table(rows)
}

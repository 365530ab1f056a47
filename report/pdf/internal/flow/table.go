package flow

import (
	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
)

// Col describes a column of a table.
type Col struct {
	Title  string
	Weight float64 // share of the table's width
	Align  Align
}

// Cell is the content of a table's cell.
type Cell struct {
	Spans []Span
	Badge *draw.Badge // drawn instead of the spans
}

// TextCell returns a cell of plain text.
func TextCell(text string) Cell { return Cell{Spans: Plain(text)} }

const (
	cellPadX = 1.8
	cellPadY = 1.3
	// A row taller than this is cut between its lines at a page break.
	maxRow = 60.0
)

// Table adds a table. Its head is repeated on every page, the head keeps at
// least two rows with it, and the last row never stands alone on a page.
func (f *Flow) Table(cols []Col, rows [][]Cell) {
	t := &table{flow: f, xs: f.columnEdges(cols, rows), cols: cols}
	head := t.headStrip()
	strips := []*strip{head}
	for n, row := range rows {
		for _, s := range t.rowStrips(row, n) {
			s.head = head
			strips = append(strips, s)
		}
		if n == 0 && len(rows) > 1 || n == len(rows)-2 {
			strips[len(strips)-1].keep = true
		}
	}
	f.add(strips...)
	f.Space(betweenBlocks + 1)
}

type table struct {
	flow *Flow
	cols []Col
	xs   []float64 // edges of the columns
}

func (t *table) inner(col int) float64 { return t.xs[col+1] - t.xs[col] - 2*cellPadX }

func (t *table) headStrip() *strip {
	titles := make([]*laid, len(t.cols))
	lines := 1
	for i, c := range t.cols {
		titles[i] = t.flow.lay(Plain(c.Title), Heads, t.inner(i)).limit(headingLines, t.flow.Fonts, t.inner(i))
		lines = max(lines, len(titles[i].lines))
	}
	height := float64(lines)*Heads.Leading + 2*cellPadY
	return &strip{height: height, keep: true, draw: func(s draw.Surface, x, y float64) {
		s.Rect(x, y, t.flow.Width, height, draw.InfoTint)
		for i, title := range titles {
			// Titles of one line stand at the bottom, next to their column.
			top := y + height - cellPadY - title.height()
			title.draw(s, x+t.xs[i]+cellPadX, top, t.inner(i), t.cols[i].Align, 0, len(title.lines))
		}
		s.Line(x, y+height, x+t.flow.Width, y+height, 0.3, draw.Muted)
	}}
}

type tableRow struct {
	cells  []*laid
	badges []*draw.Badge
	lines  int
	band   bool
}

// rowStrips lays a row out: one strip, or one for every line when the row is
// too tall to move as a whole.
func (t *table) rowStrips(cells []Cell, n int) []*strip {
	row := &tableRow{cells: make([]*laid, len(t.cols)), lines: 1, band: n%2 == 1}
	for i := range t.cols {
		if i >= len(cells) {
			continue
		}
		if cells[i].Badge != nil {
			if row.badges == nil {
				row.badges = make([]*draw.Badge, len(t.cols))
			}
			row.badges[i] = cells[i].Badge
			continue
		}
		row.cells[i] = t.flow.lay(cells[i].Spans, Cells, t.inner(i))
		row.lines = max(row.lines, len(row.cells[i].lines))
	}
	height := float64(row.lines)*Cells.Leading + 2*cellPadY
	if height <= maxRow {
		return []*strip{t.slice(row, 0, row.lines)}
	}
	var strips []*strip
	for line := range row.lines {
		s := t.slice(row, line, line+1)
		s.keep = line < keepLines-1 || line >= row.lines-keepLines && line < row.lines-1
		strips = append(strips, s)
	}
	return strips
}

// slice is the strip with lines [from, to) of a row.
func (t *table) slice(row *tableRow, from, to int) *strip {
	height := float64(to-from) * Cells.Leading
	top := 0.0
	if from == 0 {
		height += cellPadY
		top = cellPadY
	}
	if to == row.lines {
		height += cellPadY
	}
	return &strip{height: height, draw: func(s draw.Surface, x, y float64) {
		t.drawSlice(s, x, y, height, top, row, from, to)
	}}
}

func (t *table) drawSlice(s draw.Surface, x, y, height, top float64, row *tableRow, from, to int) {
	if row.band {
		s.Rect(x, y, t.flow.Width, height, draw.Panel)
	}
	if to == row.lines {
		s.Line(x, y+height, x+t.flow.Width, y+height, 0.1, draw.Rule)
	}
	for i, cell := range row.cells {
		left := x + t.xs[i] + cellPadX
		if cell != nil && from < len(cell.lines) {
			cell.draw(s, left, y+top, t.inner(i), t.cols[i].Align, from, min(to, len(cell.lines)))
		}
		if row.badges != nil && row.badges[i] != nil && from == 0 {
			row.badges[i].Draw(t.flow.Fonts, s, left, y+top, Cells.Leading, t.inner(i))
		}
	}
}

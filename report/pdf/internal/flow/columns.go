package flow

import (
	"strings"

	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
)

const (
	sampledRows = 60   // rows that are looked at to find the widest word of a column
	widestWord  = 26.0 // a column does not grow for a longer word; such a word is cut
)

// columnEdges shares the table's width out by the weights of the columns, but
// gives every column room for its longest word, so that words are not cut where
// another column has space to spare.
func (f *Flow) columnEdges(cols []Col, rows [][]Cell) []float64 {
	need := f.neededWidths(cols, rows)
	widths := shareOut(cols, need, f.Width)
	xs := make([]float64, len(cols)+1)
	for i, w := range widths {
		xs[i+1] = xs[i] + w
	}
	return xs
}

// shareOut divides a width by weights; columns that would get less than they
// need get just that, and the others share the rest.
func shareOut(cols []Col, need []float64, width float64) []float64 {
	need = affordable(need, width)
	widths := make([]float64, len(cols))
	fixed := make([]bool, len(cols))
	for settled := false; !settled; {
		rest, weight := width, 0.0
		for i, c := range cols {
			if fixed[i] {
				rest -= need[i]
			} else {
				weight += c.Weight
			}
		}
		settled = true
		for i, c := range cols {
			if fixed[i] {
				continue
			}
			if widths[i] = rest * c.Weight / weight; widths[i] < need[i] {
				widths[i], fixed[i], settled = need[i], true, false
			}
		}
	}
	return widths
}

// affordable caps the largest needs until all of them fit the width.
func affordable(need []float64, width float64) []float64 {
	capped := func(limit float64) (list []float64, sum float64) {
		list = make([]float64, len(need))
		for i, n := range need {
			list[i] = min(n, limit)
			sum += list[i]
		}
		return list, sum
	}
	low, high := 0.0, width
	if list, sum := capped(high); sum <= width {
		return list
	}
	for range 40 {
		if _, sum := capped((low + high) / 2); sum > width {
			high = (low + high) / 2
		} else {
			low = (low + high) / 2
		}
	}
	list, _ := capped(low)
	return list
}

func (f *Flow) neededWidths(cols []Col, rows [][]Cell) []float64 {
	need := make([]float64, len(cols))
	for i, c := range cols {
		need[i] = f.widest(f.Fonts.Text(c.Title), draw.Font{Style: draw.Bold, Size: Heads.Size})
		for _, row := range rows[:min(len(rows), sampledRows)] {
			if i < len(row) {
				need[i] = max(need[i], f.cellNeed(row[i]))
			}
		}
		need[i] += 2*cellPadX + 0.1
	}
	return need
}

func (f *Flow) cellNeed(c Cell) float64 {
	if c.Badge != nil {
		return min(c.Badge.Width(f.Fonts), widestWord+4)
	}
	need := 0.0
	for _, s := range c.Spans {
		text := f.Fonts.Text(s.Text)
		if s.PageOf != "" {
			text = pageDigits
		}
		need = max(need, f.widest(text, spanFont(s, Cells)))
	}
	return need
}

// widest returns the width of the longest word, up to a limit.
func (f *Flow) widest(text string, font draw.Font) float64 {
	width := 0.0
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ' ' || r == '\n' }) {
		width = max(width, f.Fonts.Width(word, font))
	}
	return min(width, widestWord)
}

package flow

import (
	"strconv"

	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
)

// Blanks between blocks, in millimetres.
const (
	afterTitle     = 4.5
	beforeMinor    = 5.0
	afterMinor     = 1.6
	betweenBlocks  = 3.0
	betweenItems   = 1.2
	listIndent     = 6.0
	keepLines      = 2 // lines of a paragraph that stay together at a page break
	minorRoom      = 20.0
	headingLines   = 4
	beforeSection  = 9.0
	labelColumn    = 46.0
	keyValueGutter = 4.0
)

// Heading adds a heading that the contents and the outline know by the mark.
// Level 0 opens a part, level 1 a section.
func (f *Flow) Heading(mark Mark) {
	style := Title
	if mark.Level > 0 {
		style = Section
		f.Space(beforeSection)
	}
	mark.Text = f.Fonts.Line(mark.Text)
	m := &mark
	if m.Anchor != "" {
		f.book.anchors[m.Anchor] = m
	}
	text := f.lay(Plain(mark.Text), style, f.Width).limit(headingLines, f.Fonts, f.Width)
	f.add(&strip{height: text.height(), keep: true, mark: m, draw: func(s draw.Surface, x, y float64) {
		s.Bookmark(m.Level, m.Text, y)
		text.draw(s, x, y, f.Width, Left, 0, len(text.lines))
	}})
	f.Space(afterTitle)
}

// Subheading adds a small heading that only the page shows.
func (f *Flow) Subheading(text string) {
	f.Space(beforeMinor)
	f.Room(minorRoom)
	l := f.lay(Plain(text), Minor, f.Width).limit(headingLines, f.Fonts, f.Width)
	f.add(&strip{height: l.height(), keep: true, draw: func(s draw.Surface, x, y float64) {
		l.draw(s, x, y, f.Width, Left, 0, len(l.lines))
	}})
	f.Space(afterMinor)
}

// Paragraph adds running text in the body style.
func (f *Flow) Paragraph(spans ...Span) { f.Text(Body, spans...) }

// Text adds running text in a style; the first and the last two lines of it
// stay together.
func (f *Flow) Text(style Style, spans ...Span) {
	f.text(style, 0, nil, spans)
	f.Space(betweenBlocks)
}

// text adds lines, shifted to the right by indent; sign draws what hangs before
// the first line.
func (f *Flow) text(style Style, indent float64, sign func(s draw.Surface, x, y float64), spans []Span) {
	l := f.lay(spans, style, f.Width-indent)
	for i := range l.lines {
		f.add(&strip{
			height: style.Leading,
			keep:   i < len(l.lines)-1 && (i < keepLines-1 || i >= len(l.lines)-keepLines),
			draw: func(s draw.Surface, x, y float64) {
				if i == 0 && sign != nil {
					sign(s, x, y)
				}
				l.draw(s, x+indent, y, f.Width-indent, Left, i, i+1)
			},
		})
	}
}

// Bullets adds a list of points.
func (f *Flow) Bullets(items ...[]Span) {
	for _, item := range items {
		f.text(Body, listIndent, func(s draw.Surface, x, y float64) {
			s.Circle(x+2, y+Body.Leading/2, 0.65, draw.Paint{Fill: draw.Navy})
		}, item)
		f.Space(betweenItems)
	}
	f.Space(betweenBlocks)
}

// NumberedSteps adds a list of actions in their order.
func (f *Flow) NumberedSteps(items ...[]Span) {
	const radius = 2.35
	font := draw.Font{Style: draw.Bold, Size: 8}
	for i, item := range items {
		number := strconv.Itoa(i + 1)
		width := f.Fonts.Width(number, font)
		f.text(Body, listIndent+1.5, func(s draw.Surface, x, y float64) {
			cy := y + Body.Leading/2
			s.Circle(x+radius, cy, radius, draw.Paint{Fill: draw.LowTint})
			s.Text(x+radius-width/2, font.Baseline(cy-radius, 2*radius), number, font, draw.Navy)
		}, item)
		f.Space(betweenItems + 0.6)
	}
	f.Space(betweenBlocks)
}

// Pair is a labelled value.
type Pair struct {
	Label string
	Value []Span
}

// KeyValues adds labels with their values in two columns.
func (f *Flow) KeyValues(pairs ...Pair) {
	label := min(labelColumn, f.Width/3)
	for _, p := range pairs {
		key := f.lay(Plain(p.Label), Labels, label)
		value := f.lay(p.Value, Cells, f.Width-label-keyValueGutter)
		n := max(len(key.lines), len(value.lines))
		for i := range n {
			f.add(&strip{height: Cells.Leading, keep: i < len(key.lines)-1, draw: func(s draw.Surface, x, y float64) {
				if i < len(key.lines) {
					key.draw(s, x, y, label, Left, i, i+1)
				}
				if i < len(value.lines) {
					value.draw(s, x+label+keyValueGutter, y, f.Width-label-keyValueGutter, Left, i, i+1)
				}
			}})
		}
		f.Space(betweenItems)
	}
	f.Space(betweenBlocks)
}

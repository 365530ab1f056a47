package flow

import "github.com/crmaudit/crmaudit/report/pdf/internal/draw"

// Box is a text set in a column, to be put anywhere on a page.
type Box struct {
	text  *laid
	width float64
}

// Box sets spans in a column of a width, in at most so many lines.
func (f *Flow) Box(spans []Span, style Style, width float64, lines int) *Box {
	return &Box{text: f.lay(spans, style, width).limit(lines, f.Fonts, width), width: width}
}

// Height returns the height of the text.
func (b *Box) Height() float64 { return b.text.height() }

// Draw paints the text with its top left corner at x, y.
func (b *Box) Draw(s draw.Surface, x, y float64, align Align) {
	b.text.draw(s, x, y, b.width, align, 0, len(b.text.lines))
}

// Boxed adds a short text in a narrower column; a text that is not short is cut.
func (f *Flow) Boxed(width float64, align Align, style Style, text string) {
	if text == "" {
		return
	}
	box := f.Box(Plain(text), style, width, 6)
	f.add(&strip{height: box.Height(), draw: func(s draw.Surface, x, y float64) { box.Draw(s, x, y, align) }})
	f.Space(betweenItems)
}

package draw

// Bar is a line of a bar chart: a label, a bar of parts and a value in words.
type Bar struct {
	Label string
	Text  string
	Parts []Part
}

// Part is a share of a bar. Hatching tells a part from the others on a grey
// print.
type Part struct {
	Share float64 // of the whole bar, 0 to 1
	Fill  Color
	Hatch Color
}

// BarHeight is the height of a line of a bar chart.
const BarHeight = 6.2

// BarColumns are the widths of a bar chart's columns.
type BarColumns struct{ Label, Bar, Text float64 }

// Draw paints the bar with its top left corner at x, y.
func (b Bar) Draw(fonts *Fonts, s Surface, x, y float64, columns BarColumns) {
	const thick, gutter = 3.4, 3.0
	label, value := Font{Size: 9.5}, Font{Style: Bold, Size: 9}
	s.Text(x, label.Baseline(y, BarHeight), fonts.Shorten(fonts.Line(b.Label), label, columns.Label-gutter), label, Ink)
	left, top := x+columns.Label, y+(BarHeight-thick)/2
	s.Rect(left, top, columns.Bar, thick, Track)
	at := left
	for _, p := range b.Parts {
		width := min(columns.Bar*clamp(p.Share), left+columns.Bar-at)
		s.Rect(at, top, width, thick, p.Fill)
		if !p.Hatch.IsNone() {
			hatch(s, at, top, width, thick, p.Hatch)
		}
		at += width
	}
	s.Text(left+columns.Bar+gutter, value.Baseline(y, BarHeight), fonts.Shorten(fonts.Line(b.Text), value, columns.Text-gutter), value, Ink)
}

// hatch fills a rectangle with slanted lines that end at its edges.
func hatch(s Surface, x, y, w, h float64, c Color) {
	const step = 1.3
	for d := step; d < w+h; d += step {
		// The line x+y = d, clipped to the rectangle.
		x1, y1 := d, 0.0
		if x1 > w {
			x1, y1 = w, d-w
		}
		x2, y2 := 0.0, d
		if y2 > h {
			x2, y2 = d-h, h
		}
		s.Line(x+x1, y+y1, x+x2, y+y2, 0.18, c)
	}
}

// Swatch paints a small sample of a part, for a legend.
func (p Part) Swatch(s Surface, x, y, w, h float64) {
	s.Rect(x, y, w, h, p.Fill)
	if !p.Hatch.IsNone() {
		hatch(s, x, y, w, h, p.Hatch)
	}
}

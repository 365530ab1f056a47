package draw

import (
	"math"
	"strconv"
)

// Gauge shows a score from 0 to 100 on a half circle, with a tick at the mark
// that has to be reached.
type Gauge struct {
	Score    float64
	Text     string // the score as a word, "62"
	Caption  string // under the score, "из 100"
	Mark     float64
	MarkText string // at the tick, none if empty
	Color    Color
}

// Draw paints the gauge with the centre of its circle at cx, cy.
func (g Gauge) Draw(fonts *Fonts, s Surface, cx, cy, radius float64) {
	band := radius * 0.2
	middle := radius - band/2
	s.Arc(cx, cy, middle, 0, 180, band, Track)
	if share := clamp(g.Score / 100); share > 0 {
		s.Arc(cx, cy, middle, 180-180*share, 180, band, g.Color)
	}
	if g.MarkText != "" {
		g.mark(fonts, s, cx, cy, radius, band)
	}
	number := Font{Style: Bold, Size: radius * 1.55}
	text := fonts.Shorten(g.Text, number, 1.8*(radius-band))
	s.Text(cx-fonts.Width(text, number)/2, cy-radius*0.06, text, number, Ink)
	caption := Font{Size: max(8, radius*0.34)}
	text = fonts.Shorten(g.Caption, caption, 2*radius)
	s.Text(cx-fonts.Width(text, caption)/2, cy+radius*0.17, text, caption, Muted)
}

func (g Gauge) mark(fonts *Fonts, s Surface, cx, cy, radius, band float64) {
	angle := math.Pi * (1 - clamp(g.Mark/100))
	at := func(r float64) Point { return Point{cx + r*math.Cos(angle), cy - r*math.Sin(angle)} }
	from, to := at(radius-band-0.8), at(radius+1.6)
	s.Line(from.X, from.Y, to.X, to.Y, 0.6, Ink)
	font := Font{Size: 8}
	width := fonts.Width(g.MarkText, font)
	p := at(radius + 3)
	x := p.X
	switch { // the text stands outside the circle
	case math.Cos(angle) < -0.2:
		x -= width
	case math.Cos(angle) < 0.2:
		x -= width / 2
	}
	s.Text(x, p.Y+0.5, g.MarkText, font, Muted)
}

func clamp(share float64) float64 {
	if math.IsNaN(share) {
		return 0
	}
	return min(max(share, 0), 1)
}

// number prints a figure of a scale.
func number(n int) string { return strconv.Itoa(n) }

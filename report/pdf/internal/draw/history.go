package draw

// History is a line of scores over time.
type History struct {
	Points []HistoryPoint
	Mark   float64 // the score to be reached, none if zero
}

// HistoryPoint is the score of one audit.
type HistoryPoint struct {
	Label string // the date
	Score float64
	Text  string
}

// labelRoom is the widest that a label of a point may be.
const labelRoom = 24.0

// Draw paints the chart in a rectangle.
func (h History) Draw(fonts *Fonts, s Surface, x, y, w, height float64) {
	const axis, foot, head = 9.0, 6.0, 5.0
	left, right := x+axis, x+w-labelRoom/2
	top, bottom := y+head, y+height-foot
	level := func(score float64) float64 { return bottom - (bottom-top)*clamp(score/100) }
	small := Font{Size: 7.5}
	for score := 0; score <= 100; score += 25 {
		at := level(float64(score))
		s.Line(left, at, x+w, at, 0.1, Rule)
		label := number(score)
		s.Text(left-2-fonts.Width(label, small), at+0.9, label, small, Muted)
	}
	if h.Mark > 0 {
		dashed(s, left, x+w, level(h.Mark))
	}
	h.line(fonts, s, left+labelRoom/2-axis, right, bottom, foot, level)
}

func (h History) line(fonts *Fonts, s Surface, left, right, bottom, foot float64, level func(float64) float64) {
	small, value := Font{Size: 7.5}, Font{Style: Bold, Size: 8.5}
	step := 0.0
	if len(h.Points) > 1 {
		step = (right - left) / float64(len(h.Points)-1)
	}
	points := make([]Point, len(h.Points))
	for i, p := range h.Points {
		points[i] = Point{left + step*float64(i), level(p.Score)}
	}
	s.Polyline(points, 0.6, Navy)
	for i, p := range h.Points {
		at := points[i]
		s.Circle(at.X, at.Y, 1.1, Paint{Fill: Navy, Stroke: White, Width: 0.3})
		room := min(max(step-2, 8), labelRoom)
		text := fonts.Shorten(fonts.Line(p.Text), value, room)
		s.Text(at.X-fonts.Width(text, value)/2, at.Y-2, text, value, Ink)
		label := fonts.Shorten(fonts.Line(p.Label), small, room)
		s.Text(at.X-fonts.Width(label, small)/2, bottom+foot-1.5, label, small, Muted)
	}
}

func dashed(s Surface, from, to, y float64) {
	for x := from; x < to; x += 2.4 {
		s.Line(x, y, min(x+1.4, to), y, 0.25, Muted)
	}
}

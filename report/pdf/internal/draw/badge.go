package draw

// Badge is a short word on a coloured ground. The word carries the meaning and
// the colour repeats it, so a grey print loses nothing.
type Badge struct {
	Text   string
	Ground Color
	Ink    Color
}

const (
	badgeSize = 7.5 // points
	badgePad  = 1.7
)

func (b Badge) font() Font { return Font{Style: Bold, Size: badgeSize} }

// Width returns the width of the badge in millimetres.
func (b Badge) Width(fonts *Fonts) float64 {
	return fonts.Width(fonts.Line(b.Text), b.font()) + 2*badgePad
}

// Draw paints the badge from x, in the middle of a line of text whose top is y,
// no wider than room.
func (b Badge) Draw(fonts *Fonts, s Surface, x, y, leading, room float64) {
	const height = 4.0
	top := y + (leading-height)/2
	text := fonts.Shorten(fonts.Line(b.Text), b.font(), room-2*badgePad)
	s.RoundRect(x, top, fonts.Width(text, b.font())+2*badgePad, height, 0.9, Paint{Fill: b.Ground})
	s.Text(x+badgePad, b.font().Baseline(top, height), text, b.font(), b.Ink)
}

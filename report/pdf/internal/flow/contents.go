package flow

import (
	"strconv"

	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
)

var (
	contentsPart    = Style{Size: 10.5, Leading: 5.0, Color: draw.Ink, Bold: true}
	contentsSection = Style{Size: 9.5, Leading: 4.5, Color: draw.Ink}
)

const (
	contentsPageColumn = 12.0
	contentsIndent     = 6.0
	contentsLines      = 2
)

// contentsStrips sets a line for every listed heading. The page number is read
// when the line is drawn, after all pages are settled.
func (f *Flow) contentsStrips(body []*strip) []*strip {
	in := f.inner(f.Width)
	for _, m := range marks(body) {
		if m.Listed {
			in.contentsEntry(m)
		}
	}
	return in.strips
}

func (f *Flow) contentsEntry(m *Mark) {
	style, indent, pad := contentsPart, 0.0, 0.9
	if m.Level == 0 {
		f.Space(2.2)
	} else {
		style, indent, pad = contentsSection, contentsIndent, 0.5
	}
	room := f.Width - indent - contentsPageColumn
	text := f.lay(Plain(m.Text), style, room).limit(contentsLines, f.Fonts, room)
	height := text.height() + 2*pad
	last := len(text.lines) - 1
	font := spanFont(Span{}, style)
	f.add(&strip{height: height, keep: m.Level == 0, draw: func(s draw.Surface, x, y float64) {
		text.draw(s, x+indent, y+pad, f.Width, Left, 0, len(text.lines))
		number := strconv.Itoa(m.Page)
		width := f.Fonts.Width(number, font)
		baseline := font.Baseline(y+pad+float64(last)*style.Leading, style.Leading)
		s.Line(x+indent+text.lines[last].Width+2, baseline, x+f.Width-width-2, baseline, 0.1, draw.Rule)
		s.Text(x+f.Width-width, baseline, number, font, style.Color)
		if m.Anchor != "" {
			s.LinkTo(x, y, f.Width, height, m.Anchor)
		}
	}})
}

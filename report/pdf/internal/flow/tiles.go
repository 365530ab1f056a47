package flow

import "github.com/crmaudit/crmaudit/report/pdf/internal/draw"

// Tile is a figure or a fact in a frame: a caption with something large.
type Tile struct {
	Value   string
	Caption string
	Ink     draw.Color
	Ground  draw.Color
}

const (
	tileGap  = 3.0
	tilePad  = 2.6
	tileEdge = 1.0
)

var (
	tileFigure  = Style{Size: 20, Leading: 8.4, Bold: true}
	tileCaption = Style{Size: 8.5, Leading: 3.9, Color: draw.Muted}
)

// Tiles adds figures side by side, each with its caption below.
func (f *Flow) Tiles(tiles ...Tile) {
	width := (f.Width - tileGap*float64(len(tiles)-1)) / float64(len(tiles))
	type laidTile struct{ value, caption *Box }
	set := make([]laidTile, len(tiles))
	height := 0.0
	for i, t := range tiles {
		style := tileFigure
		style.Color = t.Ink
		set[i] = laidTile{f.Box(Plain(t.Value), style, width-2*tilePad, 1), f.Box(Plain(t.Caption), tileCaption, width-2*tilePad, 2)}
		height = max(height, set[i].value.Height()+set[i].caption.Height()+2*tilePad)
	}
	f.add(&strip{height: height, draw: func(s draw.Surface, x, y float64) {
		for i, t := range tiles {
			left := x + float64(i)*(width+tileGap)
			s.Rect(left, y, width, height, t.Ground)
			s.Rect(left, y, width, tileEdge, t.Ink)
			set[i].value.Draw(s, left+tilePad, y+tilePad, Left)
			set[i].caption.Draw(s, left+tilePad, y+tilePad+set[i].value.Height(), Left)
		}
	}})
	f.Space(betweenBlocks + 1)
}

var (
	factLabel = Style{Size: 8, Leading: 3.7, Color: draw.Muted}
	factValue = Style{Size: 9.5, Leading: 4.4, Color: draw.Ink, Bold: true}
)

// FactRow adds labelled values side by side on a quiet ground.
func (f *Flow) FactRow(pairs ...Pair) {
	if len(pairs) == 0 {
		return
	}
	width := f.Width / float64(len(pairs))
	labels, values := make([]*Box, len(pairs)), make([]*Box, len(pairs))
	label, value := 0.0, 0.0
	for i, p := range pairs {
		labels[i] = f.Box(Plain(p.Label), factLabel, width-2*tilePad, 2)
		values[i] = f.Box(p.Value, factValue, width-2*tilePad, 3)
		label, value = max(label, labels[i].Height()), max(value, values[i].Height())
	}
	height := label + value + 2*tilePad
	f.add(&strip{height: height, draw: func(s draw.Surface, x, y float64) {
		s.Rect(x, y, f.Width, height, draw.Panel)
		for i := range pairs {
			left := x + float64(i)*width
			if i > 0 {
				s.Line(left, y+tilePad, left, y+height-tilePad, 0.15, draw.Rule)
			}
			labels[i].Draw(s, left+tilePad, y+tilePad, Left)
			values[i].Draw(s, left+tilePad, y+tilePad+label, Left)
		}
	}})
	f.Space(betweenBlocks + 0.5)
}

// BadgeLine adds a badge with text after it.
func (f *Flow) BadgeLine(badge draw.Badge, spans ...Span) {
	const gutter, room = 3.0, 50.0
	indent := min(badge.Width(f.Fonts), room) + gutter
	f.text(Small, indent, func(s draw.Surface, x, y float64) {
		badge.Draw(f.Fonts, s, x, y, Small.Leading, room)
	}, spans)
	f.Space(betweenBlocks)
}

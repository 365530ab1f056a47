package flow

import "github.com/crmaudit/crmaudit/report/pdf/internal/draw"

// Look is the appearance of a panel.
type Look struct {
	Fill   draw.Color
	Accent draw.Color // a bar along the left edge, none if no colour
}

const (
	panelPadX = 5.0
	panelPadY = 3.4
	panelBar  = 1.2
)

// Callout adds a filled panel around what build adds. A panel taller than the
// page goes on over the following pages.
func (f *Flow) Callout(look Look, build func(*Flow)) {
	in := f.inner(f.Width - 2*panelPadX)
	build(in)
	if len(in.strips) == 0 {
		return
	}
	pad := &strip{height: panelPadY, keep: true}
	end := &strip{height: panelPadY}
	strips := append([]*strip{pad}, in.strips...)
	strips[len(strips)-1].keep = true
	strips = append(strips, end)
	for i, s := range strips {
		inside := *s
		lead := 0.0
		if i > 0 {
			// The blank becomes part of the strip, or the panel would show a gap.
			if i > 1 {
				lead = s.gap
			}
			s.gap = 0
			s.height += lead
		}
		s.draw = func(surface draw.Surface, x, y float64) {
			// A hair of overlap hides the seam between two strips.
			surface.Rect(x, y, f.Width, s.height+0.02, look.Fill)
			if !look.Accent.IsNone() {
				surface.Rect(x, y, panelBar, s.height+0.02, look.Accent)
			}
			inside.paint(surface, x+panelPadX, y+lead)
		}
	}
	f.add(strips...)
	f.Space(betweenBlocks + 1)
}

// Column is a part of a row of blocks.
type Column struct {
	Width float64
	Build func(*Flow)
}

// Columns sets flows side by side as one piece that is never cut; each is at
// the top of the row.
func (f *Flow) Columns(gutter float64, columns ...Column) {
	type placed struct {
		x      float64
		strips []*strip
	}
	var parts []placed
	x, height := 0.0, 0.0
	for _, c := range columns {
		in := f.inner(c.Width)
		c.Build(in)
		parts = append(parts, placed{x, in.strips})
		height = max(height, stackHeight(in.strips))
		x += c.Width + gutter
	}
	f.add(&strip{height: height, draw: func(s draw.Surface, x, y float64) {
		for _, part := range parts {
			at := y
			for i, p := range part.strips {
				if i > 0 {
					at += p.gap
				}
				p.paint(s, x+part.x, at)
				at += p.height
			}
		}
	}})
	f.Space(betweenBlocks)
}

func stackHeight(strips []*strip) float64 {
	h := 0.0
	for i, s := range strips {
		if i > 0 {
			h += s.gap
		}
		h += s.height
	}
	return h
}

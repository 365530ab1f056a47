package pdf

import (
	"fmt"

	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
	"github.com/crmaudit/crmaudit/report/pdf/internal/engine"
)

// The frame of a page, in millimetres.
const (
	margin       = 18.0
	columnWidth  = engine.PageWidth - 2*margin
	columnTop    = 25.0
	columnHeight = 250.0
	headLine     = 16.0
	footTop      = columnTop + columnHeight + 4
)

// sheets returns all pages as bands for the engine.
func (l *layout) sheets() [][]engine.Band {
	sheets := [][]engine.Band{l.front()}
	for _, p := range l.pages {
		bands := []engine.Band{{Height: columnTop, Draw: func(s draw.Surface, _ float64) { l.header(s, p.Part) }}}
		for _, b := range p.Bands {
			if b.Gap > 0 {
				bands = append(bands, engine.Band{Height: b.Gap})
			}
			bands = append(bands, engine.Band{Height: b.Height, Draw: func(s draw.Surface, top float64) { b.Draw(s, margin, top) }})
		}
		bands = append(bands, engine.Band{Height: footTop - columnTop - p.Used},
			engine.Band{Height: engine.PageHeight - footTop, Draw: func(s draw.Surface, top float64) { l.footer(s, top, p.Number) }})
		sheets = append(sheets, bands)
	}
	return sheets
}

var running = draw.Font{Size: 8}

// header names the report on the left and the part on the right.
func (l *layout) header(s draw.Surface, part string) {
	const gutter = 6
	part = l.fonts.Shorten(part, running, columnWidth/2)
	width := l.fonts.Width(part, running)
	s.Text(margin+columnWidth-width, headLine-2.5, part, running, draw.Muted)
	title := l.fonts.Line(l.report.Cover.Title)
	if client := l.fonts.Line(l.report.Cover.Client); client != "" {
		title += " · " + client
	}
	s.Text(margin, headLine-2.5, l.fonts.Shorten(title, running, columnWidth-width-gutter), running, draw.Muted)
	s.Line(margin, headLine, margin+columnWidth, headLine, 0.15, draw.Rule)
}

// footer says that the report is confidential and where the page stands.
func (l *layout) footer(s draw.Surface, top float64, number int) {
	page := fmt.Sprintf("%d / %d", number, l.total())
	width := l.fonts.Width(page, running)
	notice := l.fonts.Shorten(l.fonts.Line(l.report.Cover.Confidential), running, columnWidth-width-8)
	s.Line(margin, top, margin+columnWidth, top, 0.15, draw.Rule)
	s.Text(margin, top+5, notice, running, draw.Muted)
	s.Text(margin+columnWidth-width, top+5, page, running, draw.Muted)
}

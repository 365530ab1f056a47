package flow

import "github.com/crmaudit/crmaudit/report/pdf/internal/draw"

// strip is a slice of a page that is never cut.
type strip struct {
	height float64
	gap    float64 // blank above, unless the strip opens a page
	room   float64 // opens a new page unless this much is left on the current one
	keep   bool    // shares its page with the next strip
	ends   bool    // ends its page
	head   *strip  // repeated above the strip when it opens a page
	mark   *Mark
	draw   func(s draw.Surface, x, y float64)
}

// Mark is a heading's entry in the contents and in the outline.
type Mark struct {
	Level  int // 0 for a part of the report, 1 for a section in it
	Text   string
	Anchor string // the name that links use
	Listed bool   // in the contents; the outline has every mark
	Page   int    // from 1, settled by Flow.Pages
	Y      float64
}

func (s *strip) paint(surface draw.Surface, x, y float64) {
	if s.draw != nil {
		s.draw(surface, x, y)
	}
}

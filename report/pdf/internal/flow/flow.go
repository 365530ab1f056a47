package flow

import (
	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
)

// Flow collects strips from top to bottom in a column of a given width.
type Flow struct {
	Fonts  *draw.Fonts
	Width  float64
	strips []*strip
	gap    float64 // blank owed to the next strip
	room   float64 // room demanded by the next strip
	book   *book
}

// book is what a flow shares with the flows inside it.
type book struct {
	anchors  map[string]*Mark
	contents int // index of the strip before which the contents stand, -1 if none
}

// New returns an empty flow.
func New(fonts *draw.Fonts, width float64) *Flow {
	return &Flow{Fonts: fonts, Width: width, book: &book{anchors: map[string]*Mark{}, contents: -1}}
}

// inner returns a flow for content inside a block of this one.
func (f *Flow) inner(width float64) *Flow {
	return &Flow{Fonts: f.Fonts, Width: width, book: f.book}
}

func (f *Flow) add(strips ...*strip) {
	for _, s := range strips {
		s.gap = max(s.gap, f.gap)
		s.room = max(s.room, f.room)
		f.gap, f.room = 0, 0
		f.strips = append(f.strips, s)
	}
}

// Space leaves a blank before the next block, unless that block opens a page.
// Blanks do not add up: the largest counts.
func (f *Flow) Space(mm float64) { f.gap = max(f.gap, mm) }

// Room starts a new page before the next block unless that much is left.
func (f *Flow) Room(mm float64) { f.room = max(f.room, mm) }

// PageBreak starts a new page.
func (f *Flow) PageBreak() {
	if n := len(f.strips); n > 0 {
		f.strips[n-1].ends = true
		f.strips[n-1].keep = false
	}
	f.gap = 0
}

// Keep holds everything that build adds on one page, as far as it fits on one,
// together with the block after it if withNext.
func (f *Flow) Keep(withNext bool, build func()) {
	from := len(f.strips)
	build()
	for i := from; i < len(f.strips); i++ {
		if i+1 < len(f.strips) || withNext {
			f.strips[i].keep = true
		}
	}
}

// Cling holds the next block to the end of the last one.
func (f *Flow) Cling() {
	if n := len(f.strips); n > 0 && !f.strips[n-1].ends {
		f.strips[n-1].keep = true
	}
}

// Custom adds a block of a fixed height that draws itself in the full width.
func (f *Flow) Custom(height float64, paint func(s draw.Surface, x, y, w float64)) {
	w := f.Width
	f.add(&strip{height: height, draw: func(s draw.Surface, x, y float64) { paint(s, x, y, w) }})
}

// Tighten takes back the blank after the last block.
func (f *Flow) Tighten() { f.gap = betweenItems }

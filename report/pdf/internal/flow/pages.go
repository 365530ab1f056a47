package flow

import (
	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
)

// Page is one settled page.
type Page struct {
	Number int
	Part   string // heading of the part that the page belongs to
	Bands  []Band
	Used   float64 // height taken, from the top of the column
}

// Band is a strip in its place; Gap is the blank above it.
type Band struct {
	Gap, Height float64
	Draw        func(s draw.Surface, x, y float64)
}

// Contents puts the table of contents at this place, on pages of its own.
func (f *Flow) Contents(mark Mark) {
	f.PageBreak()
	f.Heading(mark)
	f.PageBreak()
	f.book.contents = len(f.strips)
}

// Frame is where a page has its text.
type Frame struct {
	Top, Height float64
	Before      int // pages of the document that stand before the flow
}

// Pages breaks the flow into pages; marks learn their place.
func (f *Flow) Pages(frame Frame) []Page {
	p := paginator{Frame: frame}
	cut := f.book.contents
	if cut < 0 {
		p.place(f.strips)
		return p.pages
	}
	body := f.strips[cut:]
	p.place(f.strips[:cut-1])
	contents := append([]*strip{f.strips[cut-1]}, f.contentsStrips(body)...)
	contents[0].ends, contents[0].keep = false, true
	p.place(contents)
	p.close()
	p.place(body)
	return p.pages
}

// Marks returns the headings in their order.
func (f *Flow) Marks() []*Mark { return marks(f.strips) }

func marks(strips []*strip) []*Mark {
	var list []*Mark
	for _, s := range strips {
		if s.mark != nil {
			list = append(list, s.mark)
		}
	}
	return list
}

type paginator struct {
	Frame
	pages []Page
	open  bool // the last page takes more
	part  string
}

// place puts strips on pages, group by group: strips that keep together go to
// the next page together, unless they do not fit on one.
func (p *paginator) place(strips []*strip) {
	for i := 0; i < len(strips); {
		j := i
		for j < len(strips)-1 && strips[j].keep {
			j++
		}
		group := strips[i : j+1]
		p.placeGroup(group)
		i = j + 1
	}
}

func (p *paginator) placeGroup(group []*strip) {
	first := group[0]
	need := max(stackHeight(group), min(first.room, p.Height))
	if p.open && p.used()+p.gap(first)+need > p.Height {
		p.close()
	}
	for _, s := range group {
		if p.open && p.used()+p.gap(s)+s.height > p.Height {
			p.close() // the group is taller than a page
		}
		p.put(s)
		if s.ends {
			p.close()
		}
	}
}

func (p *paginator) put(s *strip) {
	if !p.open {
		p.open = true
		p.pages = append(p.pages, Page{Number: p.Before + len(p.pages) + 1, Part: p.part})
		if s.head != nil {
			p.band(s.head, 0)
		}
	}
	p.band(s, p.gap(s))
}

func (p *paginator) band(s *strip, gap float64) {
	page := &p.pages[len(p.pages)-1]
	page.Used += gap
	if s.mark != nil {
		s.mark.Page, s.mark.Y = page.Number, p.Top+page.Used
		if s.mark.Level == 0 {
			p.part = s.mark.Text
			page.Part = p.part
		}
	}
	page.Bands = append(page.Bands, Band{Gap: gap, Height: s.height, Draw: s.paint})
	page.Used += s.height
}

// gap is the blank above a strip: none at the top of a page.
func (p *paginator) gap(s *strip) float64 {
	if !p.open || p.used() == 0 {
		return 0
	}
	return s.gap
}

func (p *paginator) used() float64 {
	if !p.open {
		return 0
	}
	return p.pages[len(p.pages)-1].Used
}

func (p *paginator) close() { p.open = false }

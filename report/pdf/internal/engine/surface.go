package engine

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"codeberg.org/go-pdf/fpdf"

	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
	"github.com/crmaudit/crmaudit/report/textfit"
	"github.com/crmaudit/crmaudit/templates"
)

// surface draws on the current page of an fpdf document.
type surface struct {
	pdf     *fpdf.Fpdf
	anchors map[string]Anchor
	links   map[string]int // fpdf's number of each anchor that was linked
	loaded  map[draw.Style]bool
	font    draw.Font
	err     error
}

var _ draw.Surface = (*surface)(nil)

func newSurface(pdf *fpdf.Fpdf, anchors map[string]Anchor) *surface {
	pdf.SetLineCapStyle("butt")
	pdf.SetLineJoinStyle("round")
	return &surface{pdf: pdf, anchors: anchors, links: map[string]int{}, loaded: map[draw.Style]bool{}}
}

const family = "report"

// fpdfStyle gives each style a name of its own within the family; mono is a
// family by itself.
func fpdfStyle(s draw.Style) (string, string) {
	switch s {
	case draw.Bold:
		return family, "B"
	case draw.Italic:
		return family, "I"
	case draw.BoldItalic:
		return family, "BI"
	case draw.Mono:
		return family + "mono", ""
	}
	return family, ""
}

// use selects a font and embeds it when it is first needed.
func (s *surface) use(f draw.Font) {
	if f == s.font {
		return
	}
	name, style := fpdfStyle(f.Style)
	if !s.loaded[f.Style] {
		ttf, err := templates.Font(f.Style.File())
		if err != nil {
			s.fail(err)
			return
		}
		s.pdf.AddUTF8FontFromBytes(name, style, ttf)
		s.loaded[f.Style] = true
	}
	s.pdf.SetFont(name, style, f.Size)
	s.font = f
}

func (s *surface) fail(err error) { s.err = errors.Join(s.err, err) }

// Text implements draw.Surface.
func (s *surface) Text(x, y float64, text string, f draw.Font, c draw.Color) {
	if text == "" || c.IsNone() {
		return
	}
	s.use(f)
	// fpdf wraps every text in a state of its own when text and fill colours
	// differ; equal colours keep the page small.
	r, g, b := c.Parts()
	s.pdf.SetTextColor(r, g, b)
	s.fill(c)
	if f.Style == draw.Mono || !strings.ContainsRune(text, textfit.Box) {
		s.pdf.Text(x, y, text)
		return
	}
	s.textWithBoxes(x, y, text, f)
}

// textWithBoxes borrows the box for unprintable runes from the monospaced face:
// the others have none and would draw a heavy crossed block. The borrowed box is
// scaled to the width that the layout measured.
func (s *surface) textWithBoxes(x, y float64, text string, f draw.Font) {
	box := string(textfit.Box)
	for i, part := range strings.Split(text, box) {
		s.use(f)
		if i > 0 {
			width := s.pdf.GetStringWidth(box)
			s.use(draw.Font{Style: draw.Mono, Size: f.Size})
			s.use(draw.Font{Style: draw.Mono, Size: f.Size * width / s.pdf.GetStringWidth(box)})
			s.pdf.Text(x, y, box)
			x += width
			s.use(f)
		}
		if part != "" {
			s.pdf.Text(x, y, part)
			x += s.pdf.GetStringWidth(part)
		}
	}
}

// Line implements draw.Surface.
func (s *surface) Line(x1, y1, x2, y2, width float64, c draw.Color) {
	if c.IsNone() {
		return
	}
	s.stroke(c, width)
	s.pdf.Line(x1, y1, x2, y2)
}

// Polyline implements draw.Surface.
func (s *surface) Polyline(points []draw.Point, width float64, c draw.Color) {
	if len(points) < 2 || c.IsNone() {
		return
	}
	s.stroke(c, width)
	s.pdf.MoveTo(points[0].X, points[0].Y)
	for _, p := range points[1:] {
		s.pdf.LineTo(p.X, p.Y)
	}
	s.pdf.DrawPath("D")
}

// Rect implements draw.Surface.
func (s *surface) Rect(x, y, w, h float64, fill draw.Color) {
	if fill.IsNone() || w <= 0 || h <= 0 {
		return
	}
	s.fill(fill)
	s.pdf.Rect(x, y, w, h, "F")
}

// RoundRect implements draw.Surface.
func (s *surface) RoundRect(x, y, w, h, r float64, p draw.Paint) {
	if mode := s.paint(p); mode != "" && w > 0 && h > 0 {
		s.pdf.RoundedRect(x, y, w, h, min(r, w/2, h/2), "1234", mode)
	}
}

// Arc implements draw.Surface.
func (s *surface) Arc(cx, cy, r, from, to, width float64, c draw.Color) {
	if c.IsNone() || from == to {
		return
	}
	s.stroke(c, width)
	s.pdf.Arc(cx, cy, r, r, 0, from, to, "D")
}

// Circle implements draw.Surface.
func (s *surface) Circle(cx, cy, r float64, p draw.Paint) {
	if mode := s.paint(p); mode != "" {
		s.pdf.Circle(cx, cy, r, mode)
	}
}

// Polygon implements draw.Surface.
func (s *surface) Polygon(points []draw.Point, fill draw.Color) {
	if len(points) < 3 || fill.IsNone() {
		return
	}
	s.fill(fill)
	s.pdf.MoveTo(points[0].X, points[0].Y)
	for _, p := range points[1:] {
		s.pdf.LineTo(p.X, p.Y)
	}
	s.pdf.ClosePath()
	s.pdf.DrawPath("F")
}

// Alpha implements draw.Surface.
func (s *surface) Alpha(opacity float64, paint func()) {
	s.pdf.SetAlpha(opacity, "Normal")
	paint()
	s.pdf.SetAlpha(1, "Normal")
}

// LinkTo implements draw.Surface. A link to nowhere would damage the file, so an
// unknown anchor fails the document.
func (s *surface) LinkTo(x, y, w, h float64, anchor string) {
	target, ok := s.anchors[anchor]
	if !ok {
		s.fail(fmt.Errorf("draw PDF: link to unknown anchor %q", anchor))
		return
	}
	link, ok := s.links[anchor]
	if !ok {
		link = s.pdf.AddLink()
		s.pdf.SetLink(link, target.Y, target.Page)
		s.links[anchor] = link
	}
	s.pdf.Link(x, y, w, h, link)
}

// LinkURL implements draw.Surface. Only web addresses become links; anything
// else stays plain text.
func (s *surface) LinkURL(x, y, w, h float64, address string) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return
	}
	s.pdf.LinkString(x, y, w, h, u.String())
}

// Bookmark implements draw.Surface.
func (s *surface) Bookmark(level int, text string, y float64) {
	s.use(draw.Font{Style: draw.Regular, Size: 10}) // fpdf writes outlines in UTF-16 only while a UTF-8 font is selected
	s.pdf.Bookmark(text, level, y)
}

// paint sets the colours of a shape and returns fpdf's name of what to draw.
func (s *surface) paint(p draw.Paint) string {
	mode := ""
	if !p.Stroke.IsNone() {
		s.stroke(p.Stroke, p.Width)
		mode = "D"
	}
	if !p.Fill.IsNone() {
		s.fill(p.Fill)
		mode += "F"
	}
	return mode
}

func (s *surface) fill(c draw.Color) {
	r, g, b := c.Parts()
	if fr, fg, fb := s.pdf.GetFillColor(); fr != r || fg != g || fb != b {
		s.pdf.SetFillColor(r, g, b)
	}
}

func (s *surface) stroke(c draw.Color, width float64) {
	r, g, b := c.Parts()
	if dr, dg, db := s.pdf.GetDrawColor(); dr != r || dg != g || db != b {
		s.pdf.SetDrawColor(r, g, b)
	}
	if s.pdf.GetLineWidth() != width {
		s.pdf.SetLineWidth(width)
	}
}

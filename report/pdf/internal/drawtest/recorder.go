// Package drawtest records drawing, so that a test can look at a page.
package drawtest

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
)

// Text is a run of text on the page; X, Y is the start of its baseline.
type Text struct {
	X, Y, Width, Size float64
	S                 string
}

// Box is an area of the page.
type Box struct{ X, Y, W, H float64 }

// Link is a clickable area; one of Anchor and URL is set.
type Link struct {
	Box
	Anchor, URL string
}

// Recorder is a draw.Surface that remembers.
type Recorder struct {
	Fonts     *draw.Fonts
	Texts     []Text
	Shapes    []Box
	Links     []Link
	Bookmarks []string
}

var _ draw.Surface = (*Recorder)(nil)

// Text implements draw.Surface.
func (r *Recorder) Text(x, y float64, s string, f draw.Font, _ draw.Color) {
	r.Texts = append(r.Texts, Text{X: x, Y: y, Width: r.Fonts.Width(s, f), Size: f.Size, S: s})
}

// Line implements draw.Surface.
func (r *Recorder) Line(x1, y1, x2, y2, _ float64, _ draw.Color) {
	r.Shapes = append(r.Shapes, Box{min(x1, x2), min(y1, y2), math.Abs(x2 - x1), math.Abs(y2 - y1)})
}

// Polyline implements draw.Surface.
func (r *Recorder) Polyline(points []draw.Point, _ float64, c draw.Color) { r.Polygon(points, c) }

// Rect implements draw.Surface.
func (r *Recorder) Rect(x, y, w, h float64, _ draw.Color) {
	r.Shapes = append(r.Shapes, Box{x, y, w, h})
}

// RoundRect implements draw.Surface.
func (r *Recorder) RoundRect(x, y, w, h, _ float64, _ draw.Paint) {
	r.Shapes = append(r.Shapes, Box{x, y, w, h})
}

// Arc implements draw.Surface; the whole circle counts above the centre only,
// as the report draws no other arcs.
func (r *Recorder) Arc(cx, cy, radius, _, _, _ float64, _ draw.Color) {
	r.Shapes = append(r.Shapes, Box{cx - radius, cy - radius, 2 * radius, radius})
}

// Circle implements draw.Surface.
func (r *Recorder) Circle(cx, cy, radius float64, _ draw.Paint) {
	r.Shapes = append(r.Shapes, Box{cx - radius, cy - radius, 2 * radius, 2 * radius})
}

// Polygon implements draw.Surface.
func (r *Recorder) Polygon(points []draw.Point, _ draw.Color) {
	for i := 1; i < len(points); i++ {
		r.Line(points[i-1].X, points[i-1].Y, points[i].X, points[i].Y, 0, 0)
	}
}

// Alpha implements draw.Surface.
func (r *Recorder) Alpha(_ float64, paint func()) { paint() }

// LinkTo implements draw.Surface.
func (r *Recorder) LinkTo(x, y, w, h float64, anchor string) {
	r.Links = append(r.Links, Link{Box: Box{x, y, w, h}, Anchor: anchor})
}

// LinkURL implements draw.Surface.
func (r *Recorder) LinkURL(x, y, w, h float64, url string) {
	r.Links = append(r.Links, Link{Box: Box{x, y, w, h}, URL: url})
}

// Bookmark implements draw.Surface.
func (r *Recorder) Bookmark(_ int, text string, _ float64) {
	r.Bookmarks = append(r.Bookmarks, text)
}

// String returns the text of the page, a run a line.
func (r *Recorder) String() string {
	var b strings.Builder
	for _, t := range r.Texts {
		b.WriteString(t.S + "\n")
	}
	return b.String()
}

// Faults lists what a reader would see as broken: ink outside of the frame and
// texts that run over each other.
func (r *Recorder) Faults(frame Box) []string {
	var faults []string
	const slack = 0.05
	outside := func(x, y, w, h float64) bool {
		return x < frame.X-slack || y < frame.Y-slack || x+w > frame.X+frame.W+slack || y+h > frame.Y+frame.H+slack
	}
	for _, s := range r.Shapes {
		if outside(s.X, s.Y, s.W, s.H) {
			faults = append(faults, fmt.Sprintf("shape outside of the frame: %+v", s))
		}
	}
	texts := slices.Clone(r.Texts)
	slices.SortFunc(texts, func(a, b Text) int { return cmp.Compare(a.top(), b.top()) })
	for i, t := range texts {
		if outside(t.X, t.top(), t.Width, t.Y-t.top()) {
			faults = append(faults, fmt.Sprintf("text outside of the frame: %+v", t))
		}
		for _, u := range texts[i+1:] {
			if u.top() > t.Y {
				break
			}
			if t.overlaps(u) {
				faults = append(faults, fmt.Sprintf("texts overlap: %+v and %+v", t, u))
			}
		}
	}
	return faults
}

// top is the height of capitals above the baseline.
func (t Text) top() float64 { return t.Y - 0.7*t.Size*25.4/72 }

func (t Text) overlaps(u Text) bool {
	const slack = 0.1
	return t.X+slack < u.X+u.Width && u.X+slack < t.X+t.Width && t.top()+slack < u.Y && u.top()+slack < t.Y
}

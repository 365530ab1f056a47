// Package draw is the drawing vocabulary of the PDF report: a surface to draw
// on, typefaces to measure with, the palette, and the charts made of them. It
// knows no PDF library.
//
// Lengths are millimetres from the top left corner of the page, font sizes are
// points, angles are degrees counter-clockwise from three o'clock.
package draw

// Surface is one page being drawn.
type Surface interface {
	// Text sets s with its baseline at y.
	Text(x, y float64, s string, f Font, c Color)
	Line(x1, y1, x2, y2, width float64, c Color)
	// Polyline strokes an open path with round joins.
	Polyline(points []Point, width float64, c Color)
	Rect(x, y, w, h float64, fill Color)
	RoundRect(x, y, w, h, r float64, p Paint)
	// Arc strokes a part of a circle with flat ends.
	Arc(cx, cy, r, from, to, width float64, c Color)
	Circle(cx, cy, r float64, p Paint)
	Polygon(points []Point, fill Color)
	// Alpha draws what paint draws with the given opacity.
	Alpha(opacity float64, paint func())
	// LinkTo makes an area jump to an anchor of the document.
	LinkTo(x, y, w, h float64, anchor string)
	// LinkURL makes an area open a web address.
	LinkURL(x, y, w, h float64, url string)
	// Bookmark adds an entry to the document's outline.
	Bookmark(level int, text string, y float64)
}

// Point is a place on the page.
type Point struct{ X, Y float64 }

// Paint says how to draw a closed shape; a zero colour leaves that part out.
type Paint struct {
	Fill, Stroke Color
	Width        float64
}

// Color is an opaque RGB colour; the zero Color paints nothing.
type Color uint32

const opaque = 0xFF000000

// IsNone reports whether the colour paints nothing.
func (c Color) IsNone() bool { return c == 0 }

// Parts returns red, green and blue from 0 to 255.
func (c Color) Parts() (r, g, b int) {
	return int(c >> 16 & 0xFF), int(c >> 8 & 0xFF), int(c & 0xFF)
}

package flow

import (
	"strconv"
	"strings"

	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
	"github.com/crmaudit/crmaudit/report/textfit"
)

// Span is a piece of text in one look. Text from outside may be put in as it is:
// it is cleaned here.
type Span struct {
	Text   string
	Bold   bool
	Italic bool
	Code   bool       // monospaced, never hyphenated
	Color  draw.Color // of the text style if none
	To     string     // jumps to an anchor
	URL    string     // opens a web address
	PageOf string     // prints the page number of an anchor instead of Text
}

// Plain returns text as one span.
func Plain(text string) []Span { return []Span{{Text: text}} }

// Style is the look of a block of text.
type Style struct {
	Size      float64 // points
	Leading   float64 // millimetres from line to line
	Color     draw.Color
	Bold      bool
	Hyphenate bool
}

const pageDigits = "0000" // room reserved for a page number

// laid is a text set in lines of a column.
type laid struct {
	style Style
	spans []Span
	fonts []draw.Font
	lines []textfit.Line
	book  *book
}

func (l *laid) height() float64 { return float64(len(l.lines)) * l.style.Leading }

// lay sets spans in lines no wider than width.
func (f *Flow) lay(spans []Span, style Style, width float64) *laid {
	l := &laid{style: style, spans: spans, fonts: make([]draw.Font, len(spans)), book: f.book}
	fit := make([]textfit.Span, len(spans))
	for i, s := range spans {
		l.fonts[i] = spanFont(s, style)
		text := f.Fonts.Text(s.Text)
		if s.PageOf != "" {
			text = pageDigits
		}
		fit[i] = textfit.Span{Text: text, Font: f.Fonts.Fit(l.fonts[i]), Hyphenate: style.Hyphenate && !s.Code && s.URL == ""}
	}
	l.lines = textfit.Break(fit, width)
	return l
}

// limit cuts the text after n lines with an ellipsis. It is for the places that
// must stay small whatever the text: headings and the heads of tables.
func (l *laid) limit(n int, fonts *draw.Fonts, width float64) *laid {
	if len(l.lines) <= n {
		return l
	}
	l.lines = l.lines[:n]
	last := &l.lines[n-1]
	if len(last.Runs) == 0 {
		return l
	}
	run := &last.Runs[len(last.Runs)-1]
	font := l.fonts[run.Span]
	run.Text = fonts.Shorten(strings.TrimRight(run.Text, " ")+"…", font, width-run.X)
	run.Width = fonts.Width(run.Text, font)
	last.Width = run.X + run.Width
	return l
}

func spanFont(s Span, style Style) draw.Font {
	font := draw.Font{Size: style.Size}
	bold := s.Bold || style.Bold
	switch {
	case s.Code:
		font.Style = draw.Mono
		font.Size *= 0.94 // the monospaced face looks larger at the same size
	case bold && s.Italic:
		font.Style = draw.BoldItalic
	case bold:
		font.Style = draw.Bold
	case s.Italic:
		font.Style = draw.Italic
	}
	return font
}

// draw paints lines [from, to) with the first line's top at y. Align places
// each line in a column of the width.
func (l *laid) draw(s draw.Surface, x, y, width float64, align Align, from, to int) {
	for _, line := range l.lines[from:to] {
		l.drawLine(s, x+align.shift(width-line.Width), y, line)
		y += l.style.Leading
	}
}

func (l *laid) drawLine(s draw.Surface, x, y float64, line textfit.Line) {
	baseline := draw.Font{Size: l.style.Size}.Baseline(y, l.style.Leading)
	for _, run := range line.Runs {
		span := l.spans[run.Span]
		text, at := run.Text, x+run.X
		mark := l.book.anchors[span.PageOf]
		if span.PageOf != "" {
			text, at = pageNumber(mark, at, run.Width)
		}
		color := l.color(span)
		s.Text(at, baseline, text, l.fonts[run.Span], color)
		switch {
		case span.URL != "":
			s.Line(at, baseline+0.5, at+run.Width, baseline+0.5, 0.1, color)
			s.LinkURL(at, y, run.Width, l.style.Leading, span.URL)
		case span.To != "":
			s.LinkTo(at, y, run.Width, l.style.Leading, span.To)
		case mark != nil:
			s.LinkTo(x+run.X, y, run.Width, l.style.Leading, span.PageOf)
		}
	}
}

func (l *laid) color(s Span) draw.Color {
	switch {
	case !s.Color.IsNone():
		return s.Color
	case s.To != "" || s.URL != "" || s.PageOf != "":
		return draw.Link
	}
	return l.style.Color
}

// pageNumber returns the page of a mark, set flush right in the room that was
// reserved for it.
func pageNumber(mark *Mark, x, room float64) (string, float64) {
	if mark == nil {
		return "", x
	}
	text := strconv.Itoa(mark.Page)
	digit := room / float64(len(pageDigits)) // figures are equally wide
	return text, x + room - digit*float64(len(text))
}

// Align places text in its column.
type Align int

// The alignments.
const (
	Left Align = iota
	Center
	Right
)

func (a Align) shift(free float64) float64 {
	switch a {
	case Center:
		return free / 2
	case Right:
		return free
	}
	return 0
}

package draw

import (
	"strings"

	"github.com/crmaudit/crmaudit/report/textfit"
	"github.com/crmaudit/crmaudit/templates"
)

// Style is a typeface of the report.
type Style int

// The styles of the report.
const (
	Regular Style = iota
	Bold
	Italic
	BoldItalic
	Mono
	styles
)

// File returns the name of the style's embedded font.
func (s Style) File() string {
	return [styles]string{templates.FontRegular, templates.FontBold, templates.FontItalic, templates.FontBoldItalic, templates.FontMono}[s]
}

// Font is a style at a size in points.
type Font struct {
	Style Style
	Size  float64
}

const mmPerPoint = 25.4 / 72

// Baseline returns where a line of text of this font has its baseline, so that
// capitals and figures stand in the middle of a line of the given height.
func (f Font) Baseline(top, height float64) float64 {
	return top + height/2 + 0.35*f.Size*mmPerPoint
}

// Fonts measures and cleans text for one document; it is not for use by several
// goroutines.
type Fonts struct {
	faces   [styles]*textfit.Face
	cleaner *textfit.Cleaner
}

// LoadFonts reads the embedded typefaces.
func LoadFonts() (*Fonts, error) {
	f := &Fonts{}
	for s := range styles {
		ttf, err := templates.Font(s.File())
		if err != nil {
			return nil, err
		}
		if f.faces[s], err = textfit.ParseFace(ttf); err != nil {
			return nil, err
		}
	}
	f.cleaner = textfit.NewCleaner(f.faces[:]...)
	return f, nil
}

// Fit returns the font as textfit measures it.
func (f *Fonts) Fit(font Font) textfit.Font {
	return textfit.Font{Face: f.faces[font.Style], Size: font.Size}
}

// Width returns the width of a string in millimetres.
func (f *Fonts) Width(s string, font Font) float64 { return f.Fit(font).Width(s) }

// Text makes a string of several lines printable.
func (f *Fonts) Text(s string) string { return f.cleaner.Text(s) }

// Line makes a string printable on one line.
func (f *Fonts) Line(s string) string { return f.cleaner.Line(s) }

// Missing lists the runes that were printed as a box because no typeface of the
// report draws them.
func (f *Fonts) Missing() []rune { return f.cleaner.Missing() }

// Shorten cuts a string with an ellipsis so that it fits a width.
func (f *Fonts) Shorten(s string, font Font, width float64) string {
	fit := f.Fit(font)
	if fit.Width(s) <= width {
		return s
	}
	room := width - fit.Width("…")
	for at, r := range s {
		if room -= fit.Width(string(r)); room < 0 {
			return strings.TrimRight(s[:at], " ") + "…"
		}
	}
	return s
}

package textfit

import (
	"fmt"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

const (
	mmPerPoint  = 25.4 / 72
	lastBMPRune = 0xFFFF
	noGlyph     = -1
	notLooked   = -2
)

// Face holds the glyph coverage and advance widths of one typeface. It looks
// glyphs up as they are asked for, so one Face serves one goroutine.
type Face struct {
	font   *sfnt.Font
	buffer sfnt.Buffer
	notdef int
	pages  [256]*[256]int16
}

// ParseFace reads a TrueType file.
func ParseFace(ttf []byte) (*Face, error) {
	parsed, err := sfnt.Parse(ttf)
	if err != nil {
		return nil, fmt.Errorf("parse font: %w", err)
	}
	f := &Face{font: parsed}
	f.notdef = f.glyphAdvance(0)
	return f, nil
}

// Has reports whether the typeface draws the rune with a glyph of its own.
func (f *Face) Has(r rune) bool { return f.lookup(r) != noGlyph }

// Advance returns the width of a rune in thousandths of the font size; a rune
// without a glyph is as wide as the box drawn in its place.
func (f *Face) Advance(r rune) int {
	if a := f.lookup(r); a != noGlyph {
		return a
	}
	return f.notdef
}

func (f *Face) lookup(r rune) int {
	if r < 0 || r > lastBMPRune {
		return noGlyph
	}
	page := f.pages[r>>8]
	if page == nil {
		page = new([256]int16)
		for i := range page {
			page[i] = notLooked
		}
		f.pages[r>>8] = page
	}
	cell := &page[r&0xFF]
	if *cell == notLooked {
		*cell = noGlyph
		if glyph, err := f.font.GlyphIndex(&f.buffer, r); err == nil && glyph != 0 {
			*cell = int16(f.glyphAdvance(glyph))
		}
	}
	return int(*cell)
}

func (f *Face) glyphAdvance(glyph sfnt.GlyphIndex) int {
	advance, err := f.font.GlyphAdvance(&f.buffer, glyph, fixed.I(1000), font.HintingNone)
	if err != nil {
		return 0
	}
	return advance.Round()
}

// Font is a typeface at a size in points.
type Font struct {
	Face *Face
	Size float64
}

// Width returns the width of a string on one line, in millimetres.
func (f Font) Width(s string) float64 {
	units := 0
	for _, r := range s {
		units += f.Face.Advance(r)
	}
	return float64(units) * f.unit()
}

// unit is the length of a thousandth of the font size in millimetres.
func (f Font) unit() float64 { return f.Size * mmPerPoint / 1000 }

package textfit

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Box stands for a rune that cannot be printed.
const Box = '□'

// Cleaner turns strings from outside into strings that every one of its faces
// can draw. PDF engines panic on invalid UTF-8 and on runes above U+FFFF, and
// bidirectional controls can make a line read as something else, so nothing is
// drawn that has not passed here.
type Cleaner struct {
	faces   []*Face
	missing map[rune]bool
}

// NewCleaner returns a cleaner for text that may be set in any of the faces.
func NewCleaner(faces ...*Face) *Cleaner {
	return &Cleaner{faces: faces, missing: map[rune]bool{}}
}

// Text cleans a string that may have several lines; line ends become \n.
func (c *Cleaner) Text(s string) string {
	if c.isClean(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	rest := strings.ReplaceAll(norm.NFC.String(s), "\r\n", "\n")
	for len(rest) > 0 {
		r, size := utf8.DecodeRuneInString(rest)
		if r == utf8.RuneError && size == 1 {
			b.WriteRune(Box)
		} else {
			c.write(&b, r)
		}
		rest = rest[size:]
	}
	return b.String()
}

// Line cleans a string for a place that has one line: line ends become spaces.
func (c *Cleaner) Line(s string) string {
	s = c.Text(s)
	if strings.Contains(s, "\n") {
		s = strings.Join(strings.Fields(s), " ")
	}
	return s
}

// Missing lists, sorted, the runes that were replaced with Box so far.
func (c *Cleaner) Missing() []rune {
	runes := make([]rune, 0, len(c.missing))
	for r := range c.missing {
		runes = append(runes, r)
	}
	slices.Sort(runes)
	return runes
}

// isClean spares plain text, by far the most frequent, a copy.
func (c *Cleaner) isClean(s string) bool {
	for i := range len(s) {
		if b := s[i]; b >= utf8.RuneSelf || b < ' ' && b != '\n' || b == 0x7F {
			return c.isCleanUnicode(s)
		}
	}
	return true
}

func (c *Cleaner) isCleanUnicode(s string) bool {
	if !utf8.ValidString(s) || !norm.NFC.IsNormalString(s) {
		return false
	}
	for _, r := range s {
		if !c.keeps(r) {
			return false
		}
	}
	return true
}

// keeps reports whether a rune is printed as it is.
func (c *Cleaner) keeps(r rune) bool {
	switch {
	case r == '\n' || r == Box:
		return true
	case isInvisible(r) || unicode.Is(unicode.Zs, r) && r != ' ' && r != '\u00a0':
		return false
	}
	return c.drawable(r)
}

func (c *Cleaner) drawable(r rune) bool {
	for _, face := range c.faces {
		if !face.Has(r) {
			return false
		}
	}
	return true
}

func (c *Cleaner) write(b *strings.Builder, r rune) {
	if c.keeps(r) {
		b.WriteRune(r)
		return
	}
	if with, ok := substitute(r); ok {
		b.WriteString(with)
		return
	}
	if isInvisible(r) {
		return
	}
	c.missing[r] = true
	b.WriteRune(Box)
}

// isInvisible names what has no ink and must not steer the reading of what has:
// controls, format characters (bidirectional overrides, joiners, soft hyphens,
// byte order marks, tags), variation selectors, stray combining marks.
func isInvisible(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Cs, unicode.Mn, unicode.Me) || unicode.Is(unicode.Variation_Selector, r)
}

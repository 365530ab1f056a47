package textfit

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Span is a piece of a paragraph in one font.
type Span struct {
	Text      string
	Font      Font
	Hyphenate bool // divide long Russian and Ukrainian words; for running text only
}

// Run is the part of a span that stands on one line, X millimetres from its
// start.
type Run struct {
	Text     string
	Span     int // index of the span it was cut from
	X, Width float64
}

// Line is one line of a paragraph; an empty line has no runs.
type Line struct {
	Runs  []Run
	Width float64
}

const (
	// A token that fills more of the column than this is cut rather than moved to
	// the next line, where it would leave a hole behind.
	cutShare = 0.6
	// A word is hyphenated only if moving it would leave at least this share of
	// the line empty, and never on more than maxHyphenLines lines in a row.
	hyphenShare    = 0.25
	maxHyphenLines = 2
	maxHyphenWord  = 60 // no word of a language is longer
)

// Break sets spans as one paragraph in lines no wider than width. Lines break at
// spaces; long addresses, paths and identifiers break after / - _ . @ ? & = ,
// but never between digits; only what has no such place is cut between runes. A
// no-break space holds. A line is wider than the column only when a single rune
// is. The text must have passed a Cleaner.
func Break(spans []Span, width float64) []Line {
	if line, ok := oneLine(spans, width); ok {
		return []Line{line}
	}
	b := breaker{spans: spans, width: width}
	b.flatten()
	for at := 0; at <= len(b.glyphs); {
		at = b.paragraph(at)
	}
	return b.lines
}

// oneLine is the short way for most table cells: one span that simply fits.
func oneLine(spans []Span, width float64) (Line, bool) {
	if len(spans) != 1 || strings.Contains(spans[0].Text, "\n") {
		return Line{}, false
	}
	text := strings.TrimRight(spans[0].Text, " ")
	w := spans[0].Font.Width(text)
	if w > width {
		return Line{}, false
	}
	if text == "" {
		return Line{}, true
	}
	return Line{Runs: []Run{{Text: text, Width: w}}, Width: w}, true
}

type glyph struct {
	r     rune
	span  int
	start int // byte offset in the span
	width float64
}

func (g glyph) end() int { return g.start + utf8.RuneLen(g.r) }

type breaker struct {
	spans   []Span
	width   float64
	glyphs  []glyph
	lines   []Line
	hyphens int // lines in a row that end in a hyphen
}

func (b *breaker) flatten() {
	total := 0
	for _, s := range b.spans {
		total += len(s.Text)
	}
	b.glyphs = make([]glyph, 0, total)
	for i, s := range b.spans {
		unit := s.Font.unit()
		for at, r := range s.Text {
			w := 0.0
			if r != '\n' {
				w = float64(s.Font.Face.Advance(r)) * unit
			}
			b.glyphs = append(b.glyphs, glyph{r: r, span: i, start: at, width: w})
		}
	}
}

// paragraph sets the text from at to the next line end and returns where the
// text goes on.
func (b *breaker) paragraph(at int) int {
	end := at
	for end < len(b.glyphs) && b.glyphs[end].r != '\n' {
		end++
	}
	b.hyphens = 0
	for first := true; first || at < end; first = false {
		over := b.overflow(at, end)
		if over == end {
			b.emit(at, end, "")
			break
		}
		cut, hyphen := b.cut(at, over, end)
		b.emit(at, cut, hyphen)
		for at = cut; at < end && b.glyphs[at].r == ' '; at++ {
		}
	}
	return end + 1
}

// overflow returns the first glyph of a line that does not fit; spaces at the
// edge hang and do not count.
func (b *breaker) overflow(at, end int) int {
	x := 0.0
	for i := at; i < end; i++ {
		x += b.glyphs[i].width
		if x > b.width+epsilon && b.glyphs[i].r != ' ' {
			return i
		}
	}
	return end
}

// epsilon forgives the rounding of sums, far below what an eye can see.
const epsilon = 1e-6

// cut decides where the line that begins at `at` ends, knowing that the glyph
// at over is the first that does not fit, and what to append to it.
func (b *breaker) cut(at, over, end int) (int, string) {
	space := b.last(at, over, b.breaksAtWord)
	word := max(space, at)
	if cut := b.hyphenate(at, word, over, end); cut > 0 {
		b.hyphens++
		return cut, "-"
	}
	b.hyphens = 0
	if space < 0 || b.isLong(word, end) {
		if cut := b.last(word, over, b.breaksInToken); cut > 0 {
			return cut, ""
		}
	}
	if space > 0 {
		return space, ""
	}
	return max(over, at+1), ""
}

// last returns the last place in (at, over] where a line may end by the rule,
// or -1.
func (b *breaker) last(at, over int, rule func(i int) bool) int {
	for i := over; i > at; i-- {
		if rule(i) {
			return i
		}
	}
	return -1
}

// breaksAtWord reports whether a line may break before glyph i in running text:
// after a space or after the hyphen of a compound word. A dash never begins a
// line, a sign never parts from its number.
func (b *breaker) breaksAtWord(i int) bool {
	prev, next := b.glyphs[i-1].r, b.at(i)
	switch prev {
	case ' ':
		before := rune(0)
		if i >= 2 {
			before = b.glyphs[i-2].r
		}
		return !strings.ContainsRune(" —–", next) && !strings.ContainsRune("№§", before) &&
			!(strings.ContainsRune("%₽₴€$", next) && unicode.IsDigit(before))
	case '-':
		return i >= 3 && isPlainLetter(b.glyphs[i-2].r) && isPlainLetter(b.glyphs[i-3].r) && isPlainLetter(next) && isPlainLetter(b.at(i+1))
	}
	return false
}

// isPlainLetter keeps identifiers in capitals whole: only лицо-оператор breaks
// at its hyphen, not ИНН-КПП or ACC-B.
func isPlainLetter(r rune) bool { return unicode.IsLower(r) }

// breaksInToken reports whether a long token may break before glyph i.
func (b *breaker) breaksInToken(i int) bool {
	prev, next := b.glyphs[i-1].r, b.at(i)
	if prev == '\u00a0' || prev == ' ' {
		return true
	}
	if !strings.ContainsRune("/-_.@?&=", prev) || next == prev || next == ' ' || next == '\n' {
		return false
	}
	betweenDigits := i >= 2 && unicode.IsDigit(b.glyphs[i-2].r) && unicode.IsDigit(next)
	return !betweenDigits
}

// at returns the rune of glyph i, or a line end past the last one.
func (b *breaker) at(i int) rune {
	if i >= len(b.glyphs) {
		return '\n'
	}
	return b.glyphs[i].r
}

// isLong reports whether the word that begins at a glyph fills so much of a
// line that it is better cut than moved.
func (b *breaker) isLong(word, end int) bool {
	x := 0.0
	for i := word; i < end; i++ {
		if b.glyphs[i].r == ' ' || i > word && b.breaksAtWord(i) {
			return false
		}
		if x += b.glyphs[i].width; x > b.width*cutShare {
			return true
		}
	}
	return false
}

// hyphenate returns the last place where the word in the way of the line's end
// may be divided with a hyphen, or -1.
func (b *breaker) hyphenate(at, word, over, end int) int {
	if !b.spans[b.glyphs[word].span].Hyphenate || b.hyphens >= maxHyphenLines {
		return -1
	}
	used := b.length(at, word)
	if word > at && b.width-used < hyphenShare*b.width {
		return -1
	}
	first, last := b.letters(word, end)
	runes := make([]rune, 0, last-first)
	for _, g := range b.glyphs[first:last] {
		runes = append(runes, g.r)
	}
	best := -1
	for _, point := range hyphenPoints(runes) {
		hyphen := float64(b.spans[b.glyphs[word].span].Font.Face.Advance('-')) * b.spans[b.glyphs[word].span].Font.unit()
		if cut := first + point; cut <= over && b.length(at, cut)+hyphen <= b.width {
			best = cut
		}
	}
	return best
}

// letters returns the letters of the word that begins at a glyph, without the
// quotes or brackets before them. A word set in two fonts is not divided.
func (b *breaker) letters(word, end int) (int, int) {
	first := word
	for first < end && strings.ContainsRune("«„“(", b.glyphs[first].r) {
		first++
	}
	last := first
	for last < end && unicode.IsLetter(b.glyphs[last].r) && b.glyphs[last].span == b.glyphs[word].span {
		if last++; last-first > maxHyphenWord {
			return first, first
		}
	}
	if last < end && strings.ContainsRune("-_.@/’'", b.glyphs[last].r) && last+1 < end && unicode.IsLetter(b.glyphs[last+1].r) {
		return first, first
	}
	return first, last
}

func (b *breaker) length(from, to int) float64 {
	x := 0.0
	for _, g := range b.glyphs[from:to] {
		x += g.width
	}
	return x
}

// emit appends the line of glyphs [from, to), without the spaces at its end.
func (b *breaker) emit(from, to int, hyphen string) {
	for to > from && b.glyphs[to-1].r == ' ' {
		to--
	}
	var line Line
	for i := from; i < to; {
		span := b.glyphs[i].span
		run := Run{Span: span, X: line.Width}
		start := b.glyphs[i].start
		stop := start
		for ; i < to && b.glyphs[i].span == span; i++ {
			run.Width += b.glyphs[i].width
			stop = b.glyphs[i].end()
		}
		run.Text = b.spans[span].Text[start:stop]
		if i == to && hyphen != "" {
			run.Text += hyphen
			run.Width += b.spans[span].Font.Width(hyphen)
		}
		line.Width += run.Width
		line.Runs = append(line.Runs, run)
	}
	b.lines = append(b.lines, line)
}

package checks

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/phrase"
)

// piece is one text of a check with its place in the file.
type piece struct {
	key, text string
	template  bool
}

func (t Text) pieces() []piece {
	list := []piece{{"title", t.Title, false}, {"summary", t.Summary, true}, {"finding", t.Finding, true}, {"risk", t.Risk, false}}
	for i, s := range t.Steps {
		list = append(list, piece{fmt.Sprintf("steps[%d]", i+1), s, false})
	}
	for _, platform := range slices.Sorted(maps.Keys(t.On)) {
		for i, s := range t.On[platform] {
			list = append(list, piece{fmt.Sprintf("on.%s[%d]", platform, i+1), s, false})
		}
	}
	return list
}

// validateText refuses what a reader would stumble over in one language.
func validateText(c *Check, l lang.Lang, say func(string, ...any)) {
	t, ok := c.Text[l]
	if !ok {
		say("text.%s is missing", l)
		return
	}
	if len(t.Steps) == 0 {
		say("text.%s has no steps", l)
	}
	for _, p := range t.pieces() {
		for _, problem := range p.problems(l, t.Title) {
			say("text.%s.%s %s", l, p.key, problem)
		}
	}
}

func (p piece) problems(l lang.Lang, title string) []string {
	if strings.TrimSpace(p.text) == "" {
		return []string{"is empty"}
	}
	var list []string
	say := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if !plainLine(p.text) {
		say("is longer than %d letters, has a line break or what cannot be printed", maxSentence)
	}
	if p.key != "title" && alike(p.text, title) {
		say("repeats its title")
	}
	if word := mixedAlphabets(p.text); word != "" {
		say("has %q, which mixes Latin and Cyrillic letters", word)
	} else if word := disguised(l, p.text); word != "" {
		say("has %q in letters of the other alphabet that look the same", word)
	}
	if r := foreignLetter(l, p.text); r != 0 {
		say("has the letter %q, which its language does not use", string(r))
	}
	switch {
	case p.template:
		if _, err := phrase.Compile(l, p.key, p.text); err != nil {
			say("is no template: %v", err)
		}
	case strings.Contains(p.text, "{{") || strings.Contains(p.text, "}}"):
		say("has a placeholder: only summary and finding are templates")
	}
	return list
}

// alike reports whether a text says no more than the title: nearly all words of the longer one
// stand in the other.
func alike(text, title string) bool {
	a, b := wordsOf(text), wordsOf(title)
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	shared := 0
	left := map[string]int{}
	for _, w := range b {
		left[w]++
	}
	for _, w := range a {
		if left[w] > 0 {
			left[w]--
			shared++
		}
	}
	return 10*shared >= 9*max(len(a), len(b))
}

func wordsOf(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// lettersOf are the words of a text, without digits and signs.
func lettersOf(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
}

// mixedAlphabets finds a word in which a Latin letter poses as a Cyrillic one or the other way round.
func mixedAlphabets(s string) string {
	for _, word := range lettersOf(s) {
		latin, cyrillic := false, false
		for _, r := range word {
			latin = latin || unicode.Is(unicode.Latin, r)
			cyrillic = cyrillic || unicode.Is(unicode.Cyrillic, r)
		}
		if latin && cyrillic {
			return word
		}
	}
	return ""
}

// twins are the Cyrillic letters that look like Latin ones.
var twins = strings.NewReplacer("А", "A", "В", "B", "Е", "E", "І", "I", "К", "K", "М", "M", "Н", "H", "О", "O", "Р", "P", "С", "C", "Т", "T", "Х", "X")

// abbreviations can be typed wholly in twins; one that is written so is found by no search.
var abbreviations = []string{"API", "HTTP", "IMAP", "IP", "OTP", "POP", "TCP", "TOTP"}

// disguised finds a word that stands wholly in the other alphabet: a Latin «a» or «i» as a
// conjunction, an abbreviation in Cyrillic twins, a Cyrillic word in English. Menu names in «…»
// are quoted as the vendor spells them.
func disguised(l lang.Lang, s string) string {
	bare := withoutQuotes(s)
	for _, word := range strings.Fields(bare) {
		// Only between blanks: X-Frame-Options and chmod o-w are meant as they are.
		if word = strings.Trim(word, ",.;:!?"); l != lang.EN && len(word) == 1 && strings.Contains("aceiopxyACEIOPXY", word) {
			return word
		}
	}
	for _, word := range lettersOf(bare) {
		cyrillic := strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
		switch {
		case l == lang.EN && cyrillic:
			return word
		case cyrillic && slices.Contains(abbreviations, twins.Replace(word)):
			return word
		}
	}
	return ""
}

// withoutQuotes is the text without what stands in «…» and in template actions.
func withoutQuotes(s string) string {
	var b strings.Builder
	depth := 0
	s = strings.NewReplacer("{{", "«", "}}", "»").Replace(s)
	for _, r := range s {
		switch {
		case r == '«':
			depth++
		case r == '»':
			depth--
			b.WriteByte(' ')
		case depth <= 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// foreignLetter finds a letter of the neighbouring language. Menu names in «…» are quoted as the
// vendor spells them and are left alone.
func foreignLetter(l lang.Lang, s string) rune {
	foreign := map[lang.Lang]string{lang.RU: "іїєґІЇЄҐ", lang.UK: "ыэъёЫЭЪЁ"}[l]
	quoted := 0
	for _, r := range s {
		switch {
		case r == '«':
			quoted++
		case r == '»':
			quoted--
		case quoted <= 0 && strings.ContainsRune(foreign, r):
			return r
		}
	}
	return 0
}

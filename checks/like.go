package checks

import (
	"unicode"
	"unicode/utf8"
)

// like reports whether one of the patterns matches the whole text. In a pattern * stands for any
// letters; case does not matter. It is asked of every name of a portal, so it copies nothing.
func like(text string, patterns []string) bool {
	for _, p := range patterns {
		if matches(p, text) {
			return true
		}
	}
	return false
}

// matches walks along both and, where they part, lets the last * take one letter more.
func matches(pattern, text string) bool {
	afterStar, retry := "", ""
	starred := false
	for text != "" || pattern != "" {
		if pattern != "" && pattern[0] == '*' {
			pattern = pattern[1:]
			afterStar, retry, starred = pattern, text, true
			continue
		}
		p, width := utf8.DecodeRuneInString(pattern)
		t, length := utf8.DecodeRuneInString(text)
		if width > 0 && length > 0 && sameLetter(p, t) {
			pattern, text = pattern[width:], text[length:]
			continue
		}
		if !starred || retry == "" {
			return false
		}
		_, length = utf8.DecodeRuneInString(retry)
		retry = retry[length:]
		pattern, text = afterStar, retry
	}
	return true
}

func sameLetter(a, b rune) bool { return a == b || unicode.ToLower(a) == unicode.ToLower(b) }

package phrase

import (
	"strings"
	"unicode/utf8"
)

// Fold breaks a text that begins in a column into lines of at most width letters, where its words allow it; those after
// the first are indented.
func Fold(text string, column, width int, indent string) string {
	var b strings.Builder
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case column+1+n > width:
			b.WriteString("\n" + indent)
			column = utf8.RuneCountInString(indent)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	return b.String()
}

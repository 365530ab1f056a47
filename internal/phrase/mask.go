package phrase

import (
	"strings"
	"unicode/utf8"
)

// ShortName shortens a person's name to the first word and initials: «Петров И. С.». What does not
// look like a name of two or three words stays as it is.
func ShortName(name string) string {
	words := strings.Fields(name)
	if len(words) < 2 || len(words) > 3 || strings.ContainsAny(name, "@0123456789/") {
		return name
	}
	short := words[0]
	for _, w := range words[1:] {
		r, _ := utf8.DecodeRuneInString(w)
		short += "\u00a0" + string(r) + "."
	}
	return short
}

// MaskContact keeps of an e-mail address or a phone what its owner needs to recognise it.
func MaskContact(s string) string {
	if name, domain, ok := strings.Cut(s, "@"); ok {
		r, _ := utf8.DecodeRuneInString(name)
		if name == "" {
			return "…@" + domain
		}
		return string(r) + "…@" + domain
	}
	if d := digits(s); len(d) >= 7 {
		return "…" + d[len(d)-2:]
	}
	return s
}

// digits keeps the digits of a phone number.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

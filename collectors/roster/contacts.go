package roster

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/crmaudit/crmaudit/internal/phone"
)

var address = regexp.MustCompile(`[^\s,;:<>()"'/|]+@[^\s,;:<>()"'/|@]+`)

// mostContacts bounds what one cell can hold; more is not a cell about a person.
const mostContacts = 20

// emails finds the addresses in a cell, in small letters; unread tells that something was there that is none.
func emails(cell string) (found []string, unread bool) {
	if isBlank(cell) {
		return nil, false
	}
	for _, a := range address.FindAllString(cell, mostContacts) {
		a = strings.ToLower(strings.TrimRight(a, "."))
		_, domain, _ := strings.Cut(a, "@")
		if len(a) > 254 || strings.HasPrefix(domain, ".") || !strings.Contains(domain, ".") || strings.ContainsFunc(a, unicode.IsControl) {
			unread = true
			continue
		}
		found = append(found, a)
	}
	return found, unread || len(found) == 0
}

// phones finds the numbers in a cell, as digits with the country code.
func phones(cell string) (found []string, unread bool) {
	if isBlank(cell) {
		return nil, false
	}
	pieces := strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(",;/|\n\r", r) })
	if phone.IsScientific(cell) {
		pieces = []string{cell} // its comma is a decimal one
	}
	for _, piece := range pieces[:min(len(pieces), mostContacts)] {
		if isBlank(phone.WithoutExtension(piece)) {
			continue // nothing, or an extension alone
		}
		if n := phone.Normal(piece); n != "" {
			found = append(found, n)
		} else {
			unread = true
		}
	}
	return found, unread
}

// Package phone brings telephone numbers, however people write them, into one form in which the HR
// list and the CRM can be compared.
package phone

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

var (
	extension  = regexp.MustCompile(`(?i)(доб|вн|внутр|дод|ext|x)\.?\s*№?\s*\d{1,6}\.?\s*$`)
	scientific = regexp.MustCompile(`^\d[.,](\d{9,14})[eE]\+?(\d{2})$`)
)

// WithoutExtension cuts «доб. 12» and the like off.
func WithoutExtension(s string) string {
	return extension.ReplaceAllString(strings.TrimSpace(s), "")
}

// IsScientific recognises what a spreadsheet makes of a long number: 7,9001234567E+10.
func IsScientific(s string) bool { return scientific.MatchString(strings.TrimSpace(s)) }

// Normal is a number as digits with the country code, "" when it is none. Russian numbers may begin
// with 8 or with the 9 of a mobile one, Ukrainian ones with 0 or the 80 of old; a number after + is
// complete.
func Normal(s string) string {
	s = WithoutExtension(s)
	if m := scientific.FindStringSubmatch(s); m != nil {
		return fromScientific(s, m)
	}
	complete := strings.HasPrefix(s, "+")
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.IsLetter(r) && b.Len() > 0 && b.Len() < 10:
			return "" // words may stand around a number, but not inside
		case unicode.IsLetter(r) && b.Len() > 0:
			return national(b.String(), complete)
		}
	}
	return national(b.String(), complete)
}

// national completes the digits of a number with the code of its country.
func national(n string, complete bool) string {
	if !complete && strings.HasPrefix(n, "00") {
		n, complete = n[2:], true
	}
	switch {
	case len(n) < 10 || len(n) > 15 || strings.Trim(n, n[:1]) == "":
		return "" // without a code of town or country it matches nothing; 0000000000 is a filler
	case complete:
	case len(n) == 11 && strings.HasPrefix(n, "80"):
		n = "3" + n
	case len(n) == 11 && n[0] == '8':
		n = "7" + n[1:]
	case len(n) == 10 && n[0] == '0':
		n = "38" + n
	case len(n) == 10 && n[0] == '9':
		n = "7" + n
	case len(n) == 10:
		return ""
	}
	return n
}

// fromScientific undoes what a spreadsheet makes of a long number, if all digits are left.
func fromScientific(s string, m []string) string {
	exponent, _ := strconv.Atoi(m[2])
	if exponent != len(m[1]) {
		return ""
	}
	return Normal(s[:1] + m[1])
}

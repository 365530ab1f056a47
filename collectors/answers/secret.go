package answers

import (
	"regexp"
	"strings"

	"github.com/crmaudit/crmaudit/internal/transport"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

const secretHint = "remove it from the file, name the thing instead, and replace the secret itself: it was written down"

var (
	// A run of letters and digits that long is no word; a hash of an evidence file says what it is.
	tokenRun    = regexp.MustCompile(`(?i)(sha-?256[:= ]\s*)?[a-z0-9]{16,}`)
	keyBlock    = regexp.MustCompile(`-----BEGIN|\beyJ[\w-]{8,}\.[\w-]{8,}`)
	namedSecret = regexp.MustCompile(`(?i)(?:password|passwd|pwd|secret|token|api.?key|пароль|пароля|токен|секрет|ключ)\s*[:=]\s*["']?([!-~]{6,})`)
)

// switches from letter to digit or back that a random run of characters has, and a file name has not.
const minSwitches = 4

// looksSecret recognises passwords, keys and webhook addresses by their shape.
func looksSecret(s string) bool {
	if transport.Redact(s) != s || keyBlock.MatchString(s) {
		return true
	}
	for _, m := range tokenRun.FindAllStringSubmatch(s, -1) {
		if m[1] == "" && switches(m[0]) >= minSwitches {
			return true
		}
	}
	for _, m := range namedSecret.FindAllStringSubmatch(s, -1) {
		if switches(m[1]) > 0 {
			return true
		}
	}
	return false
}

// switches counts the places where a letter stands beside a digit.
func switches(s string) int {
	n := 0
	for i := 1; i < len(s); i++ {
		if isDigit(s[i-1]) && isLetter(s[i]) || isLetter(s[i-1]) && isDigit(s[i]) {
			n++
		}
	}
	return n
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// findSecrets looks through every word of the document, keys and notes included, before any of it is
// understood or repeated in a message.
func (r *reader) findSecrets(n *yamlfile.Node) {
	if n.Kind == yamlfile.Scalar && looksSecret(n.Value) {
		r.add(n.Line, secretHint, "here stands what looks like a password, key or webhook address")
	}
	for _, c := range n.Content {
		r.findSecrets(c)
	}
}

// shown is a word of the file fit for a message: short and on one line.
func shown(s string) string {
	s = strings.ToValidUTF8(clean(s), "")
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

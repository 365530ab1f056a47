package php

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Unknown stands for a value that is no literal: only PHP itself could compute it.
type Unknown struct{}

// Secret stands for a value that must not be read: what is left of it is whether it is set and, for a
// password, why the vendor's own scanner would call it weak.
type Secret struct {
	Set  bool
	Weak []string // of a password, any of the Weak… constants
	Demo bool     // of the licence key: it is the demo key or empty
}

// Why a password is weak.
const (
	WeakEmpty         = "empty"
	WeakShort         = "short" // under eight characters
	WeakNoDigit       = "no_digit"
	WeakOneCase       = "one_case" // no capital or no small letter
	WeakNoPunctuation = "no_punctuation"
)

// class says what a name promises about its value.
type class uint8

const (
	open class = iota
	secret
	password
	licence
)

var (
	passwordParts = []string{"password", "passwd", "passphrase"}
	passwordEnds  = []string{"pass", "pwd", "psw"}
	licenceParts  = []string{"licensekey", "licencekey"}
	secretParts   = []string{"secret", "token", "credential", "apikey", "privatekey", "checkword", "authorization"}
	secretEnds    = []string{"key", "keys", "salt", "hash", "signature", "hmac", "jwt", "pem", "pin", "rsa"}
	// Whole names that say little by themselves; two of them are options the vendor keeps passwords in.
	secretNames = []string{"auth", "bearer", "confirmcode", "securitycode", "sessionid", "phpsessid", "dumptemporarycache", "updatesiteproxypass"}
)

// classify tells secrets by the name of the key, variable or constant, in any spelling of words:
// DBPassword, db_password, DB-PASSWORD. A harmless value lost costs little, a secret kept costs much.
func classify(name string) class {
	words := splitWords(name)
	joined := strings.Join(words, "")
	switch {
	case containsAny(joined, licenceParts):
		return licence
	case containsAny(joined, passwordParts), endsAny(words, passwordEnds):
		return password
	case containsAny(joined, secretParts), endsAny(words, secretEnds), slices.Contains(secretNames, joined):
		return secret
	}
	return open
}

func containsAny(s string, parts []string) bool {
	return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(s, p) })
}

func endsAny(words, ends []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return slices.ContainsFunc(ends, func(e string) bool { return strings.HasSuffix(w, e) })
	})
}

// splitWords cuts a name at everything that is no letter and where a capital begins a word.
func splitWords(name string) []string {
	var words []string
	var word []rune
	runes := []rune(name)
	flush := func() {
		if len(word) > 0 {
			words = append(words, strings.ToLower(string(word)))
			word = nil
		}
	}
	for i, r := range runes {
		if !unicode.IsLetter(r) {
			flush()
			continue
		}
		if i > 0 && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			flush()
		}
		word = append(word, r)
	}
	flush()
	return words
}

// secretShapes are texts that carry a secret whatever they are called: an address with a password in
// it, a key block, a header or parameter with a credential, the address of a webhook.
var secretShapes = []*regexp.Regexp{
	regexp.MustCompile(`(?s)://.*:.+@`),
	regexp.MustCompile(`[^\s:]:[^\s]+@`),
	regexp.MustCompile(`-----BEGIN`),
	regexp.MustCompile(`(?i)(?:password|passwd|passphrase|pass|pwd|secret|token|auth|key)["']?\s*[=:]\s*["']?[^\s"']`),
	regexp.MustCompile(`(?i)\b(?:bearer|basic)\s+\S{8,}`),
	regexp.MustCompile(`\beyJ[\w-]{8,}\.[\w-]{8,}`),
	regexp.MustCompile(`(?i)/rest/(?:api/)?\d+/[a-z0-9]{8,}`),
}

func looksSecret(s string) bool {
	return slices.ContainsFunc(secretShapes, func(re *regexp.Regexp) bool { return re.MatchString(s) })
}

// conceal replaces a value of that class. What was unknown stays so: whether it is set is not known.
func conceal(v any, c class) any {
	if c == open {
		return v
	}
	s := Secret{Set: filled(v)}
	switch v := v.(type) {
	case Unknown, Secret:
		return v
	case *Array:
		if !s.Set && (v.partial || v.Len() > 0) {
			return Unknown{}
		}
		return s
	}
	text, _ := Text(v)
	switch c {
	case password:
		s.Weak = weaknesses(text)
	case licence:
		text = strings.TrimSpace(text)
		s.Demo = text == "" || strings.EqualFold(text, "DEMO")
	}
	return s
}

// filled says whether there is anything in v that could be a secret.
func filled(v any) bool {
	switch v := v.(type) {
	case *Array:
		for _, e := range v.All() {
			if _, flag := e.(bool); !flag && filled(e) {
				return true
			}
		}
		return false
	case Secret:
		return v.Set
	}
	text, _ := Text(v)
	return text != ""
}

func weaknesses(p string) []string {
	if p == "" {
		return []string{WeakEmpty}
	}
	var weak []string
	add := func(found bool, why string) {
		if found {
			weak = append(weak, why)
		}
	}
	add(utf8.RuneCountInString(p) < 8, WeakShort)
	add(!strings.ContainsFunc(p, unicode.IsDigit), WeakNoDigit)
	add(p == strings.ToLower(p) || p == strings.ToUpper(p), WeakOneCase)
	add(!strings.ContainsFunc(p, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), WeakNoPunctuation)
	return weak
}

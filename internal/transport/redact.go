package transport

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

const (
	ellipsis = "…"
	tail     = 4  // characters of a long secret that stay visible, enough to tell which token it was
	longFrom = 12 // from this length on the tail gives nothing away
)

// secretShapes finds credentials that nobody listed; the first group is the secret.
// The webhook path is Bitrix24's: /rest/{user}/{secret}/ and /rest/api/{user}/{secret}/.
var secretShapes = []*regexp.Regexp{
	regexp.MustCompile(`(?i)/rest/(?:api/)?\d+/([a-z0-9]{8,})`),
	regexp.MustCompile(`(?i)\b(?:bearer|basic)\s+([a-z0-9._~+/=-]{16,})`),
	regexp.MustCompile(`(?i)\b(?:access_token|refresh_token|session_token|auth|client_secret|api_?key|token|password)(?:=|["']\s*:\s*["'])([^\s"'&,;}]{4,})`),
	regexp.MustCompile(`://[^/\s:@]*:([^/\s@]+)@`),
}

// Redact replaces credentials that can be told by their shape; a Redactor also knows the configured ones.
func Redact(s string) string { return new(Redactor).String(s) }

// Redactor replaces known secrets, in every spelling an error may give them, by "…" and their last four characters.
// It is safe for concurrent use.
type Redactor struct {
	mu      sync.RWMutex
	needles []string
}

// NewRedactor makes a Redactor of the given secrets; empty ones are ignored.
func NewRedactor(secrets ...string) *Redactor {
	r := &Redactor{}
	r.Add(secrets...)
	return r
}

// Add makes the Redactor know more secrets, such as a token that was renewed on the way.
func (r *Redactor) Add(secrets ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range secrets {
		for _, form := range spellings(s) {
			if form != "" && !slices.Contains(r.needles, form) {
				r.needles = append(r.needles, form)
			}
		}
	}
}

// spellings lists how a secret looks after URL, JSON and Go quoting.
func spellings(s string) []string {
	quoted := strconv.Quote(s)
	forms := []string{s, url.PathEscape(s), url.QueryEscape(s), quoted[1 : len(quoted)-1]}
	forms = append(forms, strings.ToLower(url.PathEscape(s)), strings.ToLower(url.QueryEscape(s)))
	if b, err := json.Marshal(s); err == nil {
		forms = append(forms, string(b[1:len(b)-1]))
	}
	return forms
}

// String gives s with every secret replaced.
func (r *Redactor) String(s string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	spans := r.find(s)
	if len(spans) == 0 {
		return s
	}
	var out strings.Builder
	end := 0
	for _, sp := range merge(spans) {
		out.WriteString(s[end:sp.from])
		out.WriteString(ellipsis)
		out.WriteString(r.visible(s[sp.from:sp.to]))
		end = sp.to
	}
	out.WriteString(s[end:])
	// A secret that contains the ellipsis itself could be put together by the replacement.
	if res := out.String(); !r.leaks(res) {
		return res
	}
	return ""
}

type span struct{ from, to int }

// find lists where secrets stand in s, overlapping occurrences included.
func (r *Redactor) find(s string) []span {
	var spans []span
	for _, n := range r.needles {
		for at := 0; ; {
			i := strings.Index(s[at:], n)
			if i < 0 {
				break
			}
			spans = append(spans, span{at + i, at + i + len(n)})
			at += i + 1
		}
	}
	for _, re := range secretShapes {
		for _, m := range re.FindAllStringSubmatchIndex(s, -1) {
			if !strings.HasPrefix(s[m[2]:], ellipsis) { // redacted before
				spans = append(spans, span{m[2], m[3]})
			}
		}
	}
	return spans
}

// merge joins overlapping spans, so that what is left between them is whole text without a secret.
func merge(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	merged := spans[:1]
	for _, sp := range spans[1:] {
		last := &merged[len(merged)-1]
		if sp.from < last.to {
			last.to = max(last.to, sp.to)
		} else {
			merged = append(merged, sp)
		}
	}
	return merged
}

// visible is the tail of a long secret, or nothing where the tail would tell too much.
func (r *Redactor) visible(secret string) string {
	if len(secret) < longFrom {
		return ""
	}
	end := secret[len(secret)-tail:]
	for i := range len(end) {
		if end[i] <= ' ' || end[i] >= 0x7f {
			return ""
		}
	}
	if r.leaks(end) {
		return ""
	}
	return end
}

func (r *Redactor) leaks(s string) bool {
	for _, n := range r.needles {
		if strings.Contains(s, n) {
			return true
		}
	}
	return false
}

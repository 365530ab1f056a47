package report

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/checks"
)

// accept spells the drafted waiver of a finding as a line of YAML. Where it covers several subjects
// the note names them, for who wants to accept the risk of one alone.
func (b *builder) accept(f *checks.Finding) (line, note string) {
	w := f.Waiver
	if w == nil {
		return "", ""
	}
	note = b.t.T("waiver.draft")
	var open []string
	for _, s := range f.Subjects {
		if !s.Waived && !strings.Contains(s.Ref, "@") { // nobody's address is printed in full
			open = append(open, yamlWord(s.Ref))
		}
	}
	if w.Subject == "all" && len(f.Subjects) == f.K && len(open) > 1 {
		note += " " + b.t.With("waiver.subjects", values{"refs": strings.Join(open, ", ")})
	}
	return fmt.Sprintf(`- {check: %s, subject: %s, owner: "", approver: "", reason: "", since: %s, expires: %s}`,
		yamlWord(w.Check), yamlWord(w.Subject), w.Since.Format(time.DateOnly), w.Expires.Format(time.DateOnly)), note
}

var plainWord = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.:/-]*[A-Za-z0-9]$`)

// yamlWord quotes what YAML would read otherwise than it is written: subjects are named by the portal.
func yamlWord(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 || r == 0xfeff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

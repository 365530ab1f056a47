package checks

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode"

	"github.com/crmaudit/crmaudit/facts"
)

// What a portal calls its people and things goes into results, and some of it was written by whoever
// wanted the report to break. A result keeps of it what a reader can use.
const (
	maxText     = 200  // letters of a name or a value
	maxSentence = 2000 // letters of a sentence made of them
)

// tidy makes a text from outside fit for a result: valid, printable, not too long.
func tidy(s string) string { return cut(s, maxText) }

// cut drops control characters and the marks that turn the direction of the text after them, and
// ends what is longer than most letters with an ellipsis.
func cut(s string, most int) string {
	if len(s) <= most && printable(s) {
		return s
	}
	var b strings.Builder
	n := 0
	for _, r := range s { // an invalid byte comes as the replacement character
		switch {
		case n == most:
			b.WriteRune('…')
			return b.String()
		case unicode.IsControl(r):
			b.WriteByte(' ')
		case turnsText(r):
			continue
		default:
			b.WriteRune(r)
		}
		n++
	}
	return b.String()
}

func printable(s string) bool {
	for _, r := range s {
		if r == unicode.ReplacementChar || unicode.IsControl(r) || turnsText(r) {
			return false
		}
	}
	return true
}

func turnsText(r rune) bool { return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 }

// tidyKey is tidy for what identifies a record: two that differ stay different.
func tidyKey(s string) string {
	short := tidy(s)
	if short == s {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	return fmt.Sprintf("%s#%x", short, sum[:4])
}

// tidyValues copies the values of a subject.
func tidyValues(values map[string]any) map[string]any {
	kept := make(map[string]any, len(values)+1) // and the thresholds, when it is told
	for name, v := range values {
		kept[name] = tidyValue(v)
	}
	return kept
}

func tidyValue(v any) any {
	switch x := v.(type) {
	case string:
		return tidy(x)
	case []string:
		list := make([]string, len(x))
		for i, s := range x {
			list[i] = tidy(s)
		}
		return list
	case map[string]string:
		kept := make(map[string]string, len(x))
		for name, s := range x {
			kept[tidy(name)] = tidy(s)
		}
		return kept
	case []map[string]any:
		rows := make([]map[string]any, len(x))
		for i, row := range x {
			rows[i] = tidyValues(row)
		}
		return rows
	}
	return v
}

// tidyGaps copies what was missing and why.
func tidyGaps(list []Gap) []Gap {
	var kept []Gap
	for _, g := range list {
		kept = append(kept, Gap{
			Fact: tidy(g.Fact), Reason: facts.Reason(tidy(string(g.Reason))), Right: tidy(g.Right), Ask: tidy(g.Ask), Detail: tidy(g.Detail),
		})
	}
	return kept
}

// tidyCoverage copies what the sources said of themselves.
func tidyCoverage(list []facts.Coverage) []facts.Coverage {
	kept := make([]facts.Coverage, len(list))
	for i, c := range list {
		for _, s := range []*string{&c.Source, &c.Field, &c.Detail, &c.Right, &c.Ask} {
			*s = tidy(*s)
		}
		c.Reason = facts.Reason(tidy(string(c.Reason)))
		kept[i] = c
	}
	return kept
}

// tidySources copies the provenance of the sources.
func tidySources(list []facts.SourceInfo) []facts.SourceInfo {
	kept := make([]facts.SourceInfo, len(list))
	for i, s := range list {
		for _, text := range []*string{&s.ID, &s.Kind, &s.Where, &s.Status, &s.Credential} {
			*text = tidy(*text)
		}
		s.Problem = cut(s.Problem, maxSentence)
		s.Excess = tidyTexts(s.Excess, maxText)
		s.Notes = tidyTexts(s.Notes, maxSentence)
		kept[i] = s
	}
	return kept
}

func tidyTexts(list []string, most int) []string {
	if list == nil {
		return nil
	}
	kept := make([]string, len(list))
	for i, s := range list {
		kept[i] = cut(s, most)
	}
	return kept
}

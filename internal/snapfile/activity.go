package snapfile

import (
	"bytes"
	"strconv"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// Activities are by far the most numerous records: a large portal has millions. The functions of this file write and read
// their usual lines without reflection. What is unusual they leave to encoding/json, to which a test compares them.

// appendActivity writes the line that encoding/json would write, or reports false.
func appendActivity(b []byte, a *facts.Activity) ([]byte, bool) {
	if a == nil || !plain(a.Actor) || !plain(a.ActorName) || !plain(a.Type) || !plain(a.Source) || a.Day.Year() < 0 || a.Day.Year() > 9999 || a.Day.Location() != time.UTC {
		return b, false
	}
	b = append(append(b, `{"actor":"`...), a.Actor...)
	if a.ActorName != "" {
		b = append(append(b, `","actor_name":"`...), a.ActorName...)
	}
	b = a.Day.AppendFormat(append(b, `","day":"`...), time.RFC3339Nano)
	b = append(append(b, `","kind":"`...), a.Type...)
	if a.Source != "" {
		b = append(append(b, `","source":"`...), a.Source...)
	}
	b = strconv.AppendInt(append(b, `","count":`...), int64(a.Count), 10)
	for _, n := range [...]struct {
		name  string
		value int
	}{{`,"hours":`, int(a.Hours)}, {`,"addresses":`, a.Addresses}, {`,"peak_hour":`, a.PeakHour}, {`,"peak_10min":`, a.Peak10Min}} {
		if n.value != 0 {
			b = strconv.AppendInt(append(b, n.name...), int64(n.value), 10)
		}
	}
	return append(b, "}\n"...), true
}

// plain reports a text that JSON writes as it is.
func plain[T string | []byte](s T) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return false
		}
	}
	return true
}

// parseActivity reads a line that appendActivity wrote, without its line feed, or reports false.
func parseActivity(line []byte) (*facts.Activity, bool) {
	a, p := &facts.Activity{}, pattern{rest: line, ok: true}
	a.Actor = p.text(`{"actor":"`)
	if bytes.HasPrefix(p.rest, []byte(`,"actor_name":"`)) {
		a.ActorName = p.text(`,"actor_name":"`)
	}
	if day := p.word(`,"day":"`); p.ok && a.Day.UnmarshalText(day) != nil {
		return nil, false
	}
	a.Type = p.text(`,"kind":"`)
	if bytes.HasPrefix(p.rest, []byte(`,"source":"`)) {
		a.Source = p.text(`,"source":"`)
	}
	a.Count = p.number(`,"count":`)
	var hours int
	for _, n := range [...]struct {
		name string
		into *int
	}{{`,"hours":`, &hours}, {`,"addresses":`, &a.Addresses}, {`,"peak_hour":`, &a.PeakHour}, {`,"peak_10min":`, &a.Peak10Min}} {
		if bytes.HasPrefix(p.rest, []byte(n.name)) {
			*n.into = p.number(n.name)
		}
	}
	a.Hours = uint32(hours)
	return a, p.ok && string(p.rest) == "}"
}

// pattern is what is left of a line. Once something is not as expected it stays so.
type pattern struct {
	rest []byte
	ok   bool
}

// word is a plain text behind a prefix that ends with its quotation mark.
func (p *pattern) word(prefix string) []byte {
	rest, found := bytes.CutPrefix(p.rest, []byte(prefix))
	end := bytes.IndexByte(rest, '"')
	if p.ok = p.ok && found && end >= 0 && plain(rest[:max(end, 0)]); !p.ok {
		return nil
	}
	p.rest = rest[end+1:]
	return rest[:end]
}

func (p *pattern) text(prefix string) string { return string(p.word(prefix)) }

// number is a whole number behind a prefix, of no more digits than any count has.
func (p *pattern) number(prefix string) int {
	rest, found := bytes.CutPrefix(p.rest, []byte(prefix))
	n, digits := 0, 0
	for digits < len(rest) && digits < 10 && '0' <= rest[digits] && rest[digits] <= '9' {
		n = n*10 + int(rest[digits]-'0')
		digits++
	}
	p.ok = p.ok && found && digits > 0 && digits < 10 && (digits == 1 || rest[0] != '0')
	p.rest = rest[digits:]
	return n
}

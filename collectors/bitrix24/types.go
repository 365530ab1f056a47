package bitrix24

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// The portal is written in PHP: an empty map is [], a number may be a string, a date may be {}.
// None of these types ever refuses a value: what cannot be read is unknown, and the rest of the answer stays usable.

// id is the number of an entity, given as a number or as a string; "" when there is none.
type id string

func (i *id) UnmarshalJSON(data []byte) error {
	*i = ""
	s := scalar(data)
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && n > 0 {
		*i = id(strconv.FormatInt(n, 10))
	}
	return nil
}

// number is the id as a number, 0 when there is none.
func (i id) number() int64 {
	n, _ := strconv.ParseInt(string(i), 10, 64)
	return n
}

// text is a string, or a number or flag written as one; "" for anything else.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	*t = text(strings.ToValidUTF8(scalar(data), "\uFFFD"))
	return nil
}

func (t text) known() facts.Known[string] {
	if s := strings.TrimSpace(string(t)); s != "" {
		return facts.Of(s)
	}
	return facts.Known[string]{}
}

// flag is a yes or no in any of the portal's spellings.
type flag struct{ facts.Known[bool] }

func (f *flag) UnmarshalJSON(data []byte) error {
	*f = flag{}
	switch strings.ToLower(scalar(data)) {
	case "true", "y", "1", "on", "yes":
		f.Known = facts.Of(true)
	case "false", "n", "0", "off", "no":
		f.Known = facts.Of(false)
	}
	return nil
}

func (f flag) yes() bool { return f.Or(false) }

// date is a moment in one of the portal's spellings.
type date struct {
	state dateState
	at    time.Time // in UTC when zoned, else the wall clock of the portal
	zoned bool
}

type dateState int

const (
	dateAbsent dateState = iota // the field is not in the answer
	dateEmpty                   // "", null or false: it never happened
	dateUnreadable
	dateGiven
)

// Layouts with and without a zone, the commonest first.
var (
	zonedLayouts = []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00"}
	wallLayouts  = []string{"2006-01-02 15:04:05", "02.01.2006 15:04:05", "2006-01-02T15:04:05", "2006-01-02", "02.01.2006"}
)

func (d *date) UnmarshalJSON(data []byte) error {
	*d = date{state: dateUnreadable}
	data = bytes.TrimSpace(data)
	if len(data) == 0 || data[0] == '{' || data[0] == '[' { // {} is a date object that PHP did not write out
		return nil
	}
	s := strings.TrimSpace(scalar(data))
	if s == "" || s == "false" || strings.HasPrefix(s, "0000-00-00") {
		d.state = dateEmpty
		return nil
	}
	for _, layout := range zonedLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return d.set(t.UTC(), true)
		}
	}
	for _, layout := range wallLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return d.set(t, false)
		}
	}
	return nil
}

// set keeps t unless it is a year that no portal can mean and that RFC 3339 could not write.
func (d *date) set(t time.Time, zoned bool) error {
	if y := t.Year(); y >= 1970 && y <= 9000 {
		*d = date{state: dateGiven, at: t, zoned: zoned}
	}
	return nil
}

// in is the moment in UTC, taking a wall clock to be that of loc.
func (d date) in(loc *time.Location) facts.Known[time.Time] {
	switch {
	case d.state != dateGiven:
		return facts.Known[time.Time]{}
	case d.zoned:
		return facts.Of(d.at)
	}
	y, m, day := d.at.Date()
	return facts.Of(time.Date(y, m, day, d.at.Hour(), d.at.Minute(), d.at.Second(), 0, loc).UTC())
}

// list is an array, or a map with the values of one, or nothing; elements of a wrong type are counted and left out.
type list[T any] struct {
	items   []T
	skipped int
}

func (l *list[T]) UnmarshalJSON(data []byte) error {
	*l = list[T]{}
	var raw []json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		var m dict[json.RawMessage]
		_ = m.UnmarshalJSON(data)
		raw = m.values()
		if len(raw) == 0 && !emptyJSON(data) {
			l.skipped++
		}
	}
	for _, r := range raw {
		var item T
		if json.Unmarshal(r, &item) != nil || string(r) == "null" {
			l.skipped++
			continue
		}
		l.items = append(l.items, item)
	}
	return nil
}

// dict is a map, or an empty array, which is how PHP writes an empty map, or an array, whose keys are its positions.
type dict[T any] map[string]T

func (d *dict[T]) UnmarshalJSON(data []byte) error {
	*d = dict[T]{}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		var array []json.RawMessage
		_ = json.Unmarshal(data, &array)
		raw = make(map[string]json.RawMessage, len(array))
		for i, r := range array {
			raw[strconv.Itoa(i)] = r
		}
	}
	for key, r := range raw {
		var item T
		if json.Unmarshal(r, &item) == nil {
			(*d)[key] = item
		}
	}
	return nil
}

// values lists the values by key, numbers by their size.
func (d dict[T]) values() []T {
	keys := slices.SortedFunc(maps.Keys(d), compareIDs)
	values := make([]T, 0, len(keys))
	for _, k := range keys {
		values = append(values, d[k])
	}
	return values
}

// compareIDs orders numbers by size before everything else by spelling.
func compareIDs(a, b string) int {
	x, errX := strconv.ParseInt(a, 10, 64)
	y, errY := strconv.ParseInt(b, 10, 64)
	switch {
	case errX != nil && errY != nil:
		return strings.Compare(a, b)
	case errX != nil:
		return 1
	case errY != nil:
		return -1
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// scalar is a JSON string without its quotes, or a number, true or false as written; "" for null and anything else.
func scalar(data []byte) string {
	data = bytes.TrimSpace(data)
	if len(data) == 0 {
		return ""
	}
	switch data[0] {
	case '"':
		var s string
		if json.Unmarshal(data, &s) != nil {
			return ""
		}
		return strings.TrimSpace(s)
	case '{', '[', 'n':
		return ""
	}
	return string(data)
}

func emptyJSON(data []byte) bool {
	switch string(bytes.TrimSpace(data)) {
	case "", "null", "[]", "{}", "false", `""`:
		return true
	}
	return false
}

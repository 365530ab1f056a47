package facts

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A large portal has millions of records of a few simple types. The functions of this file write and
// read those without reflection, and leave everything else to encoding/json, to which tests compare them.

// fact is a Known of any type.
type fact interface {
	appendJSON(b []byte) ([]byte, error)
	cutJSON(data []byte) (rest []byte, ok bool)
}

// AppendJSON appends what json.Marshal makes of the value that p points to.
func AppendJSON(b []byte, p any) ([]byte, error) {
	switch p := p.(type) {
	case *string:
		return appendText(b, *p)
	case *bool:
		return strconv.AppendBool(b, *p), nil
	case *int:
		return strconv.AppendInt(b, int64(*p), 10), nil
	case *int64:
		return strconv.AppendInt(b, *p, 10), nil
	case *uint32:
		return strconv.AppendUint(b, uint64(*p), 10), nil
	case *time.Time:
		b, err := p.AppendText(append(b, '"'))
		return append(b, '"'), err
	case *[]string:
		if *p != nil {
			return appendList(b, *p)
		}
	case fact:
		return p.appendJSON(b)
	}
	data, err := json.Marshal(p)
	return append(b, data...), err
}

func appendText(b []byte, s string) ([]byte, error) {
	if plain(s) {
		return append(append(append(b, '"'), s...), '"'), nil
	}
	data, err := json.Marshal(s)
	return append(b, data...), err
}

func appendList(b []byte, list []string) (_ []byte, err error) {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendText(b, s); err != nil {
			return b, err
		}
	}
	return append(b, ']'), nil
}

// plain reports a text that encoding/json neither escapes nor mends.
func plain[T string | []byte](s T) bool {
	ascii := true
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return false
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	return ascii || plainUnicode(string(s))
}

func plainUnicode(s string) bool {
	return utf8.ValidString(s) && !strings.Contains(s, "\u2028") && !strings.Contains(s, "\u2029")
}

// CutJSON reads a value as AppendJSON writes it from the beginning of data into what p points to, and
// gives what follows it. Where it reports false, data may still be good JSON for encoding/json, and p
// points to no particular value.
func CutJSON(data []byte, p any) (rest []byte, ok bool) {
	switch p := p.(type) {
	case *string:
		text, rest, ok := cutText(data)
		if *p != string(text) { // neighbours often have the same text, which then takes no memory again
			*p = string(text)
		}
		return rest, ok
	case *bool:
		if rest, *p = bytes.CutPrefix(data, []byte("true")); *p {
			return rest, true
		}
		return bytes.CutPrefix(data, []byte("false"))
	case *int:
		n, rest, ok := cutNumber(data)
		*p = int(n)
		return rest, ok && int64(*p) == n
	case *int64:
		*p, rest, ok = cutNumber(data)
		return rest, ok
	case *uint32:
		n, rest, ok := cutNumber(data)
		*p = uint32(n)
		return rest, ok && int64(*p) == n
	case *time.Time:
		text, rest, ok := cutText(data)
		return rest, ok && p.UnmarshalText(text) == nil
	case *[]string:
		*p, rest, ok = cutList(data)
		return rest, ok
	case fact:
		return p.cutJSON(data)
	}
	return data, false
}

// cutText cuts a text that stands in data as it is; it shares its memory.
func cutText(data []byte) (text, rest []byte, ok bool) {
	if len(data) == 0 || data[0] != '"' {
		return nil, data, false
	}
	end := 1 + bytes.IndexByte(data[1:], '"')
	if end == 0 || !plain(data[1:end]) {
		return nil, data, false
	}
	return data[1:end], data[end+1:], true
}

// cutNumber cuts a whole number of as many digits as any int64 can have.
func cutNumber(data []byte) (n int64, rest []byte, ok bool) {
	digits := 0
	for digits < len(data) && digits < 18 && '0' <= data[digits] && data[digits] <= '9' {
		n = n*10 + int64(data[digits]-'0')
		digits++
	}
	return n, data[digits:], digits == 1 || digits > 1 && data[0] != '0'
}

func cutList(data []byte) (list []string, rest []byte, ok bool) {
	if rest, ok = bytes.CutPrefix(data, []byte("[]")); ok {
		return []string{}, rest, true
	}
	for before := byte('['); len(data) > 0 && data[0] == before; before = ',' {
		text, rest, ok := cutText(data[1:])
		if !ok {
			return nil, data, false
		}
		list, data = append(list, string(text)), rest
	}
	rest, ok = bytes.CutPrefix(data, []byte{']'})
	return list, rest, ok && list != nil
}

// appendJSON writes what MarshalJSON describes.
func (k *Known[T]) appendJSON(b []byte) (_ []byte, err error) {
	switch {
	case k.quality == "" && k.reason == "":
		return append(b, "null"...), nil
	case k.quality == "":
		b, err = appendText(append(b, `{"unknown":`...), string(k.reason))
		return append(b, '}'), err
	case k.quality == Observed:
		return k.appendValue(b)
	}
	if b, err = k.appendValue(append(b, `{"value":`...)); err != nil {
		return b, err
	}
	b, err = appendText(append(b, `,"quality":`...), string(k.quality))
	return append(b, '}'), err
}

func (k *Known[T]) appendValue(b []byte) ([]byte, error) {
	start := len(b)
	b, err := AppendJSON(b, &k.value)
	if err == nil && string(b[start:]) == "null" {
		b = append(b[:start], "[]"...) // a list that is known to be empty; null would be no fact at all
	}
	return b, err
}

func (k *Known[T]) cutJSON(data []byte) (rest []byte, ok bool) {
	if text, found := bytes.CutPrefix(data, []byte(`{"unknown":`)); found {
		*k = Known[T]{}
		k.reason, rest, ok = cutLast(text, reasons)
		return rest, ok
	}
	k.quality, k.reason = Observed, ""
	text, long := bytes.CutPrefix(data, []byte(`{"value":`))
	if rest, ok = CutJSON(text, &k.value); !ok || !long {
		return rest, ok
	}
	if text, ok = bytes.CutPrefix(rest, []byte(`,"quality":`)); !ok {
		return data, false
	}
	k.quality, rest, ok = cutLast(text, qualities)
	return rest, ok
}

// cutLast cuts one of the words and the end of the object behind it.
func cutLast[T ~string](data []byte, words []T) (word T, rest []byte, ok bool) {
	text, rest, ok := cutText(data)
	i := slices.IndexFunc(words, func(w T) bool { return string(w) == string(text) })
	if !ok || i < 0 {
		return "", data, false
	}
	rest, ok = bytes.CutPrefix(rest, []byte{'}'})
	return words[i], rest, ok
}

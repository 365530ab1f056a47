package php

import (
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"
)

// Array is a PHP array: ordered, with keys that are whole numbers or strings.
// A nil *Array is an empty one.
type Array struct {
	entries []entry
	index   map[string]int // by the text of the key; "5" is never a string key in PHP, so texts are unique
	next    int64          // the key of the next element that has none
	partial bool           // elements may be missing: their keys are not literals, or the file is damaged
}

type entry struct {
	key   string
	value any
}

// Len is the number of elements.
func (a *Array) Len() int {
	if a == nil {
		return 0
	}
	return len(a.entries)
}

// Get finds the element with that key; a whole-number key is written in decimal. In an array of which
// only a part could be read, what is not found is Unknown rather than absent.
func (a *Array) Get(key string) (any, bool) {
	if a == nil {
		return nil, false
	}
	if i, ok := a.index[key]; ok {
		return a.entries[i].value, true
	}
	if a.partial {
		return Unknown{}, true
	}
	return nil, false
}

// All yields the elements in order, whole-number keys in decimal.
func (a *Array) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for i := range a.Len() {
			if e := a.entries[i]; !yield(e.key, e.value) {
				return
			}
		}
	}
}

// Strings lists the scalar values as text, in order; null, arrays, unknown and secret values are left out.
func (a *Array) Strings() []string {
	var texts []string
	for _, v := range a.All() {
		if s, ok := Text(v); ok {
			texts = append(texts, s)
		}
	}
	return texts
}

// String shows the array on one line, for messages and tests.
func (a *Array) String() string {
	var b strings.Builder
	for k, v := range a.All() {
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s: %v", k, v)
	}
	return "[" + b.String() + "]"
}

// set puts v under key, in the place of an element that has the same key. It is false for a key that
// PHP does not allow.
func (a *Array) set(key, v any) bool {
	var text string
	switch k := key.(type) {
	case nil:
	case string:
		text = k
	case int64:
		text = strconv.FormatInt(k, 10)
	case bool:
		text = "0"
		if k {
			text = "1"
		}
	case float64:
		if !(math.Abs(k) < 1<<63) {
			return false
		}
		text = strconv.FormatInt(int64(k), 10)
	default:
		return false
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n >= a.next && n < math.MaxInt64 && strconv.FormatInt(n, 10) == text {
		a.next = n + 1
	}
	if i, ok := a.index[text]; ok {
		a.entries[i].value = v
		return true
	}
	if a.index == nil {
		a.index = map[string]int{}
	}
	a.index[text] = len(a.entries)
	a.entries = append(a.entries, entry{text, v})
	return true
}

// push adds v under the next free number.
func (a *Array) push(v any) { a.set(a.next, v) }

package php

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

var (
	// ErrLength says that a string is not as long as its header claims: the text was converted to
	// another encoding after it had been serialized, and the value cannot be decoded.
	ErrLength = errors.New("a string has another length than declared")
	// ErrLimit says that the input is larger or deeper than this package reads.
	ErrLimit = errors.New("too large or too deeply nested")
)

// Unserialize reads the format of PHP's serialize(): arrays, strings, numbers, booleans and null.
// Objects, references and enumerations are refused.
func Unserialize(s string) (any, error) {
	if len(s) > maxSerialized {
		return nil, fmt.Errorf("reading a serialized value: %w: %d bytes", ErrLimit, len(s))
	}
	d := decoder{in: s}
	v, err := d.value(0)
	if err == nil && strings.TrimSpace(d.in[d.pos:]) != "" {
		err = errors.New("something follows the value")
	}
	if err != nil {
		return nil, fmt.Errorf("reading a serialized value: byte %d: %w", d.pos, err)
	}
	return v, nil
}

type decoder struct {
	in       string
	pos      int
	elements int
}

var errSyntax = errors.New("not in the serialized format")

func (d *decoder) value(depth int) (any, error) {
	if d.skip("N;") {
		return nil, nil
	}
	if len(d.in)-d.pos < 2 || d.in[d.pos+1] != ':' {
		return nil, errSyntax
	}
	kind := d.in[d.pos]
	switch kind {
	case 'b', 'i', 'd':
		d.pos += 2
		return d.scalar(kind)
	case 's':
		d.pos += 2
		return d.str()
	case 'a':
		d.pos += 2
		return d.array(depth)
	case 'O', 'C', 'E', 'R', 'r':
		return nil, errors.New("objects, references and enumerations are not read")
	}
	return nil, errSyntax
}

func (d *decoder) scalar(kind byte) (any, error) {
	text, ok := d.until(';')
	if !ok {
		return nil, errSyntax
	}
	switch {
	case kind == 'b' && (text == "0" || text == "1"):
		return text == "1", nil
	case kind == 'i':
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n, nil
		}
	case kind == 'd':
		switch text {
		case "INF":
			return math.Inf(1), nil
		case "-INF":
			return math.Inf(-1), nil
		case "NAN":
			return math.NaN(), nil
		}
		if f, ok := parseFloat(text); ok {
			return f, nil
		}
	}
	return nil, errSyntax
}

// str reads what follows s: as in s:5:"hello"; where the length counts bytes.
func (d *decoder) str() (string, error) {
	n, err := d.count()
	if err != nil {
		return "", err
	}
	if !d.skip(`"`) {
		return "", errSyntax
	}
	rest := d.in[d.pos:]
	if n > len(rest) || !strings.HasPrefix(rest[n:], `";`) {
		return "", ErrLength
	}
	d.pos += n + len(`";`)
	return strings.Clone(rest[:n]), nil
}

// array reads what follows a: as in a:1:{i:0;s:1:"x";}.
func (d *decoder) array(depth int) (*Array, error) {
	n, err := d.count()
	if err != nil {
		return nil, err
	}
	if d.elements += n; depth >= maxDepth || d.elements > maxElements {
		return nil, ErrLimit
	}
	if !d.skip("{") {
		return nil, errSyntax
	}
	a := &Array{}
	for range n {
		key, err := d.key()
		if err != nil {
			return nil, err
		}
		v, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		a.set(key, v)
	}
	if !d.skip("}") {
		return nil, errSyntax
	}
	return a, nil
}

func (d *decoder) key() (any, error) {
	switch {
	case d.skip("i:"):
		return d.scalar('i')
	case d.skip("s:"):
		return d.str()
	}
	return nil, errSyntax
}

// count reads a length and the colon after it.
func (d *decoder) count() (int, error) {
	text, ok := d.until(':')
	if !ok {
		return 0, errSyntax
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return 0, errSyntax
	}
	return int(n), nil
}

// until gives the text before the next end byte and steps over both. Numbers are short: a far end is none.
func (d *decoder) until(end byte) (string, bool) {
	const longest = 400
	head := d.in[d.pos:min(len(d.in), d.pos+longest)]
	i := strings.IndexByte(head, end)
	if i < 0 {
		return "", false
	}
	d.pos += i + 1
	return head[:i], true
}

func (d *decoder) skip(prefix string) bool {
	if !strings.HasPrefix(d.in[d.pos:], prefix) {
		return false
	}
	d.pos += len(prefix)
	return true
}

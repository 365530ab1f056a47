package php

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

var errOpenString = errors.New("a string is not closed")

// single reads '…', where only \\ and \' are escapes.
func (l *lexer) single() token {
	var b strings.Builder
	for i := l.pos + 1; i < len(l.src); i++ {
		switch c := l.src[i]; {
		case c == '\'':
			l.pos = i + 1
			return token{kind: literal, value: b.String()}
		case c == '\\' && i+1 < len(l.src) && (l.src[i+1] == '\\' || l.src[i+1] == '\''):
			i++
			b.WriteByte(l.src[i])
		default:
			b.WriteByte(c)
		}
	}
	l.fail(errOpenString)
	return token{}
}

// double reads "…" or `…`. A string that PHP fills with variables, and a shell command, are opaque.
func (l *lexer) double(quote byte) token {
	var b strings.Builder
	t := token{kind: literal}
	if quote == '`' {
		t.kind = opaque
	}
	start := l.pos
	l.pos++
	for l.pos < len(l.src) {
		c, next := l.src[l.pos], byte(0)
		if l.pos+1 < len(l.src) {
			next = l.src[l.pos+1]
		}
		switch {
		case c == quote:
			l.pos++
			if t.kind == literal {
				t.value = b.String()
			}
			return t
		case c == '\\':
			l.pos++
			l.escape(&b, quote)
		case c == '{' && next == '$', c == '$' && next == '{':
			t.kind = opaque
			l.pos += 2
			if !l.skipExpression() {
				l.pos = start
				l.fail(errOpenString)
				return token{}
			}
		case c == '$' && startsName(next):
			t.kind = opaque
			l.pos++
		default:
			b.WriteByte(c)
			l.pos++
		}
	}
	l.pos = start
	l.fail(errOpenString)
	return token{}
}

// escape decodes what follows a backslash.
func (l *lexer) escape(b *strings.Builder, quote byte) {
	if l.pos >= len(l.src) {
		return
	}
	c := l.src[l.pos]
	l.pos++
	if i := strings.IndexByte("ntrvef", c); i >= 0 {
		b.WriteByte("\n\t\r\v\x1b\f"[i])
		return
	}
	rest := l.src[l.pos:]
	switch {
	case c == '\\', c == '$', c == quote:
		b.WriteByte(c)
	case c >= '0' && c <= '7':
		digits := append([]byte{c}, prefix(rest, 2, "01234567")...)
		n, _ := strconv.ParseUint(string(digits), 8, 16)
		l.pos += len(digits) - 1
		b.WriteByte(byte(n))
	case (c == 'x' || c == 'X') && len(prefix(rest, 2, hexDigits)) > 0:
		digits := prefix(rest, 2, hexDigits)
		n, _ := strconv.ParseUint(string(digits), 16, 8)
		l.pos += len(digits)
		b.WriteByte(byte(n))
	case c == 'u' && l.codePoint(b):
	default:
		b.WriteByte('\\')
		b.WriteByte(c)
	}
}

const hexDigits = "0123456789abcdefABCDEF"

// prefix is the longest beginning of rest made of the given characters, at most n.
func prefix(rest []byte, n int, set string) []byte {
	i := 0
	for i < n && i < len(rest) && strings.IndexByte(set, rest[i]) >= 0 {
		i++
	}
	return rest[:i]
}

// codePoint decodes {20AC} behind \u.
func (l *lexer) codePoint(b *strings.Builder) bool {
	rest := l.src[l.pos:]
	if len(rest) == 0 || rest[0] != '{' {
		return false
	}
	digits := prefix(rest[1:], 8, hexDigits)
	n, err := strconv.ParseUint(string(digits), 16, 31)
	if err != nil || n > utf8.MaxRune || len(rest) < len(digits)+2 || rest[len(digits)+1] != '}' {
		return false
	}
	b.WriteRune(rune(n))
	l.pos += len(digits) + 2
	return true
}

// skipExpression steps over an expression inside a string, to behind its closing brace. Strings inside
// it hide braces and quotes; strings inside those are not looked for.
func (l *lexer) skipExpression() bool {
	quote := byte(0)
	for depth := 1; l.pos < len(l.src); l.pos++ {
		switch c := l.src[l.pos]; {
		case c == '\\':
			l.pos++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'', c == '"':
			quote = c
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				l.pos++
				return true
			}
		}
	}
	return false
}

// heredoc steps over <<<ID … ID; it is false where <<< begins none.
func (l *lexer) heredoc() (token, bool) {
	rest := bytes.TrimLeft(l.src[l.pos+3:], " \t")
	quote := prefix(rest, 1, `"'`)
	rest = rest[len(quote):]
	n := 0
	for n < len(rest) && isNameByte(rest[n]) {
		n++
	}
	id := rest[:n]
	rest = rest[n:]
	if n == 0 || isDigit(id[0]) || !bytes.HasPrefix(rest, quote) {
		return token{}, false
	}
	rest = rest[len(quote):]
	if len(prefix(rest, 1, "\r\n")) == 0 {
		return token{}, false
	}
	for len(rest) > 0 {
		eol := bytes.IndexAny(rest, "\r\n")
		if eol < 0 {
			break
		}
		rest = rest[eol+1:]
		line := bytes.TrimLeft(rest, " \t")
		if after, ok := bytes.CutPrefix(line, id); ok && (len(after) == 0 || !isNameByte(after[0])) {
			l.pos = len(l.src) - len(after)
			return token{kind: opaque}, true
		}
	}
	l.fail(errOpenString)
	return token{}, true
}

// number reads a whole number in any base, or a fraction.
func (l *lexer) number() token {
	start := l.pos
	for l.pos < len(l.src) && (isNameByte(l.src[l.pos]) || l.src[l.pos] == '.' || l.signOfExponent(start)) {
		l.pos++
	}
	text := strings.ReplaceAll(string(l.src[start:l.pos]), "_", "")
	if n, err := strconv.ParseInt(text, 0, 64); err == nil {
		return token{kind: literal, value: n}
	}
	octal := len(text) > 1 && text[0] == '0' && isDigit(text[1])
	if f, ok := parseFloat(text); ok && (!octal || strings.ContainsAny(text, ".eE")) {
		return token{kind: literal, value: f}
	}
	return token{kind: opaque}
}

// signOfExponent says whether here stands the sign in 1.5e-3.
func (l *lexer) signOfExponent(start int) bool {
	c := l.src[l.pos]
	hexadecimal := l.pos > start+1 && l.src[start] == '0' && l.src[start+1]|0x20 == 'x'
	return (c == '-' || c == '+') && l.src[l.pos-1]|0x20 == 'e' && !hexadecimal
}

package php

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

type kind uint8

const (
	end      kind = iota
	operator      // text: = => ( [ ; …; the end of PHP code is a ;
	name          // text: a keyword, constant or function
	variable      // text: its name
	literal       // value: string, int64 or float64
	opaque        // a string that PHP puts together: interpolated, heredoc, shell command
)

type token struct {
	kind  kind
	text  string
	value any
}

// is tells an operator.
func (t token) is(op string) bool { return t.kind == operator && t.text == op }

// isName tells a keyword or a function of PHP, which are the same in capitals.
func (t token) isName(names ...string) bool {
	if t.kind != name {
		return false
	}
	for _, n := range names {
		if strings.EqualFold(t.text, n) {
			return true
		}
	}
	return false
}

// lexer cuts a PHP file into tokens. After a failure it gives nothing but the end.
type lexer struct {
	src    []byte
	pos    int
	inPHP  bool // behind <? rather than in the text around it
	opened bool // there was a <? at all
	err    error
}

// fail keeps the first error. It names the line and never quotes it.
func (l *lexer) fail(err error) {
	if l.err == nil {
		at := min(l.pos, len(l.src))
		l.err = fmt.Errorf("line %d: %w", 1+bytes.Count(l.src[:at], []byte("\n")), err)
	}
	l.pos = len(l.src)
}

// operators of more than one character, the longer ones first.
var operators = []string{
	"<=>", "===", "!==", "**=", "??=", "<<=", ">>=", "...", "?->",
	"=>", "==", "!=", "<>", "<=", ">=", "->", "::", ".=", "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^=",
	"??", "&&", "||", "++", "--", "<<", ">>", "**",
}

func (l *lexer) next() token {
	if !l.inPHP && !l.enter() {
		return token{}
	}
	if !l.skipBlanks() {
		return token{}
	}
	c, rest := l.src[l.pos], l.src[l.pos:]
	switch {
	case bytes.HasPrefix(rest, []byte("?>")):
		l.pos += 2
		l.inPHP = false
		return token{kind: operator, text: ";"}
	case c == '\'':
		return l.single()
	case c == '"', c == '`':
		return l.double(c)
	case bytes.HasPrefix(rest, []byte("<<<")):
		if t, ok := l.heredoc(); ok {
			return t
		}
	case c == '$' && len(rest) > 1 && startsName(rest[1]):
		l.pos++
		return token{kind: variable, text: l.word()}
	case startsName(c), c == '\\':
		return token{kind: name, text: strings.TrimPrefix(l.word(), `\`)}
	case isDigit(c), c == '.' && len(rest) > 1 && isDigit(rest[1]):
		return l.number()
	}
	for _, op := range operators {
		if bytes.HasPrefix(rest, []byte(op)) {
			l.pos += len(op)
			return token{kind: operator, text: op}
		}
	}
	l.pos++
	return token{kind: operator, text: string(rest[:1])}
}

// enter steps over text to behind the next <?php, <? or <?=.
func (l *lexer) enter() bool {
	for {
		i := bytes.Index(l.src[l.pos:], []byte("<?"))
		if i < 0 {
			l.pos = len(l.src)
			if !l.opened {
				l.fail(errors.New("there is no PHP code"))
			}
			return false
		}
		l.pos += i + 2
		tag := bytes.ToLower(l.src[l.pos:min(len(l.src), l.pos+3)])
		if bytes.Equal(tag, []byte("xml")) {
			continue
		}
		if bytes.Equal(tag, []byte("php")) {
			l.pos += 3
		} else if bytes.HasPrefix(tag, []byte("=")) {
			l.pos++
		}
		l.inPHP, l.opened = true, true
		return true
	}
}

// skipBlanks steps over white space and comments; it is false at the end.
func (l *lexer) skipBlanks() bool {
	for l.pos < len(l.src) {
		rest := l.src[l.pos:]
		switch {
		case strings.IndexByte(" \t\r\n\v\f", rest[0]) >= 0:
			l.pos++
		case rest[0] == '#', bytes.HasPrefix(rest, []byte("//")):
			l.pos += lineComment(rest)
		case bytes.HasPrefix(rest, []byte("/*")):
			n := bytes.Index(rest[2:], []byte("*/"))
			if n < 0 {
				l.fail(errors.New("a comment is not closed"))
				return false
			}
			l.pos += n + 4
		default:
			return true
		}
	}
	return false
}

// lineComment is the length of a comment that a new line or the end of PHP code closes.
func lineComment(rest []byte) int {
	n := bytes.IndexAny(rest, "\r\n")
	if n < 0 {
		n = len(rest)
	}
	if tag := bytes.Index(rest[:n], []byte("?>")); tag >= 0 {
		n = tag
	}
	return n
}

// word reads a name, with its namespace.
func (l *lexer) word() string {
	start := l.pos
	for l.pos < len(l.src) && (isNameByte(l.src[l.pos]) || l.src[l.pos] == '\\') {
		l.pos++
	}
	return string(l.src[start:l.pos])
}

func isDigit(c byte) bool    { return c >= '0' && c <= '9' }
func startsName(c byte) bool { return c == '_' || c >= 0x80 || c|0x20 >= 'a' && c|0x20 <= 'z' }
func isNameByte(c byte) bool { return startsName(c) || isDigit(c) }

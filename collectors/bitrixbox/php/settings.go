package php

import (
	"errors"
	"reflect"
)

// File is what a PHP settings file says in literals.
type File struct {
	Returned any            // what the file returns, such as the array of .settings.php; nil if nothing
	Vars     map[string]any // $name = value, without the $
	Defines  map[string]any // define("NAME", value) and const NAME = value
	Ini      map[string]any // ini_set("name", value); date_default_timezone_set is date.timezone
	Includes bool           // it runs other files, which may say more
}

// Path walks nested arrays of what the file returns. It is nil where an array lacks the key, and
// Unknown or Secret where one of them stands on the way.
func (f *File) Path(keys ...string) any {
	v := f.Returned
	for _, k := range keys {
		switch at := v.(type) {
		case *Array:
			v, _ = at.Get(k)
		case Unknown, Secret:
			return v
		default:
			return nil
		}
	}
	return v
}

// ParseSettings reads a PHP settings file: .settings.php, dbconn.php, version.php, license_key.php.
// It follows the file from top to bottom without deciding conditions: what blocks of if, loops and
// switch set counts too, but where they contradict what was said elsewhere the value is Unknown.
// Bodies of functions and classes are stepped over.
//
// The file is never nil. With an error it holds what stands before the damage, and names the line.
func ParseSettings(src []byte) (*File, error) {
	p := &parser{
		file:    &File{Vars: map[string]any{}, Defines: map[string]any{}, Ini: map[string]any{}},
		maybe:   map[string]bool{},
		tainted: map[string]bool{},
	}
	if len(src) > maxSource {
		return p.file, ErrLimit
	}
	p.lex.src = src
	p.advance()
	p.statements()
	p.finish()
	return p.file, p.lex.err
}

// parser walks the statements of one file. Every loop ends at the end token, which a failure gives at once.
type parser struct {
	lex      lexer
	tok      token
	file     *File
	depth    int // blocks and arrays around the current token
	elements int
	branches int // conditions around the current token
	colons   int // conditions in the form if (…): … endif
	stopped  bool

	maybe    map[string]bool // constants that were only defined under a condition
	tainted  map[string]bool // variables ($name) and constants (name) that secrets are made of
	returned bool
	alias    string // the variable that the file returns
}

func (p *parser) advance() {
	p.tok = p.lex.next()
	if p.stopped {
		p.tok = token{}
	}
	if p.tok.isName("include", "include_once", "require", "require_once", "eval") {
		p.file.Includes = true
	}
}

// stop ends the walk as the end of the file would.
func (p *parser) stop() {
	p.stopped = true
	p.tok = token{}
}

func (p *parser) fail(err error) {
	p.lex.fail(err)
	p.stop()
}

func (p *parser) accept(op string) bool {
	if !p.tok.is(op) {
		return false
	}
	p.advance()
	return true
}

// nested runs read one level deeper.
func (p *parser) nested(read func()) {
	if p.depth++; p.depth > maxDepth {
		p.fail(ErrLimit)
	} else {
		read()
	}
	p.depth--
}

// spend counts what is kept.
func (p *parser) spend() {
	if p.elements++; p.elements == maxElements {
		p.fail(ErrLimit)
	}
}

func (p *parser) conditional() bool { return p.branches > 0 || p.colons > 0 }

// assign keeps the value of a variable or of an ini option: the last one counts.
func (p *parser) assign(values map[string]any, key string, v any) {
	if old, had := values[key]; had && p.conditional() && !reflect.DeepEqual(old, v) {
		v = Unknown{}
	}
	values[key] = v
	p.spend()
}

// define keeps the value of a constant: the first one counts.
func (p *parser) define(key string, v any) {
	old, had := p.file.Defines[key]
	switch {
	case !had && p.file.Includes: // it may be defined there already
		p.file.Defines[key] = Unknown{}
	case !had:
		p.file.Defines[key] = v
		p.maybe[key] = p.conditional()
		p.spend()
	case p.maybe[key] && !reflect.DeepEqual(old, v):
		p.file.Defines[key] = Unknown{}
	}
}

// giveBack keeps what the file returns. Whatever follows an unconditional return never runs.
func (p *parser) giveBack(v any, alias string) {
	if p.returned && (alias != "" || p.alias != "" || !reflect.DeepEqual(p.file.Returned, v)) {
		v, alias = Unknown{}, ""
	}
	p.file.Returned, p.alias, p.returned = v, alias, true
	if !p.conditional() {
		p.stop()
	}
}

// finish drops the values that secrets turned out to be made of.
func (p *parser) finish() {
	for key, v := range p.file.Vars {
		if p.tainted["$"+key] {
			p.file.Vars[key] = conceal(v, secret)
		}
	}
	for key, v := range p.file.Defines {
		if p.tainted[key] {
			p.file.Defines[key] = conceal(v, secret)
		}
	}
	if p.alias != "" {
		p.file.Returned = Unknown{}
		if v, ok := p.file.Vars[p.alias]; ok {
			p.file.Returned = v
		}
	}
}

var (
	errOpenBracket  = errors.New("a bracket is not closed")
	errOpenBlock    = errors.New("a block is not closed")
	errStrayBrace   = errors.New("a block is closed that was not opened")
	errNotEnded     = errors.New("a statement is not ended")
	errNotSeparated = errors.New("elements of an array are not separated")
)

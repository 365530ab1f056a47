package php

import "slices"

// named reads the value of that key, variable or constant. Below a secret everything is secret, and
// the outermost secret is the one that conceals.
func (p *parser) named(key string, above class) any {
	if above != open {
		return p.expression(above)
	}
	c := classify(key)
	return conceal(p.expression(c), c)
}

// expression reads a literal that ends where the expression ends; anything else is Unknown.
func (p *parser) expression(c class) any {
	v := p.operand(c)
	if p.ends() {
		return v
	}
	p.skip(c != open)
	return Unknown{}
}

// operand reads a literal, or nothing of what is none.
func (p *parser) operand(c class) any {
	t := p.tok
	switch {
	case t.kind == literal:
		p.advance()
		if s, ok := t.value.(string); ok && c == open && looksSecret(s) {
			return Secret{Set: true}
		}
		return t.value
	case t.is("-"), t.is("+"):
		p.advance()
		return p.signed(t.is("-"))
	case t.is("["):
		p.advance()
		return p.array("]", c)
	case t.isName("array"):
		p.advance()
		if p.accept("(") {
			return p.array(")", c)
		}
	case t.isName("true", "false"):
		p.advance()
		return t.isName("true")
	case t.isName("null"):
		p.advance()
		return nil
	case t.kind == variable:
		p.taint(c != open)
		p.advance()
		return p.assignment(t.text, c)
	}
	return Unknown{}
}

func (p *parser) signed(minus bool) any {
	v := p.tok.value
	switch n := v.(type) {
	case int64:
		if minus {
			v = -n
		}
	case float64:
		if minus {
			v = -n
		}
	default:
		return Unknown{}
	}
	p.advance()
	return v
}

// assignment reads what follows a variable. The value is given back, for $a = $b = value. A variable
// that is changed in any other way is Unknown from there on.
func (p *parser) assignment(key string, c class) any {
	var v any = Unknown{}
	switch {
	case p.accept("="):
		p.nested(func() { v = p.named(key, c) })
		p.assign(p.file.Vars, key, conceal(v, c))
	case p.changes():
		p.assign(p.file.Vars, key, v)
	}
	return v
}

// changes tells operators that give the variable before them a new value.
func (p *parser) changes() bool {
	switch p.tok.text {
	case "++", "--", ".=", "+=", "-=", "*=", "/=", "%=", "**=", "|=", "&=", "^=", "??=", "<<=", ">>=":
		return p.tok.kind == operator
	}
	return false
}

// array reads elements to behind the closing bracket.
func (p *parser) array(closing string, c class) any {
	a := &Array{}
	p.nested(func() {
		for !p.accept(closing) {
			if p.tok.kind == end {
				p.fail(errOpenBracket)
				return
			}
			p.element(a, c)
			if !p.accept(",") && !p.tok.is(closing) && p.tok.kind != end {
				p.fail(errNotSeparated)
			}
		}
	})
	// An array that was cut short by damage or a bound may have had more in it.
	a.partial = a.partial || p.stopped || p.lex.err != nil
	return a
}

// element reads one element. The key comes first, because it says whether the value is a secret.
func (p *parser) element(a *Array, c class) {
	first := p.expression(c)
	p.spend()
	if !p.accept("=>") {
		if _, unknown := first.(Unknown); unknown {
			a.partial = true // it may be a spread, with keys of its own
		}
		a.push(first)
		return
	}
	known := false
	switch key := first.(type) {
	case string:
		known = a.set(key, p.named(key, c))
	case Unknown, Secret, *Array:
		p.expression(secret) // nobody knows what it is, and nothing could ask for it
	default:
		known = a.set(key, p.expression(c))
	}
	a.partial = a.partial || !known
}

// ends tells whether the expression is over.
func (p *parser) ends() bool {
	switch p.tok.kind {
	case end:
		return true
	case operator:
		return slices.Contains(stops, p.tok.text)
	}
	return false
}

var stops = []string{",", ";", ")", "]", "}", "=>"}

// skip steps to the end of the expression, or to one of the given operators, over whole brackets.
// What a secret is made of is remembered as tainted.
func (p *parser) skip(tainted bool, until ...string) {
	arrow := false // fn () => value
	for p.tok.kind != end {
		p.taint(tainted)
		switch {
		case len(until) > 0 && p.tok.kind == operator && slices.Contains(until, p.tok.text):
			return
		case p.opens():
			p.brackets(tainted)
			continue
		case p.tok.is("=>") && arrow:
			arrow = false
		case len(until) == 0 && p.ends():
			return
		case p.tok.isName("fn"):
			arrow = true
		}
		p.advance()
	}
}

// opens tells opening brackets.
func (p *parser) opens() bool { return p.tok.is("(") || p.tok.is("[") || p.tok.is("{") }

// brackets steps over everything from an opening bracket to behind its closing one.
func (p *parser) brackets(tainted bool) {
	for depth := 0; ; p.advance() {
		p.taint(tainted)
		switch {
		case p.tok.kind == end:
			if !p.stopped {
				p.fail(errOpenBracket)
			}
			return
		case p.opens():
			depth++
		case p.tok.is(")"), p.tok.is("]"), p.tok.is("}"):
			if depth--; depth == 0 {
				p.advance()
				return
			}
		}
	}
}

// taint remembers the variable or constant that a secret is made of.
func (p *parser) taint(tainted bool) {
	switch {
	case !tainted:
	case p.tok.kind == variable:
		p.tainted["$"+p.tok.text] = true
	case p.tok.kind == name:
		p.tainted[p.tok.text] = true
	}
}

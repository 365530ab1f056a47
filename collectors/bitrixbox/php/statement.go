package php

// statements reads the top level of the file.
func (p *parser) statements() {
	for p.tok.kind != end {
		if p.tok.is("}") {
			p.fail(errStrayBrace)
			return
		}
		p.statement()
	}
}

func (p *parser) statement() {
	for p.accept("@") { // hides PHP's own messages, no more
	}
	switch t := p.tok; {
	case t.kind == end, t.is("}"):
	case t.is(";"):
		p.advance()
	case t.is("{"):
		p.advance()
		p.nested(p.block)
	case t.kind == variable:
		p.advance()
		if p.tok.is("[") { // an element is set
			p.assign(p.file.Vars, t.text, Unknown{})
		} else {
			p.assignment(t.text, open)
		}
		p.rest()
	case t.kind == name:
		p.keyword(t)
	default:
		p.rest()
	}
}

// block reads statements to behind the closing brace.
func (p *parser) block() {
	for !p.accept("}") {
		if p.tok.kind == end {
			if !p.stopped {
				p.fail(errOpenBlock)
			}
			return
		}
		p.statement()
	}
}

func (p *parser) keyword(t token) {
	switch {
	case t.isName("if", "while", "for", "foreach", "switch", "catch", "declare"):
		p.advance()
		p.header()
		if p.accept(":") {
			p.colons++
			return
		}
		p.branch()
	case t.isName("elseif"):
		p.advance()
		p.header()
		if !p.accept(":") {
			p.branch()
		}
	case t.isName("else"):
		p.advance()
		if !p.accept(":") {
			p.branch()
		}
	case t.isName("endif", "endwhile", "endfor", "endforeach", "endswitch"):
		p.advance()
		p.colons = max(0, p.colons-1)
	case t.isName("do", "try", "finally"):
		p.advance()
		p.branch()
	case t.isName("case", "default"):
		p.skip(false, ":", ";")
		p.advance()
	case t.isName("function", "class", "interface", "trait", "enum", "abstract", "final", "readonly"):
		p.body()
	case t.isName("const"):
		p.advance()
		p.constants()
	case t.isName("return"):
		p.advance()
		p.returns()
	case t.isName("__halt_compiler"):
		p.stop()
	default:
		p.call()
		p.rest()
	}
}

// header steps over the condition of a statement.
func (p *parser) header() {
	if p.tok.is("(") {
		p.brackets(false)
	}
}

// branch reads a statement that may not run.
func (p *parser) branch() {
	p.branches++
	p.nested(p.statement)
	p.branches--
}

// body steps over a function or class.
func (p *parser) body() {
	p.skip(false, "{", ";")
	if p.tok.is("{") {
		p.brackets(false)
	} else {
		p.advance()
	}
}

// constants reads NAME = value, NAME = value;
func (p *parser) constants() {
	for p.tok.kind == name {
		key := p.tok.text
		p.advance()
		if !p.accept("=") {
			break
		}
		p.define(key, p.named(key, open))
		if !p.accept(",") {
			break
		}
	}
	p.rest()
}

// returns reads a literal or the name of a variable. A bare return under a condition guards the file
// against being opened directly, it says nothing about the value.
func (p *parser) returns() {
	switch t := p.tok; {
	case p.ends():
		if !p.conditional() {
			p.stop()
		}
	case t.kind == variable:
		p.advance()
		if p.ends() {
			p.giveBack(nil, t.text)
			break
		}
		p.skip(false)
		p.giveBack(Unknown{}, "")
	default:
		p.giveBack(p.expression(open), "")
	}
	p.rest()
}

// call reads define(…) and the settings of PHP itself; other functions are left to the rest of the statement.
func (p *parser) call() {
	function := p.tok
	if p.advance(); !p.tok.is("(") {
		return
	}
	switch {
	case function.isName("define"):
		p.twoArguments(p.define)
	case function.isName("ini_set"):
		p.twoArguments(func(key string, v any) { p.assign(p.file.Ini, key, v) })
	case function.isName("date_default_timezone_set"):
		p.advance()
		p.assign(p.file.Ini, "date.timezone", p.expression(open))
		p.closing()
	}
}

// twoArguments reads ("name", value) and hands both on, if the name is a literal.
func (p *parser) twoArguments(keep func(string, any)) {
	p.advance()
	key, ok := p.expression(open).(string)
	if ok && p.accept(",") {
		keep(key, p.named(key, open))
	}
	p.closing()
}

// closing steps over what is left of the arguments.
func (p *parser) closing() {
	for p.accept(",") {
		p.expression(open)
	}
	if !p.accept(")") && !p.stopped {
		p.fail(errOpenBracket)
	}
}

// rest steps to behind the end of the statement. A define after "or" or "&&" is read as a conditional one.
func (p *parser) rest() {
	for {
		switch {
		case p.tok.is("}"):
			return
		case p.tok.is(";"):
			p.advance()
			return
		case p.tok.kind == end:
			if !p.stopped {
				p.fail(errNotEnded)
			}
			return
		case p.tok.isName("define"):
			p.branches++
			p.call()
			p.branches--
		case p.opens():
			p.brackets(false)
		default:
			p.advance()
		}
	}
}

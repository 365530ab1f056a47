package checkdocs

import (
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
)

// writeQuestion tells in words what a rule asks, as a list; what belongs to a question is indented below it.
func writeQuestion(p *page, w *words, a checks.Asked, indent string) {
	below := indent + "  "
	switch {
	case a.Native != "":
		p.line(indent, "- ", w.say("native", "what", code(a.Native)), ": ", needs(w, a))
	case len(a.All) > 0:
		title := "all"
		if a.Once {
			title = "all.once"
		}
		p.line(indent, "- ", w.say(title), ":")
		for _, part := range a.All {
			writeQuestion(p, w, part, below)
		}
	default:
		p.line(indent, "- ", subject(w, a))
		writeConditions(p, w, a, below)
	}
	if len(a.All) > 0 && indent == "" {
		below = indent // it is about all of them
	}
	if a.Unless != nil {
		p.line(below, "- ", w.say("unless"), ":")
		writeExcuse(p, w, *a.Unless, below+"  ")
	}
	if a.Otherwise != nil {
		p.line(below, "- ", w.say("otherwise"), ":")
		writeQuestion(p, w, *a.Otherwise, below+"  ")
	}
}

// subject says what is looked at.
func subject(w *words, a checks.Asked) string {
	switch {
	case a.Kind == facts.KindSetting:
		return w.say("setting", "what", code(a.One))
	case a.Kind == facts.KindAnswer && a.One != "":
		var with []string
		for _, n := range a.Needs {
			if n.Kind == facts.KindAnswer {
				with = append(with, code(n.Name))
			}
		}
		return w.say("answer", "what", strings.Join(with, ", "))
	}
	return w.say("each", "what", plain(w.say("kind."+string(a.Kind)))+" ("+code(string(a.Kind))+")")
}

func writeConditions(p *page, w *words, a checks.Asked, indent string) {
	say := func(key, condition string) {
		if condition != "" {
			p.line(indent, "- ", w.say(key), ": ", code(condition))
		}
	}
	if a.One == "" {
		say("of", a.Where)
		say("fail", a.Fail)
		say("fails.count", a.Fails)
		return
	}
	say("of.one", a.Where)
	say("fail", a.Fail)
	say("fails", a.Fails)
}

// writeExcuse tells the condition under which a check passes without the rest.
func writeExcuse(p *page, w *words, a checks.Asked, indent string) {
	p.line(indent, "- ", subject(w, a))
	below := indent + "  "
	say := func(key, condition string) {
		if condition != "" {
			p.line(below, "- ", w.say(key), ": ", code(condition))
		}
	}
	of, count := "of", "holds.count"
	if a.One != "" {
		of, count = "of.one", "holds.number"
	}
	say(of, a.Where)
	say("holds", a.Fail)
	say(count, a.Fails)
	if a.Unless != nil {
		p.line(below, "- ", w.say("unless.not"), ":")
		writeExcuse(p, w, *a.Unless, below+"  ")
	}
	switch {
	case a.Otherwise == nil:
	case a.Otherwise.Fail == "false":
		p.line(below, "- ", w.say("no.excuse"))
	default:
		p.line(below, "- ", w.say("otherwise"), ":")
		writeExcuse(p, w, *a.Otherwise, below+"  ")
	}
}

// needs names the kinds of records that a question written in Go looks at.
func needs(w *words, a checks.Asked) string {
	var kinds []string
	for _, n := range a.Needs {
		if name := plain(w.say("kind."+string(n.Kind))) + " (" + code(string(n.Kind)) + ")"; !slices.Contains(kinds, name) {
			kinds = append(kinds, name)
		}
	}
	return strings.Join(kinds, ", ")
}

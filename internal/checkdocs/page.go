package checkdocs

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/checks/law"
)

// page writes the page of one check.
func (d *Docs) page(w *words, c *checks.Check) (string, error) {
	text := c.Text[w.lang]
	p := begin(w, c.ID+".md", c.ID+". "+plain(text.Title))
	d.facts(p, w, c)
	p.heading(2, w.say("risk"))
	p.line(plain(text.Risk))
	p.heading(2, w.say("question"))
	writeQuestion(p, w, c.Asked(), "")
	writeParams(p, w, c)
	if err := writeSteps(p, w, text); err != nil {
		return "", fmt.Errorf("%s: %w", c.ID, err)
	}
	d.origins(p, w, c)
	d.references(p, w, c)
	writeExamples(p, w, c)
	return p.String(), nil
}

// facts is the table at the top.
func (d *Docs) facts(p *page, w *words, c *checks.Check) {
	p.line()
	p.table(w.say("severity"), plain(w.say("weight", "severity", w.say("severity."+string(c.Severity)), "n", strconv.Itoa(c.Severity.Weight()))))
	p.row(w.say("tier"), plain(w.say("tier."+strconv.Itoa(c.Tier))))
	p.row(w.say("where"), plain(w.countries(c.Jurisdictions)))
	p.row(w.say("fix"), plain(w.say("fix.is", "who", w.say("who."+c.Fix.Who), "minutes", strconv.Itoa(c.Fix.Minutes), "horizon", w.say("horizon."+c.Fix.Horizon))))
	if c.Applies != nil {
		p.row(w.say("applies"), codeCell(c.Applies.Source()))
	}
	if len(c.Requires) > 0 {
		p.row(w.say("requires"), links(c.Requires))
	}
	if len(c.Unlocks) > 0 {
		p.row(w.say("unlocks"), links(c.Unlocks))
	}
	for _, platform := range Platforms {
		if lacking := d.plans.Platforms[platform].Lacks[c.Feature]; len(lacking) > 0 {
			names := make([]string, len(lacking))
			for i, plan := range lacking {
				names[i] = w.say("plan." + plan)
			}
			p.row(w.say("plans"), plain(w.say("platform."+platform)+": "+strings.Join(names, ", ")))
		}
	}
}

func links(ids []string) string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = link(plain(id), id+".md")
	}
	return strings.Join(list, ", ")
}

func writeParams(p *page, w *words, c *checks.Check) {
	if len(c.Params) == 0 {
		return
	}
	p.heading(3, w.say("params"))
	p.table(w.say("param"), w.say("default"), w.say("bounds"), w.say("why"))
	for _, name := range slices.Sorted(maps.Keys(c.Params)) {
		param := c.Params[name]
		bounds := "—"
		if param.Min != nil && param.Max != nil {
			bounds = number(*param.Min) + "–" + number(*param.Max)
		}
		p.row(codeCell(name), defaultOf(param.Default), bounds, plain(param.Why))
	}
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// defaultOf prints a value as a rule would spell it.
func defaultOf(v any) string {
	list, is := v.([]any)
	if !is {
		return codeCell(fmt.Sprint(v))
	}
	parts := make([]string, len(list))
	for i, one := range list {
		parts[i] = codeCell(fmt.Sprint(one))
	}
	return strings.Join(parts, ", ")
}

// writeSteps gives the steps that work anywhere and those of each platform.
func writeSteps(p *page, w *words, text checks.Text) error {
	p.heading(2, w.say("steps"))
	numbered(p, text.Steps)
	for _, platform := range slices.Sorted(maps.Keys(text.On)) {
		if err := known(platform); err != nil {
			return err
		}
	}
	for _, platform := range Platforms {
		if steps := text.On[platform]; len(steps) > 0 {
			p.heading(3, plain(w.say("platform."+platform)))
			numbered(p, steps)
		}
	}
	return nil
}

func numbered(p *page, steps []string) {
	for i, s := range steps {
		p.line(strconv.Itoa(i+1), ". ", plain(s))
	}
}

// origins tells for each platform how the check is answered and by whom.
func (d *Docs) origins(p *page, w *words, c *checks.Check) {
	p.heading(2, w.say("sources"))
	p.table(w.say("platform"), w.say("how"), w.say("from"))
	var asked []string
	for _, platform := range Platforms {
		a := d.answers[c.ID][platform]
		asked = append(asked, a.Questions...)
		p.row(plain(w.say("platform."+platform)), plain(w.say("means."+string(a.Means))), d.origin(w, a))
	}
	slices.Sort(asked)
	asked = slices.Compact(asked)
	if len(asked) == 0 {
		return
	}
	p.heading(3, w.say("questions"))
	for _, q := range d.questions.All() {
		if !slices.Contains(asked, q.ID) {
			continue
		}
		where := ""
		if len(q.Jurisdictions) > 0 {
			where = " (" + plain(w.countries(q.Jurisdictions)) + ")"
		}
		p.line("- ", code(q.ID), where, ": ", plain(q.Text[w.lang].Ask))
	}
}

// origin names who tells, and what nobody does.
func (d *Docs) origin(w *words, a Answerability) string {
	var parts, either []string
	for _, kind := range a.Sources {
		name := codeCell(kind)
		if w.has("source." + kind) {
			name = plain(w.say("source."+kind)) + " (" + name + ")"
		}
		if d.instead[kind] {
			either = append(either, name)
		} else {
			parts = append(parts, name)
		}
	}
	if len(either) > 0 {
		parts = slices.Insert(parts, 0, strings.Join(either, w.say("or")))
	}
	if len(a.Questions) > 0 {
		parts = append(parts, w.say("asked", "what", codeList(a.Questions)))
	}
	if len(a.Missing) > 0 {
		parts = append(parts, w.say("missing", "what", codeList(a.Missing)))
	}
	return strings.Join(parts, "; ")
}

func codeList(names []string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = codeCell(name)
	}
	return strings.Join(list, ", ")
}

// references lists law and controls by country, so that nobody takes the law of one for that of another.
func (d *Docs) references(p *page, w *words, c *checks.Check) {
	p.heading(2, w.say("refs"))
	p.line(plain(w.say("refs.about")))
	for _, country := range []string{"ru", "ua", "eu", law.Any} {
		var list []law.Reference
		for _, r := range d.law.For([]string{country}, c.Refs) {
			if r.Jurisdiction == country {
				list = append(list, r)
			}
		}
		if len(list) == 0 {
			continue
		}
		p.line("\n**", plain(w.report.T("jurisdiction."+country)), "**\n")
		for _, r := range list {
			line := "- " + link(plain(r.Cite(w.lang)), r.Act.Source)
			if r.Provision != nil && r.Provision.Summary.In(w.lang) != "" {
				line += ": " + plain(r.Provision.Summary.In(w.lang))
			}
			p.line(line)
		}
	}
}

func writeExamples(p *page, w *words, c *checks.Check) {
	p.heading(2, w.say("examples"))
	p.line(plain(w.say("examples.about")), "\n")
	for _, e := range c.Examples {
		p.line("- ", plain(e.Name), ": **", plain(w.say("verdict."+string(e.Want))), "**")
	}
}

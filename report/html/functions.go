package html

import (
	"cmp"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/report"
)

// functions are what the templates may call.
func (p *page) functions() template.FuncMap {
	return template.FuncMap{
		"t":      p.Words.T,
		"int":    p.Lang.Int,
		"count":  p.count,
		"grade":  p.grade,
		"shown":  p.shown,
		"sev":    class,
		"rank":   rank,
		"badge":  p.badge,
		"link":   safeURL,
		"jump":   p.jump,
		"words":  p.jumps,
		"table":  func(t report.Table, title string) grid { return grid{Table: t, Title: title} },
		"width":  width,
		"linked": func(t report.Table, title string) grid { return grid{Table: t, Title: title, Linked: true} },
	}
}

func (p *page) count(n int) string { return p.Words.With("html.rows", map[string]any{"n": n}) }

// grade is the letter as a phrase.
func (p *page) grade() string {
	return p.Words.With("score.grade", map[string]any{"grade": p.Score.Grade})
}

// Shown says how many of the findings a filter leaves; the script fills in the numbers.
func (p *page) Shown(n, total string) string {
	return p.Words.With("label.shown", map[string]any{"n": n, "total": total})
}

// class is the style of a severity; what is no severity looks like information.
func class(s checks.Severity) string {
	if slices.Contains(checks.Severities, s) {
		return string(s)
	}
	return string(checks.Info)
}

// rank orders severities, worst first.
func rank(s checks.Severity) int { return slices.Index(checks.Severities, checks.Severity(class(s))) }

// badge is the word of a severity and its style.
type badge struct{ Class, Word string }

func (p *page) badge(s checks.Severity, word string) badge {
	if word == "" {
		word = p.Words.T("severity." + class(s))
	}
	return badge{class(s), word}
}

// safeURL passes links to the web only; anything else stays text.
func safeURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return ""
	}
	return raw
}

// jump is a text that leads to a finding when the report has it.
type jump struct{ Text, To string }

func (p *page) jump(text, check string) jump { return jump{cmp.Or(text, check), p.ids[check]} }

// jumps splits a list of checks, so that each leads to its finding.
func (p *page) jumps(cell string) []jump {
	var list []jump
	for _, word := range strings.Split(cell, ", ") {
		list = append(list, p.jump(word, word))
	}
	return list
}

// width is the class of a column: its share of the table in steps of two per cent. The last column
// takes what is left.
func width(widths []int, i int) string {
	sum := 0
	for _, w := range widths {
		sum += max(w, 0)
	}
	if i >= len(widths)-1 || sum <= 0 {
		return ""
	}
	share := 100 * max(widths[i], 0) / sum
	return "w" + strconv.Itoa(min(max(share/2*2, 4), 60))
}

// grid is a table of the report under a heading of the page.
type grid struct {
	report.Table
	Title  string // id of the heading
	Linked bool   // the names of checks lead to their findings
}

// IsNumber reports whether a column is aligned right.
func (g grid) IsNumber(i int) bool { return i < len(g.Numeric) && g.Numeric[i] }

// HeadAt is the name of a column.
func (g grid) HeadAt(i int) string {
	if i < len(g.Head) {
		return g.Head[i]
	}
	return ""
}

package html

import (
	"cmp"
	"strconv"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/report"
)

// page is the report with everything that the templates need beside it.
type page struct {
	*report.Report
	assets
	Contents []section
	Found    []found
	Top      []found // the findings to begin with
	Chips    []report.SeverityCount
	Gauge    gauge
	Bars     []bar
	Trend    trend
	Lists    []rowList
	ids      map[string]string // anchor of a finding by its check
}

// section is a line of the contents.
type section struct{ ID, Title, Count string }

// found is a finding with its place on the page.
type found struct {
	report.Finding
	ID string
}

// LawRefs are the references to law.
func (f found) LawRefs() []report.Ref { return f.refs(false) }

// Controls are the references to catalogues of controls.
func (f found) Controls() []report.Ref { return f.refs(true) }

func (f found) refs(control bool) []report.Ref {
	var list []report.Ref
	for _, ref := range f.Refs {
		if ref.Control == control {
			list = append(list, ref)
		}
	}
	return list
}

// rowList is a list of checks that are not findings, with the columns in use.
type rowList struct {
	ID, Title, Empty, Count string
	Rows                    []report.Row
	Why, How                bool
	Folded                  bool // opened on demand: of use to who files the report, not to who acts on it
}

func newPage(r *report.Report) (*page, error) {
	a, err := loadAssets()
	if err != nil {
		return nil, err
	}
	p := &page{Report: r, assets: a, ids: map[string]string{}}
	for i, f := range r.Findings {
		f.Title = cmp.Or(f.Title, f.Check) // a link needs words
		p.Found = append(p.Found, found{f, p.anchor(f.Check, i)})
	}
	p.Top = p.Found[:max(0, min(r.TopRisks, len(p.Found)))]
	p.Chips = p.chips()
	p.Gauge, p.Bars, p.Trend = p.gauge(), p.bars(), p.trend()
	p.Lists = []rowList{
		p.list("not_assessed", r.NotAssessed, false), p.list("passed", r.Passed, true), p.list("not_on_plan", r.NotOnPlan, false),
		p.list("not_applicable", r.NotApplicable, true), p.list("errors", r.Errors, false),
	}
	p.Contents = p.contents()
	return p, nil
}

// anchor names the place of finding number i after its check, so that a link to it survives the
// next audit. A check whose name is no plain word, or comes twice, gets its number instead.
func (p *page) anchor(check string, i int) string {
	id := "finding-" + check
	if _, taken := p.ids[check]; taken || !isPlain(check) {
		id = "finding." + strconv.Itoa(i+1)
	}
	if _, taken := p.ids[check]; !taken {
		p.ids[check] = id
	}
	return id
}

func isPlain(s string) bool {
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '-' && c != '_' {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

// chips count the severities that findings have, worst first.
func (p *page) chips() []report.SeverityCount {
	count := map[string]int{}
	for _, f := range p.Found {
		count[class(f.Severity)]++
	}
	var list []report.SeverityCount
	for _, s := range checks.Severities {
		if n := count[class(s)]; n > 0 {
			list = append(list, report.SeverityCount{Severity: s, Word: p.Words.T("severity." + string(s)), Count: n})
		}
	}
	return list
}

func (p *page) list(name string, rows []report.Row, folded bool) rowList {
	l := rowList{
		ID: name, Title: p.Words.T("heading." + name), Empty: p.Words.T("empty." + name), Count: p.count(len(rows)), Rows: rows, Folded: folded,
	}
	for _, r := range rows {
		l.Why, l.How = l.Why || r.Why != "", l.How || r.How != ""
	}
	return l
}

// contents lists the sections of the page in their order.
func (p *page) contents() []section {
	var list []section
	add := func(name string, count int) {
		if p.shown(name) {
			s := section{ID: name, Title: p.Words.T("heading." + name)}
			if count > 0 {
				s.Count = p.Lang.Int(count)
			}
			list = append(list, s)
		}
	}
	add("summary", 0)
	add("notices", len(p.Notices))
	add("categories", 0)
	add("history", 0)
	add("top", 0)
	add("plan", len(p.Plan))
	add("register", len(p.Found))
	add("findings", 0)
	for _, l := range p.Lists {
		add(l.ID, len(l.Rows))
	}
	add("waivers", len(p.Waivers))
	add("law", 0)
	add("method", 0)
	add("sources", 0)
	add("accounts", len(p.Accounts.Rows))
	return list
}

// shown reports whether the page has a section. A section whose absence a reader could take for a
// result is always there and says that it is empty.
func (p *page) shown(name string) bool {
	switch name {
	case "notices":
		return len(p.Notices) > 0
	case "history":
		return len(p.History) >= 2
	case "top", "findings":
		return len(p.Found) > 0
	case "plan":
		return len(p.Plan) > 0
	}
	return true
}

package pdf

import (
	"strings"

	"github.com/crmaudit/crmaudit/report"
	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
	"github.com/crmaudit/crmaudit/report/pdf/internal/flow"
)

func (l *layout) notAssessed() {
	l.part("heading.not_assessed")
	l.rows(l.report.NotAssessed, "empty.not_assessed")
}

func (l *layout) passed() {
	l.part("heading.passed")
	l.rows(l.report.Passed, "empty.passed")
}

func (l *layout) notOnPlan() { l.optional("heading.not_on_plan", l.report.NotOnPlan) }

func (l *layout) notApplicable() { l.optional("heading.not_applicable", l.report.NotApplicable) }

func (l *layout) failures() { l.optional("heading.errors", l.report.Errors) }

// optional adds a list that needs no mention when it is empty.
func (l *layout) optional(heading string, rows []report.Row) {
	if len(rows) > 0 {
		l.part(heading)
		l.rows(rows, "")
	}
}

// rows adds a table of checks with the columns that are in use.
func (l *layout) rows(list []report.Row, empty string) {
	if len(list) == 0 {
		l.flow.Paragraph(flow.Span{Text: l.word(empty)})
		return
	}
	var why, how bool
	for _, r := range list {
		why, how = why || r.Why != "", how || r.How != ""
	}
	cols := []flow.Col{{Title: l.word("label.check"), Weight: 20}, {Title: l.word("label.title"), Weight: 70}, {Title: l.word("label.severity"), Weight: 27}}
	if why {
		cols = append(cols, flow.Col{Title: l.word("label.why"), Weight: 48})
	}
	if how {
		cols = append(cols, flow.Col{Title: l.word("label.how"), Weight: 52})
	}
	table := make([][]flow.Cell, len(list))
	for i, r := range list {
		table[i] = []flow.Cell{code(r.Check), flow.TextCell(r.Title), {Badge: badge(r.Severity, r.Word)}}
		if why {
			table[i] = append(table[i], flow.TextCell(r.Why))
		}
		if how {
			table[i] = append(table[i], flow.TextCell(r.How))
		}
	}
	l.flow.Table(cols, table)
}

func (l *layout) waivers() {
	l.part("heading.waivers")
	if len(l.report.Waivers) == 0 {
		l.flow.Paragraph(flow.Span{Text: l.word("empty.waivers")})
		return
	}
	var rows [][]flow.Cell
	for _, w := range l.report.Waivers {
		state := flow.Span{Text: "\n" + w.State, Bold: true, Color: draw.Good}
		if w.Warning {
			state.Color = draw.Bad
		}
		check := append([]flow.Span{{Text: w.Check, Code: true}, {Text: "\n"}}, l.link(w.Title, w.Check)...)
		rows = append(rows, []flow.Cell{
			{Spans: append(check, flow.Span{Text: "\n" + w.Subject, Color: draw.Muted})},
			flow.TextCell(w.Reason), flow.TextCell(w.Owner), flow.TextCell(w.Approver),
			{Spans: []flow.Span{{Text: w.Until}, state}},
		})
	}
	l.flow.Table([]flow.Col{
		{Title: l.word("label.check"), Weight: 52}, {Title: l.word("label.reason"), Weight: 50}, {Title: l.word("label.owner"), Weight: 24},
		{Title: l.word("label.approver"), Weight: 24}, {Title: l.word("label.until"), Weight: 26},
	}, rows)
}

func (l *layout) law() {
	if len(l.report.Law) == 0 {
		return
	}
	l.part("heading.law")
	for _, s := range l.report.Law {
		l.flow.Subheading(s.Title)
		l.flow.Keep(true, func() { l.note(s.Edition) })
		if s.Warning != "" {
			l.flow.Keep(true, func() {
				l.flow.Callout(flow.Look{Fill: draw.MediumTint, Accent: draw.Amber}, func(in *flow.Flow) { in.Paragraph(flow.Span{Text: s.Warning}) })
			})
		}
		if s.Level != "" {
			l.flow.Paragraph(flow.Span{Text: s.Level})
		}
		l.table(s.Table)
		l.note(s.Disclaimer)
	}
}

func (l *layout) method() {
	if len(l.report.Method) == 0 {
		return
	}
	l.part("heading.method")
	for _, s := range l.report.Method {
		l.flow.Subheading(s.Title)
		for _, text := range s.Text {
			if strings.TrimSpace(text) != "" {
				l.flow.Paragraph(flow.Span{Text: text})
			}
		}
	}
}

func (l *layout) sources() {
	if len(l.report.Sources.Rows) == 0 {
		return
	}
	l.part("heading.sources")
	l.table(l.report.Sources)
}

func (l *layout) accounts() {
	l.flow.Room(chapterRoom)
	l.part("heading.accounts")
	if len(l.report.Accounts.Rows) == 0 {
		l.note(l.report.Accounts.Note)
		l.flow.Paragraph(flow.Span{Text: l.word("empty.accounts")})
		return
	}
	l.table(l.report.Accounts)
}

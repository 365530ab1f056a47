package pdf

import (
	"fmt"
	"strings"

	"github.com/crmaudit/crmaudit/report"
	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
	"github.com/crmaudit/crmaudit/report/pdf/internal/flow"
)

// topRisks shows the first findings as cards.
func (l *layout) topRisks() {
	top := l.report.Findings[:min(l.report.TopRisks, len(l.report.Findings))]
	if len(top) == 0 {
		return
	}
	l.part("heading.top")
	for _, finding := range top {
		l.flow.Keep(false, func() { l.riskCard(finding) })
	}
}

func (l *layout) riskCard(finding report.Finding) {
	ink, _ := severityLook(finding.Severity)
	l.flow.Callout(flow.Look{Fill: draw.Panel, Accent: ink}, func(in *flow.Flow) {
		title := flow.Span{Text: fmt.Sprintf("%s\u00a0%d · %s", l.word("label.number"), finding.Number, finding.Title), To: findingAnchor(finding.Check), Bold: true}
		in.Text(flow.Style{Size: 11, Leading: 5.2}, title)
		in.Tighten()
		in.Text(flow.Cells, flow.Span{Text: finding.SeverityWord + " · ", Bold: true, Color: ink}, flow.Span{Text: facts(finding.Labels)})
		in.Tighten()
		in.Text(flow.Body, flow.Span{Text: finding.Risk})
	})
}

// facts puts labelled values on one line.
func facts(list []report.Fact) string {
	parts := make([]string, len(list))
	for i, fact := range list {
		parts[i] = strings.ReplaceAll(fact.Label, " ", "\u00a0") + ": " + strings.ReplaceAll(fact.Value, " ", "\u00a0")
	}
	return strings.Join(parts, " · ")
}

// plan lists the fixes in the recommended order with the score after each.
func (l *layout) plan() {
	if len(l.report.Plan) == 0 {
		return
	}
	l.part("heading.plan")
	var rows [][]flow.Cell
	for _, p := range l.report.Plan {
		rows = append(rows, []flow.Cell{
			flow.TextCell(fmt.Sprint(p.Number)), {Spans: l.link(p.Title, p.Check)},
			{Badge: badge(p.Severity, l.severityWord(p.Severity))},
			flow.TextCell(p.Who), flow.TextCell(p.When), flow.TextCell(p.Effort), flow.TextCell(p.After),
		})
	}
	l.flow.Table([]flow.Col{
		{Title: l.word("label.number"), Weight: 9, Align: flow.Right}, {Title: l.word("label.title"), Weight: 58},
		{Title: l.word("label.severity"), Weight: 27}, {Title: l.word("label.who"), Weight: 27}, {Title: l.word("label.when"), Weight: 19},
		{Title: l.word("label.effort"), Weight: 17}, {Title: l.word("label.score_after"), Weight: 17},
	}, rows)
}

// register lists every finding with its page.
func (l *layout) register() {
	l.part("heading.register")
	if len(l.report.Findings) == 0 {
		l.flow.Paragraph(flow.Span{Text: l.word("empty.findings")})
		return
	}
	l.note(l.report.FindingsCap)
	var rows [][]flow.Cell
	for _, f := range l.report.Findings {
		rows = append(rows, []flow.Cell{
			flow.TextCell(fmt.Sprint(f.Number)), {Badge: badge(f.Severity, f.SeverityWord)}, code(f.Check),
			{Spans: l.link(f.Title, f.Check)}, flow.TextCell(f.Category), flow.TextCell(f.Points),
			{Spans: []flow.Span{{PageOf: findingAnchor(f.Check)}}},
		})
	}
	l.flow.Table([]flow.Col{
		{Title: l.word("label.number"), Weight: 10, Align: flow.Right}, {Title: l.word("label.severity"), Weight: 27}, {Title: l.word("label.check"), Weight: 19},
		{Title: l.word("label.finding"), Weight: 58}, {Title: l.word("label.category"), Weight: 26}, {Title: l.word("label.points"), Weight: 22},
		{Title: l.word("label.page"), Weight: 12, Align: flow.Right},
	}, rows)
}

package pdf

import (
	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/report"
	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
	"github.com/crmaudit/crmaudit/report/pdf/internal/flow"
)

// severityLook returns the ink and the tint of a severity.
func severityLook(s checks.Severity) (ink, tint draw.Color) {
	switch s {
	case checks.Critical:
		return draw.Critical, draw.CriticalTint
	case checks.High:
		return draw.High, draw.HighTint
	case checks.Medium:
		return draw.Medium, draw.MediumTint
	case checks.Low:
		return draw.Low, draw.LowTint
	}
	return draw.Info, draw.InfoTint
}

// badge names a severity on its tint.
func badge(s checks.Severity, word string) *draw.Badge {
	ink, tint := severityLook(s)
	return &draw.Badge{Text: word, Ground: tint, Ink: ink}
}

// severityWord names a severity in the report's language.
func (l *layout) severityWord(s checks.Severity) string { return l.word("severity." + string(s)) }

// gaugeColor repeats the grade, which stands next to the gauge as a letter.
func gaugeColor(grade string) draw.Color {
	switch grade {
	case "A", "B":
		return draw.Good
	case "C", "D":
		return draw.Amber
	case "E", "F":
		return draw.Bad
	}
	return draw.Muted
}

func (l *layout) gauge() draw.Gauge {
	score := l.report.Score
	g := draw.Gauge{Score: score.Value, Text: l.fonts.Line(score.Text), Caption: l.word("score.of"), Mark: score.PassMark, Color: gaugeColor(score.Grade)}
	if score.PassMark > 0 {
		g.MarkText = l.report.Words.With("score.pass_mark", map[string]any{"mark": int(score.PassMark + 0.5)})
	}
	return g
}

// gradeText is the letter as a phrase, or that there is none.
func (l *layout) gradeText() string {
	if l.report.Score.Grade == "" {
		return l.word("score.no_grade")
	}
	return l.report.Words.With("score.grade", map[string]any{"grade": l.report.Score.Grade})
}

// findingAnchor names the section of a finding.
func findingAnchor(check string) string { return "finding:" + check }

// link makes a check's text jump to its finding if the report has one.
func (l *layout) link(text, check string) []flow.Span {
	span := flow.Span{Text: text}
	if _, ok := l.found[check]; ok {
		span.To = findingAnchor(check)
	}
	return []flow.Span{span}
}

// code sets an identifier.
func code(text string) flow.Cell { return flow.Cell{Spans: []flow.Span{{Text: text, Code: true}}} }

// note adds a small remark on what stands above it.
func (l *layout) note(text string) {
	if text != "" {
		l.flow.Cling()
		l.flow.Text(flow.Small, flow.Span{Text: text})
	}
}

// table adds a table of the report, with its note before it.
func (l *layout) table(t report.Table) {
	l.flow.Keep(true, func() { l.note(t.Note) })
	if len(t.Head) == 0 || len(t.Rows) == 0 {
		return
	}
	cols := make([]flow.Col, len(t.Head))
	for i, title := range t.Head {
		cols[i] = flow.Col{Title: title, Weight: 1}
		if i < len(t.Widths) && t.Widths[i] > 0 {
			cols[i].Weight = float64(t.Widths[i])
		}
		if i < len(t.Numeric) && t.Numeric[i] {
			cols[i].Align = flow.Right
		}
	}
	rows := make([][]flow.Cell, len(t.Rows))
	for i, row := range t.Rows {
		cells := make([]flow.Cell, len(row))
		for j, text := range row {
			cells[j] = flow.TextCell(text)
		}
		rows[i] = cells
	}
	l.flow.Table(cols, rows)
}

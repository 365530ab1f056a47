package pdf

import (
	"fmt"
	"strings"

	"github.com/crmaudit/crmaudit/report"
	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
	"github.com/crmaudit/crmaudit/report/pdf/internal/flow"
)

const (
	// Up to so many findings the contents list each; beyond that the register,
	// which has their pages, does it better.
	listedFindings = 40
	// A finding begins only where its heading, facts and first lines fit.
	findingRoom = 64.0
)

func (l *layout) findings() {
	if len(l.report.Findings) == 0 {
		return
	}
	l.flow.Room(chapterRoom)
	l.part("heading.findings")
	l.note(l.report.FindingsCap)
	for i, f := range l.report.Findings {
		if i > 0 {
			l.flow.Room(findingRoom)
		}
		l.finding(f)
	}
}

// finding is the section of one finding: found, risk, evidence, steps, law.
func (l *layout) finding(f report.Finding) {
	l.flow.Heading(flow.Mark{
		Level: 1, Text: fmt.Sprintf("%s\u00a0%d · %s", l.word("label.number"), f.Number, f.Title), Anchor: findingAnchor(f.Check),
		Listed: len(l.report.Findings) <= listedFindings,
	})
	l.flow.Tighten()
	l.flow.Keep(true, func() {
		l.flow.BadgeLine(*badge(f.Severity, f.SeverityWord), flow.Span{Text: f.Check, Code: true, Color: draw.Ink},
			flow.Span{Text: join(" · ", f.Category)})
		l.flow.FactRow(pairs(f.Labels)...)
	})
	if f.Waived != "" {
		l.flow.Callout(flow.Look{Fill: draw.InfoTint, Accent: draw.Info}, func(in *flow.Flow) { in.Paragraph(flow.Span{Text: f.Waived}) })
	}
	l.paragraph("label.title", f.Requirement, "")
	l.paragraph("heading.risk", f.Risk, "")
	l.evidence(f)
	l.note(f.Quality)
	l.steps(f)
	l.refs(f.Refs)
	l.fines(f)
	l.accept(f)
	if f.Rule != "" {
		l.flow.Cling()
		l.flow.Text(flow.Small, flow.Span{Text: l.word("heading.rule") + ": "}, flow.Span{Text: f.Rule})
	}
}

// accept is the line to add to waivers.yaml, for who decides to live with the finding.
func (l *layout) accept(f report.Finding) {
	if f.Accept == "" {
		return
	}
	l.flow.Subheading(l.word("heading.accept"))
	l.note(f.AcceptNote)
	l.flow.Cling()
	l.flow.Text(flow.Small, flow.Span{Text: f.Accept, Code: true, Color: draw.Ink})
}

// join begins with the separator, because an identifier stands before it.
func join(sep string, parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		if p != "" {
			b.WriteString(sep + p)
		}
	}
	return b.String()
}

func pairs(facts []report.Fact) []flow.Pair {
	list := make([]flow.Pair, len(facts))
	for i, f := range facts {
		list[i] = flow.Pair{Label: f.Label, Value: flow.Plain(f.Value)}
	}
	return list
}

// paragraph adds a titled text with a small remark below it.
func (l *layout) paragraph(word, text, remark string) {
	if text == "" {
		return
	}
	l.flow.Subheading(l.word(word))
	l.flow.Paragraph(flow.Span{Text: text})
	l.note(remark)
}

func (l *layout) evidence(f report.Finding) {
	if len(f.Evidence.Rows) == 0 {
		return
	}
	l.flow.Subheading(l.word("heading.evidence"))
	l.table(f.Evidence)
}

func (l *layout) steps(f report.Finding) {
	if len(f.Steps) == 0 {
		return
	}
	l.flow.Subheading(l.word("heading.steps"))
	steps := make([][]flow.Span, len(f.Steps))
	for i, step := range f.Steps {
		steps[i] = flow.Plain(step)
	}
	l.flow.NumberedSteps(steps...)
}

// refs lists the law; controls of catalogues follow as one line.
func (l *layout) refs(refs []report.Ref) {
	if len(refs) == 0 {
		return
	}
	var law [][]flow.Span
	var controls []flow.Span
	for _, r := range refs {
		if !r.Control {
			law = append(law, lawRef(r))
			continue
		}
		if len(controls) > 0 {
			controls = append(controls, flow.Span{Text: " · "})
		}
		controls = append(controls, flow.Span{Text: r.Cite, URL: r.URL})
	}
	if len(law) > 0 {
		l.flow.Subheading(l.word("heading.refs"))
		l.flow.Bullets(law...)
	}
	if len(controls) > 0 {
		if len(law) > 0 {
			l.flow.Cling()
		}
		l.flow.Text(flow.Small, append([]flow.Span{{Text: l.word("jurisdiction.any") + ": "}}, controls...)...)
	}
}

func lawRef(r report.Ref) []flow.Span {
	spans := []flow.Span{{Text: r.Cite, Bold: true, URL: r.URL}}
	if r.Summary != "" {
		spans = append(spans, flow.Span{Text: " — " + r.Summary})
	}
	if tail := join(" · ", r.Force, r.Mark); tail != "" {
		spans = append(spans, flow.Span{Text: tail, Color: draw.Muted})
	}
	return spans
}

func (l *layout) fines(f report.Finding) {
	if len(f.Fines) == 0 {
		return
	}
	l.flow.Subheading(l.word("heading.fines"))
	l.note(f.FineLabel)
	var rows [][]flow.Cell
	for _, fine := range f.Fines {
		amount := []flow.Span{{Text: fine.Amount, Bold: true}}
		if fine.Note != "" {
			amount = append(amount, flow.Span{Text: "\n" + fine.Note, Color: draw.Muted})
		}
		rows = append(rows, []flow.Cell{flow.TextCell(fine.Cite), flow.TextCell(fine.Offence), {Spans: amount}})
	}
	l.flow.Table([]flow.Col{
		{Title: l.word("label.article"), Weight: 40}, {Title: l.word("label.offence"), Weight: 74}, {Title: l.word("label.amount"), Weight: 60},
	}, rows)
}

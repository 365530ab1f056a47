package pdf

import (
	"fmt"
	"io"

	"github.com/crmaudit/crmaudit/report"
	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
	"github.com/crmaudit/crmaudit/report/pdf/internal/engine"
	"github.com/crmaudit/crmaudit/report/pdf/internal/flow"
)

// WriteOffboard writes a dossier as a PDF file. Its strings may be hostile; whatever the engine cannot
// take becomes an error, never a panic.
func WriteOffboard(w io.Writer, d *report.Offboard) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("write PDF dossier: the engine failed: %v", p)
		}
	}()
	l, err := composeOffboard(d)
	if err != nil {
		return fmt.Errorf("write PDF dossier: %w", err)
	}
	return l.write(w)
}

// dossier is the layout of a dossier: the pages, the frame and the metadata of a report around it.
type dossier struct {
	*layout
	doc *report.Offboard
}

func composeOffboard(doc *report.Offboard) (*layout, error) {
	fonts, err := draw.LoadFonts()
	if err != nil {
		return nil, err
	}
	l := &layout{
		report: &report.Report{Lang: doc.Lang, Words: doc.Words, Now: doc.Now, Cover: doc.Cover}, subject: "offboard.subject",
		fonts: fonts, flow: flow.New(fonts, columnWidth), found: map[string]int{},
	}
	d := &dossier{l, doc}
	l.front = d.face
	d.essentials()
	d.checklist()
	d.holdings()
	d.after()
	l.part("offboard.heading.unseen")
	if len(doc.Unseen.Rows) == 0 {
		l.flow.Paragraph(flow.Span{Text: l.word("offboard.unseen.none")})
	}
	l.table(doc.Unseen)
	l.part("offboard.heading.method")
	for _, text := range doc.Method {
		l.flow.Paragraph(flow.Span{Text: text})
	}
	l.pages = l.flow.Pages(flow.Frame{Top: columnTop, Height: columnHeight, Before: 1})
	return l, nil
}

// face is the cover: whose dossier it is and what it was made from.
func (d *dossier) face() []engine.Band {
	return []engine.Band{{Height: engine.PageHeight, Draw: func(s draw.Surface, _ float64) {
		s.Rect(0, 0, engine.PageWidth, coverGround, draw.Navy)
		s.Rect(0, coverGround, engine.PageWidth, 1.4, draw.Amber)
		d.coverName(s)
		d.faceFacts(s)
		notice := d.flow.Box(flow.Plain(d.doc.Cover.Confidential), flow.Small, columnWidth, 3)
		s.Line(margin, coverFoot, margin+columnWidth, coverFoot, 0.15, draw.Rule)
		notice.Draw(s, margin, coverFoot+4, flow.Left)
	}}}
}

// faceFacts lists the facts in the full width, with room for several accounts.
func (d *dossier) faceFacts(s draw.Surface) {
	const label, lines, gap = 52.0, 3, 3.4
	y := coverBody
	for _, fact := range d.doc.Cover.Facts {
		name := d.flow.Box(flow.Plain(fact.Label), flow.Labels, label, lines)
		value := d.flow.Box(flow.Plain(fact.Value), flow.Body, columnWidth-label-coverFactGap, lines)
		height := max(name.Height(), value.Height()) + gap
		if y+height > coverFoot {
			return
		}
		name.Draw(s, margin, y+0.5, flow.Left)
		value.Draw(s, margin+label+coverFactGap, y, flow.Left)
		y += height
		s.Line(margin, y-gap/2, margin+columnWidth, y-gap/2, 0.1, draw.Hairline)
	}
}

// essentials is the page for whoever reads one page.
func (d *dossier) essentials() {
	f := d.flow
	d.part("offboard.heading.summary")
	for i, text := range d.doc.Summary {
		style := flow.Body
		if i == 0 {
			style = flow.Lead
		}
		f.Text(style, flow.Span{Text: text, Bold: i == 0})
	}
	var tiles []flow.Tile
	for _, t := range d.doc.Tiles {
		ink, ground := draw.High, draw.HighTint
		if t.Count == 0 {
			ink, ground = draw.Muted, draw.Panel
		}
		tiles = append(tiles, flow.Tile{Value: d.doc.Lang.Int(t.Count), Caption: t.Word, Ink: ink, Ground: ground})
	}
	if len(tiles) > 0 {
		f.Space(4)
		f.Tiles(tiles...)
	}
	if len(d.doc.Alerts) == 0 {
		return
	}
	f.Space(4)
	f.Callout(flow.Look{Fill: draw.CriticalTint, Accent: draw.Critical}, func(in *flow.Flow) {
		in.Text(flow.Minor, flow.Span{Text: d.word("offboard.heading.alerts")})
		var items [][]flow.Span
		for _, a := range d.doc.Alerts {
			items = append(items, flow.Plain(a))
		}
		in.Bullets(items...)
	})
}

// checklist has room to write who did a step and when.
func (d *dossier) checklist() {
	d.flow.Space(4)
	d.part("offboard.heading.checklist")
	cols := []flow.Col{
		{Title: d.word("label.number"), Weight: 8, Align: flow.Right}, {Title: d.word("offboard.col.step"), Weight: 84},
		{Title: d.word("offboard.col.what"), Weight: 50}, {Title: d.word("offboard.col.done"), Weight: 32},
	}
	for _, p := range d.doc.Phases {
		d.flow.Subheading(p.Title)
		d.flow.Keep(true, func() { d.note(p.Why) })
		var rows [][]flow.Cell
		for _, s := range p.Steps {
			text := []flow.Span{{Text: s.Title, Bold: true}, {Text: "\n" + s.How}}
			if s.Check != "" {
				text = append(text, flow.Span{Text: "\n" + s.Check, Color: draw.Medium})
			}
			rows = append(rows, []flow.Cell{flow.TextCell(d.doc.Lang.Int(s.Number)), {Spans: text}, {Spans: lines(s.Items)}, flow.TextCell("")})
		}
		d.flow.Table(cols, rows)
	}
}

func lines(items []string) []flow.Span {
	var spans []flow.Span
	for i, item := range items {
		if i > 0 {
			item = "\n" + item
		}
		spans = append(spans, flow.Span{Text: item})
	}
	return spans
}

func (d *dossier) holdings() {
	d.part("offboard.heading.holdings")
	for _, p := range d.doc.Parts {
		d.list(p)
	}
}

func (d *dossier) after() {
	d.part("offboard.heading.after")
	for _, text := range d.doc.AfterText {
		d.flow.Paragraph(flow.Span{Text: text})
	}
	for _, p := range d.doc.After {
		d.list(p)
	}
}

// list adds a list with its heading, or why it is empty.
func (d *dossier) list(p report.OffboardPart) {
	d.flow.Subheading(p.Title)
	if p.Note != "" {
		d.flow.Keep(true, func() { d.note(p.Note) })
	}
	if p.Empty != "" {
		d.note(p.Empty)
		return
	}
	d.table(p.Table)
}

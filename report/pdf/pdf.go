// Package pdf lays a report out as a PDF file for print: a cover, the contents,
// one page for the owner, the register, a section for every finding and the
// appendices. The same report gives the same bytes.
package pdf

import (
	"fmt"
	"io"

	"github.com/crmaudit/crmaudit/report"
	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
	"github.com/crmaudit/crmaudit/report/pdf/internal/engine"
	"github.com/crmaudit/crmaudit/report/pdf/internal/flow"
)

// Write writes the report as a PDF file. The strings of the report may be
// hostile; whatever the engine cannot take becomes an error, never a panic.
func Write(w io.Writer, r *report.Report) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("write PDF report: the engine failed: %v", p)
		}
	}()
	l, err := compose(r)
	if err != nil {
		return fmt.Errorf("write PDF report: %w", err)
	}
	return l.write(w)
}

// write draws the settled pages.
func (l *layout) write(w io.Writer) error {
	doc := engine.New(l.meta(), l.anchors())
	for _, page := range l.sheets() {
		doc.AddPage(page)
	}
	if doc.Pages() != l.total() {
		return fmt.Errorf("write PDF report: the file has %d pages, the layout %d", doc.Pages(), l.total())
	}
	if _, err := doc.WriteTo(w); err != nil {
		return fmt.Errorf("write PDF report: %w", err)
	}
	return nil
}

// layout is a report with all its pages settled.
type layout struct {
	report *report.Report
	fonts  *draw.Fonts
	flow   *flow.Flow
	pages  []flow.Page
	found  map[string]int // index of a finding by its check

	front   func() []engine.Band
	subject string // key of the document's subject
}

// compose adds the parts of the report in their order and breaks them into
// pages.
func compose(r *report.Report) (*layout, error) {
	fonts, err := draw.LoadFonts()
	if err != nil {
		return nil, err
	}
	l := &layout{report: r, fonts: fonts, flow: flow.New(fonts, columnWidth), found: map[string]int{}, subject: "report.subject"}
	l.front = l.cover
	for i, f := range r.Findings {
		l.found[f.Check] = i
	}
	l.flow.Contents(flow.Mark{Text: l.word("heading.contents"), Anchor: "contents"})
	for _, add := range []func(){
		l.summary, l.categories, l.history, l.notices, l.topRisks, l.plan, l.register, l.findings,
		l.notAssessed, l.passed, l.notOnPlan, l.notApplicable, l.failures, l.waivers,
		l.law, l.method, l.sources, l.accounts,
	} {
		add()
	}
	l.pages = l.flow.Pages(flow.Frame{Top: columnTop, Height: columnHeight, Before: 1})
	return l, nil
}

func (l *layout) word(key string) string { return l.report.Words.T(key) }

// total is the number of pages, with the cover.
func (l *layout) total() int { return 1 + len(l.pages) }

// What a part needs to begin on a page that is already in use; a long part
// needs more.
const (
	partRoom    = 45.0
	chapterRoom = 110.0
)

// part opens a part of the report.
func (l *layout) part(word string) {
	l.flow.Space(12)
	l.flow.Room(partRoom)
	l.flow.Heading(flow.Mark{Text: l.word(word), Anchor: word, Listed: true})
}

func (l *layout) meta() engine.Meta {
	c := l.report.Cover
	meta := engine.Meta{
		Title:   l.fonts.Line(c.FileTitle),
		Author:  l.fonts.Line(c.Author),
		Subject: l.fonts.Line(l.word(l.subject)),
		Creator: "crmaudit",
		Lang:    string(l.report.Lang),
		Date:    l.report.Now,
	}
	for _, k := range c.Keywords {
		meta.Keywords = append(meta.Keywords, l.fonts.Line(k))
	}
	return meta
}

func (l *layout) anchors() map[string]engine.Anchor {
	anchors := map[string]engine.Anchor{}
	for _, m := range l.flow.Marks() {
		if m.Anchor != "" {
			anchors[m.Anchor] = engine.Anchor{Page: m.Page, Y: m.Y}
		}
	}
	return anchors
}

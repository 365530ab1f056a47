package flow

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
	"github.com/crmaudit/crmaudit/report/pdf/internal/drawtest"
)

const width = 174.0

var frame = Frame{Top: 22, Height: 250}

func newFlow(t testing.TB) *Flow {
	t.Helper()
	fonts, err := draw.LoadFonts()
	require.NoError(t, err)
	return New(fonts, width)
}

// sheets draws the pages of a flow and finds nothing wrong with any of them.
func sheets(t *testing.T, f *Flow) []*drawtest.Recorder {
	t.Helper()
	var recorders []*drawtest.Recorder
	for i, p := range f.Pages(frame) {
		require.Equal(t, frame.Before+i+1, p.Number)
		require.LessOrEqual(t, p.Used, frame.Height+1e-6)
		r := &drawtest.Recorder{Fonts: f.Fonts}
		y := frame.Top
		for _, b := range p.Bands {
			y += b.Gap
			b.Draw(r, 18, y)
			y += b.Height
		}
		require.Empty(t, r.Faults(drawtest.Box{X: 18, Y: frame.Top, W: width, H: frame.Height}), "page %d", p.Number)
		recorders = append(recorders, r)
	}
	return recorders
}

func lorem(words int) []Span {
	return Plain(strings.TrimSpace(strings.Repeat("Украденного пароля достаточно, чтобы выгрузить клиентскую базу. ", words/7+1)))
}

func TestEmptyFlowHasNoPages(t *testing.T) {
	require.Empty(t, newFlow(t).Pages(frame))
}

func TestHeadingKeepsWithItsText(t *testing.T) {
	for lines := range 60 {
		f := newFlow(t)
		f.Custom(float64(lines)*4.1, func(draw.Surface, float64, float64, float64) {})
		f.Heading(Mark{Level: 1, Text: "Раздел", Anchor: "a"})
		f.Paragraph(lorem(60)...)
		pages := sheets(t, f)
		heading := f.Marks()[0].Page
		texts := pages[heading-1].Texts
		require.Equal(t, "Раздел", texts[0].S)
		require.GreaterOrEqual(t, len(texts), 1+keepLines, "the heading stands alone after %d lines", lines)
	}
}

func TestParagraphLeavesNoSingleLine(t *testing.T) {
	for lead := range 50 {
		f := newFlow(t)
		f.Custom(200+float64(lead), func(draw.Surface, float64, float64, float64) {})
		f.Paragraph(lorem(80)...)
		for _, p := range sheets(t, f) {
			require.NotEqual(t, 1, len(p.Texts))
		}
	}
}

func tableRows(n int) [][]Cell {
	rows := make([][]Cell, n)
	for i := range rows {
		rows[i] = []Cell{TextCell(fmt.Sprintf("row %d", i)), TextCell("значение")}
	}
	return rows
}

func TestTableRepeatsItsHead(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 40, 41, 42, 43, 80, 200} {
		f := newFlow(t)
		f.Table([]Col{{Title: "Кто", Weight: 1}, {Title: "Что", Weight: 2}}, tableRows(n))
		pages := sheets(t, f)
		seen := 0
		for _, p := range pages {
			require.Equal(t, "Кто", p.Texts[0].S)
			rows := strings.Count(p.String(), "row ")
			if n > 1 {
				require.Greater(t, rows, 1, "%d rows: one stands alone", n)
			}
			seen += rows
		}
		require.Equal(t, n, seen)
	}
}

func TestTallRowIsSplitAndLosesNothing(t *testing.T) {
	f := newFlow(t)
	lines := make([]string, 300)
	for i := range lines {
		lines[i] = fmt.Sprintf("line %d", i)
	}
	f.Table([]Col{{Title: "Кто", Weight: 1}, {Title: "Что", Weight: 2}},
		[][]Cell{{TextCell("a"), TextCell(strings.Join(lines, "\n"))}, {TextCell("b"), TextCell("end")}})
	pages := sheets(t, f)
	require.Greater(t, len(pages), 4)
	var all strings.Builder
	for _, p := range pages {
		require.Equal(t, "Кто", p.Texts[0].S)
		all.WriteString(p.String())
	}
	for _, line := range lines {
		require.Contains(t, all.String(), line+"\n")
	}
	require.Contains(t, all.String(), "end\n")
}

func TestPanelGoesOnOverPages(t *testing.T) {
	f := newFlow(t)
	f.Callout(Look{Fill: draw.Panel, Accent: draw.Low}, func(in *Flow) {
		for range 12 {
			in.Subheading("Подзаголовок")
			in.Paragraph(lorem(60)...)
		}
	})
	require.Greater(t, len(sheets(t, f)), 1)
}

func TestEmptyPanelLeavesNoTrace(t *testing.T) {
	f := newFlow(t)
	f.Callout(Look{Fill: draw.Panel}, func(*Flow) {})
	require.Empty(t, f.Pages(frame))
}

func TestColumnsStandSideBySide(t *testing.T) {
	f := newFlow(t)
	f.Columns(6, Column{Width: 60, Build: func(in *Flow) { in.Paragraph(lorem(30)...) }},
		Column{Width: 108, Build: func(in *Flow) { in.KeyValues(Pair{Label: "Портал", Value: Plain("Битрикс24")}) }})
	f.Paragraph(Span{Text: "after"})
	page := sheets(t, f)[0]
	require.InDelta(t, 18.0, page.Texts[0].X, 1e-9)
	var right []drawtest.Text
	for _, text := range page.Texts {
		if text.X >= 18+66 {
			right = append(right, text)
		}
	}
	require.Len(t, right, 2)
	require.InDelta(t, page.Texts[0].Y, right[0].Y, 1)
}

func TestContentsKnowThePages(t *testing.T) {
	f := newFlow(t)
	f.Contents(Mark{Text: "Содержание", Anchor: "toc"})
	const parts = 120 // the contents alone take several pages
	for i := range parts {
		f.Heading(Mark{Level: i % 3 & 1, Text: fmt.Sprintf("Часть %d", i), Anchor: fmt.Sprint(i), Listed: i%5 != 0})
		f.Paragraph(lorem(90)...)
		f.Paragraph(Span{Text: "см. "}, Span{PageOf: fmt.Sprint((i + 7) % parts)})
	}
	pages := sheets(t, f)
	text := make([]string, len(pages))
	for i, p := range pages {
		text[i] = p.String()
	}
	contents := ""
	for _, m := range f.Marks() {
		require.Contains(t, text[m.Page-1], m.Text+"\n")
		if m.Page < 5 && m.Anchor == "toc" {
			continue
		}
		if m.Listed {
			contents += fmt.Sprintf("%s\n%d\n", m.Text, m.Page)
		}
	}
	first := f.Marks()[1].Page
	require.Equal(t, "Содержание\n"+contents, strings.Join(text[:first-1], ""))
}

func TestPageReferenceIsRightAligned(t *testing.T) {
	f := newFlow(t)
	f.Heading(Mark{Text: "Начало", Anchor: "a"})
	f.Paragraph(Span{Text: "стр. "}, Span{PageOf: "a"}, Span{Text: " и "}, Span{PageOf: "nowhere"})
	page := sheets(t, f)[0]
	require.Contains(t, page.String(), "стр. \n1\n")
	require.Len(t, page.Links, 1, "a reference to nowhere is no link")
}

func TestRoomAndBreaks(t *testing.T) {
	f := newFlow(t)
	f.PageBreak()
	f.Custom(200, func(draw.Surface, float64, float64, float64) {})
	f.Room(60)
	f.Custom(10, func(draw.Surface, float64, float64, float64) {})
	f.PageBreak()
	f.PageBreak()
	f.Custom(10, func(draw.Surface, float64, float64, float64) {})
	require.Len(t, f.Pages(frame), 3)
}

func TestHostileTextStaysInItsCell(t *testing.T) {
	hostile := []string{
		strings.Repeat("A", 400), strings.Repeat("я", 400), "😀👩‍💻🇷🇺", "שלום עולם", "a\x00b\xffc", "<script>alert(1)</script>",
		strings.Repeat("x\n", 300), "\u202egnp.exe", strings.Repeat("é", 90), strings.Repeat(" ", 500) + "x", "", "\n\n\n", strings.Repeat("слово\u00a0", 80),
	}
	f := newFlow(t)
	for _, s := range hostile {
		f.Heading(Mark{Level: 1, Text: s, Anchor: s, Listed: true})
		f.Paragraph(Span{Text: s}, Span{Text: s, Bold: true}, Span{Text: s, Code: true})
		f.Bullets(Plain(s))
		f.NumberedSteps(Plain(s))
		f.KeyValues(Pair{Label: s, Value: Plain(s)})
		f.Table([]Col{{Title: s, Weight: 1}, {Title: "b", Weight: 9}, {Title: "c", Weight: 3}}, [][]Cell{{TextCell(s), TextCell(s), TextCell(s)}})
	}
	require.NotEmpty(t, sheets(t, f))
}

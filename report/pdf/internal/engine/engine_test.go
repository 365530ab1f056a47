package engine

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/johnfercher/maroto/v2/pkg/core/entity"
	"github.com/johnfercher/maroto/v2/pkg/props"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
	"github.com/crmaudit/crmaudit/report/pdf/internal/pdftest"
	"github.com/crmaudit/crmaudit/templates"
)

func meta() Meta {
	return Meta{
		Title: "Аудит (CRM) «Ромашка»", Author: "Іван Ґудзь", Subject: "ПДн", Creator: "crmaudit",
		Keywords: []string{"CRM", "152-ФЗ"}, Lang: "ru", Date: time.Date(2025, 11, 22, 3, 21, 0, 0, time.UTC),
	}
}

// sample draws two pages that use everything a surface has.
func sample(d *Document) {
	d.AddPage([]Band{{Height: 20}, {Height: 50, Draw: func(s draw.Surface, top float64) {
		s.Bookmark(0, "Первая", top)
		s.Text(18, top+5, "Привет, ґєії ₽₴ (скобки) \\", draw.Font{Size: 10}, draw.Ink)
		s.Text(18, top+12, "mono", draw.Font{Style: draw.Mono, Size: 9}, draw.Muted)
		s.LinkTo(18, top, 30, 5, "second")
		s.LinkURL(18, top+8, 30, 5, "https://romashka.example/a?b=(c)")
		s.LinkURL(18, top+8, 30, 5, "javascript:alert(1)")
	}}})
	d.AddPage([]Band{{Height: 100, Draw: func(s draw.Surface, top float64) {
		s.Bookmark(1, "Вторая", top+40)
		s.Rect(10, top, 20, 10, draw.Navy)
		s.RoundRect(10, top+12, 20, 10, 99, draw.Paint{Fill: draw.Panel, Stroke: draw.Rule, Width: 0.2})
		s.Arc(60, top+30, 20, 0, 180, 4, draw.Good)
		s.Circle(100, top+10, 5, draw.Paint{Stroke: draw.Bad, Width: 0.4})
		s.Polygon([]draw.Point{{X: 1, Y: 1}, {X: 5, Y: 1}, {X: 3, Y: 4}}, draw.Amber)
		s.Polyline([]draw.Point{{X: 1, Y: 1}, {X: 5, Y: 1}, {X: 3, Y: 4}}, 0.3, draw.Amber)
		s.Alpha(0.5, func() { s.Line(0, 0, 10, 10, 0.1, draw.Ink) })
	}}})
}

func build(t testing.TB) []byte {
	t.Helper()
	d := New(meta(), map[string]Anchor{"second": {Page: 2, Y: 40}})
	sample(d)
	require.Equal(t, 2, d.Pages())
	var file bytes.Buffer
	n, err := d.WriteTo(&file)
	require.NoError(t, err)
	require.EqualValues(t, file.Len(), n)
	return file.Bytes()
}

func TestDocumentReadsBack(t *testing.T) {
	f, err := pdftest.Read(build(t))
	require.NoError(t, err)
	require.Len(t, f.Pages, 2)
	require.Equal(t, "Привет, ґєії ₽₴ (скобки) \\\nmono\n", f.Pages[0].String())
	// A script is no link.
	require.Equal(t, []pdftest.Link{{Page: 2, Y: 728.50}, {URI: "https://romashka.example/a?b=(c)"}}, f.Pages[0].Links)
	require.Equal(t, []pdftest.Bookmark{{Title: "Первая", Page: 1, Y: 785.20}, {Title: "Вторая", Page: 2, Y: 728.50}}, f.Outline)
	require.Equal(t, "Аудит (CRM) «Ромашка»", f.Info["Title"])
	require.Equal(t, "Іван Ґудзь", f.Info["Author"])
	require.Equal(t, "CRM, 152-ФЗ", f.Info["Keywords"])
	require.Equal(t, "D:20251122032100", f.Info["CreationDate"])
	require.Equal(t, "D:20251122032100", f.Info["ModDate"])
	require.Contains(t, f.Catalog, "/Lang (ru)")
	require.Contains(t, f.Catalog, "/DisplayDocTitle true")
}

// The box for unprintable runes comes from another face but takes the room that
// the layout measured for it.
func TestBoxTakesItsMeasuredRoom(t *testing.T) {
	fonts, err := draw.LoadFonts()
	require.NoError(t, err)
	d := New(meta(), nil)
	font := draw.Font{Style: draw.Bold, Size: 12}
	d.AddPage([]Band{{Height: 20, Draw: func(s draw.Surface, _ float64) { s.Text(18, 10, "Анна □□!", font, draw.Ink) }}})
	var file bytes.Buffer
	_, err = d.WriteTo(&file)
	require.NoError(t, err)
	f, err := pdftest.Read(file.Bytes())
	require.NoError(t, err)
	texts := f.Pages[0].Texts
	require.Equal(t, "Анна \n□\n□\n!\n", f.Pages[0].String())
	const points = 72 / 25.4
	require.InDelta(t, (18+fonts.Width("Анна □□", font))*points, texts[3].X, 0.02)
}

func TestSameDocumentSameBytes(t *testing.T) {
	want := build(t)
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() {
			if got := build(t); !bytes.Equal(want, got) {
				t.Error("a parallel document has other bytes")
			}
		})
	}
	group.Wait()
}

func TestLinkToNowhereFailsTheDocument(t *testing.T) {
	d := New(meta(), nil)
	d.AddPage([]Band{{Height: 10, Draw: func(s draw.Surface, top float64) { s.LinkTo(0, 0, 1, 1, "missing") }}})
	_, err := d.WriteTo(&bytes.Buffer{})
	require.ErrorContains(t, err, `link to unknown anchor "missing"`)
}

func TestProviderRefusesStockComponents(t *testing.T) {
	d := New(meta(), nil)
	d.AddPage(nil)
	d.provider.AddText("text", &entity.Cell{}, &props.Text{})
	_, err := d.provider.GetDimensionsByImage("logo.png")
	require.Error(t, err)
	_, err = d.WriteTo(&bytes.Buffer{})
	require.ErrorContains(t, err, "text of maroto is not carried")
	require.ErrorContains(t, err, "image of maroto is not carried")
}

func TestFinishRejectsAnUnknownLayout(t *testing.T) {
	for _, file := range []string{"", "%PDF", "/Type /Catalog\n\n>>\nstartxref\n5\n%%EOF\n"} {
		_, err := finish([]byte(file))
		require.ErrorContains(t, err, "finish PDF", fmt.Sprintf("%q", file))
	}
}

// The layout measures with its own reading of the fonts, the viewer spaces by
// the widths that fpdf writes; they must agree on every rune.
func TestWidthsAgreeWithTheFile(t *testing.T) {
	fonts, err := draw.LoadFonts()
	require.NoError(t, err)
	pdf := fpdf.New("P", "mm", "A4", "")
	for _, style := range []draw.Style{draw.Regular, draw.Bold, draw.Italic, draw.BoldItalic, draw.Mono} {
		ttf, err := templates.Font(style.File())
		require.NoError(t, err)
		pdf.AddUTF8FontFromBytes(style.File(), "", ttf)
		pdf.SetFont(style.File(), "", 10)
		face := fonts.Fit(draw.Font{Style: style, Size: 10}).Face
		for r := ' '; r <= 0xFFFF; r++ {
			if r >= 0xD800 && r < 0xE000 || !face.Has(r) && r != '□' {
				continue
			}
			require.InDeltaf(t, pdf.GetStringSymbolWidth(string(r)), face.Advance(r), 1, "%s %U", style.File(), r)
		}
	}
}

package engine

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/johnfercher/maroto/v2/pkg/components/col"
	"github.com/johnfercher/maroto/v2/pkg/components/page"
	"github.com/johnfercher/maroto/v2/pkg/components/row"
	"github.com/johnfercher/maroto/v2/pkg/core/entity"

	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
)

// The page, A4 upright, in millimetres.
const (
	PageWidth  = 210.0
	PageHeight = 297.0
)

// Meta describes the document to viewers and archives.
type Meta struct {
	Title, Author, Subject, Creator string
	Keywords                        []string
	Lang                            string    // BCP 47, as in "ru"
	Date                            time.Time // both dates of the file
}

// Band is a horizontal strip of a page.
type Band struct {
	Height float64
	Draw   func(s draw.Surface, top float64)
}

// Anchor is a place that links jump to.
type Anchor struct {
	Page int // from 1
	Y    float64
}

// Document is a PDF being written, page after page.
type Document struct {
	pdf      *fpdf.Fpdf
	provider *Provider
	grid     *entity.Config
}

// New starts a document. All anchors are known in advance, because a link may
// point forward.
func New(meta Meta, anchors map[string]Anchor) *Document {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetMargins(0, 0, 0)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCellMargin(0)
	pdf.SetCatalogSort(true)
	date := meta.Date.UTC()
	pdf.SetCreationDate(date)
	pdf.SetModificationDate(date)
	pdf.SetProducer("maroto, go-pdf/fpdf", true)
	pdf.SetTitle(meta.Title, true)
	pdf.SetAuthor(meta.Author, true)
	pdf.SetSubject(meta.Subject, true)
	pdf.SetCreator(meta.Creator, true)
	pdf.SetKeywords(strings.Join(meta.Keywords, ", "), true)
	pdf.SetLang(meta.Lang)
	return &Document{
		pdf:      pdf,
		provider: &Provider{pdf: pdf, surface: newSurface(pdf, anchors)},
		grid:     &entity.Config{MaxGridSize: 1, Dimensions: &entity.Dimensions{Width: PageWidth, Height: PageHeight}, Margins: &entity.Margins{}},
	}
}

// AddPage draws one page; its bands follow one another from the top.
func (d *Document) AddPage(bands []Band) {
	d.pdf.AddPage()
	p := page.New()
	for _, band := range bands {
		p.Add(row.New(band.Height).Add(col.New().Add(Canvas{band})))
	}
	p.SetConfig(d.grid)
	p.Render(d.provider, entity.NewRootCell(PageWidth, PageHeight, entity.Margins{}))
}

// Pages returns the number of pages so far.
func (d *Document) Pages() int { return d.pdf.PageCount() }

// WriteTo writes the finished file.
func (d *Document) WriteTo(w io.Writer) (int64, error) {
	if err := errors.Join(d.provider.err, d.provider.surface.err); err != nil {
		return 0, err
	}
	file, err := d.provider.GenerateBytes()
	if err != nil {
		return 0, fmt.Errorf("assemble PDF: %w", err)
	}
	if file, err = finish(file); err != nil {
		return 0, err
	}
	n, err := w.Write(file)
	return int64(n), err
}

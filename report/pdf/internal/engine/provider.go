package engine

import (
	"bytes"
	"errors"
	"fmt"

	"codeberg.org/go-pdf/fpdf"
	"github.com/johnfercher/maroto/v2/pkg/consts/extension"
	"github.com/johnfercher/maroto/v2/pkg/core"
	"github.com/johnfercher/maroto/v2/pkg/core/entity"
	"github.com/johnfercher/maroto/v2/pkg/props"

	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
)

// Provider drives maroto's components on fpdf. It carries the grid, the
// metadata and Canvas; maroto's stock text, images and codes are refused,
// because they measure text by other rules and make a file that differs from run
// to run. A refusal is remembered and fails the document.
type Provider struct {
	pdf     *fpdf.Fpdf
	surface *surface
	err     error
}

var _ core.Provider = (*Provider)(nil)

// Surface is where Canvas draws.
func (p *Provider) Surface() draw.Surface { return p.surface }

// CreateRow does nothing: a canvas knows its place.
func (p *Provider) CreateRow(float64) {}

// CreateCol does nothing: columns of the report have no style of their own.
func (p *Provider) CreateCol(float64, float64, *entity.Config, *props.Cell) {}

// GenerateBytes closes the document and returns the file.
func (p *Provider) GenerateBytes() ([]byte, error) {
	var file bytes.Buffer
	if err := p.pdf.Output(&file); err != nil {
		return nil, err
	}
	return file.Bytes(), nil
}

// SetCompression switches the compression of page contents.
func (p *Provider) SetCompression(compression bool) { p.pdf.SetCompression(compression) }

// SetProtection is refused: the only cipher at hand, RC4 with 40 bits, protects
// nothing.
func (p *Provider) SetProtection(protection *entity.Protection) {
	if protection != nil {
		_ = p.refuse("protection")
	}
}

// SetMetadata takes the texts that viewers show about the file.
func (p *Provider) SetMetadata(m *entity.Metadata) {
	if m == nil {
		return
	}
	for _, field := range []struct {
		text *entity.Utf8Text
		set  func(string, bool)
	}{
		{m.Author, p.pdf.SetAuthor}, {m.Creator, p.pdf.SetCreator}, {m.Subject, p.pdf.SetSubject},
		{m.Title, p.pdf.SetTitle}, {m.KeywordsStr, p.pdf.SetKeywords},
	} {
		if field.text != nil {
			field.set(field.text.Text, field.text.UTF8)
		}
	}
	if m.CreationDate != nil {
		p.pdf.SetCreationDate(m.CreationDate.UTC())
	}
}

func (p *Provider) refuse(what string) error {
	err := fmt.Errorf("draw PDF: %s of maroto is not carried by this provider", what)
	p.err = errors.Join(p.err, err)
	return err
}

// AddLine is refused.
func (p *Provider) AddLine(*entity.Cell, *props.Line) { _ = p.refuse("line") }

// AddText is refused.
func (p *Provider) AddText(string, *entity.Cell, *props.Text) { _ = p.refuse("text") }

// GetFontHeight is refused.
func (p *Provider) GetFontHeight(*props.Font) float64 { _ = p.refuse("text"); return 0 }

// GetLinesQuantity is refused.
func (p *Provider) GetLinesQuantity(string, *props.Text, float64) int { _ = p.refuse("text"); return 0 }

// AddMatrixCode is refused.
func (p *Provider) AddMatrixCode(string, *entity.Cell, *props.Rect) { _ = p.refuse("matrix code") }

// AddQrCode is refused.
func (p *Provider) AddQrCode(string, *entity.Cell, *props.Rect) { _ = p.refuse("QR code") }

// AddBarCode is refused.
func (p *Provider) AddBarCode(string, *entity.Cell, *props.Barcode) { _ = p.refuse("bar code") }

// GetDimensionsByMatrixCode is refused.
func (p *Provider) GetDimensionsByMatrixCode(string) (*entity.Dimensions, error) {
	return nil, p.refuse("matrix code")
}

// GetDimensionsByQrCode is refused.
func (p *Provider) GetDimensionsByQrCode(string) (*entity.Dimensions, error) {
	return nil, p.refuse("QR code")
}

// GetDimensionsByImage is refused.
func (p *Provider) GetDimensionsByImage(string) (*entity.Dimensions, error) {
	return nil, p.refuse("image")
}

// GetDimensionsByImageByte is refused.
func (p *Provider) GetDimensionsByImageByte([]byte, extension.Type) (*entity.Dimensions, error) {
	return nil, p.refuse("image")
}

// AddImageFromFile is refused.
func (p *Provider) AddImageFromFile(string, *entity.Cell, *props.Rect) { _ = p.refuse("image") }

// AddImageFromBytes is refused.
func (p *Provider) AddImageFromBytes([]byte, *entity.Cell, *props.Rect, extension.Type) {
	_ = p.refuse("image")
}

// AddBackgroundImageFromBytes is refused.
func (p *Provider) AddBackgroundImageFromBytes([]byte, *entity.Cell, *props.Rect, extension.Type) {
	_ = p.refuse("image")
}

package engine

import (
	"github.com/johnfercher/go-tree/node"
	"github.com/johnfercher/maroto/v2/pkg/core"
	"github.com/johnfercher/maroto/v2/pkg/core/entity"

	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
)

// Canvas is a maroto component of a fixed height that draws itself freely.
type Canvas struct{ band Band }

var _ core.Component = Canvas{}

// painter is a provider that has a surface to draw on.
type painter interface{ Surface() draw.Surface }

// Render draws the canvas at the top of its cell.
func (c Canvas) Render(provider core.Provider, cell *entity.Cell) {
	if p, ok := provider.(painter); ok && c.band.Draw != nil {
		c.band.Draw(p.Surface(), cell.Y)
	}
}

// GetHeight returns the fixed height.
func (c Canvas) GetHeight(core.Provider, *entity.Cell) float64 { return c.band.Height }

// SetConfig has nothing to take from a configuration.
func (c Canvas) SetConfig(*entity.Config) {}

// GetStructure describes the canvas in maroto's document tree.
func (c Canvas) GetStructure() *node.Node[core.Structure] {
	return node.New(core.Structure{Type: "canvas", Value: c.band.Height})
}

// Package textfit makes text fit for print: it cleans strings that came from
// outside, measures them with the real glyph widths of a typeface and breaks
// them into lines that never run over their column.
//
// It knows nothing of PDF; the engine that draws only has to put each Run where
// the Line says.
package textfit

// Package engine turns pages of drawing functions into a PDF file.
//
// maroto's public page, row and column components carry the pages; instead of
// maroto's own provider they are driven by a Provider on the fpdf library, which
// gives vector drawing, links, an outline, a document language and reproducible
// bytes. Everything visible is drawn by Canvas, the only component in use.
package engine

// Package html lays a report out as one HTML file that asks the network for nothing: styles,
// script and drawings are inside, and a content security policy allows them alone. It reads
// without JavaScript; the script adds sorting, filtering and the choice of theme. The same report
// gives the same bytes.
package html

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"unicode"

	"github.com/crmaudit/crmaudit/report"
	"github.com/crmaudit/crmaudit/templates"
)

// Write writes the report as an HTML page. The strings of the report may be hostile.
func Write(w io.Writer, r *report.Report) error {
	p, err := newPage(r)
	if err != nil {
		return fmt.Errorf("write HTML report: %w", err)
	}
	t, err := template.New("report").Funcs(p.functions()).ParseFS(templates.HTML, "html/*.html")
	if err != nil {
		return fmt.Errorf("write HTML report: %w", err)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "page", p); err != nil {
		return fmt.Errorf("write HTML report: %w", err)
	}
	if _, err := w.Write(clean(b.Bytes())); err != nil {
		return fmt.Errorf("write HTML report: %w", err)
	}
	return nil
}

// clean drops what no page needs and a hostile name may carry: control characters and the marks
// that turn the direction of the text after them. It runs over the finished page, which has none
// of its own, so that no string can be forgotten. Invalid UTF-8 becomes the replacement character.
func clean(page []byte) []byte {
	return bytes.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r&0xFFFE == 0xFFFE:
			return -1
		}
		return r
	}, page)
}

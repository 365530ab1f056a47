package html

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/crmaudit/crmaudit/report"
	"github.com/crmaudit/crmaudit/templates"
)

// offboardPage is a dossier with everything that its template needs beside it.
type offboardPage struct {
	*report.Offboard
	assets
	Contents []section
}

// WriteOffboard writes a dossier as one HTML page that needs neither network nor JavaScript. The strings
// of the dossier may be hostile.
func WriteOffboard(w io.Writer, d *report.Offboard) error {
	a, err := offboardAssets()
	if err != nil {
		return fmt.Errorf("write HTML dossier: %w", err)
	}
	p := &offboardPage{Offboard: d, assets: a}
	for _, id := range []string{"summary", "checklist", "holdings", "after", "unseen", "method"} {
		p.Contents = append(p.Contents, section{ID: id, Title: d.Words.T("offboard.heading." + id)})
	}
	// The functions are those of a report, so that tables and words look the same in both.
	frame := &page{Report: &report.Report{Lang: d.Lang, Words: d.Words, Now: d.Now, Cover: d.Cover}, assets: a}
	t, err := template.New("offboard").Funcs(frame.functions()).ParseFS(templates.HTML, "html/*.html")
	if err != nil {
		return fmt.Errorf("write HTML dossier: %w", err)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "offboard", p); err != nil {
		return fmt.Errorf("write HTML dossier: %w", err)
	}
	if _, err := w.Write(clean(b.Bytes())); err != nil {
		return fmt.Errorf("write HTML dossier: %w", err)
	}
	return nil
}

// offboardAssets are those of a report with the styles of a dossier after them.
func offboardAssets() (assets, error) {
	a, err := loadAssets()
	if err != nil {
		return assets{}, err
	}
	css, err := templates.HTML.ReadFile("html/offboard.css")
	if err != nil {
		return assets{}, fmt.Errorf("read embedded html/offboard.css: %w", err)
	}
	style := string(a.Style) + strings.ReplaceAll(string(css), "\r\n", "\n")
	a.Policy = strings.Replace(a.Policy, hashOf(string(a.Style)), hashOf(style), 1)
	a.Style = template.CSS(style) // our own files
	return a, nil
}

package audit

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/crmaudit/crmaudit/internal/atomicfile"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/questions"
	"github.com/crmaudit/crmaudit/offboard"
	"github.com/crmaudit/crmaudit/report"
	"github.com/crmaudit/crmaudit/report/html"
	"github.com/crmaudit/crmaudit/report/pdf"
)

// DossierFormats are the formats of a dossier.
var DossierFormats = []string{"pdf", "html", "json"}

// Dossiers is how a dossier is written.
type Dossiers struct {
	Dir     string
	Formats []string
	Lang    lang.Lang
}

// Write writes one file a format, named after the person's account, and gives their names.
func (o Dossiers) Write(d *offboard.Dossier) ([]string, error) {
	catalogue, err := questions.Load()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, format := range o.Formats {
		fill := d.WriteJSON
		if format != "json" {
			doc, err := report.BuildOffboard(d, o.options(catalogue, format))
			if err != nil {
				return names, err
			}
			fill = func(w io.Writer) error { return pdf.WriteOffboard(w, doc) }
			if format == "html" {
				fill = func(w io.Writer) error { return html.WriteOffboard(w, doc) }
			}
		}
		name := filepath.Join(o.Dir, "offboard-"+d.Person.Slug+"."+format)
		if err := atomicfile.Write(name, fill); err != nil {
			return names, fmt.Errorf("write the dossier: %w", err)
		}
		names = append(names, name)
	}
	return names, nil
}

func (o Dossiers) options(catalogue *questions.Questions, format string) report.OffboardOptions {
	limits := report.OffboardLimits{Rows: 200, Items: 12}
	if format == "html" {
		limits = report.OffboardLimits{Rows: 300, Items: 20}
	}
	return report.OffboardOptions{
		Lang: o.Lang, Limits: limits,
		Question: func(id string) string {
			if q, ok := catalogue.ByID(id); ok {
				return strings.TrimSpace(q.Text[o.Lang].Ask)
			}
			return ""
		},
		Choice: func(question, id string) string {
			if q, ok := catalogue.ByID(question); ok {
				for _, c := range q.Choices {
					if c.ID == id {
						return c.In(o.Lang)
					}
				}
			}
			return id
		},
	}
}

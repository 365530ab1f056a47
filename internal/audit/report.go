package audit

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/internal/atomicfile"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/questions"
	"github.com/crmaudit/crmaudit/report"
	"github.com/crmaudit/crmaudit/report/html"
	"github.com/crmaudit/crmaudit/report/pdf"
)

// ResultName is the file that keeps the result.
const ResultName = "result.json"

// WriteResult seals and writes a result.
func WriteResult(name string, r *checks.Result) error {
	data, err := r.Seal()
	if err != nil {
		return err
	}
	return atomicfile.WriteBytes(name, data)
}

// ReadResult reads a result and checks that it was not altered.
func ReadResult(name string) (*checks.Result, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	if st, err := f.Stat(); err == nil && st.IsDir() {
		return nil, fail.New(fail.Usage, "give the file itself, such as result.json", "%s is a folder", name)
	}
	return checks.ReadResult(filepath.Base(name), f)
}

// Documents is how reports are written.
type Documents struct {
	Dir      string
	Formats  []string
	Lang     lang.Lang
	PassMark float64
	Previous []*checks.Result
	Auditor  string
}

// Write writes one document a format and gives their names.
func (d Documents) Write(r *checks.Result) ([]string, error) {
	catalogue, err := questions.Load()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, format := range d.Formats {
		name := filepath.Join(d.Dir, "report."+format)
		if format == "json" {
			name = filepath.Join(d.Dir, ResultName)
			if err := WriteResult(name, r); err != nil {
				return names, err
			}
			names = append(names, name)
			continue
		}
		limits, write := report.PDFLimits, pdf.Write
		if format == "html" {
			limits, write = report.HTMLLimits, html.Write
		}
		doc, err := report.Build(r, report.Options{
			Lang: d.Lang, Limits: limits, PassMark: d.PassMark, Previous: d.Previous, Auditor: d.Auditor,
			Question: func(id string) string {
				if q, ok := catalogue.ByID(id); ok {
					return strings.TrimSpace(q.Text[d.Lang].Ask)
				}
				return ""
			},
		})
		if err != nil {
			return names, err
		}
		if err := atomicfile.Write(name, func(w io.Writer) error { return write(w, doc) }); err != nil {
			return names, fmt.Errorf("write the %s report: %w", format, err)
		}
		names = append(names, name)
	}
	return names, nil
}

// History reads the earlier results of a portal from a folder. A file that is no result of this
// program, or was altered, is named and left out.
func History(dir, portal string, say func(string, ...any)) ([]*checks.Result, error) {
	if dir == "" {
		return nil, nil
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	var list []*checks.Result
	for _, name := range names {
		r, err := ReadResult(name)
		if err != nil {
			say("history: %v; it is left out", err)
			continue
		}
		if r.Portal.ID == portal {
			list = append(list, r)
		}
	}
	return list, nil
}

// Keep copies a result into the history folder under its day.
func Keep(dir string, r *checks.Result) error {
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fail.Wrap(err, fail.Usage, "`history:` names the folder that earlier results are kept in", "keep the result")
	}
	name := fmt.Sprintf("%s-%s.json", r.Portal.ID, r.JudgedAt.Format("20060102-150405"))
	return WriteResult(filepath.Join(dir, name), r)
}

package roster

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/crmaudit/crmaudit/internal/fail"
)

const (
	// maxUnpacked bounds what an XLSX unpacks to; all of it stays in memory, no copy goes to disk.
	maxUnpacked = 256 << 20
	// maxRows is how many rows Excel itself allows.
	maxRows = 1 << 20
)

func openXLSX(data []byte, file, sheet string) (t *table, err error) {
	// The workbook library is not hardened against every malformed file; for the reader that is one more bad file.
	defer func() {
		if p := recover(); p != nil {
			t, err = nil, badWorkbook(file, errors.New("it is malformed"))
		}
	}()
	if err := sound(data); err != nil {
		return nil, badWorkbook(file, err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked,
	})
	if err != nil {
		return nil, badWorkbook(file, err)
	}
	name, others, err := chooseSheet(book, file, sheet)
	if err != nil {
		_ = book.Close()
		return nil, err
	}
	t = &table{ragged: true, notRead: others, rows: sheetRows(book, file, name), close: func() { _ = book.Close() }}
	if props, err := book.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		t.since1904 = *props.Date1904
	}
	return t, nil
}

func badWorkbook(file string, err error) error {
	return fail.New(fail.Usage, "open it in a spreadsheet program and save it as .xlsx or CSV again", "%s is not a readable Excel file: %w", file, err)
}

// chooseSheet is the configured sheet, else the first one that is not hidden.
func chooseSheet(book *excelize.File, file, wanted string) (name string, others []string, err error) {
	for _, s := range book.GetSheetList() {
		visible, err := book.GetSheetVisible(s)
		chosen := s == wanted || wanted == "" && err == nil && visible
		switch {
		case chosen && name == "":
			name = s
		case err == nil && visible:
			others = append(others, s)
		}
	}
	if name == "" {
		return "", nil, fail.New(fail.Usage, "the sheets are "+quoted(book.GetSheetList()), "%s has no sheet %q", file, wanted)
	}
	return name, others, nil
}

func sheetRows(book *excelize.File, file, sheet string) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		rows, err := book.Rows(sheet)
		if err != nil {
			yield(row{}, badWorkbook(file, err))
			return
		}
		defer rows.Close()
		for line := 1; ; line++ {
			cells, more, err := nextRow(rows)
			if line > maxRows {
				err = errors.New("it has more rows than Excel allows")
			}
			switch {
			case err != nil:
				yield(row{}, badWorkbook(file, fmt.Errorf("row %d: %w", line, err)))
				return
			case !more:
				return
			case len(cells) > 0 && !yield(row{line: line, cells: cells}, nil):
				return
			}
		}
	}
}

// nextRow reads one row. Only the library runs under recover, never who takes the row.
func nextRow(rows *excelize.Rows) (cells []string, more bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("it is malformed")
		}
	}()
	if !rows.Next() {
		return nil, false, rows.Error()
	}
	cells, err = rows.Columns()
	return cells, true, err
}

// sound reads the parts to their end beforehand: the workbook library takes a sheet that breaks off
// in the middle for a short one, and makes room for any size and row number that a file claims.
func sound(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	left := uint64(maxUnpacked)
	for _, f := range z.File {
		if f.UncompressedSize64 > left {
			return fmt.Errorf("it unpacks to more than %d MB", maxUnpacked>>20)
		}
		left -= f.UncompressedSize64
		if !strings.HasSuffix(strings.ToLower(f.Name), ".xml") {
			continue
		}
		if err := soundXML(f); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}

func soundXML(f *zip.File) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	d := xml.NewDecoder(r)
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		e, ok := token.(xml.StartElement)
		if !ok || e.Name.Local != "row" {
			continue
		}
		for _, a := range e.Attr {
			if n, err := strconv.Atoi(a.Value); a.Name.Local == "r" && (err != nil || n > maxRows) {
				return fmt.Errorf("row number %q is out of range", short(a.Value))
			}
		}
	}
}

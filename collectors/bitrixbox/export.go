package bitrixbox

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
)

// An export is CSV in which the first cell names the list. The row whose second cell is # names the
// columns of the list; a list that the database lacks has no rows at all. The last row says that the
// script ran to its end. Null is written as \N.
const (
	headMark   = "#"
	nullMark   = `\N`
	endList    = "end"
	exportHint = "run the script that `crmaudit bitrixbox export-sql` prints, and put what it wrote into this folder"
	maxCells   = 64
)

// export is a folder of such files.
type export struct {
	folder string
	files  []string
	spans  map[string]span
	whole  bool
	count  int
}

// span is where the rows of a list stand.
type span struct {
	file   string
	offset int64
	head   map[string]int
	rows   int
}

// openExport finds out where the lists stand, reading every file once.
func openExport(ctx context.Context, folder string) (*export, error) {
	files, err := exportFiles(folder)
	if err != nil {
		return nil, err
	}
	e := &export{folder: folder, files: files, spans: map[string]span{}}
	for _, file := range files {
		if err := e.index(ctx, file); err != nil {
			return nil, err
		}
	}
	if len(e.spans) == 0 {
		return nil, fail.New(fail.Usage, exportHint, "%s holds no export of a portal", folder)
	}
	return e, nil
}

func exportFiles(folder string) ([]string, error) {
	info, err := os.Stat(folder)
	if err != nil {
		return nil, fail.Wrap(err, fail.Usage, exportHint, "read the export")
	}
	if !info.IsDir() {
		return []string{folder}, nil
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fail.Wrap(err, fail.Usage, exportHint, "read the export")
	}
	var files []string
	for _, entry := range entries {
		if name := entry.Name(); entry.Type().IsRegular() && strings.EqualFold(filepath.Ext(name), ".csv") {
			files = append(files, filepath.Join(folder, name))
		}
	}
	if len(files) == 0 {
		return nil, fail.New(fail.Usage, exportHint, "there is no .csv file in %s", folder)
	}
	sort.Strings(files)
	return files, nil
}

func (e *export) index(ctx context.Context, file string) error {
	r, err := openRecords(file, 0)
	if err != nil {
		return err
	}
	defer r.close()
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		record, err := r.read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return damaged(file, err)
		}
		name := record[0]
		switch {
		case name == endList:
			e.whole = true
		case len(record) > 1 && record[1] == headMark:
			if _, twice := e.spans[name]; twice {
				return fail.New(fail.Usage, "leave the files of one run of the script in the folder", "the export in %s holds the list %s twice", e.folder, name)
			}
			e.spans[name] = span{file: file, offset: r.offset(), head: headOf(record[2:])}
		default:
			s, ok := e.spans[name]
			if !ok {
				return fail.New(fail.Usage, exportHint, "%s is not an export of a portal: a row of %q stands before its columns", filepath.Base(file), clean(name))
			}
			s.rows++
			e.spans[name] = s
		}
	}
}

func headOf(names []string) map[string]int {
	head := make(map[string]int, len(names))
	for i, n := range names {
		head[n] = i
	}
	return head
}

func damaged(file string, err error) error {
	return fail.Wrap(err, fail.Usage, "copy the file again; a spreadsheet program may have changed it", "read "+filepath.Base(file))
}

// ask implements database.
func (e *export) ask(ctx context.Context, l *list, f func(row) error) error {
	e.count++
	s, ok := e.spans[l.name]
	if !ok {
		return e.missing(l)
	}
	for _, c := range l.columns {
		if _, ok := s.head[c.name]; c.must && !ok {
			return absent(l, l.table, c.name)
		}
	}
	if s.rows == 0 {
		return nil
	}
	r, err := openRecords(s.file, s.offset)
	if err != nil {
		return err
	}
	defer r.close()
	answer := row{at: s.head}
	for n := range s.rows {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		record, err := r.read()
		if err != nil {
			return damaged(s.file, err)
		}
		if record[0] != l.name {
			return fail.New(fail.Usage, exportHint, "rows of other lists stand among those of %s in %s", l.name, filepath.Base(s.file))
		}
		answer.cells = answer.cells[:0]
		for _, text := range record[1:] {
			answer.cells = append(answer.cells, cell{text: text, null: text == nullMark})
			if text == nullMark {
				answer.cells[len(answer.cells)-1].text = ""
			}
		}
		if err := f(answer); err != nil {
			return err
		}
	}
	return nil
}

// missing tells a table that is not there from a script that did not come so far.
func (e *export) missing(l *list) error {
	if !e.whole {
		return gap{list: l.name, reason: facts.Failed, detail: "the export ends before " + l.name + ": the script did not run to its end"}
	}
	return absent(l, l.table, "")
}

func (e *export) where() string { return filepath.Base(e.folder) }
func (e *export) asked() int    { return 0 }
func (e *export) close() error  { return nil }

// records reads CSV and knows where it stands.
type records struct {
	file  *os.File
	meter *meter
	csv   *csv.Reader
	start int64
}

// maxRow bounds one row: a quote that is never closed must not bring the whole file into memory.
const maxRow = 16 << 20

var errLongRow = errors.New("a row is longer than 16 MB: a quotation mark is missing")

// meter lets through so many bytes a row.
type meter struct {
	in   io.Reader
	left int
}

func (m *meter) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, errLongRow
	}
	n, err := m.in.Read(p)
	m.left -= n
	return n, err
}

func openRecords(name string, offset int64) (*records, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fail.Wrap(err, fail.Usage, exportHint, "read the export")
	}
	r := &records{file: file, meter: &meter{in: file}}
	in := bufio.NewReaderSize(r.meter, 1<<16)
	if offset == 0 {
		r.meter.left = maxRow
		if mark, _ := in.Peek(3); slices.Equal(mark, []byte("\ufeff")) {
			_, _ = in.Discard(3)
			offset = 3
		}
	} else if _, err := file.Seek(offset, io.SeekStart); err != nil {
		_ = file.Close()
		return nil, damaged(name, err)
	}
	r.csv, r.start = csv.NewReader(in), offset
	r.csv.FieldsPerRecord, r.csv.ReuseRecord = -1, true
	return r, nil
}

func (r *records) read() ([]string, error) {
	r.meter.left = maxRow
	record, err := r.csv.Read()
	if err == nil && len(record) > maxCells {
		return nil, fmt.Errorf("a row has %d cells", len(record))
	}
	return record, err
}

func (r *records) offset() int64 { return r.start + r.csv.InputOffset() }
func (r *records) close()        { _ = r.file.Close() }

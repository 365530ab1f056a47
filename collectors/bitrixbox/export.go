package bitrixbox

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
)

// An export is CSV in which the first cell names the list. The row whose second cell is # names the
// columns of the list; a list that the database lacks has no rows at all. The last row says that the
// script ran to its end. Null is written as \N. Cells hold what strangers typed, # and end among it, so a
// row is told by its place and its number of cells, too.
const (
	headMark   = "#"
	nullMark   = `\N`
	endList    = "end"
	exportHint = "run the script that `crmaudit bitrixbox export-sql` prints, and put what it wrote into this folder"
	wholeHint  = "leave the files of one run of the script in the folder"
	maxCells   = 64
)

// export is a folder of such files.
type export struct {
	folder string
	files  []string
	spans  map[string]span
	ended  map[string]bool // the files with a last row
}

// span is where the rows of a list stand.
type span struct {
	file   string
	offset int64
	head   map[string]int
	rows   int
	cut    bool // the file breaks off within the list, or may do so
}

// openExport finds out where the lists stand, reading every file once.
func openExport(ctx context.Context, folder string) (database, error) {
	files, err := exportFiles(folder)
	if err != nil {
		return nil, err
	}
	e := &export{folder: folder, files: files, spans: map[string]span{}, ended: map[string]bool{}}
	for _, file := range files {
		if err := e.index(ctx, file); err != nil {
			return nil, err
		}
	}
	if len(e.spans) == 0 {
		return nil, fail.New(fail.Usage, exportHint, "%s holds no export of a portal", folder)
	}
	if _, ok := e.spans[peopleList]; !ok && slices.ContainsFunc(files, func(f string) bool { return e.ended[f] }) {
		return nil, fail.New(fail.NoData, "run the script in the portal's database, as somebody who may read it",
			"the export in %s shows no table b_user: it is not of a portal's database, or whoever made it may not read it", e.where())
	}
	return e, nil
}

// peopleList is the list that every portal answers.
const peopleList = "users"

func exportFiles(folder string) ([]string, error) {
	info, err := os.Stat(folder)
	if err != nil {
		return nil, fail.Wrap(err, fail.Usage, exportHint, "read the export")
	}
	if info.Mode().IsRegular() {
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

// index notes where the lists of a file stand. A file that breaks off is used as far as it goes.
func (e *export) index(ctx context.Context, file string) error {
	r, err := openRecords(file, 0)
	if err != nil {
		return err
	}
	defer r.close()
	at := place{file: file}
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		record, err := r.read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			err = damaged(file, err)
		} else {
			err = e.take(&at, record, r.offset())
		}
		if err != nil && !r.atEnd() {
			return err
		}
		if err != nil { // the last row is a piece of one
			at.ended = false
			break
		}
	}
	e.ended[file] = at.ended
	if s, ok := e.spans[at.list]; ok && !at.ended {
		s.cut = true
		e.spans[at.list] = s
	}
	return nil
}

// place is how far a file was read.
type place struct {
	file, list string
	ended      bool // the last row of the script was seen
}

// take notes one row.
func (e *export) take(at *place, record []string, offset int64) error {
	name, file := record[0], filepath.Base(at.file)
	s, seen := e.spans[name]
	head := len(record) > 2 && record[1] == headMark
	switch {
	case at.ended:
		return fail.New(fail.Usage, wholeHint, "%s goes on behind its last row", file)
	case name == endList && len(record) == 2:
		at.ended = true
	case head && !seen:
		if !known(name) {
			return fail.New(fail.Usage, exportHint, "%s is no export of a portal, or another version wrote it: it has a list %q", file, clean(name))
		}
		at.list = name
		e.spans[name] = span{file: at.file, offset: offset, head: headOf(record[2:])}
	case head && len(record) == len(s.head)+2:
		return fail.New(fail.Usage, wholeHint, "the export in %s holds the list %s twice", e.where(), name)
	case seen && name != at.list:
		return fail.New(fail.Usage, wholeHint, "rows of the list %s stand among others in %s", name, file)
	case seen && len(record) != len(s.head)+1:
		return damaged(at.file, fmt.Errorf("a row of %s has %d cells instead of %d", name, len(record)-1, len(s.head)))
	case seen:
		s.rows++
		e.spans[name] = s
	case altered.MatchString(name):
		return damaged(at.file, errors.New("no commas stand between its cells"))
	default:
		return fail.New(fail.Usage, exportHint, "%s is no export of a portal: a row of %q stands before its columns", file, clean(name))
	}
	return nil
}

// altered is the beginning of a list in a file that a spreadsheet program has saved in its own way.
var altered = regexp.MustCompile(`^[a-z_]+[;\t]#[;\t]`)

func known(name string) bool {
	return slices.ContainsFunc(lists, func(l *list) bool { return l.name == name })
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
	if err := e.permits(l); err != nil {
		return err
	}
	s := e.spans[l.name]
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
		if record[0] != l.name || len(record) != len(s.head)+1 {
			return fail.New(fail.Usage, "nothing may write to the export while it is read", "%s has changed since it was opened", filepath.Base(s.file))
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

// prepare implements database: files keep nobody waiting.
func (e *export) prepare(context.Context, []*list) {}

// permits implements database.
func (e *export) permits(l *list) error {
	s, ok := e.spans[l.name]
	if !ok {
		return e.missing(l)
	}
	if s.cut {
		return gap{list: l.name, reason: facts.Failed, detail: "the export breaks off in the list " + l.name}
	}
	for _, c := range l.columns {
		if _, ok := s.head[c.name]; c.must && !ok {
			return absent(l, l.table, c.name)
		}
	}
	return nil
}

// missing tells a table that is not there from a part of the export that is not: nothing is lost between two lists of
// one file, nor behind the last list of a file that has its last row.
func (e *export) missing(l *list) error {
	before, after, passed := "", "", false // the files of the lists around it
	for _, other := range lists {
		s, ok := e.spans[other.name]
		switch {
		case other.name == l.name:
			passed = true
		case ok && !passed:
			before = s.file
		case ok && after == "":
			after = s.file
		}
	}
	switch {
	case before != "" && (before == after || e.ended[before]):
		return absent(l, l.table, "")
	case after == "":
		return gap{list: l.name, reason: facts.Failed, detail: "the export ends before " + l.name + ": the script did not run to its end"}
	}
	return gap{list: l.name, reason: facts.Failed, detail: "the export breaks off before " + l.name + ", and another file goes on behind it"}
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
		switch mark, _ := in.Peek(3); {
		case bytes.HasPrefix(mark, []byte("\ufeff")):
			_, _ = in.Discard(3)
			offset = 3
		case bytes.HasPrefix(mark, []byte{0xff, 0xfe}), bytes.HasPrefix(mark, []byte{0xfe, 0xff}):
			_ = file.Close()
			return nil, damaged(name, errors.New("it is not written in UTF-8"))
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

// atEnd reports that nothing follows the row that was read last.
func (r *records) atEnd() bool {
	_, err := r.read()
	return errors.Is(err, io.EOF)
}

func (r *records) offset() int64 { return r.start + r.csv.InputOffset() }
func (r *records) close()        { _ = r.file.Close() }

package roster

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"strings"

	"github.com/crmaudit/crmaudit/internal/fail"
)

// maxFile bounds the list: that many bytes hold a million people.
const maxFile = 64 << 20

// table is a list as rows of text, whatever its format.
type table struct {
	rows      iter.Seq2[row, error]
	ragged    bool     // rows may be shorter than the headers, as XLSX leaves empty cells out
	since1904 bool     // day numbers count from 1904
	notRead   []string // sheets left aside
	close     func()
}

// row is one row with the line it begins on.
type row struct {
	line  int
	cells []string
}

func (r row) blank() bool { return strings.TrimSpace(strings.Join(r.cells, "")) == "" }

// openTable finds out what the file is. score tells how well a row would do as headers.
func openTable(path, file, sheet string, score func([]string) int) (*table, error) {
	data, err := load(path, file)
	if err != nil {
		return nil, err
	}
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return nil, fail.New(fail.Usage, "export the list again, with headers in its first row", "%s is empty", file)
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return openXLSX(data, file, sheet)
	case bytes.HasPrefix(data, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return nil, fail.New(fail.Usage, "save it as .xlsx without a password, or as CSV", "%s is an old or a protected Excel file", file)
	}
	return openCSV(data, file, score)
}

func load(path, file string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		hint := "check the name; it is looked for beside audit.yaml"
		if errors.Is(err, fs.ErrPermission) {
			hint = "give yourself the right to read it"
		}
		return nil, fail.New(fail.Usage, hint, "open the HR list %s: %w", file, reason(err))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fail.New(fail.Usage, "check the name", "read the HR list %s: %w", file, reason(err))
	}
	if len(data) > maxFile {
		return nil, fail.New(fail.Usage, "export only names, e-mails, phones, status and leaving date", "%s is larger than %d MB", file, maxFile>>20)
	}
	return data, nil
}

// reason leaves the full path out of an error.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

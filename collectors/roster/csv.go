package roster

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/crmaudit/crmaudit/internal/fail"
)

// openCSV reads text. score chooses the delimiter: the one under which the headers make most sense.
func openCSV(data []byte, file string, score func([]string) int) (*table, error) {
	text, err := toUTF8(data)
	if err != nil || bytes.IndexByte(text, 0) >= 0 {
		return nil, fail.New(fail.Usage, "save the list as CSV or .xlsx", "%s is neither text nor a table", file)
	}
	skipped := 0
	delimiter, rest, said := cutSep(text)
	if said {
		text, skipped = rest, 1
	} else {
		delimiter = bestDelimiter(text, score)
	}
	return &table{close: func() {}, rows: func(yield func(row, error) bool) {
		r := newReader(text, delimiter)
		for {
			cells, err := r.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(row{}, brokenCSV(file, err, skipped))
				return
			}
			line, _ := r.FieldPos(0)
			if !yield(row{line: line + skipped, cells: cells}, nil) {
				return
			}
		}
	}}, nil
}

func newReader(text []byte, delimiter rune) *csv.Reader {
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord = delimiter, -1
	return r
}

func brokenCSV(file string, err error, skipped int) error {
	line, what := 0, err
	var p *csv.ParseError
	if errors.As(err, &p) {
		line, what = p.StartLine+skipped, p.Err
	}
	return fail.New(fail.Usage, "correct the quotes in that line, or save the list as .xlsx", "%s:%d: broken row: %w", file, line, what)
}

// toUTF8 decodes the encodings in which Excel and HR programs save lists. Text that is not UTF-8 and
// has no mark at its beginning is Windows-1251.
func toUTF8(data []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(data, []byte{0xef, 0xbb, 0xbf}):
		data = data[3:]
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
	}
	if utf8.Valid(data) {
		return data, nil
	}
	return charmap.Windows1251.NewDecoder().Bytes(data)
}

// cutSep obeys the line sep=; that Excel puts first to say its delimiter.
func cutSep(text []byte) (delimiter rune, rest []byte, said bool) {
	line, rest, _ := bytes.Cut(text, []byte("\n"))
	line = bytes.TrimRight(line, "\r")
	if len(line) != len("sep=;") || !bytes.EqualFold(line[:4], []byte("sep=")) || !bytes.ContainsAny(line[4:], ";,\t|") {
		return 0, nil, false
	}
	return rune(line[4]), rest, true
}

// bestDelimiter tries each delimiter on the first rows. If nothing makes sense, the one that gives
// most columns is taken, so that the error can list the headers.
func bestDelimiter(text []byte, score func([]string) int) rune {
	const sample = 64 << 10
	if len(text) > sample {
		text = text[:sample]
	}
	best, bestScore, bestCells := ';', -1, 0
	for _, d := range ";,\t|" {
		r := newReader(text, d)
		r.LazyQuotes = true // the sample may end inside a quoted cell
		most, cells := 0, 0
		for range headerDepth {
			row, err := r.Read()
			if err != nil {
				break
			}
			most, cells = max(most, score(row)), max(cells, len(row))
		}
		if most > bestScore || most == bestScore && cells > bestCells {
			best, bestScore, bestCells = d, most, cells
		}
	}
	return best
}

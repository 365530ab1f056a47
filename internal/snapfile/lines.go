package snapfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
)

var (
	errCutLine   = errors.New("the last line is cut short")
	errEmptyLine = errors.New("a line is empty")
)

// lines yields the lines of r without their line feed; a line is valid until the next one. An empty
// line, one longer than limit or one without a line feed is an error, and the iteration ends.
func lines(r io.Reader, limit int) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		s := bufio.NewScanner(r)
		s.Buffer(make([]byte, 0, min(limit+1, 64<<10)), limit+1)
		s.Split(wholeLine)
		for s.Scan() {
			if !yield(s.Bytes(), nil) {
				return
			}
		}
		switch err := s.Err(); {
		case errors.Is(err, bufio.ErrTooLong):
			yield(nil, fmt.Errorf("a line is longer than %d bytes", limit))
		case err != nil:
			yield(nil, err)
		}
	}
}

func wholeLine(data []byte, atEOF bool) (advance int, token []byte, err error) {
	end := bytes.IndexByte(data, '\n')
	switch {
	case end == 0:
		return 0, nil, errEmptyLine
	case end > 0:
		return end + 1, data[:end], nil
	case atEOF && len(data) > 0:
		return 0, nil, errCutLine
	}
	return 0, nil, nil
}

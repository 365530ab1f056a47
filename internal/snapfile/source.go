package snapfile

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"

	"github.com/crmaudit/crmaudit/facts"
)

var errStopped = errors.New("the source is no longer open")

// sourceWriter is the facts.Writer of one source. The first error stays: a part with a hole in it
// must not be finished.
type sourceWriter struct {
	dir      string
	builder  *Builder
	about    facts.SourceInfo
	coverage []facts.Coverage
	parts    map[facts.Kind]*partWriter
	kept     map[facts.Kind]sourcePart // of an earlier attempt
	layouts  map[facts.Kind]*layout
	line     []byte // of the last record
	err      error
}

// partWriter is the file of one kind of one source.
type partWriter struct {
	file diskFile
	buf  *bufio.Writer
	size sourcePart
}

// Write implements facts.Writer. It fills in the source of the record.
func (w *sourceWriter) Write(r facts.Record) error {
	if w.err != nil {
		return w.err
	}
	line, err := w.encode(r)
	if err != nil {
		return err
	}
	p, err := w.part(r.Kind())
	if err == nil {
		_, err = p.buf.Write(line)
	}
	if err != nil {
		w.err = cannotWrite(err, partName(r.Kind()), w.builder.dir)
		return w.err
	}
	p.size.Records++
	p.size.Bytes += int64(len(line))
	return nil
}

// Cover implements facts.Writer. It fills in the source.
func (w *sourceWriter) Cover(c facts.Coverage) error {
	c.Source = w.about.ID
	w.coverage = append(w.coverage, c)
	return w.err
}

// Describe implements facts.Writer. The id and the kind of the source stay as the configuration says.
func (w *sourceWriter) Describe(f func(*facts.SourceInfo)) error {
	id, kind := w.about.ID, w.about.Kind
	f(&w.about)
	w.about.ID, w.about.Kind = id, kind
	return w.err
}

func (w *sourceWriter) part(k facts.Kind) (*partWriter, error) {
	if p := w.parts[k]; p != nil {
		return p, nil
	}
	f, err := w.builder.open(filepath.Join(w.dir, partName(k)), os.O_WRONLY|os.O_CREATE|os.O_APPEND)
	if err != nil {
		return nil, err
	}
	p := &partWriter{file: f, buf: bufio.NewWriterSize(f, 32<<10), size: w.kept[k]}
	w.parts[k] = p
	return p, nil
}

// finish brings everything to the disk and then leaves the mark that it is there.
func (w *sourceWriter) finish() (finished, error) {
	err := w.closeParts()
	if w.err != nil {
		return finished{}, w.err
	}
	if err != nil {
		w.err = cannotWrite(err, "records of "+w.about.ID, w.builder.dir)
		return finished{}, w.err
	}
	if w.about.Status == "" {
		w.about.Status = status(w.coverage)
	}
	f := finished{Source: w.about, Coverage: w.coverage, Parts: w.kept}
	data, err := json.Marshal(f)
	if err != nil {
		return finished{}, fmt.Errorf("finish source %s: %w", w.about.ID, err)
	}
	if err := w.builder.writeFile(filepath.Join(w.dir, doneName), data); err != nil {
		return finished{}, err
	}
	w.err = errStopped
	return f, nil
}

// closeParts flushes and closes the files; their sizes move to kept.
func (w *sourceWriter) closeParts() error {
	var all []error
	for k, p := range w.parts {
		err := p.buf.Flush()
		if err == nil {
			err = p.file.Sync()
		}
		all = append(all, err, p.file.Close())
		w.kept[k] = p.size
	}
	clear(w.parts)
	return errors.Join(all...)
}

// status sums up a source that did not describe its own.
func status(coverage []facts.Coverage) string {
	for _, c := range coverage {
		if c.State == facts.PartOnly || c.Reason == facts.Denied || c.Reason == facts.Failed {
			return "partial"
		}
	}
	return "ok"
}

// encode is the line of a record; it is good until the next one.
func (w *sourceWriter) encode(r facts.Record) ([]byte, error) {
	if v := reflect.ValueOf(r); v.Kind() != reflect.Pointer || v.IsNil() {
		return nil, fmt.Errorf("write a record: it is %T without a value", r)
	}
	l := w.layouts[r.Kind()]
	if l == nil {
		var err error
		if l, err = newLayout(r.Kind()); err != nil {
			return nil, fmt.Errorf("write a record: %w", err)
		}
		w.layouts[r.Kind()] = l
	}
	var err error
	if w.line, err = l.encode(w.line[:0], r, w.about.ID); err != nil {
		return nil, fmt.Errorf("write a record of kind %s: %w", r.Kind(), err)
	}
	if len(w.line) > maxLine {
		return nil, fmt.Errorf("write a record of kind %s: it takes %d bytes, more than %d", r.Kind(), len(w.line), maxLine)
	}
	w.line = append(w.line, '\n')
	return w.line, nil
}

// dropCutLine cuts off what a killed process left of its last record and counts the rest.
func dropCutLine(name string) (sourcePart, error) {
	var whole sourcePart
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		return whole, nil
	}
	if err != nil {
		return whole, err
	}
	defer f.Close()
	for line, err := range lines(f, maxLine) {
		if err != nil {
			break
		}
		whole.Records++
		whole.Bytes += int64(len(line)) + 1
	}
	return whole, f.Truncate(whole.Bytes)
}

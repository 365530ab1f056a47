package snapfile

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/crmaudit/crmaudit/facts"
)

// File is an opened and checked snapshot; it implements facts.Snapshot. Records may be iterated by
// several goroutines at once.
type File struct {
	name   string
	hash   string
	info   facts.Info
	parts  map[facts.Kind]*filePart
	closer io.Closer
}

// filePart is a part and where it lies.
type filePart struct {
	part
	entry *zip.File
}

// Info implements facts.Snapshot.
func (f *File) Info() *facts.Info { return &f.info }

// Hash is the SHA-256, in hex, of the snapshot as a zip: of the file itself, or of what is inside
// when it is encrypted. A report that names it proves which snapshot it speaks of.
func (f *File) Hash() string { return f.hash }

// Close closes the file; records cannot be read afterwards.
func (f *File) Close() error { return f.closer.Close() }

// Records implements facts.Snapshot. A record that does not decode ends the iteration with an
// integrity error.
func (f *File) Records(ctx context.Context, k facts.Kind) iter.Seq2[facts.Record, error] {
	return func(yield func(facts.Record, error) bool) {
		p := f.parts[k]
		if p == nil {
			return
		}
		records := f.decoded(p)
		if p.Records >= manyRecords {
			records = ahead(records)
		}
		for r, err := range records {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

// decoded reads and decodes the lines of a part.
func (f *File) decoded(p *filePart) iter.Seq2[facts.Record, error] {
	return func(yield func(facts.Record, error) bool) {
		l, err := newLayout(p.Kind)
		if err != nil {
			yield(nil, err)
			return
		}
		r, err := p.entry.Open()
		if err != nil {
			yield(nil, damaged(f.name, "%s: %w", p.Name, err))
			return
		}
		defer r.Close()
		n := 0
		for line, err := range lines(r, maxLine) {
			n++
			var record facts.Record
			if err == nil {
				record, err = l.decode(line)
			}
			if err != nil {
				yield(nil, damaged(f.name, "%s:%d: %w", p.Name, n, err))
				return
			}
			if !yield(record, nil) {
				return
			}
		}
	}
}

// check compares a part with its hash and its count, without keeping any of it.
func (p *filePart) check() error {
	r, err := p.entry.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	h, count := sha256.New(), &lineCounter{}
	n, err := io.Copy(io.MultiWriter(h, count), io.LimitReader(r, p.Bytes+1))
	switch {
	case err != nil:
		return err
	case n != p.Bytes:
		return fmt.Errorf("it has %d bytes instead of %d", n, p.Bytes)
	case hex.EncodeToString(h.Sum(nil)) != p.SHA256:
		return errors.New("its contents do not match the manifest")
	case count.n != p.Records || !count.whole:
		return fmt.Errorf("it has %d records instead of %d", count.n, p.Records)
	}
	return nil
}

// lineCounter counts line feeds.
type lineCounter struct {
	n     int
	whole bool // the last byte is a line feed
}

func (c *lineCounter) Write(p []byte) (int, error) {
	c.n += bytes.Count(p, []byte{'\n'})
	if len(p) > 0 {
		c.whole = p[len(p)-1] == '\n'
	}
	return len(p), nil
}

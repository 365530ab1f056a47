package archive

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
)

type streamState int

const (
	streamSkipped    streamState = iota // more than the limits allow
	streamWhole                         // checksums and length agree
	streamShort                         // ends too early
	streamUnfinished                    // an SQL dump without its closing line
	streamDamaged                       // not what was written
)

// stream reads one compressed part through if the limits allow, without keeping what it says. The last part of a
// dump is given the line that must close it.
func (c *checker) stream(p part, trailer *dump) streamState {
	if p.size > c.left.streamed || c.left.inflated <= 0 {
		return streamSkipped
	}
	c.left.streamed -= p.size
	file, _, err := open(c.dir, p.file)
	if err != nil {
		return streamDamaged
	}
	defer file.Close()
	gz, err := gzip.NewReader(bufio.NewReader(io.LimitReader(file, p.size)))
	if err != nil {
		return short(err)
	}
	out := &ending{ctx: c.ctx}
	_, err = io.CopyN(out, gz, c.left.inflated+1)
	c.left.inflated -= out.size
	whole := p.head.mark == nil || uint32(out.size) == p.head.mark.size
	switch {
	case err == nil || c.ctx.Err() != nil:
		return streamSkipped // too much came out
	case !errors.Is(err, io.EOF):
		return short(err)
	case !whole:
		return streamShort // cut between two members
	}
	if trailer != nil && !bytes.Contains(out.tail, []byte(trailer.end)) {
		return streamUnfinished
	}
	return streamWhole
}

func short(err error) streamState {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return streamShort
	}
	return streamDamaged
}

// ending counts what is written to it and keeps the end.
type ending struct {
	ctx  context.Context
	size int64
	tail []byte
}

func (e *ending) Write(data []byte) (int, error) {
	if err := e.ctx.Err(); err != nil {
		return 0, err
	}
	e.size += int64(len(data))
	e.tail = append(e.tail, data...)
	if len(e.tail) > tailSize {
		e.tail = append(e.tail[:0], e.tail[len(e.tail)-tailSize:]...)
	}
	return len(data), nil
}

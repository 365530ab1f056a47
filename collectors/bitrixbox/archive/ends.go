package archive

import (
	"bytes"
	"encoding/binary"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// compressed checks the parts of a gzip archive: each by its end, and through while that is affordable.
func (c *checker) compressed(parts []part) (problem, checked string) {
	checked = CheckedWhole
	for i, p := range parts {
		end, err := c.tail(p, gzipEnd)
		if err != nil {
			return Unreadable, ""
		}
		if !endFits(p, end) {
			return Truncated, ""
		}
		var trailer *dump
		if i == len(parts)-1 {
			trailer = parts[0].head.dump
		}
		switch c.stream(p, trailer) {
		case streamWhole:
		case streamShort:
			return Truncated, ""
		case streamUnfinished:
			return Unfinished, ""
		case streamDamaged:
			return Unreadable, ""
		case streamSkipped:
			checked = CheckedEnds
			if p.head.mark == nil {
				return "", CheckedNames // nothing at the beginning to compare the end with
			}
		}
	}
	return "", checked
}

const (
	gzipEnd  = 10   // the last two bytes of compressed data, the checksum, the length
	maxRatio = 1032 // deflate cannot do better
)

// endFits compares the length in the last eight bytes of a gzip file, modulo 2³², with what the beginning promises.
// A part that was written in one go holds one member with content, and the lengths are equal. A backup that runs in
// steps appends a member at each, so a smaller length fits too: the end of a part that was cut at a random place
// passes with the probability content/2³², and more surely is told only by reading it through.
func endFits(p part, end []byte) bool {
	if len(end) < gzipEnd {
		return false
	}
	length := int64(binary.LittleEndian.Uint32(end[gzipEnd-4:]))
	if p.size < 1<<32/maxRatio && length > p.size*maxRatio {
		return false
	}
	if length == 0 && bytes.Count(end, []byte{0}) == len(end) {
		return false // room that was reserved and never written
	}
	m := p.head.mark
	if m == nil {
		return true
	}
	if p.size < 1<<32/maxRatio && int64(m.size) > p.size*maxRatio {
		return false
	}
	return length <= int64(m.size)
}

// encrypted can judge nothing but that whole cipher blocks are there: both ciphers in use write eight bytes or a
// multiple of it.
func (c *checker) encrypted(parts []part) (problem, checked string) {
	for _, p := range parts {
		if p.size%8 != 0 {
			return Truncated, ""
		}
	}
	return "", CheckedNames
}

// tailSize is within what the closing line of an SQL dump must stand.
const tailSize = 4 << 10

// sql looks for the closing line of a dump.
func (c *checker) sql(parts []part) (problem, checked string) {
	last := parts[len(parts)-1]
	d := parts[0].head.dump
	if d == nil {
		return "", CheckedNames
	}
	end, err := c.tail(last, tailSize)
	if err != nil {
		return Unreadable, ""
	}
	if !bytes.Contains(end, []byte(d.end)) {
		return Unfinished, ""
	}
	return "", CheckedEnds
}

// tail reads the last bytes of a part, fewer if it is shorter.
func (c *checker) tail(p part, size int64) ([]byte, error) {
	file, info, err := open(c.dir, p.file)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	size = min(size, info.Size())
	return io.ReadAll(io.NewSectionReader(file, info.Size()-size, size))
}

// tar follows the headers of an uncompressed archive from entry to entry; the content is not read.
func (c *checker) tar(parts []part) (problem, checked string) {
	var skip int64 // what of the last entry the next part begins with
	for _, p := range parts {
		if p.size%blockSize != 0 {
			return Truncated, ""
		}
		next, state := c.walk(p, skip)
		switch state {
		case walkEnded:
			return "", CheckedEnds
		case walkLost:
			return "", CheckedNames
		case walkFailed:
			return Unreadable, ""
		}
		skip = next
	}
	if skip > 0 {
		return Truncated, ""
	}
	return "", CheckedNames // it may have been cut between two entries
}

type walkState int

const (
	walkOn     walkState = iota // to the next part
	walkEnded                   // an empty block: the end of the archive
	walkLost                    // not an entry, or too many: nothing can be said
	walkFailed                  // cannot be read
)

// walk goes through the entries of one part, the first of which begins at offset at, and tells at what offset of the
// next part the next one begins.
func (c *checker) walk(p part, at int64) (int64, walkState) {
	file, _, err := open(c.dir, p.file)
	if err != nil {
		return 0, walkFailed
	}
	defer file.Close()
	block := make([]byte, blockSize)
	for at < p.size {
		c.left.headers--
		if c.left.headers < 0 || c.ctx.Err() != nil {
			return 0, walkLost
		}
		if _, err := file.ReadAt(block, at); err != nil {
			return 0, walkFailed
		}
		if bytes.Count(block, []byte{0}) == blockSize {
			return 0, walkEnded
		}
		size, ok := entrySize(block)
		if !ok {
			return 0, walkLost
		}
		at += blockSize + (size+blockSize-1)/blockSize*blockSize
	}
	return at - p.size, walkOn
}

// entrySize is how many bytes of content follow a header. Sizes above 8 GiB are written in binary and not followed.
func entrySize(header []byte) (int64, bool) {
	const at, end = 124, 136
	if !tarHeader(header) {
		return 0, false
	}
	size, err := strconv.ParseUint(strings.Trim(string(header[at:end]), "\x00 "), 8, 36)
	return int64(size), err == nil
}

// isSQL tells a dump by the name.
func isSQL(name string) bool { return sqlEnd.MatchString(name) }

var sqlEnd = regexp.MustCompile(`(?i)\.sql(?:\.gz)?$`)

package archive

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What an archive holds.
const (
	FormatTar     = "tar"
	FormatSQL     = "sql"
	FormatUnknown = "unknown"
)

const (
	blockSize = 512
	headSize  = 8 << 10 // of a file: enough for both gzip headers and the first block of content
)

// head is what the first bytes of one file say.
type head struct {
	gzip      bool
	mark      *mark // nil: not compressed by the portal
	format    string
	dump      *dump // the program that wrote an SQL dump
	encrypted bool
	version   string // of the encryption header
	text      bool   // begins like a text
}

// mark is the extra field of the empty gzip member with which the portal begins every part.
type mark struct {
	last   int    // number of the last part; 0 where none is written: a single part, or the second was never closed
	closed bool   // the size is written when the part is closed
	size   uint32 // of the content, modulo 2³²
}

// dump is how a program begins and ends an SQL dump.
type dump struct{ begin, end string }

var dumps = []dump{
	{"-- Started: ", "-- Finished: "},
	{"-- MySQL dump ", "-- Dump completed"},
	{"-- MariaDB dump ", "-- Dump completed"},
	{"-- PostgreSQL database dump\n", "-- PostgreSQL database dump complete"},
}

// parseHead reads the first bytes of a file, of which there may be any number of any kind.
func parseHead(data []byte) head {
	h := head{format: FormatUnknown}
	content := data
	if len(data) > 2 && data[0] == 0x1f && data[1] == 0x8b {
		h.gzip, h.mark = true, parseMark(data)
		content = inflateBlock(data)
	}
	h.classify(content[:min(len(content), blockSize)])
	return h
}

// parseMark finds the portal's extra field: ten bytes right behind the header, "LN", number, "BX", size. What is not
// written yet holds the digit zero in ASCII.
func parseMark(data []byte) *mark {
	const flagExtra, at, size = 4, 12, 10
	if len(data) < at+size || data[2] != 8 || data[3] != flagExtra || binary.LittleEndian.Uint16(data[10:]) != size {
		return nil
	}
	extra := data[at : at+size]
	if string(extra[4:6]) != "BX" {
		return nil
	}
	m := &mark{closed: string(extra[6:]) != "0000", size: binary.LittleEndian.Uint32(extra[6:])}
	if string(extra[:2]) == "LN" {
		m.last = int(binary.LittleEndian.Uint16(extra[2:]))
	}
	return m
}

// inflateBlock gives the first block of content, or as much of it as these bytes hold.
func inflateBlock(data []byte) []byte {
	gz, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	block := make([]byte, blockSize)
	n, _ := io.ReadFull(gz, block) // what could be read decides; an early end is the matter of the checks of the end
	return block[:n]
}

// classify tells what the first block of the content is.
func (h *head) classify(block []byte) {
	if v, ok := encryptedVersion(block); ok {
		h.format, h.encrypted, h.version = FormatTar, true, v
		return
	}
	if tarHeader(block) {
		h.format = FormatTar
		return
	}
	h.text = len(block) > 0 && !bytes.ContainsRune(block, 0) && startsAsText(block)
	if !h.text {
		return
	}
	for i, d := range dumps {
		if bytes.HasPrefix(block, []byte(d.begin)) || bytes.Contains(block, []byte("\n"+d.begin)) {
			h.format, h.dump = FormatSQL, &dumps[i]
			return
		}
	}
}

// startsAsText allows for a character that the end of the block cuts.
func startsAsText(block []byte) bool {
	for cut := range min(utf8.UTFMax, len(block)) {
		if utf8.Valid(block[:len(block)-cut]) {
			return true
		}
	}
	return false
}

var headerVersion = regexp.MustCompile(`^\d{1,3}\.\d{1,3}$`)

// encryptedVersion reads the header of an encrypted archive: 100 bytes of random text, the words, the version.
func encryptedVersion(block []byte) (string, bool) {
	const words, version, end = 100, 190, 200
	if len(block) < end || !bytes.HasPrefix(block[words:], []byte("Bitrix Encrypted File")) {
		return "", false
	}
	v := strings.Trim(string(block[version:end]), "\x00 ")
	if !headerVersion.MatchString(v) {
		v = ""
	}
	return v, true
}

// tarHeader recognises the header of a tar entry by its checksum, in which the field itself counts as spaces. Old
// archives lack the word "ustar".
func tarHeader(block []byte) bool {
	const at, end = 148, 156
	if len(block) < blockSize || block[0] == 0 {
		return false
	}
	want, err := strconv.ParseInt(strings.Trim(string(block[at:end]), "\x00 "), 8, 64)
	if err != nil {
		return false
	}
	sum := int64(' ') * (end - at)
	for i, c := range block[:blockSize] {
		if i < at || i >= end {
			sum += int64(c)
		}
	}
	return sum == want
}

package docroot

import (
	"bytes"
	"compress/gzip"
	"io"
	"regexp"
)

// mentions tells whether any of the words, given in lower case, stands in the data.
func mentions(data []byte, words ...string) bool {
	lower := bytes.ToLower(data)
	for _, w := range words {
		if bytes.Contains(lower, []byte(w)) {
			return true
		}
	}
	return false
}

// packed are the first bytes of archives and of compressed files.
var packed = []string{
	"PK\x03\x04", "PK\x05\x06", "\x1f\x8b", "Rar!\x1a\x07", "7z\xbc\xaf\x27\x1c", "BZh", "\xfd7zXZ\x00", "\x28\xb5\x2f\xfd",
}

// isPacked knows an archive by its content; an encrypted one of the vendor says so itself.
func isPacked(data []byte) bool {
	for _, p := range packed {
		if bytes.HasPrefix(data, []byte(p)) {
			return true
		}
	}
	return len(data) > 262 && string(data[257:262]) == "ustar" || bytes.Contains(data[:min(512, len(data))], []byte("Bitrix Encrypted File"))
}

// sqlStatement is a statement that a dump is made of, or what the programs that write dumps begin with.
var sqlStatement = regexp.MustCompile(`(?mi)^\s*(?:(?:--|#) ?(?:mysql|mariadb|postgresql database|phpmyadmin sql|adminer|started:).*|` +
	`(?:create|drop) table\b.*|insert into\b.*|copy \S+ .*from stdin.*|/\*!\d{5} .*)`)

// unpackedLimit is how much of a compressed dump is unpacked: enough for its first statements.
const unpackedLimit = 16 << 10

// holdsDump tells whether the head of a file called a dump is one. Of what is compressed by other means than gzip the
// name is all there is.
func holdsDump(data []byte) bool {
	if bytes.HasPrefix(data, []byte("\x1f\x8b")) {
		data = unpacked(data)
	} else if isPacked(data) {
		return true
	}
	return bytes.HasPrefix(data, []byte("PGDMP")) || sqlStatement.Match(data)
}

// unpacked is the beginning of what gzip holds, as far as it can be read.
func unpacked(data []byte) []byte {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	head, _ := io.ReadAll(io.LimitReader(r, unpackedLimit)) // the end is cut off: what came before it counts
	return head
}

package archive

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// How well the tail of a name keeps its address from being guessed.
const (
	TailRandom = "random16" // 16 characters of a secure generator
	TailWeak   = "weak8"    // 8 characters that follow from the time in part
	TailNone   = "none"     // the time alone
	TailOwn    = "own"      // a name that a person chose
)

var (
	vendorName = regexp.MustCompile(`^(?:([A-Za-z0-9.\-]{1,20})_)?(\d{8}_\d{6})_(?:(full|core|nocore|pub|nopub|sql|nosql)(?:_([A-Za-z0-9]{8,32}))?|(\d{8}))\.(?:tar|enc|sql)(?:\.gz)?$`)
	archiveEnd = regexp.MustCompile(`(?i)\.(?:tar|enc|sql|gz|tgz)$`)
	partEnd    = regexp.MustCompile(`(?i)^(.+\.(?:tar|enc|sql|gz|tgz))\.([1-9]\d{0,4})$`)
)

// maxPart is the largest number that the header of a first part can hold.
const maxPart = 1<<16 - 1

// splitPart tells the set that a file belongs to and its number there, 0 for the first. A number that no header can
// hold, or one with leading zeros, is part of the name.
func splitPart(file string) (set string, part int) {
	m := partEnd.FindStringSubmatch(file)
	if m == nil {
		return file, 0
	}
	n, err := strconv.Atoi(m[2])
	if err != nil || n > maxPart {
		return file, 0
	}
	return m[1], n
}

// archiveLike reports that the vendor's own list of backups would show a file of this name.
func archiveLike(file string) bool {
	set, _ := splitPart(file)
	return archiveEnd.MatchString(set)
}

type nameFacts struct {
	site, kind, tail string
	named            time.Time
}

// readName takes from the name of a set what it says, in the time zone of the server.
func readName(set string, zone *time.Location) nameFacts {
	m := vendorName.FindStringSubmatch(set)
	if m == nil {
		return nameFacts{tail: TailOwn}
	}
	at, err := time.ParseInLocation("20060102_150405", m[2], zone)
	if err != nil {
		return nameFacts{tail: TailOwn}
	}
	n := nameFacts{site: m[1], kind: m[3], tail: TailNone, named: at.UTC()}
	switch tail := m[4] + m[5]; {
	case len(tail) >= 16:
		n.tail = TailRandom
	case tail != "":
		n.tail = TailWeak
	}
	return n
}

// shown writes a file name so that no character of it can act on a terminal or turn a line around. Different names
// stay different.
func shown(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); {
		r, size := utf8.DecodeRuneInString(name[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, name[i])
		case r == '\\':
			b.WriteString(`\\`)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u{%x}`, r)
		}
		i += size
	}
	return b.String()
}

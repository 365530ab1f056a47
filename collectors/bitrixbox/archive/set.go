package archive

import (
	"cmp"
	"context"
	"os"
	"slices"
	"time"
)

// Why a set cannot be restored, the first that holds.
const (
	PartMissing = "part_missing" // a part is not in the folder
	Unfinished  = "unfinished"   // the run that wrote it stopped, or still goes on
	Truncated   = "truncated"    // a part ends too early
	Unreadable  = "unreadable"   // a part cannot be opened, is damaged or is no archive
)

// How far it was looked whether a set is whole. Only for a set without a problem.
const (
	CheckedNames = "names" // no part is known to be missing; its content was not judged
	CheckedEnds  = "ends"  // every part is closed and its end agrees with its beginning
	CheckedWhole = "whole" // every part was read through and its checksums agree
)

// maxMissing bounds how many missing parts are told one by one.
const maxMissing = 100

// Set is one backup: the first file and the parts that continue it.
type Set struct {
	Name           string    // of the first file; unprintable characters are escaped
	Site           string    // server name in the name of the file
	Kind           string    // full, core, nocore, pub, nopub, sql, nosql; "" the name does not say
	Named          time.Time // the time in the name; zero: none
	Modified       time.Time // of the newest part
	Bytes          int64     // of all parts
	Parts          int       // that lie in the folder
	PartsExpected  int       // 0 unknown
	Missing        []int     // numbers of missing parts, the first hundred; 0 is the first file
	Encrypted      bool
	EncryptedKnown bool
	HeaderVersion  string // of the encryption: 1.0, 1.1, 1.2; "" none or not readable
	Format         string // tar, sql, unknown
	Problem        string // "" none was found, see Checked
	Checked        string // names, ends, whole
	Guessable      string // random16, weak8, none, own
}

// part is one file of a set.
type part struct {
	file     string
	number   int
	size     int64
	modified time.Time
	head     head
	failed   bool // could not be opened
}

// checker judges sets within what is left of the limits.
type checker struct {
	ctx  context.Context
	dir  *os.Root
	left limits
}

type candidate struct {
	set   Set
	parts []part
}

// sets judges the newest first: should the limits not suffice for all, they are spent where it matters most.
func (c *checker) sets(groups map[string][]part, zone *time.Location) ([]Set, error) {
	var all []candidate
	for name, parts := range groups {
		slices.SortFunc(parts, func(a, b part) int { return cmp.Compare(a.number, b.number) })
		all = append(all, candidate{describe(name, parts, zone), parts})
	}
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(b.set.Modified.Compare(a.set.Modified), cmp.Compare(a.set.Name, b.set.Name))
	})
	var out []Set
	for _, s := range all {
		s.set.Problem, s.set.Checked = c.judge(&s.set, s.parts)
		if err := c.ctx.Err(); err != nil {
			return nil, err
		}
		out = append(out, s.set)
	}
	slices.SortFunc(out, func(a, b Set) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}

// describe tells everything but whether the set is whole. What the archive holds is read from the first file alone:
// the parts that continue it may begin with anything.
func describe(name string, parts []part, zone *time.Location) Set {
	n := readName(name, zone)
	s := Set{
		Name: shown(name), Site: n.site, Kind: n.kind, Named: n.named, Guessable: n.tail,
		Parts: len(parts), Format: FormatUnknown,
	}
	for _, p := range parts {
		s.Bytes += p.size
		if p.modified.After(s.Modified) {
			s.Modified = p.modified
		}
	}
	last := parts[len(parts)-1].number
	if first := parts[0]; first.number == 0 {
		h := first.head
		s.Format, s.Encrypted, s.HeaderVersion = h.format, h.encrypted, h.version
		s.EncryptedKnown = h.format != FormatUnknown
		if h.format == FormatUnknown && h.text && isSQL(name) {
			s.Format, s.EncryptedKnown = FormatSQL, true // a dump of a program that is not known here
		}
		if h.mark != nil && h.mark.closed {
			s.PartsExpected = h.mark.last + 1
			last = max(last, h.mark.last)
		}
	}
	s.Missing = gaps(parts, last)
	return s
}

// gaps lists the numbers from 0 to last that no part has.
func gaps(parts []part, last int) []int {
	var missing []int
	next := 0
	for _, p := range append(slices.Clone(parts), part{number: last + 1}) {
		for ; next < p.number && len(missing) < maxMissing; next++ {
			missing = append(missing, next)
		}
		next = p.number + 1
	}
	return missing
}

// judge tells the problem of a set, or how far it was looked for one.
//
// What "no problem" proves: no number is missing between the first part and the last one that the first names; every
// part of a compressed set was closed by the program that wrote it; the length at the end of each fits the length
// at its beginning. What it does not prove: that the bytes between are right, unless the set was small enough to be
// read through; that a part which was never closed and then deleted was not there; that a restore succeeds.
func (c *checker) judge(s *Set, parts []part) (problem, checked string) {
	if len(s.Missing) > 0 {
		return PartMissing, ""
	}
	if problem := plainProblem(s, parts); problem != "" {
		return problem, ""
	}
	first := parts[0].head
	switch {
	case first.gzip && first.mark == nil && len(parts) > 1:
		return "", CheckedNames // one stream that another program cut up
	case first.gzip:
		return c.compressed(parts)
	case s.Encrypted:
		return c.encrypted(parts)
	case s.Format == FormatSQL:
		return c.sql(parts)
	case s.Format == FormatTar:
		return c.tar(parts)
	}
	return Unreadable, ""
}

// plainProblem finds what the heads of the parts tell already.
func plainProblem(s *Set, parts []part) string {
	first := parts[0].head
	for _, p := range parts {
		switch {
		case p.failed:
			return Unreadable
		case p.head.mark != nil && !p.head.mark.closed:
			return Unfinished
		case s.PartsExpected > 0 && p.number >= s.PartsExpected:
			return Unfinished // the first part names the last that was closed
		}
	}
	for _, p := range parts {
		switch {
		case p.size == 0:
			return Truncated
		case first.mark != nil && p.head.mark == nil:
			return Unreadable // not what the portal wrote
		}
	}
	return ""
}

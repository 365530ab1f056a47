package docroot

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/crmaudit/crmaudit/facts"
)

// perType is how many files of a type are listed; nobody reads more, and their number is kept.
const perType = 500

// lists hold the first files of each type in the order of their paths, however many there are.
type lists map[string]*list

type list struct {
	files   []*facts.File
	dropped int
}

func (l lists) add(f *facts.File) {
	kind := f.Type.Or("")
	if l[kind] == nil {
		l[kind] = &list{}
	}
	l[kind].files = append(l[kind].files, f)
	if len(l[kind].files) >= 2*perType {
		l[kind].trim()
	}
}

// trim keeps the first files; names that cannot be told apart once they are legible count as dropped.
func (l *list) trim() {
	n := len(l.files)
	slices.SortStableFunc(l.files, func(a, b *facts.File) int { return strings.Compare(a.Path, b.Path) })
	l.files = slices.CompactFunc(l.files, func(a, b *facts.File) bool { return a.Path == b.Path })
	l.files = l.files[:min(perType, len(l.files))]
	l.dropped += n - len(l.files)
}

func (l lists) all() ([]*facts.File, map[string]int) {
	var files []*facts.File
	dropped := map[string]int{}
	for kind, list := range l {
		list.trim()
		files = append(files, list.files...)
		if list.dropped > 0 {
			dropped[kind] = list.dropped
		}
	}
	slices.SortFunc(files, func(a, b *facts.File) int { return strings.Compare(a.Key(), b.Key()) })
	return files, dropped
}

// record lists a file under what it draws attention by.
func (w *walker) record(kind, rel string, info fs.FileInfo) {
	f := &facts.File{Path: legible(rel), Type: facts.Of(kind), WebRoot: facts.Of(true)}
	if f.Modified = facts.Of(info.ModTime().UTC()); !w.opts.Now.IsZero() && info.ModTime().After(w.opts.Now.AddDate(0, 0, 1)) {
		f.Modified = facts.Unknown[time.Time](facts.Failed)
	}
	if info.Mode().IsRegular() {
		f.Bytes = facts.Of(info.Size())
	}
	if permissions {
		f.Mode = facts.Of(modeText(info.Mode()))
	}
	w.lists.add(f)
}

// modeText writes permissions as ls does, which differs from fs.FileMode where the special bits are set.
func modeText(m fs.FileMode) string {
	text := []byte("-" + m.Perm().String()[1:])
	if m.IsDir() {
		text[0] = 'd'
	}
	for _, s := range []struct {
		bit     fs.FileMode
		at      int
		letters string // with the right to execute, and without
	}{{fs.ModeSetuid, 3, "sS"}, {fs.ModeSetgid, 6, "sS"}, {fs.ModeSticky, 9, "tT"}} {
		if m&s.bit == 0 {
			continue
		}
		if text[s.at] == 'x' {
			text[s.at] = s.letters[0]
		} else {
			text[s.at] = s.letters[1]
		}
	}
	return string(text)
}

// legible writes what a reader or a terminal could be misled by as an escape.
func legible(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); {
		r, n := utf8.DecodeRuneInString(name[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, name[i])
		case !strconv.IsGraphic(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
		i += n
	}
	return b.String()
}

// cut shortens a text to so many bytes.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

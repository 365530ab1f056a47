package docroot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"

	"github.com/crmaudit/crmaudit/facts"
)

const (
	unreadNamed = 5      // unread paths that are named
	maxReads    = 20_000 // files whose content is looked at; a portal has a few suspects, not thousands
)

// walker goes through a document root once.
type walker struct {
	ctx    context.Context
	root   *os.Root
	opts   Options
	report *Report
	lists  lists
	reads  int      // files whose content may still be looked at
	limits []string // bounds that were reached
}

func newWalker(ctx context.Context, root *os.Root, o Options) *walker {
	return &walker{ctx: ctx, root: root, opts: o, report: &Report{}, lists: lists{}, reads: maxReads}
}

func (w *walker) walk() error {
	return w.folder(w.root, ".", 0, true)
}

func (w *walker) finish() *Report {
	w.report.Files, w.report.Dropped = w.lists.all()
	w.report.Truncated = strings.Join(w.limits, "; ")
	return w.report
}

// folder looks at what lies in a folder and then goes into its folders, so that a bound that is reached in the depths
// leaves nothing out above. Each folder is opened from the one above it and not by its whole path, which could have been
// changed in between. open tells whether other users of the server can get here.
func (w *walker) folder(dir *os.Root, rel string, depth int, open bool) error {
	names, err := w.entries(dir, rel)
	if err != nil {
		return err
	}
	at := w.placeOf(rel)
	if info, err := dir.Lstat("."); err == nil {
		open = open && (!permissions || info.Mode()&otherEnter != 0)
		w.apply(folderRules, &item{w: w, dir: dir, rel: rel, name: strings.ToLower(path.Base(rel)), self: ".", place: at, open: open, info: info})
	}
	var below []string
	for i, e := range names {
		if i%256 == 0 && w.ctx.Err() != nil {
			return w.ctx.Err()
		}
		switch name := e.Name(); {
		case e.Type()&fs.ModeSymlink != 0:
			w.link(path.Join(rel, name))
		case e.IsDir():
			below = append(below, name)
		case e.Type().IsRegular():
			w.apply(fileRules, &item{w: w, dir: dir, rel: path.Join(rel, name), name: strings.ToLower(name), self: name, place: at, open: open})
		}
	}
	for _, name := range below {
		if err := w.enter(dir, path.Join(rel, name), depth+1, open); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) enter(dir *os.Root, rel string, depth int, open bool) error {
	switch {
	case isCache(rel):
		return nil
	case depth > w.opts.MaxDepth:
		w.limit("folders nested deeper than %d were not looked at", w.opts.MaxDepth)
		return nil
	}
	sub, err := dir.OpenRoot(path.Base(rel))
	if err != nil {
		w.unread(rel)
		return nil
	}
	defer func() { _ = sub.Close() }()
	if vcsFolders[path.Base(rel)] {
		return w.history(sub, rel)
	}
	return w.folder(sub, rel, depth, open)
}

// history records version control data as one folder: its thousands of files say nothing more.
func (w *walker) history(dir *os.Root, rel string) error {
	names, err := w.entries(dir, rel)
	if err != nil || len(names) == 0 {
		return err
	}
	info, err := dir.Lstat(".")
	if err != nil {
		w.unread(rel)
		return nil
	}
	w.record(facts.FileVCS, rel, info)
	return nil
}

// entries lists a folder in the order of names, as far as the bound on all entries allows.
func (w *walker) entries(dir *os.Root, rel string) ([]fs.DirEntry, error) {
	f, err := dir.OpenFile(".", os.O_RDONLY|nonblock, 0)
	if err != nil {
		w.unread(rel)
		return nil, nil
	}
	defer f.Close()
	var all []fs.DirEntry
	for {
		if err := w.ctx.Err(); err != nil {
			return nil, err
		}
		if w.report.Seen >= w.opts.MaxFiles {
			w.limit("only the first %d files and folders were looked at", w.opts.MaxFiles)
			break
		}
		chunk, err := f.ReadDir(min(512, w.opts.MaxFiles-w.report.Seen))
		all = append(all, chunk...)
		w.report.Seen += len(chunk)
		if w.opts.Progress != nil && len(chunk) > 0 {
			w.opts.Progress(w.report.Seen)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			w.unread(rel)
			break
		}
	}
	slices.SortFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return all, nil
}

// link counts a symbolic link, and as unread if it leads out: what stays inside is walked under its own name.
func (w *walker) link(rel string) {
	w.report.Links++
	_, err := w.root.Stat(rel)
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ELOOP) {
		w.unread(rel)
	}
}

func (w *walker) unread(rel string) {
	w.report.Unread++
	if len(w.report.UnreadPaths) < unreadNamed {
		w.report.UnreadPaths = append(w.report.UnreadPaths, legible(rel))
	}
}

// limit notes a bound that was reached, once.
func (w *walker) limit(format string, n int) {
	if text := fmt.Sprintf(format, n); !slices.Contains(w.limits, text) {
		w.limits = append(w.limits, text)
	}
}

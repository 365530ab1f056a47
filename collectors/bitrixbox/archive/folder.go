package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// Options say when and where the folder is looked at.
type Options struct {
	Now  time.Time
	Zone *time.Location // of the server, in which names carry their time; nil: UTC
}

// Folder is what lies in the folder of backups.
type Folder struct {
	Sets      []Set             // sorted by name
	Lock      *time.Time        // when the backup that holds the lock began; nil: no readable lock
	LockDead  bool              // the lock is older than a day: that backup died
	Protected facts.Known[bool] // a .htaccess in the folder denies everybody; only a server that reads it obeys
	Truncated string            // why not every file was looked at; "" all were
	Unread    []string          // names of what could be an archive or matters otherwise and could not be read, each with the reason
}

// limits bound the work that a folder can cause, whatever somebody put there.
type limits struct {
	files    int
	streamed int64 // compressed bytes that are read whole
	inflated int64 // bytes that these may become
	headers  int   // of entries of uncompressed archives
}

var usual = limits{files: 10_000, streamed: 64 << 20, inflated: 512 << 20, headers: 200_000}

// Read looks at the folder dir.
func Read(ctx context.Context, dir *os.Root, opts Options) (*Folder, error) {
	return read(ctx, dir, opts, usual)
}

func read(ctx context.Context, dir *os.Root, opts Options, lim limits) (*Folder, error) {
	if opts.Zone == nil {
		opts.Zone = time.UTC
	}
	f := &Folder{}
	entries, err := f.list(dir, lim.files)
	if err != nil {
		return nil, fmt.Errorf("list the folder of backups: %w", err)
	}
	groups := map[string][]part{}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if p, ok := f.look(dir, e); ok {
			set, n := splitPart(e.Name())
			p.number = n
			groups[set] = append(groups[set], p)
		}
	}
	f.readLock(dir, opts.Now)
	f.readDeny(dir)
	c := &checker{ctx: ctx, dir: dir, left: lim}
	if f.Sets, err = c.sets(groups, opts.Zone); err != nil {
		return nil, err
	}
	slices.Sort(f.Unread)
	return f, nil
}

// list gives the entries of the folder by name, as many as are allowed.
func (f *Folder) list(dir *os.Root, limit int) ([]fs.DirEntry, error) {
	folder, err := dir.Open(".")
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	entries, err := folder.ReadDir(limit + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(entries) > limit {
		entries = entries[:limit]
		f.Truncated = fmt.Sprintf("more than %d files lie in the folder; the others were not looked at", limit)
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

const (
	lockFile = "auto_lock"
	denyFile = ".htaccess"
	// The few statements that follow a dump in a file of their own: no archive.
	afterConnect     = "_after_connect.sql"
	afterConnectSize = 4 << 10
)

// look tells whether an entry is part of an archive and what its head says.
func (f *Folder) look(dir *os.Root, e fs.DirEntry) (part, bool) {
	name := e.Name()
	if name == lockFile || name == denyFile {
		return part{}, false
	}
	like := archiveLike(name)
	if !e.Type().IsRegular() {
		if like {
			f.unread(name, errNotRegular)
		}
		return part{}, false
	}
	p := part{file: name}
	data, info, err := readHead(dir, name, headSize)
	if info != nil {
		p.size, p.modified = info.Size(), info.ModTime().UTC()
	}
	if err != nil {
		f.unread(name, err)
		p.failed = true
		return p, like
	}
	if strings.HasSuffix(name, afterConnect) && p.size <= afterConnectSize {
		return part{}, false
	}
	p.head = parseHead(data)
	return p, like || p.head.mark != nil || p.head.format != FormatUnknown
}

func (f *Folder) unread(name string, err error) {
	reason := "cannot be read"
	for _, known := range []error{errNotRegular, errNoTime, errTooLarge, fs.ErrPermission} {
		if errors.Is(err, known) {
			reason = known.Error()
		}
	}
	f.Unread = append(f.Unread, shown(name)+": "+reason)
}

var errNotRegular = errors.New("not a regular file")

// open opens a regular file of the folder itself. A link is not followed, even when one takes the file's place at the
// last moment, and a pipe cannot hold the audit up.
func open(dir *os.Root, name string) (*os.File, fs.FileInfo, error) {
	before, err := dir.Lstat(name)
	if err != nil {
		return nil, nil, err
	}
	if !before.Mode().IsRegular() {
		return nil, nil, errNotRegular
	}
	file, err := dir.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, before, err
	}
	info, err := file.Stat()
	if err == nil && !os.SameFile(before, info) {
		err = errNotRegular
	}
	if err != nil {
		file.Close()
		return nil, before, err
	}
	return file, info, nil
}

// readHead reads at most limit bytes from the beginning of a file.
func readHead(dir *os.Root, name string, limit int64) ([]byte, fs.FileInfo, error) {
	file, info, err := open(dir, name)
	if err != nil {
		return nil, info, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, limit))
	return data, info, err
}

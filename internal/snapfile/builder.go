package snapfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
)

// Names inside the working folder.
const (
	sourcePrefix = "source-"       // one folder a source
	doneName     = "finished.json" // in a source's folder, once it is finished
	lockName     = "lock"
	stampName    = "stamp"
	tempName     = "snapshot.tmp" // the target before it has its name
	builtName    = "built"        // the temporary file is complete
)

// Builder collects records of several sources in the working folder <target>.partial and makes the
// snapshot of them. What is finished there survives the process: the next Builder of the same target
// goes on from it. Sources may be written at the same time, each by one goroutine.
type Builder struct {
	target, dir string
	open        func(name string, flag int) (diskFile, error)
	lock        *os.File

	mu      sync.Mutex
	writers map[string]*sourceWriter
	done    map[string]finished
}

// finished is what stays of a source besides its records.
type finished struct {
	Source   facts.SourceInfo          `json:"source"`
	Coverage []facts.Coverage          `json:"coverage"`
	Parts    map[facts.Kind]sourcePart `json:"parts"`
}

// sourcePart is how much of one kind a source wrote.
type sourcePart struct {
	Records int   `json:"records"`
	Bytes   int64 `json:"bytes"`
}

// diskFile is what a Builder needs of a file; tests put a full disk behind it.
type diskFile interface {
	io.Writer
	Sync() error
	Close() error
}

// PartialDir is the working folder of a target.
func PartialDir(target string) string { return target + ".partial" }

// NewBuilder opens the working folder of the target, or makes it. Close the Builder in any case.
func NewBuilder(target string) (*Builder, error) {
	b := &Builder{
		target: target, dir: PartialDir(target),
		open:    func(name string, flag int) (diskFile, error) { return os.OpenFile(name, flag, 0o600) },
		writers: map[string]*sourceWriter{},
		done:    map[string]finished{},
	}
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return nil, cannotWrite(err, b.dir, b.dir)
	}
	f, err := os.OpenFile(filepath.Join(b.dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, cannotWrite(err, b.dir, b.dir)
	}
	if err := lock(f); err != nil {
		_ = f.Close()
		return nil, fail.New(fail.Usage, "wait until it ends, or write to another file", "another collection is writing %s", target)
	}
	b.lock = f
	if err := b.load(); err != nil {
		_ = b.Close()
		return nil, err
	}
	return b, nil
}

// Match keeps what was collected before only if it was collected under the same stamp, for instance
// a hash of the configuration; otherwise the collection starts over.
func (b *Builder) Match(stamp string) error {
	name := filepath.Join(b.dir, stampName)
	old, err := os.ReadFile(name)
	if err == nil && string(old) == stamp {
		return nil
	}
	if err == nil || len(b.done) > 0 {
		if err := b.wipe(); err != nil {
			return err
		}
	}
	return b.writeFile(name, []byte(stamp))
}

// Finished tells that the source is complete and need not be collected again.
func (b *Builder) Finished(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, ok := b.done[id]
	return ok
}

// Source starts a source, discarding what an earlier attempt left of it. A file that cannot be
// written is told by the first Write.
func (b *Builder) Source(id, kind string) facts.Writer {
	w := b.newWriter(id, kind)
	w.err = b.emptySource(id)
	return w
}

// Continue is Source for a collector that can go on where it stopped: the records already written
// stay, and kept says how many there are of each kind. Coverage and provenance have to be told again.
func (b *Builder) Continue(id, kind string) (w facts.Writer, kept map[facts.Kind]int, err error) {
	s := b.newWriter(id, kind)
	if err := os.Remove(filepath.Join(s.dir, doneName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, cannotWrite(err, s.dir, b.dir)
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, nil, cannotWrite(err, s.dir, b.dir)
	}
	kept = map[facts.Kind]int{}
	for _, k := range facts.Kinds {
		p, err := dropCutLine(filepath.Join(s.dir, partName(k)))
		if err != nil {
			return nil, nil, cannotWrite(err, s.dir, b.dir)
		}
		if p.Records > 0 {
			s.kept[k], kept[k] = p, p.Records
		}
	}
	return s, kept, nil
}

func (b *Builder) newWriter(id, kind string) *sourceWriter {
	b.mu.Lock()
	defer b.mu.Unlock()
	if old := b.writers[id]; old != nil {
		_ = old.closeParts()
		old.err = errStopped
	}
	delete(b.done, id)
	w := &sourceWriter{
		dir: b.sourceDir(id), builder: b,
		about: facts.SourceInfo{ID: id, Kind: kind},
		parts: map[facts.Kind]*partWriter{}, kept: map[facts.Kind]sourcePart{}, layouts: map[facts.Kind]*layout{},
	}
	b.writers[id] = w
	return w
}

// FinishSource marks a source as complete; after that it survives an interruption.
func (b *Builder) FinishSource(id string) error {
	b.mu.Lock()
	w := b.writers[id]
	b.mu.Unlock()
	if w == nil {
		return fmt.Errorf("finish source %q: it was not started", id)
	}
	f, err := w.finish()
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.writers, id)
	b.done[id] = f
	return nil
}

// Close stops all sources and leaves the folder for the next Builder. After Finish it does nothing.
func (b *Builder) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []error
	for _, w := range b.writers {
		all = append(all, w.closeParts())
		w.err = errStopped
	}
	clear(b.writers)
	if b.lock != nil {
		all = append(all, b.lock.Close())
		b.lock = nil
	}
	return errors.Join(all...)
}

// Discard throws away what was collected and closes the Builder.
func (b *Builder) Discard() error {
	err := b.wipe()
	return errors.Join(err, b.Close(), os.RemoveAll(b.dir))
}

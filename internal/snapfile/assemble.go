package snapfile

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
)

// entryTime is the time of every entry of the zip: the earliest that the format knows, so that equal
// records make equal files.
var entryTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// Finish writes the snapshot under its name and removes the working folder. The sources named in
// order go in, one after the other, and all must be finished. Sources and coverage that info already
// has, for instance of sources that nobody configured, follow those collected; its schema and counts
// are filled in. Until the moment it has its name nothing is seen of the new snapshot, and if
// anything fails the folder stays.
func (b *Builder) Finish(info facts.Info, order []string, e Encryption) error {
	sources, err := b.ordered(order)
	if err != nil {
		return err
	}
	m, err := b.manifest(info, sources)
	if err != nil {
		return err
	}
	temp := filepath.Join(b.dir, tempName)
	if err := b.writeTemp(temp, m, sources, e); err != nil {
		_ = os.Remove(temp)
		return err
	}
	// From here on a missing temporary file means that it became the target.
	if err := b.writeFile(filepath.Join(b.dir, builtName), nil); err != nil {
		return err
	}
	if err := os.Rename(temp, b.target); err != nil {
		return cannotWrite(err, b.target, b.dir)
	}
	syncDir(filepath.Dir(b.target))
	// The snapshot is there; a folder that cannot be removed now is recognised and emptied next time.
	_ = b.Discard()
	return nil
}

func (b *Builder) ordered(order []string) ([]finished, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	seen := map[string]bool{}
	var sources []finished
	for _, id := range order {
		f, ok := b.done[id]
		if !ok || seen[id] {
			return nil, fmt.Errorf("build the snapshot: source %q is named twice or not finished", id)
		}
		seen[id] = true
		sources = append(sources, f)
	}
	return sources, nil
}

// manifest reads every part once: its hash stands before the part in the file.
func (b *Builder) manifest(info facts.Info, sources []finished) (manifest, error) {
	collected, coverage := []facts.SourceInfo{}, []facts.Coverage{}
	for _, s := range sources {
		collected, coverage = append(collected, s.Source), append(coverage, s.Coverage...)
	}
	info.Schema, info.TakenAt = facts.SchemaVersion, info.TakenAt.UTC()
	info.Sources, info.Coverage = append(collected, info.Sources...), append(coverage, info.Coverage...)
	info.Counts = map[facts.Kind]int{}
	m := manifest{Format: formatName, Schema: facts.SchemaVersion, Parts: []part{}}
	for _, k := range facts.Kinds {
		h, p := sha256.New(), part{Kind: k, Name: partName(k)}
		for _, s := range sources {
			if err := b.copyPart(h, s, k); err != nil {
				return m, err
			}
			p.Records += s.Parts[k].Records
			p.Bytes += s.Parts[k].Bytes
		}
		if p.Records == 0 {
			continue
		}
		p.SHA256 = hex.EncodeToString(h.Sum(nil))
		info.Counts[k] = p.Records
		m.Parts = append(m.Parts, p)
	}
	m.Info = info
	return m, nil
}

func (b *Builder) writeTemp(temp string, m manifest, sources []finished, e Encryption) (err error) {
	out, err := b.open(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return cannotWrite(err, b.target, b.dir)
	}
	defer func() {
		if closeErr := out.Close(); err == nil && closeErr != nil {
			err = cannotWrite(closeErr, b.target, b.dir)
		}
	}()
	crypt, err := e.wrap(out)
	if err != nil {
		return err
	}
	seal := newSealer(crypt)
	if err := b.writeZip(seal, m, sources); err != nil {
		return err
	}
	if err := errors.Join(seal.Close(), crypt.Close(), out.Sync()); err != nil {
		return cannotWrite(err, b.target, b.dir)
	}
	return nil
}

func (b *Builder) writeZip(w io.Writer, m manifest, sources []finished) error {
	z := zip.NewWriter(w)
	head, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return fmt.Errorf("build the snapshot: %w", err)
	}
	entry, err := newEntry(z, manifestName)
	if err == nil {
		_, err = entry.Write(append(head, '\n'))
	}
	if err != nil {
		return cannotWrite(err, b.target, b.dir)
	}
	for _, p := range m.Parts {
		entry, err := newEntry(z, p.Name)
		if err != nil {
			return cannotWrite(err, b.target, b.dir)
		}
		for _, s := range sources {
			if err := b.copyPart(entry, s, p.Kind); err != nil {
				return err
			}
		}
	}
	if err := z.SetComment(strings.Repeat(" ", sealSize)); err != nil {
		return fmt.Errorf("build the snapshot: %w", err)
	}
	if err := z.Close(); err != nil {
		return cannotWrite(err, b.target, b.dir)
	}
	return nil
}

func newEntry(z *zip.Writer, name string) (io.Writer, error) {
	h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: entryTime}
	h.SetMode(0o600)
	return z.CreateHeader(h)
}

// copyPart copies the records of one kind of one source, which must be as long as when it was finished.
func (b *Builder) copyPart(w io.Writer, s finished, k facts.Kind) error {
	want := s.Parts[k].Bytes
	if want == 0 {
		return nil
	}
	name := filepath.Join(b.sourceDir(s.Source.ID), partName(k))
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("build the snapshot: %w", err)
	}
	defer f.Close()
	n, err := io.Copy(w, f)
	if err != nil {
		return cannotWrite(err, b.target, b.dir)
	}
	if n != want {
		return fail.New(fail.Integrity, "remove "+b.dir+" and collect again", "build the snapshot: %s has %d bytes instead of %d", name, n, want)
	}
	return nil
}

// syncDir makes the new name durable where the system can; the file itself already is.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}

package snapfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// load finds the sources that an earlier Builder finished.
func (b *Builder) load() error {
	if b.delivered() {
		if err := b.wipe(); err != nil {
			return err
		}
	}
	entries, err := os.ReadDir(b.dir)
	if err != nil {
		return fmt.Errorf("look into %s: %w", b.dir, err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(b.dir, e.Name(), doneName))
		if err != nil {
			continue // not a source, or not finished
		}
		var f finished
		// A mark of completion that cannot be read is none: the source is collected again.
		if json.Unmarshal(data, &f) == nil && b.sourceDir(f.Source.ID) == filepath.Join(b.dir, e.Name()) {
			b.done[f.Source.ID] = f
		}
	}
	return nil
}

// delivered tells that the snapshot got its name but the process died before it removed the folder.
func (b *Builder) delivered() bool {
	return exists(filepath.Join(b.dir, builtName)) && !exists(filepath.Join(b.dir, tempName))
}

// wipe empties the folder. The sources go first: while one is left, so are the marks that tell it is not wanted.
func (b *Builder) wipe() error {
	entries, err := os.ReadDir(b.dir)
	if err != nil {
		return cannotWrite(err, b.dir, b.dir)
	}
	for _, sources := range []bool{true, false} {
		for _, e := range entries {
			if e.Name() == lockName || strings.HasPrefix(e.Name(), sourcePrefix) != sources {
				continue
			}
			if err := os.RemoveAll(filepath.Join(b.dir, e.Name())); err != nil {
				return cannotWrite(err, b.dir, b.dir)
			}
		}
	}
	clear(b.done)
	return nil
}

// emptySource makes the source's folder anew. Its mark of completion goes first.
func (b *Builder) emptySource(id string) error {
	dir := b.sourceDir(id)
	err := os.Remove(filepath.Join(dir, doneName))
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		err = os.RemoveAll(dir)
	}
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return cannotWrite(err, dir, b.dir)
	}
	return nil
}

func (b *Builder) sourceDir(id string) string {
	return filepath.Join(b.dir, sourcePrefix+url.PathEscape(id))
}

// writeFile replaces a small file of the folder as a whole or not at all.
func (b *Builder) writeFile(name string, data []byte) error {
	temp := name + ".tmp"
	f, err := b.open(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return cannotWrite(err, name, b.dir)
	}
	_, err = io.Copy(f, bytes.NewReader(data))
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(temp, name)
	}
	if err != nil {
		return cannotWrite(err, name, b.dir)
	}
	return nil
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

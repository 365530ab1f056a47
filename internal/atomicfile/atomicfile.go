// Package atomicfile writes output files that are either whole or not there at all, and readable by
// their owner only: reports describe weak spots.
package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"github.com/crmaudit/crmaudit/internal/fail"
)

// Write lets fill write to a temporary file beside name and gives it its name when fill succeeded.
func Write(name string, fill func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return explain(err, name)
	}
	whole := false // also when fill panics, nothing is left behind
	defer func() {
		if !whole {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
		if err != nil {
			err = explain(err, name)
		}
	}()
	if err = fill(f); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), name); err != nil {
		return err
	}
	whole = true
	return nil
}

// WriteBytes writes data as Write does.
func WriteBytes(name string, data []byte) error {
	return Write(name, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

func explain(err error, name string) error {
	var known *fail.Error
	var reason syscall.Errno
	if !errors.As(err, &known) && errors.As(err, &reason) {
		err = reason // without the temporary name, which nobody knows
	}
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, syscall.ENOSPC):
		return fail.Wrap(err, fail.Internal, "free some space and run the command again; what was collected is kept", "write "+name)
	case errors.Is(err, os.ErrPermission), errors.Is(err, syscall.EROFS):
		return fail.Wrap(err, fail.Usage, "choose a folder you may write to with -o", "write "+name)
	case errors.Is(err, os.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return fail.Wrap(err, fail.Usage, "create the folder first, or choose another one with -o", "write "+name)
	case errors.Is(err, os.ErrExist), errors.Is(err, syscall.EISDIR):
		return fail.Wrap(err, fail.Usage, "a folder of this name is in the way: choose another name with -o", "write "+name)
	}
	return fail.Wrap(err, fail.Internal, "", "write "+name)
}

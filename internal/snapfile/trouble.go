package snapfile

import (
	"errors"
	"io/fs"
	"syscall"

	"github.com/crmaudit/crmaudit/internal/fail"
)

const copyAgain = "copy the file again from where it was made, or collect again"

// damaged says that a snapshot is not what was written.
func damaged(name, format string, args ...any) error {
	cause := fail.New(fail.Integrity, copyAgain, format, args...)
	return fail.Wrap(cause, fail.Integrity, copyAgain, name+" is damaged or was altered")
}

// notSnapshot says that a file is something else.
func notSnapshot(name string) error {
	return fail.New(fail.Usage, "give a .crmsnap file, as `crmaudit collect` writes it", "%s is not a snapshot", name)
}

// cannotWrite explains a failed write; what was collected before it is never lost.
func cannotWrite(err error, what, dir string) error {
	hint := "check that the folder may be written to"
	switch {
	case errors.Is(err, syscall.ENOSPC):
		hint = "free space on the disk and run the same command again: it continues from " + dir
	case errors.Is(err, fs.ErrPermission):
		hint = "give yourself the right to write there, or choose another folder"
	}
	return fail.Wrap(err, fail.Internal, hint, "write "+what)
}

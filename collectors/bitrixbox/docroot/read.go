package docroot

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/crmaudit/crmaudit/facts"
)

// headLimit is how much of a file is read: enough for every signature and for any settings file.
const headLimit = 64 << 10

var (
	errNotRegular = errors.New("not an ordinary file")
	errTooLarge   = errors.New("larger than a settings file can be")
)

// head reads the first bytes of an ordinary file. Whatever else stands in its place is not waited for.
func head(root *os.Root, name string) ([]byte, error) {
	f, err := open(root, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, headLimit))
}

// whole reads a small ordinary file.
func whole(root *os.Root, name string) ([]byte, error) {
	f, err := open(root, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, headLimit+1))
	if err == nil && len(data) > headLimit {
		return nil, errTooLarge
	}
	return data, err
}

// open looks before it opens, since opening a device may do something, and again after, since it may have been changed.
func open(root *os.Root, name string) (*os.File, error) {
	info, err := root.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errNotRegular
	}
	f, err := root.OpenFile(name, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	if info, err = f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, errNotRegular
	}
	return f, nil
}

// reason tells why a file gives no facts.
func reason(err error) facts.Reason {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return facts.NotSupported
	case errors.Is(err, fs.ErrPermission):
		return facts.Denied
	}
	return facts.Failed
}

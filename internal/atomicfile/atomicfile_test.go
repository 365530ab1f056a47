package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/fail"
)

// content reads a file and checks that nothing else lies beside it.
func content(t *testing.T, name string) string {
	entries, err := os.ReadDir(filepath.Dir(name))
	require.NoError(t, err)
	for _, e := range entries {
		require.Equal(t, filepath.Base(name), e.Name())
	}
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	require.NoError(t, err)
	return string(data)
}

func TestWrite(t *testing.T) {
	name := filepath.Join(t.TempDir(), "отчёт.pdf")
	require.NoError(t, WriteBytes(name, []byte("one")))
	require.Equal(t, "one", content(t, name))
	st, err := os.Stat(name)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), st.Mode().Perm())

	require.NoError(t, os.Chmod(name, 0o644))
	require.NoError(t, WriteBytes(name, nil))
	require.Empty(t, content(t, name))
	st, err = os.Stat(name)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), st.Mode().Perm(), "also over a file that others could read")
}

func TestNothingHalfWritten(t *testing.T) {
	name := filepath.Join(t.TempDir(), "result.json")
	half := func(w io.Writer) error {
		_, err := w.Write([]byte("half"))
		require.NoError(t, err)
		return errors.New("the rest is missing")
	}
	require.EqualError(t, Write(name, half), "write "+name+": the rest is missing")
	require.Empty(t, content(t, name))

	require.NoError(t, WriteBytes(name, []byte("before")))
	require.Error(t, Write(name, half))
	require.Equal(t, "before", content(t, name), "the old file stays")
	require.Panics(t, func() { _ = Write(name, func(io.Writer) error { panic("defect") }) })
	require.Equal(t, "before", content(t, name))
}

func TestTroubleIsExplained(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		err  error
		code int
		hint string
	}{
		"disk full": {&fs.PathError{Op: "write", Path: ".tmp123", Err: syscall.ENOSPC}, fail.Internal, "free some space and run the command again; what was collected is kept"},
		"no right":  {&fs.PathError{Op: "write", Path: ".tmp123", Err: syscall.EACCES}, fail.Usage, "choose a folder you may write to with -o"},
		"own":       {fail.New(fail.Integrity, "own hint", "own message"), fail.Integrity, "own hint"},
		"any other": {errors.New("boom"), fail.Internal, ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := Write(filepath.Join(dir, "x"), func(io.Writer) error { return c.err })
			require.Equal(t, c.code, fail.Code(err))
			require.Equal(t, c.hint, fail.Hint(err))
			require.NotContains(t, err.Error(), "tmp123")
		})
	}
	err := WriteBytes(filepath.Join(dir, "no", "such", "folder", "x"), nil)
	require.Equal(t, fail.Usage, fail.Code(err))
	require.Equal(t, "create the folder first, or choose another one with -o", fail.Hint(err))
	require.ErrorIs(t, err, fs.ErrNotExist)

	require.NoError(t, os.Mkdir(filepath.Join(dir, "folder"), 0o700))
	require.Error(t, WriteBytes(filepath.Join(dir, "folder"), []byte("x")), "a folder has that name")
	require.Equal(t, []string{"folder"}, entries(t, dir))
}

func entries(t *testing.T, dir string) []string {
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

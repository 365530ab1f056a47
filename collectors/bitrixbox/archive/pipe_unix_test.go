//go:build unix

package archive

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPipeDoesNotHoldUp(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "a.tar.gz"), 0o600))
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, ".htaccess"), 0o600))
	f := readFolder(t, dir, usual)
	require.Empty(t, f.Sets)
	require.Equal(t, []string{".htaccess: not a regular file", "a.tar.gz: not a regular file"}, f.Unread)
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	defer root.Close()
	_, _, err = open(root, "a.tar.gz")
	require.ErrorIs(t, err, errNotRegular)
}

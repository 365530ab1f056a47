package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/fail"
)

// tinyDisk mounts a file system of 64 kB, which only root may do.
func tinyDisk(t *testing.T) (dir string, grow func()) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("SKIPPED: what happens on a full disk is not tested, because a small one cannot be mounted here (run as root): %v", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(dir, 0)) })
	return dir, func() {
		require.NoError(t, syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=16m"))
	}
}

// On a full disk each step says so and leaves no half of a file; with more space the same command goes on.
func TestDiskFull(t *testing.T) {
	disk, grow := tinyDisk(t)
	c := newClient(t, nil)
	c.configure("roster", "crowd")
	c.crowd(3000)
	whole := c.path("whole")
	code, _, stderr := c.crmaudit(t.Context(), "run", c.path("audit.yaml"), "-o", whole)
	require.Equal(t, fail.OK, code, stderr)

	full := func(target string, args ...string) {
		t.Helper()
		code, _, stderr := c.crmaudit(t.Context(), args...)
		require.Equal(t, fail.Internal, code, stderr)
		found := oneError.FindStringSubmatch(stderr)
		require.NotNil(t, found, stderr)
		require.Contains(t, found[1], "no space left on device")
		require.Contains(t, found[2], "space")
		require.NotRegexp(t, inGo, stderr)
		require.NoFileExists(t, filepath.Join(disk, target))
	}
	result := filepath.Join(whole, "result.json")
	full("report.pdf", "report", result, "-o", disk, "--format", "pdf")
	full("report.html", "report", result, "-o", disk, "--format", "html")
	full("result.json", "check", filepath.Join(whole, "romashka.crmsnap"), "-c", c.path("audit.yaml"), "-o", filepath.Join(disk, "result.json"))
	left, err := os.ReadDir(disk)
	require.NoError(t, err)
	require.Empty(t, left, "no temporary files stay")

	run := []string{"run", c.path("audit.yaml"), "-o", disk}
	full("romashka.crmsnap", run...)
	require.DirExists(t, filepath.Join(disk, "romashka.crmsnap.partial"))
	grow()
	code, _, stderr = c.crmaudit(t.Context(), run...)
	require.Equal(t, fail.OK, code, stderr)
	require.Contains(t, stderr, "roster: already collected")
	require.NoDirExists(t, filepath.Join(disk, "romashka.crmsnap.partial"))
	for _, name := range []string{"romashka.crmsnap", "result.json", "report.html"} {
		require.FileExists(t, filepath.Join(disk, name))
	}
}

//go:build linux || darwin

package snapfile

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

const (
	envTarget = "SNAPFILE_TEST_TARGET"
	envBytes  = "SNAPFILE_TEST_KILL_AFTER"
)

// deadly kills the process, as kill -9 does, after some bytes written.
type deadly struct {
	diskFile
	left *int
}

func (d deadly) Write(p []byte) (int, error) {
	n := min(len(p), *d.left)
	_, _ = d.diskFile.Write(p[:n])
	if *d.left -= n; *d.left == 0 {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
	return n, nil
}

// collectAll collects what is missing of two sources and writes the snapshot.
func collectAll(b *Builder) error {
	for _, id := range []string{"crm", "hr"} {
		if b.Finished(id) {
			continue
		}
		w := b.Source(id, "test")
		for i := range 5 {
			if err := w.Write(user(fmt.Sprint(id, i))); err != nil {
				return err
			}
		}
		if err := b.FinishSource(id); err != nil {
			return err
		}
	}
	return b.Finish(about(), []string{"crm", "hr"}, Encryption{})
}

// TestCollectAndDie is no test by itself: TestKilledAnywhere runs it in a process of its own.
func TestCollectAndDie(t *testing.T) {
	target := os.Getenv(envTarget)
	if target == "" {
		t.Skip("run by TestKilledAnywhere")
	}
	left, err := strconv.Atoi(os.Getenv(envBytes))
	require.NoError(t, err)
	b, err := NewBuilder(target)
	require.NoError(t, err)
	disk := b.open
	b.open = func(name string, flag int) (diskFile, error) {
		f, err := disk(name, flag)
		return deadly{f, &left}, err
	}
	require.NoError(t, collectAll(b))
}

func TestKilledAnywhere(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "x.crmsnap")
	require.NoError(t, collectAll(newBuilder(t, whole)))
	want := readFile(t, whole)
	died, resumed := 0, 0
	for after := 1; ; after += 97 {
		target := filepath.Join(t.TempDir(), "x.crmsnap")
		child := exec.Command(os.Args[0], "-test.run=^TestCollectAndDie$")
		child.Env = append(os.Environ(), envTarget+"="+target, envBytes+"="+strconv.Itoa(after))
		if child.Run() == nil {
			break
		}
		died++
		require.NoFileExists(t, target, "killed after %d bytes", after)
		b := newBuilder(t, target)
		if b.Finished("crm") {
			resumed++
		}
		require.NoError(t, collectAll(b))
		require.Equal(t, want, readFile(t, target), "killed after %d bytes", after)
		require.Equal(t, 10, opened(t, target, OpenOptions{}).Info().Counts[facts.KindUser])
	}
	require.Greater(t, died, 10)
	require.Greater(t, resumed, 5)
}

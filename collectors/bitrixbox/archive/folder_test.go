package archive

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures/boxsim"
)

var now = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)

// readFolder reads a folder as at now.
func readFolder(t *testing.T, dir string, lim limits) *Folder {
	t.Helper()
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	defer root.Close()
	f, err := read(t.Context(), root, Options{Now: now}, lim)
	require.NoError(t, err)
	return f
}

// write puts a file of any content into a folder.
func write(t *testing.T, dir, name, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
}

func TestEmptyFolder(t *testing.T) {
	f := readFolder(t, t.TempDir(), usual)
	require.Equal(t, &Folder{Protected: facts.Of(false)}, f)
}

func TestLock(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		began   time.Time
		dead    bool
	}{
		"fresh":          {fmt.Sprint(now.Unix() - 3600), now.Add(-time.Hour), false},
		"exactly a day":  {fmt.Sprint(now.Unix() - 86400), now.Add(-24 * time.Hour), false},
		"dead":           {fmt.Sprintf(" %d\n", now.Unix()-86401), now.Add(-86401 * time.Second), true},
		"of the future":  {fmt.Sprint(now.Unix() + 60), now.Add(time.Minute), false},
		"empty":          {"", time.Time{}, false},
		"garbage":        {"yesterday\x1b[2J", time.Time{}, false},
		"negative":       {"-5", time.Time{}, false},
		"no such year":   {"9223372036854775807", time.Time{}, false},
		"too many digit": {"99999999999999999999999999999999999999", time.Time{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "auto_lock", c.content)
			f := readFolder(t, dir, usual)
			require.Equal(t, c.dead, f.LockDead)
			if c.began.IsZero() {
				require.Nil(t, f.Lock)
				require.Equal(t, []string{"auto_lock: does not hold a time"}, f.Unread)
				return
			}
			require.Equal(t, c.began, *f.Lock)
			require.Empty(t, f.Unread)
		})
	}
}

func TestLockOfTheSimulator(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, boxsim.WriteBackupLock(dir, now.Add(-30*time.Hour)))
	f := readFolder(t, dir, usual)
	require.Equal(t, now.Add(-30*time.Hour), *f.Lock)
	require.True(t, f.LockDead)
}

func TestProtected(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"old rule":               {"Order Deny,Allow\nDeny from All\n", true},
		"new rule":               {"  require  all  denied", true},
		"both, by module":        {"<IfModule mod_authz_core.c>\nRequire all denied\n</IfModule>\n<IfModule !mod_authz_core.c>\nDeny from all\n</IfModule>", true},
		"one address is let in":  {"Deny from all\nAllow from 192.0.2.1", true},
		"empty":                  {"", false},
		"comment":                {"# Deny from all", false},
		"for some files only":    {"<FilesMatch \"\\.php$\">\nDeny from all\n</FilesMatch>", false},
		"for one method only":    {"<Limit POST>\nRequire all denied\n</Limit>", false},
		"after a closed section": {"<Files index.php>\nRequire all granted\n</Files>\nRequire all denied", true},
		"taken back":             {"Require all denied\nRequire all granted", false},
		"listing off only":       {"Options -Indexes", false},
		"long, but read whole":   {"Deny from all\n" + strings.Repeat("#", 60_000), true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, ".htaccess", c.text)
			f := readFolder(t, dir, usual)
			require.Equal(t, facts.Of(c.want), f.Protected)
		})
	}
	t.Run("too large to be read whole", func(t *testing.T) {
		dir := t.TempDir()
		write(t, dir, ".htaccess", "Deny from all\n"+strings.Repeat("#", 70_000)+"\nAllow from all")
		f := readFolder(t, dir, usual)
		require.Equal(t, facts.Unknown[bool](facts.Failed), f.Protected)
		require.Equal(t, []string{".htaccess: too large"}, f.Unread)
	})
	t.Run("a folder of that name", func(t *testing.T) {
		dir := t.TempDir()
		require.NoError(t, os.Mkdir(filepath.Join(dir, ".htaccess"), 0o700))
		f := readFolder(t, dir, usual)
		require.Equal(t, facts.Unknown[bool](facts.Failed), f.Protected)
		require.Equal(t, []string{".htaccess: not a regular file"}, f.Unread)
	})
}

func TestOtherFilesAreNoArchives(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "index.php", "<meta http-equiv=\"REFRESH\" content=\"0;URL=/bitrix/admin/\">")
	write(t, dir, "notes.txt", "call the hoster")
	write(t, dir, "x_after_connect.sql", "SET NAMES 'utf8';")
	require.NoError(t, os.Mkdir(filepath.Join(dir, "clouds"), 0o700))
	f := readFolder(t, dir, usual)
	require.Empty(t, f.Sets)
	require.Empty(t, f.Unread)
}

func TestLinksAndFoldersAreNotOpened(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	require.NoError(t, boxsim.WriteArchives(outside, now, []boxsim.Archive{{Name: "real.tar.gz"}}))
	if err := os.Symlink(filepath.Join(outside, "real.tar.gz"), filepath.Join(dir, "out.tar.gz")); err != nil {
		t.Skip("links cannot be made here")
	}
	require.NoError(t, os.Symlink("loop.tar", filepath.Join(dir, "loop.tar")))
	require.NoError(t, os.Symlink(".", filepath.Join(dir, "self")))
	require.NoError(t, os.Symlink(filepath.Join(outside, "x"), filepath.Join(dir, "auto_lock")))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "folder.tar.gz"), 0o700))
	f := readFolder(t, dir, usual)
	require.Empty(t, f.Sets)
	require.Nil(t, f.Lock)
	require.Equal(t, []string{
		"auto_lock: not a regular file", "folder.tar.gz: not a regular file",
		"loop.tar: not a regular file", "out.tar.gz: not a regular file",
	}, f.Unread)
}

func TestFileWithoutPermission(t *testing.T) {
	if os.Getuid() <= 0 {
		t.Skip("this user may read everything")
	}
	dir := t.TempDir()
	write(t, dir, "closed.tar.gz", "x")
	require.NoError(t, os.Chmod(filepath.Join(dir, "closed.tar.gz"), 0))
	f := readFolder(t, dir, usual)
	require.Equal(t, []string{"closed.tar.gz: permission denied"}, f.Unread)
	require.Len(t, f.Sets, 1)
	require.Equal(t, Unreadable, f.Sets[0].Problem)
}

func TestTooManyFiles(t *testing.T) {
	dir := t.TempDir()
	for i := range 12 {
		write(t, dir, fmt.Sprintf("%02d.tar", i), "")
	}
	lim := usual
	lim.files = 10
	f := readFolder(t, dir, lim)
	require.Len(t, f.Sets, 10)
	require.Equal(t, "more than 10 files lie in the folder; the others were not looked at", f.Truncated)
	lim.files = 12
	f = readFolder(t, dir, lim)
	require.Len(t, f.Sets, 12)
	require.Empty(t, f.Truncated)
}

func TestStopsWhenAsked(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, boxsim.WriteArchives(dir, now, []boxsim.Archive{{}}))
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	defer root.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Read(ctx, root, Options{Now: now})
	require.ErrorIs(t, err, context.Canceled)
}

func TestClosedFolder(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	require.NoError(t, err)
	require.NoError(t, root.Close())
	_, err = Read(t.Context(), root, Options{Now: now})
	require.ErrorContains(t, err, "list the folder of backups: ")
}

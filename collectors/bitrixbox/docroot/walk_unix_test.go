//go:build unix

package docroot

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/fixtures/boxsim"
)

func TestPipesAreNotWaitedFor(t *testing.T) {
	dir := written(t, boxsim.DocFile{Path: "upload", Dir: true}, boxsim.DocFile{Path: "bitrix/php_interface", Dir: true})
	for _, name := range []string{"restore.php", "upload/x.php", "dump.sql", "bitrix/.settings.php", "bitrix/php_interface/dbconn.php", ".htaccess"} {
		require.NoError(t, syscall.Mkfifo(filepath.Join(dir, name), 0o666))
	}
	r := inspected(t, dir, Options{})
	require.Empty(t, r.Files)
	_, known := r.Settings.Debug.Get()
	require.False(t, known)
}

func TestLinks(t *testing.T) {
	outside := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(outside, "dump.sql"), []byte(dumpText), 0o666))
	link := func(path, to string) boxsim.DocFile { return boxsim.DocFile{Path: path, Link: to} }
	r := inspected(t, written(t,
		link("loop", "."), link("shop/up", ".."), link("self", "self"), link("gone", "nowhere"),
		link("upload", outside), link("dump.sql", filepath.Join(outside, "dump.sql")), link("above", "../.."),
		boxsim.DocFile{Path: "old.sql", Text: dumpText}, link("latest.sql", "old.sql"),
	), Options{})
	require.Equal(t, []string{"old.sql#dump"}, keys(r))
	require.Equal(t, 8, r.Links)
	require.Equal(t, 3, r.Unread)
	require.Equal(t, []string{"above", "dump.sql", "upload"}, r.UnreadPaths)
}

func TestSettingsThatLeadOut(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "s.php")
	require.NoError(t, os.WriteFile(outside, []byte("<?php return ['exception_handling'=>['value'=>['debug'=>true]]];"), 0o600))
	r := inspected(t, written(t, boxsim.DocFile{Path: "bitrix/.settings.php", Link: outside}), Options{})
	require.Equal(t, unreadable, r.Settings.Debug)
	require.Equal(t, 1, r.Unread)
}

func TestUnreadableFolders(t *testing.T) {
	unprivileged(t)
	files := []boxsim.DocFile{{Path: "upload/x.php", Text: shell, Mode: "0000"}}
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		files = append(files, boxsim.DocFile{Path: name, Dir: true, Mode: "0000"})
	}
	dir := written(t, files...)
	r := inspected(t, dir, Options{})
	require.Equal(t, 7, r.Unread)
	require.Equal(t, []string{"a", "b", "c", "d", "e"}, r.UnreadPaths)
	require.Equal(t, []string{"upload/x.php#executable"}, keys(r), "not proven harmless")
}

package docroot

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures/boxsim"
	"github.com/crmaudit/crmaudit/internal/fail"
)

func TestNotAPortal(t *testing.T) {
	ctx := context.Background()
	missing := filepath.Join(t.TempDir(), "no")
	_, err := Inspect(ctx, missing, Options{})
	require.ErrorContains(t, err, "open the document root: ")
	require.ErrorIs(t, err, os.ErrNotExist)

	dir := t.TempDir()
	_, err = Inspect(ctx, dir, Options{})
	require.EqualError(t, err, fmt.Sprintf("%q is not the document root of a Bitrix portal", dir))
	require.Equal(t, fail.Usage, fail.Code(err))
	require.Contains(t, fail.Hint(err), "/home/bitrix/www")

	require.NoError(t, os.Symlink(t.TempDir(), filepath.Join(dir, "bitrix")))
	_, err = Inspect(ctx, dir, Options{})
	require.ErrorContains(t, err, "is one of several sites of a portal")
	require.NotEmpty(t, fail.Hint(err))
}

func TestAnyMarkMakesAPortal(t *testing.T) {
	for _, name := range []string{"bitrix/.settings.php", "bitrix/php_interface/dbconn.php"} {
		dir := t.TempDir()
		require.NoError(t, boxsim.WriteDocroot(dir, now, boxsim.Docroot{Files: []boxsim.DocFile{{Path: name}}}))
		_, err := Inspect(context.Background(), dir, Options{})
		assert.NoError(t, err, name)
	}
}

func TestTheRootMayBeALink(t *testing.T) {
	dir := written(t, boxsim.DocFile{Path: "restore.php", Text: shell})
	link := filepath.Join(t.TempDir(), "www")
	require.NoError(t, os.Symlink(dir, link))
	require.Equal(t, []string{"restore.php#installer"}, keys(inspected(t, link, Options{})))
}

func TestBounds(t *testing.T) {
	files := []boxsim.DocFile{{Path: "restore.php", Text: shell}, {Path: "a/b/c/d/error_log", Text: "x"}}
	for i := range 30 {
		files = append(files, boxsim.DocFile{Path: fmt.Sprintf("upload/many/%02d.php", i), Text: shell})
	}
	dir := written(t, files...)

	t.Run("files", func(t *testing.T) {
		r := inspected(t, dir, Options{MaxFiles: 20})
		require.Equal(t, 20, r.Seen)
		require.Equal(t, "only the first 20 files and folders were looked at", r.Truncated)
		require.Contains(t, keys(r), "restore.php#installer", "what lies higher comes first")
		require.Len(t, r.Files, 8)
	})
	t.Run("depth", func(t *testing.T) {
		r := inspected(t, dir, Options{MaxDepth: 3})
		require.Equal(t, "folders nested deeper than 3 were not looked at", r.Truncated)
		require.NotContains(t, keys(r), "a/b/c/d/error_log#log")
	})
	t.Run("none reached", func(t *testing.T) {
		var told []int
		r := inspected(t, dir, Options{Progress: func(n int) { told = append(told, n) }})
		require.Empty(t, r.Truncated)
		require.Len(t, r.Files, 32)
		require.Empty(t, r.Dropped)
		require.IsIncreasing(t, told)
		require.Equal(t, r.Seen, told[len(told)-1])
	})
	t.Run("reads", func(t *testing.T) {
		root, err := os.OpenRoot(dir)
		require.NoError(t, err)
		defer root.Close()
		w := newWalker(context.Background(), root, Options{}.withDefaults())
		w.reads = 1
		require.NoError(t, w.walk())
		r := w.finish()
		require.Equal(t, "only the first 20000 suspects were looked into", r.Truncated)
		require.Len(t, r.Files, 32, "what was not looked into is not taken for harmless")
	})
}

func TestHalfAThousandOfAType(t *testing.T) {
	var files []boxsim.DocFile
	for i := range 2*perType + 7 {
		files = append(files, boxsim.DocFile{Path: fmt.Sprintf("upload/%04d.php", i), Text: "<?"})
	}
	r := inspected(t, written(t, files...), Options{})
	require.Len(t, r.Files, perType)
	require.Equal(t, "upload/0499.php", r.Files[perType-1].Path)
	require.Equal(t, map[string]int{facts.FileExecutable: perType + 7}, r.Dropped)
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Inspect(ctx, written(t), Options{})
	require.ErrorIs(t, err, context.Canceled)
}

func TestHugeFile(t *testing.T) {
	dir := written(t, boxsim.DocFile{Path: "upload/x.php"}, boxsim.DocFile{Path: "dump.sql", Text: dumpText}, boxsim.DocFile{Path: "bitrix/.settings.php"})
	for _, name := range []string{"upload/x.php", "dump.sql", "bitrix/.settings.php"} {
		require.NoError(t, os.Truncate(filepath.Join(dir, name), 1<<36)) // a hole, not 64 GiB
	}
	r := inspected(t, dir, Options{})
	require.Equal(t, []string{"bitrix/.settings.php#readable", "dump.sql#dump", "upload/x.php#executable"}, keys(r))
	require.Equal(t, facts.Of(int64(1<<36)), r.Files[1].Bytes)
	require.Equal(t, unreadable, r.Settings.CookiesSecure)
}

func TestNamesAreLegible(t *testing.T) {
	dir := written(t, boxsim.DocFile{Path: "upload", Dir: true})
	for _, name := range []string{"a\x1b[31m.php", "b\xff.php", "c\u202egpj.php", "привіт.php"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "upload", name), []byte(shell), 0o600))
	}
	require.Equal(t, []string{
		`upload/a\u001b[31m.php#executable`, `upload/b\xff.php#executable`, `upload/c\u202egpj.php#executable`, "upload/привіт.php#executable",
	}, keys(inspected(t, dir, Options{})))
}

func TestRepeats(t *testing.T) {
	dir := written(t, boxsim.DocFile{Path: "b.zip", Text: zipText}, boxsim.DocFile{Path: "a.sql", Text: dumpText}, boxsim.DocFile{Path: "upload/a.php", Text: shell, Mode: "0666"})
	require.Equal(t, inspected(t, dir, Options{}), inspected(t, dir, Options{}))
}

func TestModeText(t *testing.T) {
	for want, m := range map[string]os.FileMode{
		"-rw-r--r--": 0o644,
		"drwxr-x---": os.ModeDir | 0o750,
		"-rwsr-Sr-T": os.ModeSetuid | os.ModeSetgid | os.ModeSticky | 0o744,
		"drwxrwsrwt": os.ModeDir | os.ModeSetgid | os.ModeSticky | 0o777,
	} {
		assert.Equal(t, want, modeText(m))
	}
}

func FuzzContent(f *testing.F) {
	for _, seed := range []string{dumpText, zipText, shell, "\x1f\x8b\x08\x00", "<?xml?><?", "auto_prepend_file=", "PGDMP", strings.Repeat("\x00", 300), "a\x1b\xff\u202e"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		holdsDump(data)
		isPacked(data)
		changesHandling(data)
		if opensPHP(data) {
			require.True(t, mentions(data, "<?", "<script"))
		}
		if clean := legible(string(data)); strings.ContainsAny(clean, "\x00\x1b\n\u202e") {
			t.Fatalf("%q is not legible", clean)
		}
	})
}

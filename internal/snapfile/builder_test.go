package snapfile

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
)

func TestRoundTripOfEveryKind(t *testing.T) {
	target := filepath.Join(t.TempDir(), "all.crmsnap")
	b := newBuilder(t, target)
	want := map[facts.Kind]string{}
	w := b.Source("crm", "bitrix24")
	for _, k := range facts.Kinds {
		r := sample(t, k, 1)
		require.NoError(t, w.Write(r))
		assert.Equal(t, "crm", strings.Split(asJSON(t, r), `"source":"`)[1][:3], "%s has its source", k)
		want[k] = asJSON(t, r)
	}
	require.NoError(t, w.Cover(facts.Coverage{Kind: facts.KindRole, Source: "other", State: facts.Missing, Reason: facts.Denied, Right: "crm"}))
	require.NoError(t, w.Describe(func(s *facts.SourceInfo) { s.Where, s.ID = "romashka.example", "other" }))
	require.NoError(t, b.FinishSource("crm"))
	info := about()
	info.Coverage = []facts.Coverage{{Kind: facts.KindEndpoint, State: facts.Missing, Reason: facts.NotConfigured}}
	require.NoError(t, b.Finish(info, []string{"crm"}, Encryption{}))

	f := opened(t, target, OpenOptions{})
	for _, k := range facts.Kinds {
		got := all(t, f, k)
		require.Len(t, got, 1, "%s", k)
		assert.JSONEq(t, want[k], asJSON(t, got[0]))
		assert.Equal(t, 1, f.Info().Counts[k])
	}
	require.Equal(t, []facts.SourceInfo{{ID: "crm", Kind: "bitrix24", Where: "romashka.example", Status: "partial"}}, f.Info().Sources)
	require.Equal(t, []facts.Coverage{
		{Source: "crm", Kind: facts.KindRole, State: facts.Missing, Reason: facts.Denied, Right: "crm"},
		{Kind: facts.KindEndpoint, State: facts.Missing, Reason: facts.NotConfigured},
	}, f.Info().Coverage)
	require.Equal(t, taken, f.Info().TakenAt)
	require.Len(t, f.Hash(), 64)
	require.NoDirExists(t, PartialDir(target))
	st, err := os.Stat(target)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), st.Mode().Perm())
}

func TestPartNames(t *testing.T) {
	for k, want := range map[facts.Kind]string{
		facts.KindUser: "users.jsonl", facts.KindPerson: "people.jsonl", facts.KindActivity: "activities.jsonl",
		facts.KindBackupPolicy: "backup_policies.jsonl", facts.KindPublicLink: "links.jsonl",
	} {
		assert.Equal(t, want, partName(k))
	}
}

func TestSameRecordsMakeTheSameFile(t *testing.T) {
	dir := t.TempDir()
	build := func(name string, order ...string) []byte {
		target := filepath.Join(dir, name)
		b := newBuilder(t, target)
		for _, id := range order { // collected in any order
			collect(t, b, id, user(id+"1"), user(id+"2"), sample(t, facts.KindRole, 1))
		}
		require.NoError(t, b.Finish(about(), []string{"a", "b", "c"}, Encryption{}))
		return readFile(t, target)
	}
	first := build("1.crmsnap", "a", "b", "c")
	require.True(t, bytes.Equal(first, build("2.crmsnap", "c", "a", "b")), "the same records, another order of collection")
	f := opened(t, filepath.Join(dir, "2.crmsnap"), OpenOptions{})
	require.Equal(t, []string{"a1", "a2", "b1", "b2", "c1", "c2"}, keys(t, f, facts.KindUser))
}

func TestResumeSkipsFinishedSources(t *testing.T) {
	target := filepath.Join(t.TempDir(), "[x]*.crmsnap")
	b := newBuilder(t, target)
	require.NoError(t, b.Match("config-1"))
	collect(t, b, "crm/1", user("1"))
	require.NoError(t, b.Source("hr", "roster").Write(user("lost")))
	require.NoError(t, b.Close())

	b = newBuilder(t, target)
	require.NoError(t, b.Match("config-1"))
	require.True(t, b.Finished("crm/1"))
	require.False(t, b.Finished("hr"))
	require.ErrorContains(t, b.Finish(about(), []string{"crm/1", "hr"}, Encryption{}), "not finished")
	collect(t, b, "hr", user("2"))
	require.NoError(t, b.Finish(about(), []string{"crm/1", "hr"}, Encryption{}))
	require.Equal(t, []string{"1", "2"}, keys(t, opened(t, target, OpenOptions{}), facts.KindUser))

	b = newBuilder(t, target)
	require.False(t, b.Finished("crm/1"), "a delivered snapshot is not continued")
}

func TestOtherConfigurationStartsOver(t *testing.T) {
	target := filepath.Join(t.TempDir(), "x.crmsnap")
	b := newBuilder(t, target)
	require.NoError(t, b.Match("config-1"))
	collect(t, b, "crm", user("1"))
	require.NoError(t, b.Close())
	b = newBuilder(t, target)
	require.NoError(t, b.Match("config-2"))
	require.False(t, b.Finished("crm"))
}

func TestContinueKeepsWholeRecords(t *testing.T) {
	target := filepath.Join(t.TempDir(), "x.crmsnap")
	b := newBuilder(t, target)
	w := b.Source("log", "box")
	require.NoError(t, w.Write(user("1")))
	require.NoError(t, w.Write(user("2")))
	require.NoError(t, b.Close())
	require.ErrorIs(t, w.Write(user("3")), errStopped)
	part := filepath.Join(b.sourceDir("log"), "users.jsonl")
	data := readFile(t, part)
	writeFile(t, part, append(data, data[:20]...)) // a record cut by the kill

	b = newBuilder(t, target)
	w, kept, err := b.Continue("log", "box")
	require.NoError(t, err)
	require.Equal(t, map[facts.Kind]int{facts.KindUser: 2}, kept)
	require.NoError(t, w.Write(user("3")))
	require.NoError(t, b.FinishSource("log"))
	require.NoError(t, b.Finish(about(), []string{"log"}, Encryption{}))
	require.Equal(t, []string{"1", "2", "3"}, keys(t, opened(t, target, OpenOptions{}), facts.KindUser))
}

func TestDeliveredFolderIsNotContinued(t *testing.T) {
	target := filepath.Join(t.TempDir(), "x.crmsnap")
	b := newBuilder(t, target)
	collect(t, b, "crm", user("1"))
	// As a process leaves it that dies between naming the snapshot and removing the folder.
	writeFile(t, filepath.Join(b.dir, builtName), nil)
	require.NoError(t, b.Close())
	require.False(t, newBuilder(t, target).Finished("crm"))
}

func TestOneBuilderATarget(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no advisory locks")
	}
	target := filepath.Join(t.TempDir(), "x.crmsnap")
	newBuilder(t, target)
	_, err := NewBuilder(target)
	require.ErrorContains(t, err, "another collection is writing")
	require.Equal(t, fail.Usage, fail.Code(err))
}

func TestRefusedRecords(t *testing.T) {
	b := newBuilder(t, filepath.Join(t.TempDir(), "x.crmsnap"))
	w := b.Source("crm", "test")
	require.ErrorContains(t, w.Write(nil), "without a value")
	require.ErrorContains(t, w.Write((*facts.User)(nil)), "without a value")
	require.ErrorContains(t, w.Write(&facts.User{ID: strings.Repeat("x", maxLine)}), "takes")
	require.NoError(t, w.Write(user("1")), "a refused record does not stop the source")
	require.ErrorContains(t, b.FinishSource("other"), "not started")
}

// fullDisk takes some bytes and then has no space.
type fullDisk struct {
	diskFile
	left *int
}

func (d fullDisk) Write(p []byte) (int, error) {
	n, err := min(len(p), *d.left), error(nil)
	if n < len(p) {
		err = syscall.ENOSPC
	}
	*d.left -= n
	if w, werr := d.diskFile.Write(p[:n]); werr != nil {
		return w, werr
	}
	return n, err
}

func TestFullDisk(t *testing.T) {
	target := filepath.Join(t.TempDir(), "x.crmsnap")
	writeFile(t, target, []byte("an older snapshot"))
	left := 1 << 30
	prepare := func() *Builder {
		b := newBuilder(t, target)
		disk := b.open
		b.open = func(name string, flag int) (diskFile, error) {
			f, err := disk(name, flag)
			return fullDisk{f, &left}, err
		}
		return b
	}
	b := prepare()
	collect(t, b, "crm", user("1"))
	left = 60
	w := b.Source("log", "test")
	require.NoError(t, w.Write(user("2")), "the record waits in memory")
	require.NoError(t, w.Write(user("3")))
	isFull := func(err error) {
		require.ErrorIs(t, err, syscall.ENOSPC)
		require.Equal(t, fail.Internal, fail.Code(err))
		require.Contains(t, fail.Hint(err), "free space")
		require.Equal(t, "an older snapshot", string(readFile(t, target)))
	}
	isFull(b.FinishSource("log"))
	isFull(w.Write(user("4")))
	require.False(t, b.Finished("log"))
	require.NoError(t, b.Close())

	tried := 0
	for room := 0; ; room++ { // wherever the snapshot breaks off, the target stays what it was
		left = 1 << 20
		b = prepare()
		require.True(t, b.Finished("crm"))
		left = room
		err := b.Finish(about(), []string{"crm"}, Encryption{})
		if err == nil {
			break
		}
		isFull(err)
		require.NoError(t, b.Close())
		tried++
	}
	require.Greater(t, tried, 300)
	require.Equal(t, []string{"1"}, keys(t, opened(t, target, OpenOptions{}), facts.KindUser))
}

package snapfile

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

const many = 100_000

// writeMany makes a snapshot of many users and tells the most memory that was in use meanwhile.
func writeMany(t testing.TB, target string) uint64 {
	b := newBuilder(t, target)
	w := b.Source("crm", "test")
	var most uint64
	for i := range many {
		u := user(fmt.Sprint(i))
		u.Email, u.Active, u.LastLogin = facts.Of(fmt.Sprintf("user%d@romashka.example", i)), facts.Of(true), facts.Of(taken)
		require.NoError(t, w.Write(u))
		if i%20_000 == 0 {
			most = max(most, inUse())
		}
	}
	require.NoError(t, b.FinishSource("crm"))
	require.NoError(t, b.Finish(about(), []string{"crm"}, Encryption{}))
	return max(most, inUse())
}

func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestMemoryDoesNotGrowWithUsers(t *testing.T) {
	if testing.Short() {
		t.Skip("writes and reads a hundred thousand users")
	}
	target := filepath.Join(t.TempDir(), "many.crmsnap")
	before := inUse()
	most := writeMany(t, target)
	f := opened(t, target, OpenOptions{})
	n := 0
	for _, err := range f.Records(context.Background(), facts.KindUser) {
		require.NoError(t, err)
		if n++; n%20_000 == 0 {
			most = max(most, inUse())
		}
	}
	require.Equal(t, many, n)
	require.Less(t, most, before+4<<20, "the users themselves take over 15 MB")
}

func BenchmarkRead(b *testing.B) {
	target := filepath.Join(b.TempDir(), "many.crmsnap")
	writeMany(b, target)
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, opened(b, target, OpenOptions{}).Close())
		}
	})
	b.Run("records", func(b *testing.B) {
		f := opened(b, target, OpenOptions{})
		b.ReportAllocs()
		for b.Loop() {
			for _, err := range f.Records(context.Background(), facts.KindUser) {
				require.NoError(b, err)
			}
		}
	})
}

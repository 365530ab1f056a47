//go:build unix

package checks_test

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/snapfile"
)

// meter measures a run: the time, the processor time beside it for machines that do other work as
// well, and the largest heap that it was shown, garbage included.
type meter struct {
	peak uint64
	used time.Duration // processor time when the run began
}

func newMeter() *meter {
	runtime.GC()
	return &meter{used: processorTime()}
}

func (m *meter) look() {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	m.peak = max(m.peak, s.HeapAlloc)
}

func (m *meter) report(b *testing.B, users int) {
	n := float64(b.N)
	seconds := b.Elapsed().Seconds() / n
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(seconds, "s")
	b.ReportMetric((processorTime()-m.used).Seconds()/n, "cpu-s")
	b.ReportMetric(float64(users)/seconds, "users/s")
	b.ReportMetric(float64(m.peak)/1e6, "peak-MB")
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkCheckUsers judges ever larger portals by the whole catalogue. The bar is 100 000 users in
// 5 s and 150 MB, the time growing in step with the users and the memory not at all.
func BenchmarkCheckUsers(b *testing.B) {
	for _, users := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(users), func(b *testing.B) {
			crowd := newCrowd(users)
			a := under(b, crowd)
			m := newMeter()
			crowd.seen = m.look
			for b.Loop() {
				r, err := checks.Evaluate(context.Background(), a)
				require.NoError(b, err)
				require.NotEmpty(b, r.Findings)
			}
			m.report(b, users)
		})
	}
}

// BenchmarkCheckSnapshot does the same from a file, which adds unpacking and decoding.
func BenchmarkCheckSnapshot(b *testing.B) {
	const users = 100_000
	target := filepath.Join(b.TempDir(), "crowd.crmsnap")
	pack(b, newCrowd(users), target)
	under(b, nil) // load the catalogue beforehand
	m := newMeter()
	for b.Loop() {
		f, err := snapfile.Open(target, snapfile.OpenOptions{})
		require.NoError(b, err)
		r, err := checks.Evaluate(context.Background(), under(b, watched{f, m.look}))
		require.NoError(b, err)
		require.Equal(b, users, r.Accounts.Total)
		require.NoError(b, f.Close())
	}
	m.report(b, users)
}

// pack writes a snapshot of everything the crowd delivers.
func pack(t testing.TB, c *crowd, target string) {
	s, err := snapfile.NewBuilder(target)
	require.NoError(t, err)
	defer s.Close()
	w := s.Source("crm", "test")
	for _, k := range facts.Kinds {
		for r, err := range c.Records(context.Background(), k) {
			require.NoError(t, err)
			require.NoError(t, w.Write(r))
		}
	}
	for _, entry := range c.info.Coverage {
		require.NoError(t, w.Cover(entry))
	}
	require.NoError(t, s.FinishSource("crm"))
	require.NoError(t, s.Finish(c.info, []string{"crm"}, snapfile.Encryption{}))
}

// watched is a snapshot that looks at the memory now and then while it is read.
type watched struct {
	facts.Snapshot
	look func()
}

func (w watched) Records(ctx context.Context, k facts.Kind) iter.Seq2[facts.Record, error] {
	return func(yield func(facts.Record, error) bool) {
		n := 0
		for r, err := range w.Snapshot.Records(ctx, k) {
			if n++; n%1000 == 0 {
				w.look()
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

package checks_test

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/checks/catalog"
	"github.com/crmaudit/crmaudit/checks/law"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/snapfile"
)

var now = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// crowd is a portal of any number of users that are made while they are read: what a benchmark
// measures in memory is the engine's own. One account in fifty is in some disorder.
type crowd struct {
	info    facts.Info
	users   int
	answers []facts.Record
	seen    func()
}

func newCrowd(users int, seen func()) *crowd {
	c := &crowd{users: users, seen: seen, info: facts.Info{
		Schema: facts.SchemaVersion, Portal: "crowd", Platform: "bitrix24-cloud", TakenAt: now, Counts: map[facts.Kind]int{facts.KindUser: users},
	}}
	for _, k := range facts.Kinds {
		c.info.Coverage = append(c.info.Coverage, facts.Coverage{Source: "crm", Kind: k, State: facts.Full})
	}
	c.answers = []facts.Record{
		&facts.Answer{ID: "administrators", Source: "answers", Fills: "user.admin", At: now, By: "owner", List: facts.With([]string{"user0@crowd.example", "user50@crowd.example"}, facts.Declared)},
		&facts.Answer{ID: "staff_without_2fa", Source: "answers", Fills: "!user.two_factor", At: now, By: "owner", List: facts.With([]string{"user1@crowd.example"}, facts.Declared)},
		&facts.Answer{ID: "restore_test", Source: "answers", At: now, By: "owner", Date: facts.With(now.AddDate(0, -2, 0), facts.Declared)},
	}
	return c
}

func (c *crowd) Info() *facts.Info { return &c.info }

func (c *crowd) Records(_ context.Context, k facts.Kind) iter.Seq2[facts.Record, error] {
	return func(yield func(facts.Record, error) bool) {
		switch k {
		case facts.KindAnswer:
			for _, a := range c.answers {
				if !yield(a, nil) {
					return
				}
			}
		case facts.KindUser:
			for i := range c.users {
				if i%1000 == 0 {
					c.seen()
				}
				if !yield(member(i), nil) {
					return
				}
			}
		}
	}
}

// member is an account as a cloud portal describes it.
func member(i int) *facts.User {
	id := strconv.Itoa(i)
	u := &facts.User{
		ID: id, Source: "crm", Name: facts.Of("Иван Петров " + id), Email: facts.Of("user" + id + "@crowd.example"),
		Position: facts.Of("менеджер"), Active: facts.Of(true), Type: facts.Of(facts.UserHuman), Departments: facts.Of([]string{"12"}),
		Created: facts.Of(now.AddDate(-2, 0, -i%300)), LastLogin: facts.Of(now.AddDate(0, 0, -i%20)), LastActivity: facts.Of(now.AddDate(0, 0, -i%20)),
		Invited: facts.Of(false), CanExport: facts.Unknown[bool](facts.NotSupported), Locale: facts.Of("ru"),
	}
	if i%50 == 0 {
		u.LastLogin, u.LastActivity = facts.Of(now.AddDate(0, -6, 0)), facts.Of(now.AddDate(0, -6, 0))
	}
	return u
}

// program is what comes with the program and takes long to load.
var program = sync.OnceValues(func() (a checks.Audit, err error) {
	if a.Checks, err = catalog.Load(); err != nil {
		return a, err
	}
	if a.Law, err = law.Load(); err != nil {
		return a, err
	}
	a.Plans, err = checks.LoadPlans()
	return a, err
})

// under is an audit of the snapshot by the whole catalogue.
func under(t testing.TB, s facts.Snapshot) checks.Audit {
	a, err := program()
	require.NoError(t, err)
	yes := true
	a.Snapshot, a.Now, a.Tool = s, now, "crmaudit test"
	a.Profile = checks.Profile{
		Name: "full", Platform: "bitrix24-cloud", Jurisdictions: []string{"ru", "ua", "eu"}, ClientKind: "company", Headcount: 40,
		RemoteWork: &yes, HighRiskData: &yes, Domains: []string{"crowd.example"},
	}
	a.Client = checks.Client{Name: "ООО «Толпа»", Kind: "company"}
	a.Portal = checks.Portal{ID: "crowd", Platform: "bitrix24-cloud"}
	return a
}

// peak remembers the largest heap that it was shown, garbage included.
type peak struct{ bytes uint64 }

func (p *peak) look() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	p.bytes = max(p.bytes, m.HeapAlloc)
}

// report prints how many users a second were judged and how much memory that took at most.
func (p *peak) report(b *testing.B, users int) {
	seconds := b.Elapsed().Seconds() / float64(b.N)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(seconds, "s")
	b.ReportMetric(float64(users)/seconds, "users/s")
	b.ReportMetric(float64(p.bytes)/1e6, "peak-MB")
}

// BenchmarkCheckUsers judges ever larger portals by the whole catalogue. The bar is 100 000 users in
// 5 s and 150 MB, the time growing in step with the users and the memory not at all.
func BenchmarkCheckUsers(b *testing.B) {
	for _, users := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(users), func(b *testing.B) {
			p := &peak{}
			a := under(b, newCrowd(users, p.look))
			runtime.GC()
			for b.Loop() {
				r, err := checks.Evaluate(context.Background(), a)
				require.NoError(b, err)
				require.NotEmpty(b, r.Findings)
			}
			p.report(b, users)
		})
	}
}

// BenchmarkCheckSnapshot does the same from a file, which adds unpacking and decoding.
func BenchmarkCheckSnapshot(b *testing.B) {
	const users = 100_000
	target := filepath.Join(b.TempDir(), "crowd.crmsnap")
	pack(b, newCrowd(users, func() {}), target)
	runtime.GC()
	p := &peak{}
	for b.Loop() {
		f, err := snapfile.Open(target, snapfile.OpenOptions{})
		require.NoError(b, err)
		r, err := checks.Evaluate(context.Background(), under(b, watched{f, p.look}))
		require.NoError(b, err)
		require.Equal(b, users, r.Accounts.Total)
		require.NoError(b, f.Close())
	}
	p.report(b, users)
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

package bitrix24

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures/b24sim"
)

const (
	portalRate  = 2.0 // requests a second of a usual portal
	portalBurst = 50
)

// necessary is the least number of requests that a collection of a portal of this size takes: one for everything that
// depends on nothing; one for each 50 further pages of accounts, 2 500 accounts in the messenger, 50 further pages of
// invitations, 50 groups' members and 50 consent texts; one for the oldest row of the log and one for each 1 000 rows,
// the last page being short.
func necessary(users, invited, events int) int {
	more := func(rows, perRequest int) int { return (max(rows, 0) + perRequest - 1) / perRequest }
	n := 1 + more(users-pageSize, pageSize*maxBatch) + more(users, pageSize*maxBatch) + more(invited-pageSize, pageSize*maxBatch)
	return n + 1 + 1 + 1 + events/1000 + 1
}

// BenchmarkCollect2000Users20000Events measures how near a collection comes to what the portal's limit allows. "burst"
// meets a portal that nobody else uses, whose bucket takes a whole collection of this size at once; "sustained" meets
// one whose bucket is full, so that every request after the first waits for its turn. ratio compares with the time that
// the limit dictates for the necessary requests; the scripts of forms do not count against the limit.
func BenchmarkCollect2000Users20000Events(b *testing.B) {
	for _, run := range []struct {
		name  string
		burst int
	}{{"burst", portalBurst}, {"sustained", 1}} {
		b.Run(run.name, func(b *testing.B) {
			p := crowd(2000, 20000)
			for b.Loop() {
				benchmarkCollect(b, p, run.burst)
			}
		})
	}
}

func benchmarkCollect(b *testing.B, p *b24sim.Portal, burst int) {
	server := b24sim.New(p, b24sim.WithBucket(portalRate, portalBurst))
	running, err := b24sim.StartHTTP(b.Context(), server)
	require.NoError(b, err)
	defer func() { _ = running.Close() }()
	others := max(portalBurst-burst-4, 0) // a little room is left for the clocks
	for range others {
		resp, err := http.Post(running.URL+"/rest/7/"+secret+"/profile", "", nil)
		require.NoError(b, err)
		require.NoError(b, resp.Body.Close())
	}
	c, err := Source().Open(collectors.Env{Now: func() time.Time { return today }}, &Config{
		Webhook: running.URL + "/rest/7/" + secret + "/", Days: 91, Rate: portalRate, Burst: burst,
	})
	require.NoError(b, err)
	m := facts.NewMemory()
	start := time.Now()
	require.NoError(b, c.Collect(b.Context(), m))
	took := time.Since(start)
	require.Len(b, m.ByKind[facts.KindUser], 2008)
	require.Empty(b, server.Writes())

	invited := 0
	for _, u := range m.ByKind[facts.KindUser] {
		if u.(*facts.User).Invited.Or(false) {
			invited++
		}
	}
	least := necessary(2007, invited, 20000+len(p.Events))
	sent := server.Counters()
	require.Zero(b, sent.QueryLimit, "the limit was never hit")
	requests := float64(sent.Requests - others)
	b.ReportMetric(requests, "requests")
	b.ReportMetric(requests/float64(least), "requests/necessary")
	if waits := least - burst; waits > 0 {
		allowed := time.Duration(float64(waits) / portalRate * float64(time.Second))
		b.ReportMetric(took.Seconds()/allowed.Seconds(), "ratio")
	}
}

package transport

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// leaky is the bucket of a Bitrix24 cloud portal under the test's clock. Others may fill it too.
type leaky struct {
	clk    *clock
	level  float64
	last   time.Time
	others float64 // requests a second by somebody else
	full   int
}

func (b *leaky) serve(w http.ResponseWriter, _ *http.Request) {
	now := b.clk.Now()
	b.level = max(0, b.level-now.Sub(b.last).Seconds()*(DefaultRate-b.others))
	b.last = now
	if b.level+1 > DefaultBurst {
		b.full++
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"error":"QUERY_LIMIT_EXCEEDED"}`))
		return
	}
	b.level++
	_, _ = w.Write([]byte("{}"))
}

func TestTheLimitIsTheBottleneck(t *testing.T) {
	const n = 350
	for _, tc := range []struct {
		name   string
		others float64
		level  float64 // in the bucket before the start
		least  float64 // share of what the portal allows
	}{
		{"alone", 0, 0, 0.99},
		{"bucket full at the start", 0, DefaultBurst, 0.9},
		{"another client takes a fifth", 0.4, 0, 0.9},
		{"another client takes half", 1, 0, 0.8},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			clk := newClock()
			start := clk.now
			b := &leaky{clk: clk, last: start, level: tc.level, others: tc.others}
			p := serve(t, b.serve)
			c := open(t, config(p, clk))
			for range n {
				_, err := get(c)
				require.NoError(t, err)
			}
			ideal := (n - (DefaultBurst - tc.level)) / (DefaultRate - tc.others)
			took := clk.now.Sub(start).Seconds()
			t.Logf("%.0f s of ideally %.0f s, %d refusals", took, ideal, b.full)
			require.GreaterOrEqual(t, ideal/took, tc.least)
			require.Equal(t, b.full, c.Stats().Throttled)
			require.Equal(t, n+b.full, c.Stats().Requests)
			require.Equal(t, clk.now.Sub(start), c.Stats().Waited)
			if tc.others == 0 && tc.level == 0 {
				require.Zero(t, b.full, "a client that is alone is never refused")
			}
		})
	}
}

func TestRefusalSlowsDownAndGoodAnswersSpeedUp(t *testing.T) {
	now := newClock().now
	l := newLimiter(10, 5)
	until := now.Add(2 * time.Second)
	l.throttled(now, until)
	l.throttled(now, now.Add(time.Second))
	require.InDelta(t, 8, float64(l.limit()), 1e-9, "refusals of the same moment count once")
	require.True(t, l.paused(now))
	at, _ := l.reserve(now)
	require.Equal(t, until, at, "the first turn comes when the pause ends")
	at, _ = l.reserve(now)
	require.Equal(t, until.Add(time.Second/8), at, "the burst counts as spent")

	for range 100 {
		l.throttled(until, until)
	}
	require.InDelta(t, 2.5, float64(l.limit()), 1e-9, "the rate never falls below a quarter")
	for range 15 * growAfter {
		l.succeeded(until)
	}
	require.InDelta(t, 10, float64(l.limit()), 1e-9)
}

func TestManyCallersShareOneLimit(t *testing.T) {
	clk := newClock()
	start := clk.now
	p := serve(t, answer("{}"))
	cfg := config(p, clk)
	cfg.Rate, cfg.Burst = 100, 10
	c := open(t, cfg)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				_, err := get(c)
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 40, p.hits.Load())
	require.GreaterOrEqual(t, clk.now.Sub(start), 300*time.Millisecond)
	require.Equal(t, Stats{Requests: 40, Bytes: 80, Waited: c.Stats().Waited}, c.Stats())
}

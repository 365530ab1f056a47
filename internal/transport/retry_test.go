package transport

import (
	"context"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// reset breaks the connection without an answer; cut announces more than it sends.
func reset(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

func cut(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	_, _ = w.Write([]byte(`{"result":`))
}

func garbage(w http.ResponseWriter, _ *http.Request) {
	conn, buf, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_, _ = buf.WriteString("SSH-2.0-OpenSSH_9\r\n")
		_ = buf.Flush()
		_ = conn.Close()
	}
}

func TestRetries(t *testing.T) {
	ok := answer(`{"ok":true}`)
	start := newClock().now
	s := time.Second
	for _, tc := range []struct {
		name  string
		serve http.HandlerFunc
		hits  int64
		waits []time.Duration // the jitter is zero: half of 1, 2, 4 … seconds
		kind  Kind            // Other: no error
	}{
		{"at once", ok, 1, nil, Other},
		{"bad gateway", inTurn(status(502), ok), 2, []time.Duration{s / 2}, Other},
		{"gateway timeout", inTurn(status(504), status(504), ok), 3, []time.Duration{s / 2, s}, Other},
		{"connection reset", inTurn(reset, ok), 2, []time.Duration{s / 2}, Other},
		{"truncated", inTurn(cut, ok), 2, []time.Duration{s / 2}, Other},
		{"not HTTP", garbage, 5, []time.Duration{s / 2, s, 2 * s, 4 * s}, Truncated},
		{"query limit", inTurn(status(503), ok), 2, []time.Duration{s / 2}, Other},
		{"seconds", inTurn(status(429, "Retry-After", "7"), ok), 2, []time.Duration{7 * s}, Other},
		{"zero seconds", inTurn(status(429, "Retry-After", "0"), ok), 2, []time.Duration{s / 2}, Other},
		{"date", inTurn(status(503, "Retry-After", start.Add(9*s).Format(http.TimeFormat), "Date", start.Format(http.TimeFormat)), ok), 2, []time.Duration{9 * s}, Other},
		{"date of a clock that is an hour ahead", inTurn(status(503,
			"Retry-After", start.Add(time.Hour+9*s).Format(http.TimeFormat), "Date", start.Add(time.Hour).Format(http.TimeFormat)), ok), 2, []time.Duration{9 * s}, Other},
		{"vendor's own word", inTurn(status(429, "X-Reset", strconv.FormatInt(start.Add(40*s).Unix(), 10)), ok), 2, []time.Duration{40 * s}, Other},
		{"for ever", status(503), 5, []time.Duration{s / 2, s, 2 * s, 4 * s}, Status},
		{"manual block", status(503, "X-Block", "1"), 1, nil, Status},
		{"beyond the budget", status(429, "Retry-After", "86400"), 1, nil, Budget},
		{"absurdly far", status(429, "Retry-After", "99999999999999999999"), 5, []time.Duration{s / 2, s, 2 * s, 4 * s}, Status},
		{"bad request", status(400), 1, nil, Status},
		{"unauthorized", status(401), 1, nil, Status},
		{"forbidden", status(403), 1, nil, Status},
		{"not found", status(404), 1, nil, Status},
		{"server error", status(500), 1, nil, Status},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			clk := newClock()
			p := serve(t, tc.serve)
			cfg := config(p, clk)
			cfg.RetryAt = func(r *Response) (time.Time, bool) {
				unix, err := strconv.ParseInt(r.Header.Get("X-Reset"), 10, 64)
				return time.Unix(unix, 0), err == nil
			}
			cfg.GiveUp = func(r *Response) bool { return r.Header.Get("X-Block") != "" }
			c := open(t, cfg)
			resp, err := get(c)
			if tc.kind == Other {
				require.NoError(t, err)
				require.JSONEq(t, `{"ok":true}`, string(resp.Body))
			} else {
				e := requireKind(t, tc.kind, err)
				require.Equal(t, int(tc.hits), e.Attempts)
				if tc.kind == Status {
					require.Equal(t, e.Status, resp.Status, "the answer is returned beside the error")
				}
			}
			require.Equal(t, tc.hits, p.hits.Load())
			require.Equal(t, tc.waits, clk.slept)
			require.Equal(t, int(tc.hits), c.Stats().Requests)
			require.Equal(t, len(tc.waits), c.Stats().Retries)
		})
	}
}

func TestRetriesCanBeSwitchedOff(t *testing.T) {
	p := serve(t, status(503))
	cfg := config(p, newClock())
	cfg.Retries = -1
	_, err := get(open(t, cfg))
	require.EqualError(t, err, "user.get: "+hostOf(p)+" answered with status 503 (service unavailable)")
	require.EqualValues(t, 1, p.hits.Load())
}

func TestBackoffGrowsWithJitterAndStaysBounded(t *testing.T) {
	last := time.Duration(0)
	for n := range 100 {
		low, high := backoff(n, 0), backoff(n, 0.999)
		require.GreaterOrEqual(t, low, last)
		require.Less(t, low, high)
		require.LessOrEqual(t, high, maxBackoff)
		last = low
	}
}

func TestTimeouts(t *testing.T) {
	silent := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	drip := func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			_, _ = w.Write([]byte("x"))
			_ = http.NewResponseController(w).Flush()
			time.Sleep(5 * time.Millisecond)
		}
	}
	for name, h := range map[string]http.HandlerFunc{"silent": silent, "slow body": drip} {
		t.Run(name, func(t *testing.T) {
			p := serve(t, h)
			cfg := config(p, newClock())
			cfg.Timeout, cfg.Retries = 60*time.Millisecond, 1
			start := time.Now()
			_, err := get(open(t, cfg))
			requireKind(t, Timeout, err)
			require.EqualValues(t, 2, p.hits.Load(), "a timeout is worth a second attempt")
			require.Less(t, time.Since(start), 5*time.Second)
		})
	}
}

func TestBudgetEndsEverything(t *testing.T) {
	clk := newClock()
	p := serve(t, answer("{}"))
	cfg := config(p, clk)
	cfg.Burst, cfg.Rate, cfg.Budget = 1, 1, 3*time.Second
	c := open(t, cfg)
	for range 3 {
		_, err := get(c)
		require.NoError(t, err)
	}
	_, err := get(c)
	e := requireKind(t, Budget, err)
	require.NotEmpty(t, e.Hint)
	require.EqualValues(t, 3, p.hits.Load())
	require.Equal(t, 2*time.Second, c.Stats().Waited)

	slow := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	cfg = config(slow, newClock())
	cfg.Budget = 50 * time.Millisecond
	_, err = get(open(t, cfg))
	requireKind(t, Budget, err)
	require.ErrorContains(t, err, "the time budget of 50ms ended")
}

func TestCallerDecides(t *testing.T) {
	p := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(30*time.Millisecond, cancel)
	c := open(t, config(p, newClock()))
	req := Request{Operation: "user.get", Path: "user.get"}
	_, err := c.Do(ctx, req)
	requireKind(t, Cancelled, err)
	require.ErrorIs(t, err, context.Canceled)
	_, err = c.Do(ctx, req)
	requireKind(t, Cancelled, err)
	require.EqualValues(t, 1, p.hits.Load(), "nothing is sent for a caller who has gone")

	ctx, cancel = context.WithTimeout(context.Background(), 30*time.Millisecond)
	defer cancel()
	_, err = c.Do(ctx, req)
	requireKind(t, Timeout, err)
	require.EqualValues(t, 2, p.hits.Load(), "the caller's own time limit is not retried")

	limited := serve(t, status(429, "Retry-After", "60"))
	cfg := config(limited, newClock())
	cfg.Clock, cfg.Sleep = nil, nil
	ctx, cancel = context.WithCancel(context.Background())
	time.AfterFunc(30*time.Millisecond, cancel)
	start := time.Now()
	_, err = open(t, cfg).Do(ctx, req)
	requireKind(t, Cancelled, err)
	require.Less(t, time.Since(start), 10*time.Second, "waiting ends with the caller")
}

func TestDefectInAHookIsAnError(t *testing.T) {
	p := serve(t, status(503))
	cfg := config(p, newClock())
	cfg.RetryAt = func(*Response) (time.Time, bool) { panic("at /rest/7/" + secret) }
	_, err := get(open(t, cfg))
	requireKind(t, Other, err)
	require.ErrorContains(t, err, "a defect of the program: at /rest/7/…9876")
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"", "0", "120", "-1", "1e9", "99999999999999999999", "Fri, 20 Nov 2026 09:00:07 GMT", "Friday, 20-Nov-26 09:00:07 GMT", "завтра", " 5 "} {
		f.Add(s)
	}
	now := newClock().now
	f.Fuzz(func(t *testing.T, s string) {
		wait, ok := parseRetryAfter(s, now)
		require.GreaterOrEqual(t, wait, time.Duration(0))
		require.LessOrEqual(t, wait, maxAsked)
		require.True(t, ok || wait == 0)
	})
}

package transport

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	firstBackoff = time.Second
	maxBackoff   = 30 * time.Second
	maxAsked     = 366 * 24 * time.Hour // a longer Retry-After is the same as "never" and would overflow
)

// backoff is the pause before repetition n (from 0): it doubles each time, and half of it is jitter.
func backoff(n int, random float64) time.Duration {
	d := maxBackoff
	if n < 5 {
		d = min(firstBackoff<<n, maxBackoff)
	}
	return d/2 + time.Duration(float64(d/2)*random)
}

// retryTime decides when to repeat after f: when the portal asks to come back, but never without a pause.
func (c *Client) retryTime(f *fault, n int, now time.Time) time.Time {
	own := now.Add(backoff(n, c.cfg.Rand()))
	if f.resp == nil {
		return own
	}
	asked, ok := retryAfter(f.resp.Header, now)
	if !ok && c.cfg.RetryAt != nil {
		asked, ok = c.cfg.RetryAt(f.resp)
	}
	if !ok || !asked.After(now) {
		return own
	}
	// Some jitter here too: several audits told the same second must not come back together.
	return asked.Add(time.Duration(c.cfg.Rand() * float64(firstBackoff)))
}

// retryAfter reads Retry-After against the portal's own clock where the answer tells it, for clocks differ.
func retryAfter(h http.Header, now time.Time) (time.Time, bool) {
	server := now
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		server = date
	}
	wait, ok := parseRetryAfter(h.Get("Retry-After"), server)
	return now.Add(wait), ok
}

// parseRetryAfter reads both forms of Retry-After, seconds and an HTTP date.
func parseRetryAfter(value string, now time.Time) (time.Duration, bool) {
	value = strings.TrimSpace(value)
	if value == "" {
		return 0, false
	}
	if seconds, err := strconv.ParseUint(value, 10, 63); err == nil {
		if seconds > uint64(maxAsked/time.Second) {
			return maxAsked, true
		}
		return time.Duration(seconds) * time.Second, true
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	return min(max(at.Sub(now), 0), maxAsked), true
}

// throttles tells whether a status means "you ask too often", so that all requests slow down, not only this one.
func throttles(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable
}

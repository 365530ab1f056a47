package transport

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	shrinkBy   = 0.8  // of the rate, at each refusal
	leastShare = 0.25 // of the configured rate
	growBy     = 0.05 // of the configured rate, after growAfter good answers
	growAfter  = 10
)

// limiter mirrors the portal's own bucket: a full burst at once, then the sustained rate. A refusal means that
// the bucket is fuller than thought, because others drink from it too: the burst counts as spent, everybody
// pauses, and the rate shrinks, to grow back slowly while answers are good.
type limiter struct {
	mu     sync.Mutex
	rate   float64
	burst  int
	bucket *rate.Limiter
	share  float64   // of rate in force
	pause  time.Time // nobody sends before
	good   int       // answers since the last change
}

func newLimiter(perSecond float64, burst int) *limiter {
	return &limiter{rate: perSecond, burst: burst, share: 1, bucket: rate.NewLimiter(rate.Limit(perSecond), burst)}
}

// reserve takes the next free turn and tells when it is; giveBack returns it unused.
func (l *limiter) reserve(now time.Time) (at time.Time, giveBack func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Before(l.pause) {
		now = l.pause
	}
	turn := l.bucket.ReserveN(now, 1)
	return now.Add(turn.DelayFrom(now)), func() { turn.CancelAt(now) }
}

// paused tells whether a refusal came while somebody waited for a turn.
func (l *limiter) paused(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return now.Before(l.pause)
}

// throttled stops everybody until the given time and goes on slower. Refusals of requests that were already
// on their way tell the same thing again and shrink nothing.
func (l *limiter) throttled(now, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	again := now.Before(l.pause)
	if until.After(l.pause) {
		l.pause = until
	}
	if again {
		return
	}
	l.good = 0
	l.share = max(l.share*shrinkBy, leastShare)
	l.bucket = rate.NewLimiter(l.limit(), l.burst)
	l.bucket.ReserveN(l.pause, l.burst-1)
}

// succeeded lets the rate grow back.
func (l *limiter) succeeded(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.share >= 1 || now.Before(l.pause) {
		return
	}
	if l.good++; l.good >= growAfter {
		l.good = 0
		l.share = min(l.share+growBy, 1)
		l.bucket.SetLimitAt(now, l.limit())
	}
}

func (l *limiter) limit() rate.Limit { return rate.Limit(l.rate * l.share) }

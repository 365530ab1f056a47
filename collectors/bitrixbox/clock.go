package bitrixbox

import (
	"fmt"
	"strings"
	"time"
)

// clock tells how far the wall time of a MySQL server is from UTC in the window. The server knows that itself, but it
// asks the system for every single value, and over a log of millions of rows that takes longer than all the rest. An
// empty clock leaves it to the server.
type clock []stretch

// stretch is a time without a change of the clocks.
type stretch struct {
	until  time.Time // wall time, as if it were UTC; of no meaning in the last stretch
	offset int64     // seconds east of UTC
}

// wallForm is how SQL writes wall times.
const wallForm = "2006-01-02 15:04:05"

// secondsTo1970 is what TO_SECONDS gives for the beginning of 1970.
const secondsTo1970 = 62167219200

// farthest is more than any zone is from UTC, in seconds.
const farthest = 15 * 60 * 60

// readClock finds the stretches. moments tells which moments the server takes wall times for, in seconds since 1970.
func readClock(w window, moments func(walls []time.Time) ([]int64, error)) (clock, error) {
	const day, quarter = 24 * time.Hour, 15 * time.Minute // clocks are changed at a quarter of an hour
	// Wall times lie up to fourteen hours from UTC; entries may lie a little in the future.
	days, err := offsetsAt(w.since.Truncate(day).Add(-day), w.now.Add(3*day), day, moments)
	if err != nil {
		return nil, err
	}
	var c clock
	for i, s := range days[1:] {
		if s.offset == days[i].offset {
			continue
		}
		quarters, err := offsetsAt(days[i].until, s.until, quarter, moments)
		if err != nil {
			return nil, err
		}
		for _, q := range quarters {
			if q.offset == s.offset {
				c = append(c, stretch{q.until, days[i].offset})
				break
			}
		}
	}
	return append(c, stretch{offset: days[len(days)-1].offset}), nil
}

// offsetsAt samples the clock from one wall time to another, both included.
func offsetsAt(from, to time.Time, step time.Duration, moments func([]time.Time) ([]int64, error)) ([]stretch, error) {
	var walls []time.Time
	for at := from; !at.After(to); at = at.Add(step) {
		walls = append(walls, at)
	}
	seconds, err := moments(walls)
	if err != nil {
		return nil, err
	}
	if len(seconds) != len(walls) {
		return nil, fmt.Errorf("the server tells %d of %d moments", len(seconds), len(walls))
	}
	samples := make([]stretch, len(walls))
	for i, at := range walls {
		samples[i] = stretch{at, at.Unix() - seconds[i]}
		if o := samples[i].offset; o < -farthest || o > farthest { // MariaDB knows no moment from 2038 on
			return nil, fmt.Errorf("the server takes %s for no moment", at.Format(wallForm))
		}
	}
	return samples, nil
}

// epoch is what a column of wall times says in seconds since 1970.
func (c clock) epoch(column string) string {
	var b strings.Builder
	for i, s := range c {
		seconds := fmt.Sprintf("TO_SECONDS(%s) - %d", column, secondsTo1970+s.offset)
		switch {
		case len(c) == 1:
			return seconds
		case i == len(c)-1:
			fmt.Fprintf(&b, " ELSE %s END", seconds)
		case i == 0:
			b.WriteString("CASE")
			fallthrough
		default:
			fmt.Fprintf(&b, " WHEN %s < %s THEN %s", column, quote(s.until.Format(wallForm)), seconds)
		}
	}
	return b.String()
}

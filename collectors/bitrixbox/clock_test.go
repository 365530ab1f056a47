package bitrixbox

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/fixtures/boxsim"
	"github.com/crmaudit/crmaudit/fixtures/dbserver"
)

// Every minute of a window must be what the server itself takes it for, whichever way the clocks of Moscow were changed
// within it.
func TestClockOfTheServer(t *testing.T) {
	p := seededPortal(t, dbserver.MySQL, 25)
	for now, want := range map[string]struct {
		changes int
		missing int64 // minutes of the hour that was left out, but for its first; the server takes them all for that
	}{
		"2010-04-20": {1, 59},
		"2010-11-22": {1, 0},
		"2011-01-22": {1, 0}, // the window ends long after
		"2011-06-01": {1, 59},
		"2014-11-22": {1, 0},
		"2026-11-22": {0, 0},
	} {
		t.Run(now, func(t *testing.T) {
			at, err := time.Parse(time.DateOnly, now)
			require.NoError(t, err)
			d := opened(t, p.config())
			w := newWindow(at, 90)
			c, err := readClock(w, func(walls []time.Time) ([]int64, error) { return d.moments(t.Context(), walls) })
			require.NoError(t, err)
			require.Len(t, c, want.changes+1)
			var minutes, wrong int64
			statement := "SELECT COUNT(*), COUNT(CASE WHEN " + c.epoch("wall") + " <> UNIX_TIMESTAMP(wall) THEN 1 END) FROM (SELECT " +
				quote(w.since.Format(wallForm)) + " + INTERVAL seq MINUTE wall FROM seq_0_to_132000) minutes"
			require.NoError(t, d.run(t.Context(), statement, []string{"ALL", "WRONG"}, func(r row) error {
				minutes, wrong = r.number("ALL"), r.number("WRONG")
				return nil
			}))
			require.EqualValues(t, 132_001, minutes)
			require.Equal(t, want.missing, wrong)
		})
	}
}

// A year in Kyiv: both changes of the clocks lie in the window, one of them in the middle of a day.
func TestClockWithTwoChanges(t *testing.T) {
	kyiv, err := time.LoadLocation("Europe/Kyiv")
	require.NoError(t, err)
	asked := 0
	moments := func(walls []time.Time) ([]int64, error) {
		asked++
		seconds := make([]int64, len(walls))
		for i, w := range walls {
			seconds[i] = time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), 0, kyiv).Unix()
		}
		return seconds, nil
	}
	c, err := readClock(newWindow(auditDay, 366), moments)
	require.NoError(t, err)
	require.Equal(t, 3, asked, "once, and once more for each change")
	require.Len(t, c, 3)
	require.EqualValues(t, []int64{7200, 10800, 7200}, []int64{c[0].offset, c[1].offset, c[2].offset})
	require.Equal(t, "2026-03-29", c[0].until.Format(time.DateOnly))
	require.Equal(t, "2026-10-25", c[1].until.Format(time.DateOnly))
	require.Equal(t, 2, strings.Count(c.epoch("X"), "WHEN X < '2026-"))
	require.Equal(t, "CASE WHEN X < '2026-", c.epoch("X")[:20])

	_, err = readClock(newWindow(auditDay, 90), func([]time.Time) ([]int64, error) { return nil, nil })
	require.ErrorContains(t, err, "the server tells 0 of")
	_, err = readClock(newWindow(time.Date(2038, 3, 1, 0, 0, 0, 0, time.UTC), 90), func(walls []time.Time) ([]int64, error) {
		return make([]int64, len(walls)), nil
	})
	require.ErrorContains(t, err, "for no moment")
	broken := errors.New("broken")
	_, err = readClock(newWindow(auditDay, 90), func([]time.Time) ([]int64, error) { return nil, broken })
	require.ErrorIs(t, err, broken)
}

// Columns that hold moments instead of wall times are left to the server: it knows which of two equal hours is meant.
func TestClockIsForWallTimes(t *testing.T) {
	for generation, want := range map[boxsim.Generation]string{20: "UNIX_TIMESTAMP(TIMESTAMP_X)", 25: "TO_SECONDS(TIMESTAMP_X)"} {
		d := opened(t, seededPortal(t, dbserver.MySQL, generation).config())
		l := find(lists, "log_days")
		present, err := d.shape.present(l)
		require.NoError(t, err)
		require.Contains(t, d.statement(l, present), want, generation)
	}
}

// Somewhere clocks are changed by half an hour, or at a quarter to three.
func TestClockOfFarIslands(t *testing.T) {
	for _, name := range []string{"Australia/Lord_Howe", "Pacific/Chatham", "America/St_Johns", "Asia/Kathmandu", "Pacific/Kiritimati"} {
		zone, err := time.LoadLocation(name)
		require.NoError(t, err)
		moment := func(w time.Time) int64 {
			return time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), 0, 0, zone).Unix()
		}
		w := newWindow(auditDay, 366)
		c, err := readClock(w, func(walls []time.Time) (all []int64, err error) {
			for _, at := range walls {
				all = append(all, moment(at))
			}
			return all, nil
		})
		require.NoError(t, err)
		wrong := 0
		for at := w.since; at.Before(w.now); at = at.Add(time.Minute) {
			i := 0
			for i < len(c)-1 && !at.Before(c[i].until) {
				i++
			}
			if at.Unix()-c[i].offset != moment(at) {
				wrong++
			}
		}
		require.LessOrEqual(t, wrong, 60, "%s: but for the hour that never came", name)
	}
}

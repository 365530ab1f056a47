package bitrixbox

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/fixtures/dbserver"
)

// answers asks for expressions of one wall time.
func (d *live) answers(t testing.TB, wall string, exprs ...string) []int64 {
	t.Helper()
	statement := "SELECT "
	for i, e := range exprs {
		if i > 0 {
			statement += ", "
		}
		statement += d.access.dialect.expand(e, d.window)
	}
	names := make([]string, len(exprs))
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	var all []int64
	require.NoError(t, d.run(t.Context(), statement+" FROM zz_times WHERE name = "+quote(wall), names, func(r row) error {
		for _, n := range names {
			all = append(all, r.number(n))
		}
		return nil
	}))
	require.Len(t, all, len(exprs), wall)
	return all
}

// The summer times of Moscow ended in 2011, and its zone changed in 2011 and 2014.
func TestWallTimes(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine string) {
		p := seededPortal(t, engine, 25)
		walls := map[string][]string{ // what UTC they may mean
			"1999-12-31 23:59:59": {"1999-12-31T20:59:59Z"},
			"2010-07-01 12:00:00": {"2010-07-01T08:00:00Z"},
			"2010-01-15 00:30:00": {"2010-01-14T21:30:00Z"},
			"2010-10-31 02:30:00": {"2010-10-30T22:30:00Z", "2010-10-30T23:30:00Z"}, // came twice
			"2010-03-28 02:30:00": {"2010-03-27T23:00:00Z", "2010-03-27T23:30:00Z"}, // never came
			"2013-05-05 05:05:05": {"2013-05-05T01:05:05Z"},
			"2026-11-22 12:00:00": {"2026-11-22T09:00:00Z"},
			"2026-11-22 02:59:59": {"2026-11-21T23:59:59Z"},
		}
		times := map[string]string{dbserver.MySQL: "datetime", dbserver.Postgres: "timestamp"}[engine]
		statements := []string{"DROP TABLE IF EXISTS zz_times", "CREATE TABLE zz_times (name varchar(20), a " + times + ")"}
		for wall := range walls {
			statements = append(statements, fmt.Sprintf("INSERT INTO zz_times VALUES ('%s', '%s')", wall, wall))
		}
		statements = append(statements, "INSERT INTO zz_times VALUES ('far', '2099-12-31 12:00:00'), ('old', '1900-01-01 00:00:00'), ('null', NULL)")
		if engine == dbserver.MySQL {
			statements = append(statements, "SET sql_mode = ''", "INSERT INTO zz_times VALUES ('zero', '0000-00-00 00:00:00'), ('part', '2026-00-00 00:00:00')")
		}
		p.run(t, statements...)
		t.Cleanup(func() { p.run(t, "DROP TABLE zz_times") })
		d := opened(t, p.config())
		d.window.clock = nil // it holds for the window only
		for wall, want := range walls {
			got := d.answers(t, wall, "@epoch(a)", "@day(a)", "@hour(a)", "@minute(a)")
			at := time.Unix(got[0], 0).UTC()
			require.Contains(t, want, at.Format(time.RFC3339), wall)
			require.Equal(t, []int64{at.Unix(), at.Unix() / 86400, int64(at.Hour()), at.Unix() / 60}, got, wall)
		}
		require.Equal(t, 2099, moment(d.answers(t, "far", "@epoch(a)")[0]).Year())
		for _, none := range []string{"old", "null", "zero", "part"} {
			if engine == dbserver.MySQL || none < "p" {
				require.True(t, moment(d.answers(t, none, "@epoch(a)")[0]).IsZero(), none)
			}
		}

		// The window begins at the same moment, however it is written: 90 days before 2026-11-22T09:00:00Z.
		for expr, want := range map[string]string{
			"@since": "2026-08-24T09:00:00Z", "@recent": "2026-10-23T09:00:00Z", "@dormant": "2023-11-22T09:00:00Z",
		} {
			var at []int64
			require.NoError(t, d.run(t.Context(), "SELECT "+d.access.dialect.epoch(d.access.dialect.expand(expr, d.window)), []string{"AT"}, func(r row) error {
				at = append(at, r.number("AT"))
				return nil
			}))
			require.Len(t, at, 1)
			require.Equal(t, want, time.Unix(at[0], 0).UTC().Format(time.RFC3339), expr)
		}
	})
}

// The zone of PHP may be another than the server's.
func TestTimezone(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine string) {
		p := seededPortal(t, engine, 20)
		times := map[string]string{dbserver.MySQL: "datetime", dbserver.Postgres: "timestamp"}[engine]
		p.run(t, "CREATE TABLE zz_times (name varchar(20), a "+times+")", "INSERT INTO zz_times VALUES ('winter', '2026-01-15 12:00:00'), ('summer', '2026-07-15 12:00:00'), ('twice', '2026-10-25 03:30:00')")
		t.Cleanup(func() { p.run(t, "DROP TABLE zz_times") })
		at := func(zone, name string) string {
			cfg := p.config()
			cfg.Timezone = zone
			return time.Unix(opened(t, cfg).answers(t, name, "@epoch(a)")[0], 0).UTC().Format("15:04")
		}
		for zone, want := range map[string]string{"": "09:00", "+03:00": "09:00", "+3:00": "09:00", "-05:30": "17:30", "+05:45": "06:15", "+00:00": "12:00"} {
			require.Equal(t, want, at(zone, "winter"), zone)
			require.Equal(t, want, at(zone, "summer"), zone)
		}
		if engine == dbserver.Postgres { // MariaDB knows names only where its tables of zones were filled
			require.Equal(t, "10:00", at("Europe/Kyiv", "winter"))
			require.Equal(t, "09:00", at("Europe/Kyiv", "summer"))
			require.Contains(t, []string{"00:30", "01:30"}, at("Europe/Kyiv", "twice"))
		}
	})
}

func TestMacrosThatDoNotExist(t *testing.T) {
	require.Panics(t, func() { mysql.expand("@nothing", window{}) })
}

func TestQuote(t *testing.T) {
	require.Equal(t, "'it''s'", quote("it's"))
	require.Equal(t, "('a', 'b''c')", oneOf("a", "b'c"))
}

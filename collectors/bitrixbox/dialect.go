package bitrixbox

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// dialect writes what MySQL and PostgreSQL say differently. The rest of the SQL here is common to
// both; names are never quoted, so that each server folds their case its own way.
type dialect string

// The databases that Bitrix24 runs on. MariaDB speaks the language of MySQL.
const (
	mysql    dialect = "mysql"
	postgres dialect = "postgres"
)

const (
	secondsPerDay = 24 * 60 * 60
	recentDays    = 30   // what counts as recent work on client records
	dormantDays   = 1096 // three years: client records that nobody touched for longer are dormant
)

// window is the time that a collection looks at.
type window struct {
	now   time.Time
	since time.Time // logs are read from here
	clock clock     // of the server in this time, if it was asked
}

func newWindow(now time.Time, days int) window {
	return window{now: now, since: now.AddDate(0, 0, -days)}
}

var macro = regexp.MustCompile(`@([a-z]+)(?:\(([A-Za-z_.]+)\))?`)

// expand replaces the macros of an expression:
//
//	@epoch(COLUMN)  the moment in seconds since 1970, or 0 or NULL when there is none
//	@day(COLUMN)    its day since 1970 in UTC
//	@hour(COLUMN)   its hour of the day in UTC, 0 to 23
//	@minute(COLUMN) its minute since 1970
//	@id(COLUMN)     the number that a text is, or NULL
//	@bytes(COLUMN)  a text that sorts by its bytes, which is fast and the same everywhere
//	@lower(COLUMN)  the same in small letters
//	@since @recent @dormant  moments to compare columns with
//	@version @now @zone @product  the server itself
//
// Columns hold wall times of the server, and only the server knows its zone and the changes of summer time: it does the
// conversion, or was asked for its clock.
func (d dialect) expand(expr string, w window) string {
	return macro.ReplaceAllStringFunc(expr, func(m string) string {
		part := macro.FindStringSubmatch(m)
		column := part[2]
		switch part[1] {
		case "epoch":
			return d.epoch(column)
		case "day":
			return d.floor(d.logged(column, w), secondsPerDay)
		case "minute":
			return d.floor(d.logged(column, w), 60)
		case "hour":
			return fmt.Sprintf("CAST((%s) %% 24 AS %s)", d.floor(d.logged(column, w), 3600), d.integer())
		case "id":
			return d.id(column)
		case "bytes":
			return d.bytes(column)
		case "lower":
			return d.bytes("LOWER(" + column + ")")
		case "since":
			return d.wall(w.since)
		case "recent":
			return d.wall(w.now.AddDate(0, 0, -recentDays))
		case "dormant":
			return d.wall(w.now.AddDate(0, 0, -dormantDays))
		}
		if text, ok := d.server()[part[1]]; ok {
			return text
		}
		panic("bitrixbox: no macro " + m) // a mistake in a list, found by its test
	})
}

func (d dialect) epoch(column string) string {
	if d == postgres {
		// An endless date is no date. There is no whole number for it either.
		return fmt.Sprintf("CASE WHEN ISFINITE(CAST(%[1]s AS TIMESTAMP)) THEN CAST(FLOOR(DATE_PART('epoch', CAST(%[1]s AS TIMESTAMP) AT TIME ZONE CURRENT_SETTING('TimeZone'))) AS BIGINT) END", column)
	}
	// MariaDB knows no moment from 2038 on. By then an hour more or less means nothing.
	return fmt.Sprintf("CASE WHEN %[1]s < '2038-01-01' THEN UNIX_TIMESTAMP(%[1]s) ELSE TIMESTAMPDIFF(SECOND, '1970-01-01', %[1]s) END", column)
}

// logged is epoch for a column of a log, of which only the window is read.
func (d dialect) logged(column string, w window) string {
	if len(w.clock) > 0 {
		return "(" + w.clock.epoch(column) + ")"
	}
	return d.epoch(column)
}

func (d dialect) floor(expr string, unit int) string {
	if d == postgres {
		return fmt.Sprintf("%s / %d", expr, unit) // whole numbers stay whole
	}
	return fmt.Sprintf("%s DIV %d", expr, unit)
}

func (d dialect) id(column string) string {
	if d == postgres {
		return fmt.Sprintf("CAST(SUBSTRING(%s FROM '^[0-9]{1,10}$') AS BIGINT)", column)
	}
	return fmt.Sprintf("CASE WHEN %[1]s REGEXP '^[0-9]{1,10}$' THEN CAST(%[1]s AS UNSIGNED) END", column)
}

// bytes also keeps MariaDB's keys short: it sorts row numbers instead of rows when they are long, and then fetches
// the rows one by one.
func (d dialect) bytes(text string) string {
	if d == postgres {
		return text + ` COLLATE "C"`
	}
	return "CAST(CONVERT(" + text + " USING utf8mb4) AS BINARY)"
}

func (d dialect) integer() string {
	if d == postgres {
		return "INTEGER"
	}
	return "UNSIGNED"
}

// wall is a moment in the form that columns hold.
func (d dialect) wall(t time.Time) string {
	if d == postgres {
		return fmt.Sprintf("CAST(TO_TIMESTAMP(%d) AT TIME ZONE CURRENT_SETTING('TimeZone') AS TIMESTAMP)", t.Unix())
	}
	return fmt.Sprintf("FROM_UNIXTIME(%d)", t.Unix())
}

func (d dialect) server() map[string]string {
	if d == postgres {
		return map[string]string{
			"product": "'PostgreSQL'", "version": "CURRENT_SETTING('server_version')", "zone": "CURRENT_SETTING('TimeZone')",
			"now": "CAST(FLOOR(EXTRACT(EPOCH FROM NOW())) AS BIGINT)",
		}
	}
	return map[string]string{
		"product": "CASE WHEN VERSION() LIKE '%MariaDB%' THEN 'MariaDB' ELSE 'MySQL' END", "version": "VERSION()",
		"zone": "CONCAT(@@session.time_zone, ' ', @@system_time_zone)", "now": "UNIX_TIMESTAMP()",
	}
}

// setZone makes the session take wall times for those of a zone. A bare +03:00 lies west of Greenwich for PostgreSQL.
func (d dialect) setZone(name string) string {
	switch {
	case d == mysql:
		return "SET SESSION time_zone = " + quote(name)
	case strings.ContainsAny(name[:1], "+-"):
		return "SET TIME ZONE INTERVAL " + quote(name) + " HOUR TO MINUTE"
	}
	return "SET TIME ZONE " + quote(name)
}

// schema is the name of the database whose tables are meant.
func (d dialect) schema() string {
	if d == postgres {
		return "CURRENT_SCHEMA()"
	}
	return "DATABASE()"
}

// quote writes a text as a literal.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// oneOf is a list of literals for IN.
func oneOf(words ...string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = quote(w)
	}
	return "(" + strings.Join(quoted, ", ") + ")"
}

func itoa(n int) string { return strconv.Itoa(n) }

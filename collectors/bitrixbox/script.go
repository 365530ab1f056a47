package bitrixbox

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/internal/fail"
)

// ExportSQL writes the script with which a client exports what the audit needs, for a server of the
// engine "mysql" or "postgres". It looks up which tables and columns there are and reads those alone, so one
// script fits all versions. Logs are read from so many days before now. zone is that of PHP where
// it differs from the server's, else "".
func ExportSQL(w io.Writer, engine string, now time.Time, days int, zone string) error {
	d, err := dialectOf(engine)
	if err != nil {
		return err
	}
	if err := checkDays("export-sql", days); err != nil {
		return err
	}
	if zone != "" && !zoneForm.MatchString(zone) {
		return fail.New(fail.Usage, "--timezone Europe/Moscow, or +03:00", "the time zone %q cannot be read", zone)
	}
	win := newWindow(now.UTC(), days)
	var b strings.Builder
	s := script{&b, d, win}
	s.comment("Export of a self-hosted Bitrix24 for a security audit (crmaudit).",
		"",
		"The script only reads: every statement is a SELECT or a setting of this session. It reads no",
		"passwords, hashes, keys or tokens, and no client records: those are only counted.",
		"Each part below names a table and lists the columns that are read; what a version lacks is left out.",
		"",
		"Run it on the server, with the name of the portal's database:")
	if d == postgres {
		s.comment("  psql --no-psqlrc --quiet --dbname=DATABASE --file=export.sql > export/portal.csv")
	} else {
		s.comment("  mysql --batch --raw --skip-column-names --default-character-set=utf8mb4 DATABASE < export.sql > export/portal.csv")
	}
	s.comment("", fmt.Sprintf("Logs are read from %s on.", win.since.Format(time.DateOnly)))
	s.begin()
	if zone != "" {
		s.line("%s;", d.setZone(zone))
	}
	lists := catalogue()
	for i, l := range lists {
		s.line("")
		s.comment(fmt.Sprintf("%d of %d. %s: %s", i+1, len(lists), l.name, l.about))
		s.list(l)
	}
	s.line("")
	s.comment("The last line proves that nothing is missing.")
	if d == postgres {
		s.line("SELECT %s, 'ok';", quote(endList))
	} else {
		s.line("SELECT %s;", quote(endList+",ok"))
	}
	_, err = io.WriteString(w, b.String())
	return err
}

type script struct {
	*strings.Builder
	dialect dialect
	window  window
}

func (s script) line(format string, args ...any) { fmt.Fprintf(s, format+"\n", args...) }

func (s script) comment(lines ...string) {
	for _, l := range lines {
		s.line("%s", strings.TrimRight("-- "+l, " "))
	}
}

func (s script) begin() {
	if s.dialect == postgres {
		s.line(`\set ON_ERROR_STOP on`) // a list that fails must not look like an empty one
		s.line(`\pset format csv`)
		s.line(`\pset tuples_only on`)
		s.line(`\pset null '\\N'`)
		s.line(`\encoding UTF8`)
		s.line("SET default_transaction_read_only = on;")
		return
	}
	s.line("SET SESSION TRANSACTION READ ONLY;")
	s.line("SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES';")
	s.line("SET SESSION group_concat_max_len = 1000000;")
	s.line("/*M! SET SESSION max_length_for_sort_data = %d */;", maxSortedRow) // for MariaDB alone: it sorts the log faster
}

func (s script) list(l *list) {
	required, n := pairs(l)
	if s.dialect == postgres {
		s.postgresList(l, required, n)
		return
	}
	s.line("SELECT COUNT(*) INTO @found FROM information_schema.columns WHERE TABLE_SCHEMA = DATABASE() AND (TABLE_NAME, COLUMN_NAME) IN (%s);", required)
	s.line("SELECT GROUP_CONCAT(CONCAT(',', name) ORDER BY n SEPARATOR ''),")
	s.line(`  GROUP_CONCAT(CONCAT(', ",", COALESCE(CONCAT(''"'', REPLACE(', expr, ', ''"'', ''""''), ''"''), ''\N'')') ORDER BY n SEPARATOR '')`)
	s.line("  INTO @head, @cells FROM (")
	for i, c := range l.columns {
		word := "  UNION ALL SELECT"
		names := ""
		if i == 0 {
			word, names = "  SELECT", " AS n, name, needs, expr"
		}
		s.line("  %s %s", word, s.wanted(i, c, names))
	}
	s.line("  ) wanted WHERE needs = '' OR needs IN (SELECT COLUMN_NAME FROM information_schema.columns WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s);", quote(l.table))
	s.line("SELECT CONCAT(%s, @head) FROM (SELECT 1) once WHERE @found = %d;", quote(l.name+","+headMark), n)
	s.line("SET @ask = IF(@found = %d, CONCAT('%s CONCAT(%s', @cells, ')%s'), 'DO 0');", n, l.verb(s.dialect), inner(quote(l.name)), inner(l.tail(s.dialect, s.window)))
	s.line("PREPARE ask FROM @ask; EXECUTE ask; DEALLOCATE PREPARE ask;")
}

// wanted is one line of the table of columns.
func (s script) wanted(i int, c column, names string) string {
	needs := c.name
	if c.must {
		needs = ""
	} else if sources := c.source(); len(sources) == 1 {
		needs = sources[0]
	}
	expr := quote(c.sql(s.dialect, s.window))
	if names != "" {
		return fmt.Sprintf("%d AS n, %s AS name, %s AS needs, %s AS expr", i+1, quote(c.name), quote(needs), expr)
	}
	return fmt.Sprintf("%d, %s, %s, %s", i+1, quote(c.name), quote(needs), expr)
}

func (s script) postgresList(l *list, required string, n int) {
	s.line("WITH wanted (n, name, needs, expr) AS (VALUES")
	for i, c := range l.columns {
		comma := ","
		if i == len(l.columns)-1 {
			comma = ""
		}
		s.line("    (%s)%s", s.wanted(i, c, ""), comma)
	}
	s.line("  ), present AS (SELECT * FROM wanted WHERE needs = '' OR LOWER(needs) IN (")
	s.line("    SELECT column_name FROM information_schema.columns WHERE table_schema = CURRENT_SCHEMA() AND table_name = %s))", quote(l.table))
	s.line("SELECT statement FROM (")
	s.line("    SELECT 1 AS n, 'SELECT %s, ''#''' || STRING_AGG(', ' || QUOTE_LITERAL(name), '' ORDER BY n) AS statement FROM present", inner(quote(l.name)))
	s.line("    UNION ALL SELECT 2, 'SELECT %s' || STRING_AGG(', ' || expr, '' ORDER BY n) || '%s' FROM present", inner(quote(l.name)), inner(l.tail(s.dialect, s.window)))
	s.line("  ) statements WHERE %d = (SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = CURRENT_SCHEMA() AND (table_name, column_name) IN (%s))", n, lower(required))
	s.line(`  ORDER BY n \gexec`)
}

// inner is a text inside a literal.
func inner(s string) string { return strings.ReplaceAll(s, "'", "''") }

// pairs lists table and column of everything that the list rests on.
func pairs(l *list) (text string, n int) {
	var all []string
	rests := l.rests()
	for _, table := range sortedKeys(rests) {
		for _, name := range rests[table] {
			all = append(all, fmt.Sprintf("(%s, %s)", quote(table), quote(name)))
		}
	}
	if len(all) == 0 {
		return "('', '')", 0
	}
	return strings.Join(all, ", "), len(all)
}

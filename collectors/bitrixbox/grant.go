package bitrixbox

import (
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/internal/fail"
)

var accountForm = regexp.MustCompile(`^[A-Za-z0-9_.%-]{1,60}$`)

// dialectOf is the language of an engine.
func dialectOf(engine string) (dialect, error) {
	switch engine {
	case "mysql", "mariadb":
		return mysql, nil
	case "postgres", "postgresql":
		return postgres, nil
	}
	return "", fail.New(fail.Usage, "--engine mysql or --engine postgres", "there is no engine %q", engine)
}

// GrantSQL writes the script that lets an account read exactly the columns that the audit reads, for a
// server of the engine "mysql" or "postgres". Tables and columns that a version lacks are left out. host is from where the account of
// MySQL connects.
func GrantSQL(w io.Writer, engine, user, host string) error {
	d, err := dialectOf(engine)
	if err != nil {
		return err
	}
	if !accountForm.MatchString(user) || !accountForm.MatchString(host) {
		return fail.New(fail.Usage, "letters, digits, dots and dashes: --user crmaudit --host localhost", "the account %q at %q cannot be written into a script", user, host)
	}
	var b strings.Builder
	s := script{Builder: &b, dialect: d}
	account := quote(user) + "@" + quote(host)
	s.comment("Rights for a security audit of a self-hosted Bitrix24 (crmaudit).",
		"",
		"The account may read the columns that are named below and nothing else: no passwords, hashes, keys or",
		"tokens. Of the table of settings a column cannot be split by rows: the audit itself asks only for the",
		"settings it needs, and of secret ones only whether they are set.",
		"",
		"Run it as an administrator of the server, in the portal's database, after making the account:")
	if d == postgres {
		s.comment("  CREATE ROLE "+name(user)+" LOGIN PASSWORD '…';", "  ALTER ROLE "+name(user)+" SET default_transaction_read_only = on;",
			"  psql --no-psqlrc --dbname=DATABASE --file=grant.sql")
		s.line(`\set ON_ERROR_STOP on`)
	} else {
		s.comment("  CREATE USER "+account+" IDENTIFIED BY '…';", "  mysql DATABASE < grant.sql")
		s.line("SET SESSION group_concat_max_len = 1000000;")
	}
	s.comment("When the audit is over:", "  DROP "+map[dialect]string{postgres: "OWNED BY " + name(user) + "; DROP ROLE " + name(user), mysql: "USER " + account}[d]+";")
	reads := granted()
	for _, table := range sortedKeys(reads) {
		s.line("")
		s.comment(table + ": " + purposeOf(table))
		if d == postgres {
			s.line("SELECT 'GRANT SELECT (' || STRING_AGG(QUOTE_IDENT(column_name), ', ' ORDER BY ordinal_position) || ') ON ' || QUOTE_IDENT(table_schema) || '.%s TO %s'", table, inner(name(user)))
			s.line("  FROM information_schema.columns WHERE table_schema = CURRENT_SCHEMA() AND table_name = %s AND UPPER(column_name) IN %s", quote(table), strings.ToUpper(oneOf(reads[table]...)))
			s.line(`  GROUP BY table_schema \gexec`)
			continue
		}
		s.line("SET @give = (SELECT CONCAT('GRANT SELECT (', GROUP_CONCAT(COLUMN_NAME ORDER BY ORDINAL_POSITION SEPARATOR ', '), ') ON %s TO %s')", table, inner(account))
		s.line("  FROM information_schema.columns WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s AND COLUMN_NAME IN %s);", quote(table), oneOf(reads[table]...))
		s.line("SET @give = COALESCE(@give, 'DO 0'); PREPARE give FROM @give; EXECUTE give; DEALLOCATE PREPARE give;")
	}
	if d == postgres {
		s.line("")
		s.line("SELECT 'GRANT USAGE ON SCHEMA ' || QUOTE_IDENT(CURRENT_SCHEMA()) || ' TO %s' \\gexec", inner(name(user)))
	}
	_, err = io.WriteString(w, b.String())
	return err
}

// name is a name of PostgreSQL.
func name(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// granted lists everything that any list reads, by table.
func granted() map[string][]string {
	all := map[string][]string{}
	for _, l := range catalogue() {
		for table, names := range l.reads() {
			all[table] = unique(append(all[table], names...))
		}
	}
	return all
}

// purposeOf says what a table is read for.
func purposeOf(table string) string {
	var all []string
	for _, l := range catalogue() {
		if l.table == table && !slices.Contains(all, l.about) {
			all = append(all, l.about)
		}
	}
	return strings.Join(all, "; ")
}

package bitrixbox

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/fixtures/dbserver"
)

// client runs a script with the server's own client in a database of the server.
func client(t testing.TB, p *seeded, script string) (string, error) {
	t.Helper()
	command, args := p.server.Client()
	into := map[string]string{dbserver.MySQL: "--database=", dbserver.Postgres: "--dbname="}[p.server.Engine]
	cmd := exec.Command(command, append(args, into+p.name)...)
	cmd.Stdin = strings.NewReader(script)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// awkward is a password that no address can hold and no script must stumble over.
const awkward = `p'a"s?s#w%o/rd@1\`

var accounts atomic.Int64

// grantee makes an account as the head of the script says, with the rights of the script, and leads to the portal
// under it. change may take parts of the script away.
func grantee(t testing.TB, p *seeded, change func(script string) string) *Config {
	t.Helper()
	user := fmt.Sprintf("audit_%d", accounts.Add(1))
	var script bytes.Buffer
	require.NoError(t, GrantSQL(&script, p.server.Engine, user, "localhost"))
	grants := script.String()
	create := map[string]string{
		dbserver.MySQL: "CREATE USER '" + user + "'@'localhost' IDENTIFIED BY ", dbserver.Postgres: `CREATE ROLE "` + user + `" LOGIN PASSWORD `,
	}[p.server.Engine]
	require.Contains(t, grants, create)
	password := strings.ReplaceAll(awkward, "'", "''")
	if p.server.Engine == dbserver.MySQL {
		password = strings.ReplaceAll(password, `\`, `\\`)
	}
	p.run(t, create+"'"+password+"'")
	t.Cleanup(func() { p.drop(t, grants) })
	if change != nil {
		changed := change(grants)
		require.NotEqual(t, grants, changed)
		grants = changed
	}
	out, err := client(t, p, grants)
	require.NoError(t, err, out)
	cfg := p.config()
	cfg.DSN = strings.Replace(cfg.DSN, "//"+p.server.User+"@", "//"+user+"@", 1)
	cfg.Password = awkward
	return cfg
}

var dropLine = regexp.MustCompile(`(?m)^--   (DROP .*;)$`)

// drop removes the account as the head of the script says.
func (p *seeded) drop(t testing.TB, grants string) {
	line := dropLine.FindStringSubmatch(grants)
	require.NotNil(t, line)
	for _, statement := range strings.Split(strings.TrimSuffix(line[1], ";"), "; ") {
		_, err := p.admin.Exec(statement)
		require.NoError(t, err, statement)
	}
}

// withoutTable takes the part of a table out of a grant script.
func withoutTable(table string) func(string) string {
	return func(script string) string {
		parts := slices.DeleteFunc(strings.Split(script, "\n\n"), func(part string) bool { return strings.HasPrefix(part, "-- "+table+":") })
		return strings.Join(parts, "\n\n")
	}
}

// withoutColumn takes one column of a table out of a grant script.
func withoutColumn(table, column string) func(string) string {
	return func(script string) string {
		parts := strings.Split(script, "\n\n")
		for i, part := range parts {
			if strings.HasPrefix(part, "-- "+table+":") {
				parts[i] = strings.Replace(part, "'"+column+"'", "'NONE_SUCH'", 1)
			}
		}
		return strings.Join(parts, "\n\n")
	}
}

func TestTheGrantIsEnoughAndNoMore(t *testing.T) {
	everyPortal(t, func(t *testing.T, p *seeded) {
		full := collection(context.Background(), t, p.config(), nil, nil)
		require.NoError(t, full.err)
		cfg := grantee(t, p, nil)
		out := collection(context.Background(), t, cfg, nil, nil)
		require.NoError(t, out.err)
		require.Empty(t, differences(text(t, full.Memory), text(t, out.Memory)))
		require.Equal(t, full.notes(), out.notes())

		there := p.columns(t)
		db := direct(t, cfg)
		wanted := map[string]bool{}
		for table, names := range granted() {
			for _, n := range names {
				if c := lower(table + "." + n); there[c] {
					wanted[c] = true
				}
			}
		}
		require.Equal(t, wanted, readable(t, db, p.server.Engine))

		tried := 0
		for table, columns := range secretColumns {
			for _, c := range strings.Fields(columns) {
				if there[lower(table+"."+c)] {
					tried++
					requireRefused(t, db, "SELECT "+c+" FROM "+table)
				}
			}
		}
		require.Greater(t, tried, 15)
		for _, statement := range []string{
			"SELECT * FROM b_user", "SELECT ID FROM b_user WHERE PASSWORD LIKE 'a%'", "SELECT ID FROM b_user ORDER BY PASSWORD",
			"UPDATE b_user SET ACTIVE = 'N' WHERE ID = 2", "DELETE FROM b_event_log", "INSERT INTO b_module (ID) VALUES ('x')", "DROP TABLE b_module",
			"CREATE TABLE mine (id int)",
		} {
			requireRefused(t, db, statement)
		}
	})
}

// columns are all columns of the portal.
func (p *seeded) columns(t testing.TB) map[string]bool {
	t.Helper()
	schema := map[string]string{dbserver.MySQL: "DATABASE()", dbserver.Postgres: "CURRENT_SCHEMA()"}[p.server.Engine]
	return names(t, p.admin, "SELECT LOWER(CONCAT(TABLE_NAME, '.', COLUMN_NAME)) FROM information_schema.columns WHERE TABLE_SCHEMA = "+schema)
}

// readable are the columns that the account itself may read.
func readable(t testing.TB, db *sql.DB, engine string) map[string]bool {
	t.Helper()
	if engine == dbserver.Postgres {
		return names(t, db, "SELECT table_name || '.' || column_name FROM information_schema.column_privileges WHERE grantee = CURRENT_USER AND privilege_type = 'SELECT'")
	}
	return names(t, db, "SELECT LOWER(CONCAT(TABLE_NAME, '.', COLUMN_NAME)) FROM information_schema.column_privileges WHERE TABLE_SCHEMA = DATABASE()")
}

func names(t testing.TB, db *sql.DB, query string) map[string]bool {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	found := map[string]bool{}
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		found[name] = true
	}
	require.NoError(t, rows.Err())
	return found
}

// requireRefused wants the server itself to say no.
func requireRefused(t testing.TB, db *sql.DB, statement string) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), statement)
	number, state := codes(err)
	assert.True(t, slices.Contains([]int{1142, 1143}, number) || state == postgresDenied, "%s: %v", statement, err)
}

// Whatever the account may do, the session may not.
func TestTheSessionCannotWrite(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine string) {
		p := seededPortal(t, engine, 25)
		d := opened(t, p.config())
		for _, statement := range []string{
			"INSERT INTO b_module (ID) VALUES ('x')", "UPDATE b_user SET ACTIVE = 'N'", "DELETE FROM b_event_log", "CREATE TABLE mine (id int)", "DROP TABLE b_module",
		} {
			_, err := d.conn.ExecContext(t.Context(), statement)
			number, state := codes(err)
			require.True(t, number == 1792 || state == "25006", "%s: %v", statement, err)
			require.ErrorIs(t, d.exec(t.Context(), statement), errWrites)
		}
		var n int
		require.NoError(t, p.admin.QueryRow("SELECT COUNT(*) FROM b_module WHERE ID = 'x'").Scan(&n))
		require.Zero(t, n)
	})
}

func TestWhoeverLostTheAccountIsOut(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine string) {
		p := seededPortal(t, engine, 25)
		var cfg *Config
		t.Run("while the audit goes on", func(t *testing.T) {
			cfg = grantee(t, p, nil)
			require.NoError(t, direct(t, cfg).Ping())
		})
		require.Error(t, direct(t, cfg).Ping())
	})
}

func TestGrantRefusesStrangeAccounts(t *testing.T) {
	for _, c := range []struct{ engine, user, host string }{
		{"mysql", "", "localhost"}, {"mysql", "audit", ""}, {"mysql", "a'; DROP TABLE b_user; --", "localhost"}, {"mysql", "audit", "h'ost"},
		{"postgres", `a"b`, "localhost"}, {"postgres", "a b", "localhost"}, {"oracle", "audit", "localhost"}, {"mysql", strings.Repeat("a", 61), "localhost"},
	} {
		var b bytes.Buffer
		requireSentence(t, GrantSQL(&b, c.engine, c.user, c.host), 2)
		require.Zero(t, b.Len())
	}
}

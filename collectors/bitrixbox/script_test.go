package bitrixbox

import (
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/fixtures/dbserver"
	"github.com/crmaudit/crmaudit/internal/fail"
)

func TestExportScript(t *testing.T) {
	for engine, command := range map[string]string{
		dbserver.MySQL:    "--   mysql --batch --raw --skip-column-names --default-character-set=utf8mb4 DATABASE < export.sql > export/portal.csv",
		dbserver.Postgres: "--   psql --no-psqlrc --quiet --dbname=DATABASE --file=export.sql > export/portal.csv",
	} {
		var b bytes.Buffer
		require.NoError(t, ExportSQL(&b, engine, auditDay, 90, ""))
		script := b.String()
		require.Contains(t, script, command)
		require.Contains(t, script, "-- Logs are read from 2026-08-24 on.")
		for i, l := range lists {
			require.Contains(t, script, fmt.Sprintf("\n-- %d of %d. %s: %s\n", i+1, len(lists), l.name, l.about))
			require.NotEmpty(t, l.about)
		}
		lines := strings.Split(strings.TrimSuffix(script, "\n"), "\n")
		require.Equal(t, "-- The last line proves that nothing is missing.", lines[len(lines)-2])
		require.Contains(t, lines[len(lines)-1], "end")
		for _, line := range lines {
			require.NotRegexp(t, `[ \t]$|\r|\x00`, line)
		}
		var again bytes.Buffer
		require.NoError(t, ExportSQL(&again, engine, auditDay, 90, ""))
		require.Equal(t, script, again.String())
	}
	for _, days := range []int{0, -5, 367} {
		var b bytes.Buffer
		requireSentence(t, ExportSQL(&b, dbserver.MySQL, auditDay, days, ""), fail.Usage)
		require.Zero(t, b.Len())
	}
	requireSentence(t, ExportSQL(new(bytes.Buffer), "oracle", auditDay, 90, ""), fail.Usage)
}

func TestGrantScript(t *testing.T) {
	for engine, head := range map[string][]string{
		dbserver.MySQL:    {"--   CREATE USER 'audit'@'10.0.0.5' IDENTIFIED BY '…';", "--   DROP USER 'audit'@'10.0.0.5';"},
		dbserver.Postgres: {`--   CREATE ROLE "audit" LOGIN PASSWORD '…';`, `--   DROP OWNED BY "audit"; DROP ROLE "audit";`},
	} {
		var b bytes.Buffer
		require.NoError(t, GrantSQL(&b, engine, "audit", "10.0.0.5"))
		script := b.String()
		for _, line := range head {
			require.Contains(t, script, line+"\n")
		}
		for table, columns := range granted() {
			require.Contains(t, script, "\n-- "+table+": "+purposeOf(table)+"\n")
			require.NotEmpty(t, purposeOf(table), table)
			for _, c := range columns {
				require.Contains(t, strings.ToUpper(script), "'"+strings.ToUpper(c)+"'")
			}
		}
		require.NotContains(t, script, "'password'")
	}
}

// A list that cannot be answered must not look like an empty one, so the script ends there.
func TestTheScriptStopsAtAnError(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine string) {
		p := spoiltPortal(t, engine)
		p.run(t, "ALTER TABLE b_disk_external_link RENAME TO links",
			"CREATE VIEW b_disk_external_link AS SELECT ID, (SELECT ID FROM links) AS CREATED_BY, DEATH_TIME, CREATE_TIME FROM links")
		t.Cleanup(func() { p.run(t, "DROP VIEW b_disk_external_link", "ALTER TABLE links RENAME TO b_disk_external_link") })
		var script bytes.Buffer
		require.NoError(t, ExportSQL(&script, engine, auditDay, 90, ""))
		out, err := asItsHeadSays(t, p, script.String())
		require.Error(t, err)
		require.Contains(t, out, "\npublic_links,#,")
		require.NotContains(t, out, "\nend,ok")
		require.NotContains(t, out, "\nlog_days,#")
	})
}

// asItsHeadSays runs an export script with nothing but the arguments that its head names and those that lead to the server.
func asItsHeadSays(t testing.TB, p *seeded, script string) (string, error) {
	t.Helper()
	command, args := p.server.Client()
	args = slices.DeleteFunc(args, func(a string) bool { return a == "--set=ON_ERROR_STOP=1" })
	if p.server.Engine == dbserver.Postgres {
		args = append(args, "--no-psqlrc", "--quiet", "--dbname="+p.name)
	} else {
		args = append(args, "--batch", "--raw", "--skip-column-names", "--default-character-set=utf8mb4", p.name)
	}
	cmd := exec.Command(command, args...)
	cmd.Stdin = strings.NewReader(script)
	out, err := cmd.Output()
	return string(out), err
}

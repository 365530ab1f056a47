package demo_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/fixtures"
	"github.com/crmaudit/crmaudit/fixtures/boxsim"
	"github.com/crmaudit/crmaudit/fixtures/dbserver"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/internal/demo"
)

func TestMain(m *testing.M) { os.Exit(dbserver.Run(m)) }

// generations are those in which a scenario is looked at; all but this one show the newest alone.
var generations = map[string][]boxsim.Generation{"box": boxsim.Generations[:]}

// Self-hosted scenarios are found to be what they are on both servers. The other tests find them through their exports.
func TestSelfHostedTellTheTruthOnRealServers(t *testing.T) {
	for _, scenario := range fixtures.Scenarios() {
		if !selfHosted(t, scenario) {
			continue
		}
		seen := generations[scenario]
		if seen == nil {
			seen = []boxsim.Generation{25}
		}
		for _, engine := range []string{dbserver.MySQL, dbserver.Postgres} {
			for _, g := range seen {
				t.Run(fmt.Sprintf("%s/%s/main%d", scenario, engine, g), func(t *testing.T) {
					portal, err := demo.Start(t.Context(), scenario)
					require.NoError(t, err)
					defer func() { require.NoError(t, portal.Close()) }()
					portal.Config = fromDatabase(t, portal, seeded(t, scenario, engine, g))
					compare(t, readTruth(t, scenario).of(fmt.Sprintf("main%d", g), engine), auditPortal(t, portal).result)
				})
			}
		}
	}
}

func selfHosted(t *testing.T, scenario string) bool {
	files, err := fixtures.Open(scenario)
	require.NoError(t, err)
	_, err = fs.Stat(files, "rows.yaml")
	return err == nil
}

// seeded makes the portal's database and gives the address of it.
func seeded(t *testing.T, scenario, engine string, g boxsim.Generation) (dsn string) {
	files, err := fixtures.Open(scenario)
	require.NoError(t, err)
	described, err := boxsim.Open(files)
	require.NoError(t, err)
	server := dbserver.Shared(t, engine)
	zone, err := time.LoadLocation(dbserver.SharedZone)
	require.NoError(t, err)
	name := fmt.Sprintf("truth_%s%d", scenario, g)
	db, err := server.CreateDatabase(context.Background(), name)
	require.NoError(t, err)
	require.NoError(t, boxsim.Load(context.Background(), db, engine, g, described.Rows, zone))
	socket := server.Socket
	if engine == dbserver.Postgres {
		socket = fmt.Sprintf("%s/.s.PGSQL.%d", socket, server.Port)
	}
	return fmt.Sprintf("%s://%s:%s@/%s?socket=%s", engine, server.User, server.Password, name, socket)
}

// fromDatabase is the configuration of the scenario with the database in place of its export.
func fromDatabase(t *testing.T, portal *demo.Portal, dsn string) *config.Audit {
	path := filepath.Join(portal.Config.Dir, "audit.yaml")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	const exported = "  - kind: bitrixbox-export\n    folder: export\n"
	require.Contains(t, string(text), exported)
	text = bytes.Replace(text, []byte(exported), []byte("  - kind: bitrixbox\n    dsn: "+dsn+"\n"), 1)
	require.NoError(t, os.WriteFile(path, text, 0o600))
	loaded, err := config.Load(path)
	require.NoError(t, err)
	require.False(t, strings.Contains(string(text), exported))
	return loaded
}

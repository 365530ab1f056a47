package demo_test

import (
	"bytes"
	"context"
	"fmt"
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

// The self-hosted scenario is found to be what it is on both servers and in every generation of the tables.
// The other tests find it through its export.
func TestBoxTellsTheTruthOnRealServers(t *testing.T) {
	for _, engine := range []string{dbserver.MySQL, dbserver.Postgres} {
		for _, g := range boxsim.Generations {
			t.Run(fmt.Sprintf("%s/main%d", engine, g), func(t *testing.T) {
				portal, err := demo.Start(t.Context(), "box")
				require.NoError(t, err)
				defer func() { require.NoError(t, portal.Close()) }()
				portal.Config = fromDatabase(t, portal, seeded(t, engine, g))
				compare(t, readTruth(t, "box").of(fmt.Sprintf("main%d", g), engine), auditPortal(t, portal).result)
			})
		}
	}
}

// seeded makes the portal's database and gives the address of it.
func seeded(t *testing.T, engine string, g boxsim.Generation) (dsn string) {
	files, err := fixtures.Open("box")
	require.NoError(t, err)
	described, err := boxsim.Open(files)
	require.NoError(t, err)
	server := dbserver.Shared(t, engine)
	zone, err := time.LoadLocation(dbserver.SharedZone)
	require.NoError(t, err)
	name := fmt.Sprintf("truth%d", g)
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

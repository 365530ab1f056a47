package bitrixbox

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures/boxsim"
	"github.com/crmaudit/crmaudit/fixtures/dbserver"
)

func TestMain(m *testing.M) { os.Exit(dbserver.Run(m)) }

// auditDay is the day of the seeded portal.
var auditDay = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// seeded is a database with the seeded portal, made once for all tests.
type seeded struct {
	server *dbserver.Server
	name   string
	admin  *sql.DB
}

var (
	portals   = map[string]*seeded{}
	portalsMu sync.Mutex
)

func seededPortal(t testing.TB, engine string, g boxsim.Generation) *seeded {
	return seededScenario(t, "box", engine, g)
}

func seededScenario(t testing.TB, scenario, engine string, g boxsim.Generation) *seeded {
	portalsMu.Lock()
	defer portalsMu.Unlock()
	name := fmt.Sprintf("portal_%s%d", scenario, g)
	key := engine + name
	if p := portals[key]; p != nil {
		return p
	}
	server := dbserver.Shared(t, engine)
	db, err := server.CreateDatabase(context.Background(), name)
	require.NoError(t, err)
	data, err := os.ReadFile("../../fixtures/" + scenario + "/rows.yaml")
	require.NoError(t, err)
	rows, err := boxsim.ReadRows("rows.yaml", data)
	require.NoError(t, err)
	zone, err := time.LoadLocation(dbserver.SharedZone)
	require.NoError(t, err)
	require.NoError(t, boxsim.Load(context.Background(), db, engine, g, rows, zone))
	p := &seeded{server: server, name: name, admin: db}
	portals[key] = p
	return p
}

// config leads to the portal as the administrator of the server, over its socket.
func (p *seeded) config() *Config {
	scheme := map[string]string{dbserver.MySQL: "mysql", dbserver.Postgres: "postgres"}[p.server.Engine]
	socket := p.server.Socket
	if p.server.Engine == dbserver.Postgres {
		socket = fmt.Sprintf("%s/.s.PGSQL.%d", p.server.Socket, p.server.Port)
	}
	return &Config{
		DSN: fmt.Sprintf("%s://%s@/%s?socket=%s", scheme, p.server.User, p.name, socket), Password: p.server.Password, Days: defaultDays, Timeout: defaultTimeout,
	}
}

func environment(log *strings.Builder) collectors.Env {
	return collectors.Env{Now: func() time.Time { return auditDay }, Log: slog.New(slog.NewTextHandler(log, nil))}
}

// collectLive collects and lists the statements.
func collectLive(t testing.TB, cfg *Config) (*facts.Memory, []string) {
	var log strings.Builder
	c, err := openLive(environment(&log), cfg)
	require.NoError(t, err)
	var statements []string
	c.(*Collector).watch = func(s string) { statements = append(statements, s) }
	m := facts.NewMemory()
	require.NoError(t, c.Collect(context.Background(), m))
	return m, statements
}

// exported runs the export script with the server's own client and gives the folder.
func exported(t testing.TB, p *seeded) string {
	var script bytes.Buffer
	require.NoError(t, ExportSQL(&script, p.server.Engine, auditDay, defaultDays, ""))
	folder := t.TempDir()
	command, args := p.server.Client()
	if p.server.Engine == dbserver.Postgres {
		args = append(args, "--quiet", "--dbname="+p.name)
	} else {
		args = append(args, "--batch", "--raw", "--skip-column-names", "--default-character-set=utf8mb4", p.name)
	}
	cmd := exec.Command(command, args...)
	cmd.Stdin = &script
	var failures bytes.Buffer
	cmd.Stderr = &failures
	out, err := cmd.Output()
	require.NoError(t, err, failures.String())
	require.NoError(t, os.WriteFile(filepath.Join(folder, "portal.csv"), out, 0o600))
	return folder
}

func collectExport(t testing.TB, folder string) *facts.Memory {
	var log strings.Builder
	c, err := openFolder(environment(&log), &ExportConfig{Folder: folder, Days: defaultDays})
	require.NoError(t, err)
	m := facts.NewMemory()
	require.NoError(t, c.Collect(context.Background(), m))
	return m
}

// text is everything that a collection gave, but for the name of the source and where it lies.
func text(t testing.TB, m *facts.Memory) string {
	var b strings.Builder
	for _, k := range facts.Kinds {
		for _, r := range m.ByKind[k] {
			data, err := json.Marshal(r)
			require.NoError(t, err)
			fmt.Fprintf(&b, "%s %s\n", k, data)
		}
	}
	for _, c := range m.About.Coverage {
		data, err := json.Marshal(c)
		require.NoError(t, err)
		fmt.Fprintf(&b, "coverage %s\n", data)
	}
	return strings.ReplaceAll(b.String(), `"bitrixbox-export"`, `"bitrixbox"`)
}

// everyPortal runs a test against both servers and all generations.
func everyPortal(t *testing.T, f func(t *testing.T, p *seeded)) {
	for _, engine := range []string{dbserver.MySQL, dbserver.Postgres} {
		for _, g := range boxsim.Generations {
			t.Run(fmt.Sprintf("%s/main%d", engine, g), func(t *testing.T) { f(t, seededPortal(t, engine, g)) })
		}
	}
}

func TestExportEqualsDatabase(t *testing.T) {
	everyPortal(t, func(t *testing.T, p *seeded) {
		live, _ := collectLive(t, p.config())
		again := collectExport(t, exported(t, p))
		require.NotEmpty(t, live.ByKind[facts.KindUser])
		require.Empty(t, differences(text(t, live), text(t, again)))
	})
}

// differences lists the lines that one text has and the other lacks.
func differences(a, b string) []string {
	count := map[string]int{}
	for _, l := range strings.Split(a, "\n") {
		count[l]++
	}
	for _, l := range strings.Split(b, "\n") {
		count[l]--
	}
	var list []string
	for l, n := range count {
		if n != 0 {
			list = append(list, fmt.Sprintf("%+d %s", n, l))
		}
	}
	slices.Sort(list)
	if list == nil && a != b {
		return []string{"the order differs"}
	}
	return list
}

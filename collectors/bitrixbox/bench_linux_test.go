package bitrixbox_test

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
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/collectors/bitrixbox"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures/boxsim"
	"github.com/crmaudit/crmaudit/fixtures/dbserver"
	"github.com/crmaudit/crmaudit/internal/audit"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/internal/snapfile"
)

const (
	benchUsers  = 100_000
	benchRows   = 5_000_000
	auditedName = "CRMAUDIT_BENCH_AUDIT" // the folder of the audit that a process of its own carries out
)

// benchNow is the morning after the last day of the journal that boxsim makes.
var benchNow = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// BenchmarkPortal audits a portal of 100 000 people with five million entries in its event log: s is the way from the
// database to result.json, cpu-s and peak-MB what this takes of the processor and of memory. ratio compares collecting,
// before the snapshot is packed, with the same statements in the server's own client, which throws the answers away.
// Hardly any two entries can be counted together here: on most days everybody logs in no more than once.
//
// The servers run with their own defaults, durable, but for the memory of MariaDB, which keeps 128 MB of a database
// and asks the disk for the rest; PostgreSQL has the rest from the system.
func BenchmarkPortal(b *testing.B) {
	if dir := os.Getenv(auditedName); dir != "" {
		auditOnce(b, dir)
		return
	}
	for _, engine := range []string{dbserver.MySQL, dbserver.Postgres} {
		b.Run(engine, func(b *testing.B) { benchmarkPortal(b, engine) })
	}
}

func benchmarkPortal(b *testing.B, engine string) {
	dbserver.Need(b, engine)
	server, err := dbserver.Start(b.Context(), engine, dbserver.Options{Zone: dbserver.SharedZone})
	require.NoError(b, err)
	defer func() { _ = server.Close() }()
	fill(b, server)
	dir := b.TempDir()
	settings := map[string]any{"kind": bitrixbox.KindLive, "dsn": address(server), "password": server.Password}
	configured, err := json.Marshal(map[string]any{ // which is YAML too
		"version": 1, "client": map[string]any{"name": "bench", "kind": "company", "headcount": benchUsers, "allowed_countries": []string{"RU"}},
		"portal":        map[string]any{"id": "bench", "platform": "bitrix24-box", "title": "bench", "url": "https://bench.example"},
		"jurisdictions": []string{"ru"}, "profile": "full", "language": "ru", "sources": []any{settings},
	})
	require.NoError(b, err)
	require.NoError(b, os.WriteFile(filepath.Join(dir, "audit.yaml"), configured, 0o600))
	statements := said(b, server)

	var bare, collected, whole, processor, peak float64
	for b.Loop() {
		begin := time.Now()
		ask(b, server, statements)
		bare += time.Since(begin).Seconds()
		o := auditApart(b, dir)
		collected, whole, processor, peak = collected+o.Collect, whole+o.Whole, processor+o.Processor, max(peak, o.PeakMB)
	}
	n := float64(b.N)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(bare/n, "bare-s")
	b.ReportMetric(collected/n, "collect-s")
	b.ReportMetric(collected/bare, "ratio")
	b.ReportMetric(whole/n, "s")
	b.ReportMetric(processor/n, "cpu-s")
	b.ReportMetric(peak, "peak-MB")
}

// fill makes the portal, with the statistics that a server in use has.
func fill(b *testing.B, server *dbserver.Server) {
	ctx := b.Context()
	db, err := server.CreateDatabase(ctx, "bench")
	require.NoError(b, err)
	defer func() { _ = db.Close() }()
	data, err := os.ReadFile("../../fixtures/box/rows.yaml")
	require.NoError(b, err)
	rows, err := boxsim.ReadRows("rows.yaml", data)
	require.NoError(b, err)
	zone, err := time.LoadLocation(dbserver.SharedZone)
	require.NoError(b, err)
	require.NoError(b, boxsim.Load(ctx, db, server.Engine, 25, rows, zone))
	require.NoError(b, boxsim.Bulk(ctx, db, server.Engine, benchUsers, benchRows))
	for _, s := range map[string][]string{
		dbserver.MySQL:    {"SET GLOBAL innodb_buffer_pool_size = 2147483648", "ANALYZE TABLE b_event_log"},
		dbserver.Postgres: {"VACUUM ANALYZE"},
	}[server.Engine] {
		require.NoError(b, drain(ctx, db, s), s)
	}
}

func drain(ctx context.Context, db *sql.DB, statement string) error {
	rows, err := db.QueryContext(ctx, statement)
	if err != nil {
		return err
	}
	for rows.Next() {
	}
	return rows.Close()
}

// address is the dsn of the portal.
func address(server *dbserver.Server) string {
	if server.Engine == dbserver.Postgres {
		return fmt.Sprintf("postgres://%s@/bench?socket=%s/.s.PGSQL.%d", server.User, server.Socket, server.Port)
	}
	return fmt.Sprintf("mysql://%s@/bench?socket=%s", server.User, server.Socket)
}

func environment() collectors.Env {
	return collectors.Env{Now: func() time.Time { return benchNow }, Log: slog.New(slog.DiscardHandler)}
}

// said are the statements that the collector sends.
func said(b *testing.B, server *dbserver.Server) string {
	c, err := bitrixbox.Sources()[0].Open(environment(), &bitrixbox.Config{DSN: address(server), Password: server.Password})
	require.NoError(b, err)
	var statements strings.Builder
	bitrixbox.Watch(c, func(s string) { statements.WriteString(s + ";\n") })
	require.NoError(b, c.Collect(b.Context(), nowhere{}))
	return statements.String()
}

// nowhere takes records and keeps none.
type nowhere struct{}

func (nowhere) Write(facts.Record) error                 { return nil }
func (nowhere) Cover(facts.Coverage) error               { return nil }
func (nowhere) Describe(f func(*facts.SourceInfo)) error { f(&facts.SourceInfo{}); return nil }

// ask puts the statements to the server's own client.
func ask(b *testing.B, server *dbserver.Server, statements string) {
	command, args := server.Client()
	if server.Engine == dbserver.Postgres {
		args = append(args, "--dbname=bench", "--quiet", "--no-align", "--tuples-only")
	} else {
		args = append(args, "--database=bench", "--batch", "--raw", "--quick", "--skip-column-names")
	}
	c := exec.CommandContext(b.Context(), command, args...)
	var problem bytes.Buffer
	c.Stdin, c.Stderr = strings.NewReader(statements), &problem // without Stdout: /dev/null
	require.NoError(b, c.Run(), problem.String())
}

// outcome is what the process of an audit tells of it.
type outcome struct{ Collect, Whole, Processor, PeakMB float64 }

// auditApart carries out the audit in a process of its own, so that nothing else counts as its memory.
func auditApart(b *testing.B, dir string) (o outcome) {
	c := exec.CommandContext(b.Context(), os.Args[0], "-test.run=^$", "-test.bench=^BenchmarkPortal$", "-test.benchtime=1x", "-test.timeout=20m")
	c.Env = append(os.Environ(), auditedName+"="+dir)
	out, err := c.CombinedOutput()
	require.NoError(b, err, string(out))
	data, err := os.ReadFile(filepath.Join(dir, "outcome.json"))
	require.NoError(b, err, string(out))
	require.NoError(b, json.Unmarshal(data, &o))
	return o
}

// auditOnce does what crmaudit collect and crmaudit check do, on the day of the journal.
func auditOnce(b *testing.B, dir string) {
	debug.SetGCPercent(75) // as the program does
	var o outcome
	ctx, begin := b.Context(), time.Now()
	cfg, err := config.Load(filepath.Join(dir, "audit.yaml"))
	require.NoError(b, err)
	var settings bitrixbox.Config
	require.NoError(b, cfg.Sources[0].Decode(&settings))
	c, err := bitrixbox.Sources()[0].Open(environment(), &settings)
	require.NoError(b, err)
	target := filepath.Join(dir, "bench.crmsnap")
	s, err := snapfile.NewBuilder(target)
	require.NoError(b, err)
	defer func() { _ = s.Close() }()
	require.NoError(b, c.Collect(ctx, s.Source("box", bitrixbox.KindLive)))
	o.Collect = time.Since(begin).Seconds()
	require.NoError(b, s.FinishSource("box"))
	info := facts.Info{Portal: cfg.Portal.ID, Platform: cfg.Portal.Platform, TakenAt: benchNow, Tool: "bench"}
	require.NoError(b, s.Finish(info, []string{"box"}, snapfile.Encryption{}))

	f, err := snapfile.Open(target, snapfile.OpenOptions{})
	require.NoError(b, err)
	defer func() { _ = f.Close() }()
	require.Greater(b, f.Info().Counts[facts.KindActivity], benchRows/2)
	r, err := audit.Judge(ctx, cfg, f, f.Hash(), "bench", benchNow)
	require.NoError(b, err)
	require.Greater(b, r.Accounts.Total, benchUsers)
	require.NoError(b, audit.WriteResult(filepath.Join(dir, "result.json"), r))
	o.Whole, o.Processor, o.PeakMB = time.Since(begin).Seconds(), processorTime(b), peak(b)
	data, err := json.Marshal(o)
	require.NoError(b, err)
	require.NoError(b, os.WriteFile(filepath.Join(dir, "outcome.json"), data, 0o600))
}

// processorTime is what this process used, in seconds; a machine that does other work as well changes it little.
func processorTime(b *testing.B) float64 {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// peak is the most memory that this process ever held.
func peak(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	require.NoError(b, err)
	_, rest, found := strings.Cut(string(status), "VmHWM:")
	require.True(b, found)
	var kB float64
	_, err = fmt.Sscan(rest, &kB)
	require.NoError(b, err)
	return kB * 1024 / 1e6
}

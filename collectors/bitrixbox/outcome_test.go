package bitrixbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures/boxsim"
	"github.com/crmaudit/crmaudit/fixtures/dbserver"
	"github.com/crmaudit/crmaudit/internal/fail"
)

// outcome is all that one collection left behind.
type outcome struct {
	*facts.Memory
	err        error
	log        string
	statements []string
}

// collection runs the collector of a configuration. change may alter its surroundings, watch sees every statement.
func collection(ctx context.Context, t testing.TB, config any, change func(*collectors.Env), watch func(string)) *outcome {
	t.Helper()
	var log strings.Builder
	env := environment(&log)
	env.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if change != nil {
		change(&env)
	}
	open := openLive
	if _, ok := config.(*ExportConfig); ok {
		open = openFolder
	}
	c, err := open(env, config)
	require.NoError(t, err)
	out := &outcome{Memory: facts.NewMemory()}
	c.(*Collector).watch = func(s string) {
		out.statements = append(out.statements, s)
		if watch != nil {
			watch(s)
		}
	}
	out.err = c.Collect(ctx, out.Memory)
	out.log = log.String()
	return out
}

// everything is all that anybody may ever see of a collection.
func (o *outcome) everything(t testing.TB) string {
	about, err := json.Marshal(o.About)
	require.NoError(t, err)
	return text(t, o.Memory) + string(about) + fmt.Sprint(o.err) + fail.Hint(o.err) + o.log
}

// of is the coverage of a kind, or of a field of it.
func (o *outcome) of(t testing.TB, kind facts.Kind, field string) facts.Coverage {
	t.Helper()
	for _, c := range o.About.Coverage {
		if c.Kind == kind && c.Field == field {
			return c
		}
	}
	t.Fatalf("nothing is said of %s %s", kind, field)
	return facts.Coverage{}
}

// notes are those that do not change with the clock of the machine.
func (o *outcome) notes() []string {
	return slices.DeleteFunc(slices.Clone(o.About.Sources[0].Notes), func(n string) bool { return strings.HasPrefix(n, "the clock of") })
}

// user finds an account.
func (o *outcome) user(t testing.TB, id string) *facts.User {
	t.Helper()
	for _, r := range o.ByKind[facts.KindUser] {
		if r.Key() == id {
			return r.(*facts.User)
		}
	}
	t.Fatalf("there is no user %s", id)
	return nil
}

// setting finds a setting, nil when it is not known.
func (o *outcome) setting(name string) *facts.Setting {
	for _, r := range o.ByKind[facts.KindSetting] {
		if s := r.(*facts.Setting); s.Name == name {
			return s
		}
	}
	return nil
}

// requireSentence wants an error that a person can use and that gives nothing away.
func requireSentence(t testing.TB, err error, exit int, secrets ...string) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, exit, fail.Code(err), err.Error())
	require.NotEmpty(t, fail.Hint(err), err.Error())
	said := err.Error()
	require.NotContains(t, said, "\n")
	require.NotRegexp(t, `\.$|^[A-Z]`, said)
	for _, s := range secrets {
		require.NotContains(t, said+fail.Hint(err), s)
	}
}

var engines = []string{dbserver.MySQL, dbserver.Postgres}

func everyEngine(t *testing.T, f func(t *testing.T, engine string)) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) { f(t, engine) })
	}
}

var (
	scratches atomic.Int64
	spoilt    = map[string]*seeded{}
	spoiltMu  sync.Mutex
)

// spoiltPortal is a portal of the newest generation with broken values, made once: each test breaks rows of its own.
func spoiltPortal(t testing.TB, engine string) *seeded {
	t.Helper()
	spoiltMu.Lock()
	defer spoiltMu.Unlock()
	if spoilt[engine] == nil {
		spoilt[engine] = scratch(t, dbserver.Shared(t, engine))
	}
	return spoilt[engine]
}

// scratch is a portal of the newest generation that a test may spoil.
func scratch(t testing.TB, server *dbserver.Server) *seeded {
	t.Helper()
	p := &seeded{server: server, name: fmt.Sprintf("scratch%d", scratches.Add(1))}
	var err error
	p.admin, err = server.CreateDatabase(t.Context(), p.name)
	require.NoError(t, err)
	data, err := os.ReadFile("../../fixtures/box/rows.yaml")
	require.NoError(t, err)
	rows, err := boxsim.ReadRows("rows.yaml", data)
	require.NoError(t, err)
	zone, err := time.LoadLocation(dbserver.SharedZone)
	require.NoError(t, err)
	require.NoError(t, boxsim.Load(t.Context(), p.admin, server.Engine, 25, rows, zone))
	return p
}

// run runs a script as the administrator.
func (p *seeded) run(t testing.TB, statements ...string) {
	t.Helper()
	ctx := context.Background() // that of the test has ended when it cleans up
	c, err := p.admin.Conn(ctx)
	require.NoError(t, err)
	defer func() { _ = c.Close() }()
	for _, s := range statements {
		_, err := c.ExecContext(ctx, s)
		require.NoError(t, err, s)
	}
}

// address is the configuration that reaches the portal by TCP.
func (p *seeded) address(host, query string) *Config {
	scheme := map[string]string{dbserver.MySQL: "mysql", dbserver.Postgres: "postgres"}[p.server.Engine]
	c := p.config()
	c.DSN = fmt.Sprintf("%s://%s@%s:%d/%s%s", scheme, p.server.User, host, p.server.Port, p.name, query)
	return c
}

// direct connects as an account says, past the collector.
func direct(t testing.TB, cfg *Config) *sql.DB {
	t.Helper()
	a, err := cfg.access()
	require.NoError(t, err)
	open := a.mysql
	if a.dialect == postgres {
		open = a.postgres
	}
	db, err := open(collectors.Env{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

package bitrixbox

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	mysqldriver "github.com/go-sql-driver/mysql"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures/dbserver"
	"github.com/crmaudit/crmaudit/internal/fail"
)

// requireNothing wants a collection that could not begin: one sentence, and every kind missing for it.
func requireNothing(t testing.TB, out *outcome, exit int, sentence string) {
	t.Helper()
	requireSentence(t, out.err, exit, awkward, "mysql://", "postgres://")
	require.Contains(t, out.err.Error(), sentence)
	require.Empty(t, out.ByKind)
	for _, kind := range provides() {
		c := out.of(t, kind, "")
		require.Equal(t, facts.Missing, c.State)
		require.Equal(t, facts.Failed, c.Reason)
		require.Contains(t, c.Detail, sentence)
	}
	require.NotContains(t, out.everything(t), awkward)
}

func TestNoConnection(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine string) {
		p := seededPortal(t, engine, 25)
		empty := *p
		empty.name = fmt.Sprintf("no_portal%d", scratches.Add(1))
		db, err := p.server.CreateDatabase(t.Context(), empty.name)
		require.NoError(t, err)
		t.Cleanup(func() { _ = db.Close() })
		missing := *p
		missing.name = "no_such_database"
		with := func(p *seeded, change func(*Config)) *Config {
			cfg := p.config()
			change(cfg)
			return cfg
		}
		for name, c := range map[string]struct {
			cfg      *Config
			sentence string
		}{
			"wrong password": {with(p, func(c *Config) {
				c.DSN = p.address("127.0.0.1", "?tls=off").DSN
				c.Password = awkward
			}), "refuses the user " + p.server.User + " or the password"},
			"unknown user": {with(p, func(c *Config) {
				c.DSN, c.Password = strings.Replace(c.DSN, "//"+p.server.User+"@", "//nobody@", 1), awkward
			}), "refuses the user nobody or the password"},
			"no such database": {missing.config(), "has no database no_such_database"},
			"no portal":        {empty.config(), "shows no table b_user"},
			"nobody listens":   {with(p, func(c *Config) { c.DSN = deaf(t, c.DSN) }), "cannot be reached"},
			"no socket":        {with(p, func(c *Config) { c.DSN = c.DSN[:strings.Index(c.DSN, "?")] + "?socket=/nowhere/at.all" }), "the database at /nowhere/at.all cannot be reached"},
			"unknown zone":     {with(p, func(c *Config) { c.Timezone = "Atlantis/Poseidonis" }), "the server does not know the time zone Atlantis/Poseidonis"},
		} {
			t.Run(name, func(t *testing.T) {
				exit := fail.NoData
				if name == "unknown zone" {
					exit = fail.Usage
				}
				requireNothing(t, collection(context.Background(), t, c.cfg, nil, nil), exit, c.sentence)
			})
		}
	})
}

// deaf is a dsn with a port where nobody listens.
func deaf(t testing.TB, dsn string) string {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close())
	scheme, rest, _ := strings.Cut(dsn, "://")
	user, path, _ := strings.Cut(rest, "@")
	path, _, _ = strings.Cut(path, "?")
	return scheme + "://" + user + "@" + address + path
}

func TestTLS(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine string) {
		p := seededPortal(t, engine, 25)
		server := net.JoinHostPort("127.0.0.1", fmt.Sprint(p.server.Port))
		pem, err := os.ReadFile(p.server.CAFile)
		require.NoError(t, err)
		roots := x509.NewCertPool()
		require.True(t, roots.AppendCertsFromPEM(pem))
		foreign := filepath.Join(t.TempDir(), "ca.pem")
		require.NoError(t, os.WriteFile(foreign, []byte("no certificate"), 0o600))

		connects := func(cfg *Config, change func(*collectors.Env)) error {
			a, err := cfg.access()
			require.NoError(t, err)
			env := collectors.Env{}
			if change != nil {
				change(&env)
			}
			d, err := openDatabase(t.Context(), a, env, *cfg, newWindow(auditDay, 90), nil)
			if err == nil {
				require.NoError(t, d.close())
			}
			return err
		}
		ca := func(cfg *Config, file string) *Config { cfg.CA = file; return cfg }
		mapped := func(env *collectors.Env) {
			env.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, "tcp", server)
			}
		}
		require.NoError(t, connects(ca(p.address("localhost", ""), p.server.CAFile), nil))
		require.NoError(t, connects(ca(p.address("127.0.0.1", "?tls=verify"), p.server.CAFile), nil))
		require.NoError(t, connects(p.address("localhost", ""), func(env *collectors.Env) { env.RootCAs = roots }))
		require.NoError(t, connects(p.address("127.0.0.1", "?tls=off"), nil))

		const untrusted = "cannot be verified"
		for name, err := range map[string]error{
			"unknown authority": connects(p.address("localhost", ""), nil),
			"other name":        connects(ca(p.address("db.example.org", ""), p.server.CAFile), mapped),
			"out of date": connects(ca(p.address("localhost", ""), p.server.CAFile), func(env *collectors.Env) {
				env.Now = func() time.Time { return time.Now().AddDate(1, 0, 0) }
			}),
		} {
			requireSentence(t, err, fail.NoData, p.server.Password)
			require.ErrorContains(t, err, untrusted, name)
		}
		requireSentence(t, connects(ca(p.address("localhost", ""), foreign), nil), fail.Usage)
		requireSentence(t, connects(ca(p.address("localhost", ""), foreign+".none"), nil), fail.Usage)
	})
}

func TestAServerWithoutTLS(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 8)) // PostgreSQL is asked for TLS
			_, _ = c.Write([]byte("N"))
			_ = c.Close()
		}
	}()
	out := collection(context.Background(), t, &Config{DSN: "postgres://audit@" + l.Addr().String() + "/portal", Password: awkward}, nil, nil)
	requireNothing(t, out, fail.NoData, "does not speak TLS")

	a := access{dialect: mysql, host: "db:3306", user: "audit"}
	err = a.refused(context.Background(), fmt.Errorf("connect: %w", mysqldriver.ErrNoTLS))
	requireSentence(t, err, fail.NoData)
	require.ErrorContains(t, err, "does not speak TLS")
}

// A machine that answers something else entirely must not make the collector stumble.
func TestSomethingElseListens(t *testing.T) {
	for _, answer := range []string{"HTTP/1.1 400 Bad Request\r\n\r\n", "\x00\x00\x00\x00", strings.Repeat("\xff", 4096), ""} {
		l, err := net.Listen("tcp4", "127.0.0.1:0")
		require.NoError(t, err)
		t.Cleanup(func() { _ = l.Close() })
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				_, _ = c.Write([]byte(answer))
				_ = c.Close()
			}
		}()
		for _, scheme := range []string{"mysql", "postgres"} {
			out := collection(context.Background(), t, &Config{DSN: scheme + "://audit@" + l.Addr().String() + "/portal?tls=off", Password: awkward}, nil, nil)
			requireSentence(t, out.err, fail.NoData, awkward)
			require.Empty(t, out.ByKind)
		}
	}
}

func TestSocketNames(t *testing.T) {
	for path, want := range map[string]struct {
		folder string
		port   uint16
	}{
		"/run/postgresql":                 {"/run/postgresql", 5432},
		"/run/postgresql/.s.PGSQL.6000":   {"/run/postgresql", 6000},
		"/run/postgresql/.s.PGSQL.none":   {"/run/postgresql/.s.PGSQL.none", 5432},
		"/run/postgresql/.s.PGSQL.999999": {"/run/postgresql/.s.PGSQL.999999", 5432},
	} {
		folder, port := socketOf(path)
		require.Equal(t, want.folder, folder, path)
		require.Equal(t, want.port, port, path)
	}
	require.NoError(t, direct(t, seededPortal(t, dbserver.Postgres, 25).config()).Ping())
}

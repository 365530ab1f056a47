package bitrixbox

import (
	"context"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures/dbserver"
	"github.com/crmaudit/crmaudit/internal/fail"
)

func TestTablesThatMayNotBeRead(t *testing.T) {
	denied := map[string]struct {
		kind  facts.Kind
		field string
	}{
		"b_mail_mailbox": {facts.KindMailbox, ""}, "b_user_group": {facts.KindUser, "admin"}, "b_option": {facts.KindBackupPolicy, ""},
		"b_event_log": {facts.KindActivity, facts.ActLogin}, "b_crm_role_perms": {facts.KindRole, ""},
	}
	everyEngine(t, func(t *testing.T, engine string) {
		p := seededPortal(t, engine, 25)
		whole := collection(context.Background(), t, p.config(), nil, nil)
		out := collection(context.Background(), t, grantee(t, p, func(script string) string {
			for table := range denied {
				script = withoutTable(table)(script)
			}
			return script
		}), nil, nil)
		require.NoError(t, out.err)
		for table, c := range denied {
			got := out.of(t, c.kind, c.field)
			require.Equal(t, facts.Missing, got.State, table)
			require.Equal(t, facts.Denied, got.Reason, table)
			require.Contains(t, got.Detail, table)
			require.Equal(t, "SELECT on "+table, got.Right)
			require.Contains(t, strings.Join(out.About.Sources[0].Notes, "\n"), table)
		}
		for _, kind := range []facts.Kind{facts.KindUser, facts.KindCredential, facts.KindForm, facts.KindPublicLink, facts.KindDataVolume} {
			require.NotEmpty(t, out.ByKind[kind])
			require.Len(t, out.ByKind[kind], len(whole.ByKind[kind]), kind)
		}
	})
}

func TestAColumnThatMayNotBeRead(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine string) {
		p := seededPortal(t, engine, 25)
		out := collection(context.Background(), t, grantee(t, p, withoutColumn("b_user_group", "GROUP_ID")), nil, nil)
		require.NoError(t, out.err)
		c := out.of(t, facts.KindUser, "admin")
		require.Equal(t, facts.Denied, c.Reason)
		require.Contains(t, c.Detail, "column GROUP_ID of table b_user_group")
		_, known := out.user(t, "1").Admin.Get()
		require.False(t, known)

		// Without a column that some versions lack the accounts are read all the same.
		out = collection(context.Background(), t, grantee(t, p, withoutColumn("b_user", "BLOCKED")), nil, nil)
		require.NoError(t, out.err)
		_, known = out.user(t, "15").Blocked.Get()
		require.False(t, known)
	})
}

func TestWithoutTheAccounts(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine string) {
		out := collection(context.Background(), t, grantee(t, seededPortal(t, engine, 25), withoutTable("b_user")), nil, nil)
		requireNothing(t, out, fail.NoData, "shows no table b_user")
	})
}

// lock keeps a table to itself until the test ends.
func (p *seeded) lock(t testing.TB, table string) {
	t.Helper()
	c, err := p.admin.Conn(t.Context())
	require.NoError(t, err)
	statements := []string{"LOCK TABLES " + table + " WRITE"}
	if p.server.Engine == dbserver.Postgres {
		statements = []string{"BEGIN", "LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE"}
	}
	for _, s := range statements {
		_, err := c.ExecContext(t.Context(), s)
		require.NoError(t, err)
	}
	t.Cleanup(func() {
		_, _ = c.ExecContext(context.Background(), map[string]string{dbserver.MySQL: "UNLOCK TABLES", dbserver.Postgres: "ROLLBACK"}[p.server.Engine])
		_ = c.Close()
	})
}

func TestALockedTable(t *testing.T) {
	t.Parallel()
	everyEngine(t, func(t *testing.T, engine string) {
		p := seededPortal(t, engine, 25)
		p.lock(t, "b_mail_mailbox")
		cfg := p.config()
		cfg.lock = 1
		out := collection(context.Background(), t, cfg, nil, nil)
		require.NoError(t, out.err)
		c := out.of(t, facts.KindMailbox, "")
		require.Equal(t, facts.Missing, c.State)
		require.Equal(t, facts.Failed, c.Reason)
		require.Equal(t, "table b_mail_mailbox was locked for more than 1 seconds", c.Detail)
		require.Equal(t, facts.Full, out.of(t, facts.KindPublicLink, "").State)
		require.Contains(t, out.About.Sources[0].Notes, c.Detail)
	})
}

func TestASlowTable(t *testing.T) {
	t.Parallel()
	everyEngine(t, func(t *testing.T, engine string) {
		p := spoiltPortal(t, engine)
		slow := map[string]string{dbserver.MySQL: "SLEEP(20) = 1", dbserver.Postgres: "pg_sleep(20) IS NULL"}[engine]
		p.run(t, "ALTER TABLE b_mail_mailbox RENAME TO old", "CREATE VIEW b_mail_mailbox AS SELECT ID, USER_ID FROM old WHERE "+slow)
		t.Cleanup(func() { p.run(t, "DROP VIEW b_mail_mailbox", "ALTER TABLE old RENAME TO b_mail_mailbox") })
		cfg := p.config()
		cfg.Timeout = time.Second
		begin := time.Now()
		out := collection(context.Background(), t, cfg, nil, nil)
		require.NoError(t, out.err)
		require.Less(t, time.Since(begin), 15*time.Second)
		c := out.of(t, facts.KindMailbox, "")
		require.Equal(t, facts.Missing, c.State)
		require.Equal(t, "table b_mail_mailbox took longer than a statement may", c.Detail)
		require.Equal(t, facts.Full, out.of(t, facts.KindPublicLink, "").State)
	})
}

func TestTheServerStopsInTheMiddle(t *testing.T) {
	t.Parallel()
	everyEngine(t, func(t *testing.T, engine string) {
		dbserver.Need(t, engine)
		server, err := dbserver.Start(t.Context(), engine, dbserver.Options{Zone: dbserver.SharedZone, Fast: true})
		require.NoError(t, err)
		t.Cleanup(func() { _ = server.Close() })
		p := scratch(t, server)
		out := collection(context.Background(), t, p.config(), nil, func(statement string) {
			if strings.Contains(statement, "FROM b_rest_ap ") {
				require.NoError(t, server.Close())
			}
		})
		requireSentence(t, out.err, fail.NoData, p.server.Password)
		require.ErrorContains(t, out.err, "the connection to the database broke at b_rest_ap")
		require.NotEmpty(t, out.ByKind[facts.KindUser], "what was read is kept")
		require.Len(t, out.About.Sources, 1)
	})
}

// frozen is a connection over which nothing comes any more.
type frozen struct {
	net.Conn
	cold *atomic.Bool
}

func (f frozen) Read(p []byte) (int, error) {
	for {
		n, err := f.Conn.Read(p)
		if err != nil || !f.cold.Load() {
			return n, err
		}
	}
}

func TestTheServerFallsSilent(t *testing.T) {
	t.Parallel()
	everyEngine(t, func(t *testing.T, engine string) {
		cfg := seededPortal(t, engine, 25).address("127.0.0.1", "?tls=off")
		cfg.Timeout, cfg.lock = time.Second, 1
		var cold atomic.Bool
		begin := time.Now()
		out := collection(context.Background(), t, cfg, func(env *collectors.Env) {
			env.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				c, err := new(net.Dialer).DialContext(ctx, network, address)
				return frozen{c, &cold}, err
			}
		}, func(statement string) { cold.Store(strings.Contains(statement, "FROM b_rest_ap ")) })
		requireSentence(t, out.err, fail.NoData)
		require.ErrorContains(t, out.err, "broke at b_rest_ap")
		require.Less(t, time.Since(begin), 30*time.Second)
		require.NotEmpty(t, out.ByKind[facts.KindUser])
	})
}

func TestCancelled(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine string) {
		p := seededPortal(t, engine, 25)
		ctx, cancel := context.WithCancel(context.Background())
		out := collection(ctx, t, p.config(), nil, func(statement string) {
			if strings.Contains(statement, "FROM b_event_log") {
				cancel()
			}
		})
		require.ErrorIs(t, out.err, context.Canceled)
		require.Empty(t, out.ByKind[facts.KindUser])

		out = collection(ctx, t, p.config(), nil, nil)
		require.ErrorIs(t, out.err, context.Canceled)
		require.Empty(t, out.ByKind)

		folder := exported(t, p)
		out = collection(ctx, t, &ExportConfig{Folder: folder}, nil, nil)
		require.ErrorIs(t, out.err, context.Canceled)
	})
}

func TestBrokenValues(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine string) {
		p := spoiltPortal(t, engine)
		p.run(t,
			`UPDATE b_group SET SECURITY_POLICY = 'a:2:{s:15:"PASSWORD_LENGTH";s:2:"1' WHERE ID = 2`,
			`UPDATE b_uts_user SET UF_DEPARTMENT = 'O:8:"stdClass":0:{}' WHERE VALUE_ID = 2`,
			`UPDATE b_option SET VALUE = 'a:99999999:{' WHERE NAME = 'otp_mandatory_rights'`,
			`UPDATE b_option SET VALUE = 'no number' WHERE NAME = 'event_log_cleanup_days'`,
			`UPDATE b_security_sitecheck SET RESULTS = 'a:1:{i:0;R:1;}'`,
		)
		out := collection(context.Background(), t, p.config(), nil, nil)
		require.NoError(t, out.err)
		notes := strings.Join(out.About.Sources[0].Notes, "\n")
		require.Contains(t, notes, "security policies of groups that are damaged")
		require.Contains(t, notes, "lists of departments that are damaged")
		require.Contains(t, notes, "the results of the vendor's scanner could not be read")
		_, known := out.user(t, "2").PasswordMinLength.Get()
		require.False(t, known, "everybody is in the group whose policy is damaged")
		require.Nil(t, out.setting("password.min_length"))
		require.Nil(t, out.setting("auth.two_factor.required"))
		require.Nil(t, out.setting("scanner.problems"))
		require.NotEqual(t, facts.Full, out.of(t, facts.KindScan, "").State)
	})
}

func TestDatesThatAreNone(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine string) {
		p := spoiltPortal(t, engine)
		zero := map[string]string{dbserver.MySQL: "'0000-00-00 00:00:00'", dbserver.Postgres: "NULL"}[engine]
		if engine == dbserver.MySQL {
			p.run(t, "SET SESSION sql_mode = ''", "UPDATE b_user SET LAST_LOGIN = "+zero+", DATE_REGISTER = "+zero+" WHERE ID = 9")
		} else {
			p.run(t, "UPDATE b_user SET LAST_LOGIN = NULL, DATE_REGISTER = NULL WHERE ID = 9")
		}
		p.run(t,
			"UPDATE b_user SET LAST_LOGIN = '1941-06-22 04:00:00' WHERE ID = 8",
			"UPDATE b_user_group SET DATE_ACTIVE_FROM = NULL, DATE_ACTIVE_TO = '2099-12-31 00:00:00' WHERE USER_ID = 1 AND GROUP_ID = 1",
			"UPDATE b_user_group SET DATE_ACTIVE_FROM = '2051-01-01 00:00:00', DATE_ACTIVE_TO = NULL WHERE USER_ID = 10 AND GROUP_ID = 1",
		)
		out := collection(context.Background(), t, p.config(), nil, nil)
		require.NoError(t, out.err)
		never, known := out.user(t, "9").LastLogin.Get()
		require.True(t, known && never.IsZero())
		_, known = out.user(t, "9").Created.Get()
		require.False(t, known)
		never, known = out.user(t, "8").LastLogin.Get()
		require.True(t, known && never.IsZero())
		require.True(t, out.user(t, "1").Admin.Or(false))
		until, _ := out.user(t, "1").AdminUntil.Get()
		require.Equal(t, 2099, until.Year())
		require.False(t, out.user(t, "10").Admin.Or(true), "her time begins in 2051")
	})
}

// A portal in which somebody typed what means something to the export.
func TestTypedByStrangers(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine string) {
		p := spoiltPortal(t, engine)
		for _, login := range []string{`#`, `end`, `users`, `\N`, `"`, `a","b`, "two\nlines", "cr\r\nlf", `'; --`, "\u202eevil", strings.Repeat("x", 200)} {
			at := map[string]string{dbserver.MySQL: "?", dbserver.Postgres: "$1"}[engine]
			_, err := p.admin.Exec("INSERT INTO b_event_log (TIMESTAMP_X, AUDIT_TYPE_ID, MODULE_ID, ITEM_ID, REMOTE_ADDR) VALUES ('2026-11-20 10:00:00', 'USER_LOGIN', 'main', "+at+", '203.0.113.9')", login)
			require.NoError(t, err)
		}
		live, _ := collectLive(t, p.config())
		again := collectExport(t, exported(t, p))
		require.Empty(t, differences(text(t, live), text(t, again)))
	})
}

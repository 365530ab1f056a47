package bitrixbox

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"regexp"
	"strings"
	"time"

	mysqldriver "github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
)

// live is one connection that reads and cannot write.
type live struct {
	access access
	window window
	pool   *sql.DB
	conn   *sql.Conn
	shape  shape
	log    *slog.Logger
	watch  func(statement string) // tests see every statement here
	count  int
	limit  time.Duration // of one statement
	lock   int           // seconds that a statement waits for a table that somebody locked
}

const connectTimeout = 15 * time.Second

// openDatabase connects, makes the session read-only and looks up which tables and columns there are.
func openDatabase(ctx context.Context, a access, env collectors.Env, c Config, w window, watch func(string)) (database, error) {
	d := &live{access: a, window: w, log: env.Log, watch: watch, limit: c.Timeout, lock: cmp.Or(c.lock, lockSeconds)}
	var err error
	if a.dialect == postgres {
		d.pool, err = a.postgres(env)
	} else {
		d.pool, err = a.mysql(env)
	}
	if err != nil {
		return nil, err
	}
	d.pool.SetMaxOpenConns(1)
	connecting, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	if d.conn, err = d.pool.Conn(connecting); err != nil {
		_ = d.close()
		return nil, a.refused(ctx, err)
	}
	if err := d.settle(ctx, c); err != nil {
		_ = d.close()
		return nil, err
	}
	if err := d.look(ctx); err != nil {
		_ = d.close()
		return nil, err
	}
	return d, nil
}

func (a access) trust(env collectors.Env) (*tls.Config, error) {
	host, _, err := net.SplitHostPort(a.host)
	if err != nil {
		return nil, fail.New(fail.Usage, dsnHint, "bitrixbox: the host of the dsn cannot be read")
	}
	cfg := &tls.Config{ServerName: host, RootCAs: env.RootCAs, MinVersion: tls.VersionTLS12, Time: env.Now}
	if a.ca == "" {
		return cfg, nil
	}
	pem, err := os.ReadFile(a.ca)
	if err != nil {
		return nil, fail.Wrap(err, fail.Usage, "ca is the file of the authority that signed the server's certificate", "bitrixbox: read ca")
	}
	cfg.RootCAs = x509.NewCertPool()
	if !cfg.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fail.New(fail.Usage, "it begins with -----BEGIN CERTIFICATE-----", "bitrixbox: %s holds no certificate", a.ca)
	}
	return cfg, nil
}

func (a access) mysql(env collectors.Env) (*sql.DB, error) {
	cfg := mysqldriver.NewConfig()
	cfg.User, cfg.Passwd, cfg.DBName, cfg.Net, cfg.Addr = a.user, a.password, a.database, "tcp", a.host
	cfg.Timeout, cfg.Collation = connectTimeout, "utf8mb4_general_ci"
	cfg.Logger = &mysqldriver.NopLogger{}
	if a.socket != "" {
		cfg.Net, cfg.Addr = "unix", a.socket
	} else if a.tls != tlsOff {
		trust, err := a.trust(env)
		if err != nil {
			return nil, err
		}
		cfg.TLS = trust
	}
	if env.Dial != nil && a.socket == "" {
		cfg.DialFunc = env.Dial
	}
	connector, err := mysqldriver.NewConnector(cfg)
	if err != nil {
		return nil, fail.New(fail.Usage, dsnHint, "bitrixbox: the dsn cannot be used")
	}
	return sql.OpenDB(connector), nil
}

func (a access) postgres(env collectors.Env) (*sql.DB, error) {
	cfg, err := pgx.ParseConfig("")
	if err != nil {
		return nil, fail.New(fail.Usage, "unset the variables of the environment that begin with PG", "bitrixbox: PostgreSQL cannot be prepared")
	}
	cfg.User, cfg.Password, cfg.Database, cfg.ConnectTimeout = a.user, a.password, a.database, connectTimeout
	cfg.TLSConfig, cfg.Fallbacks = nil, nil
	cfg.RuntimeParams = map[string]string{"application_name": "crmaudit"}
	// Each statement is asked once, so preparing it costs a round trip and gains nothing.
	cfg.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	if a.socket != "" {
		cfg.Host, cfg.Port = socketOf(a.socket)
	} else {
		host, port, err := net.SplitHostPort(a.host)
		if err != nil {
			return nil, fail.New(fail.Usage, dsnHint, "bitrixbox: the host of the dsn cannot be read")
		}
		cfg.Host = host
		if _, err := fmt.Sscan(port, &cfg.Port); err != nil {
			return nil, fail.New(fail.Usage, dsnHint, "bitrixbox: the port of the dsn cannot be read")
		}
		if a.tls != tlsOff {
			if cfg.TLSConfig, err = a.trust(env); err != nil {
				return nil, err
			}
		}
		if env.Dial != nil {
			cfg.DialFunc = env.Dial // who dials finds the host, too
			cfg.LookupFunc = func(_ context.Context, host string) ([]string, error) { return []string{host}, nil }
		}
	}
	return stdlib.OpenDB(*cfg), nil
}

// socketOf reads /run/postgresql or /run/postgresql/.s.PGSQL.5432.
func socketOf(path string) (folder string, port uint16) {
	if folder, number, ok := strings.Cut(path, "/.s.PGSQL."); ok {
		var n uint16
		if _, err := fmt.Sscan(number, &n); err == nil {
			return folder, n
		}
	}
	return path, 5432
}

// settle makes the session unable to write and unable to wait for long.
func (d *live) settle(ctx context.Context, c Config) error {
	seconds := max(int(d.limit.Seconds()), 1)
	settings := []string{
		"SET SESSION TRANSACTION READ ONLY", "SET SESSION sql_mode = ''", "SET SESSION lock_wait_timeout = " + itoa(d.lock),
	}
	// MariaDB sorts whole rows when they are not longer than this, and otherwise fetches each row of the log a second
	// time. MySQL has long done without it, so that it may not be known is no matter.
	longRows := "SET SESSION max_length_for_sort_data = " + itoa(maxSortedRow)
	limit := "SET SESSION max_statement_time = " + itoa(seconds)
	other := "SET SESSION max_execution_time = " + itoa(seconds*1000)
	if d.access.dialect == postgres {
		settings = []string{"SET default_transaction_read_only = on", "SET lock_timeout = '" + itoa(d.lock) + "s'"}
		longRows = ""
		limit, other = "SET statement_timeout = '"+itoa(seconds)+"s'", ""
	}
	for _, s := range settings {
		if err := d.exec(ctx, s); err != nil {
			return d.access.refused(ctx, err)
		}
	}
	if err := d.exec(ctx, limit); err != nil && other != "" {
		err = d.exec(ctx, other) // MySQL and MariaDB name it differently
		if err != nil {
			return d.access.refused(ctx, err)
		}
	} else if err != nil {
		return d.access.refused(ctx, err)
	}
	if longRows != "" {
		if err := d.exec(ctx, longRows); err != nil && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if c.Timezone != "" {
		if err := d.exec(ctx, d.access.dialect.setZone(c.Timezone)); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return fail.New(fail.Usage, "give the difference from UTC instead, such as +03:00", "bitrixbox: the server does not know the time zone %s", c.Timezone)
		}
	}
	return nil
}

const maxSortedRow = 1 << 20

// lockSeconds is how long a statement waits for a table that somebody locked.
const lockSeconds = 10

var reading = regexp.MustCompile(`^(SELECT|SET) [^;]*$`)

var errWrites = errors.New("a statement that may write was not sent")

func (d *live) note(statement string) error {
	if !reading.MatchString(statement) {
		return errWrites
	}
	d.count++
	if d.watch != nil {
		d.watch(statement)
	}
	return nil
}

func (d *live) exec(ctx context.Context, statement string) error {
	if err := d.note(statement); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	_, err := d.conn.ExecContext(ctx, statement)
	return err
}

// rows runs a statement and gives every cell as text.
func (d *live) rows(ctx context.Context, statement string, names []string, f func(row) error) error {
	if err := d.note(statement); err != nil {
		return err
	}
	// The server's own limit comes first: this one is for a server that has fallen silent.
	ctx, cancel := context.WithTimeout(ctx, d.limit+time.Duration(d.lock)*time.Second)
	defer cancel()
	answer := row{at: headOf(names), cells: make([]cell, len(names))}
	var line []byte
	give := func(raw [][]byte) error {
		if len(raw) != len(names) {
			return fmt.Errorf("a row has %d cells instead of %d", len(raw), len(names))
		}
		line = line[:0]
		for _, b := range raw {
			line = append(line, b...)
		}
		text := string(line) // one for all cells: there may be millions of rows
		for i, b := range raw {
			answer.cells[i] = cell{text: text[:len(b)], null: b == nil}
			text = text[len(b):]
		}
		if err := f(answer); err != nil {
			return stopped{err}
		}
		return nil
	}
	if d.access.dialect == postgres {
		return d.postgresRows(ctx, statement, give)
	}
	return d.mysqlRows(ctx, statement, len(names), give)
}

func (d *live) mysqlRows(ctx context.Context, statement string, width int, give func([][]byte) error) error {
	rows, err := d.conn.QueryContext(ctx, statement)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	raw, cells, into := make([]sql.RawBytes, width), make([][]byte, width), make([]any, width)
	for i := range raw {
		into[i] = &raw[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, b := range raw {
			cells[i] = b
		}
		if err := give(cells); err != nil {
			return err
		}
	}
	return rows.Err()
}

// postgresRows takes the cells as the server wrote them: reading numbers only to write them again would take longer
// than all the rest.
func (d *live) postgresRows(ctx context.Context, statement string, give func([][]byte) error) error {
	return d.conn.Raw(func(driver any) error {
		c, ok := driver.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the connection is a %T", driver)
		}
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		results := c.Conn().PgConn().Exec(ctx, statement)
		for results.NextResult() {
			for rows := results.ResultReader(); rows.NextRow(); {
				if err := give(rows.Values()); err != nil {
					stop() // nobody wants the rest
					_ = results.Close()
					return err
				}
			}
		}
		return results.Close()
	})
}

// stopped is an error of whoever reads the rows, not of the database.
type stopped struct{ error }

func (s stopped) Unwrap() error { return s.error }

// look finds out which tables and columns there are, and whether this is a portal at all.
func (d *live) look(ctx context.Context) error {
	d.shape = shape{}
	statement := "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.columns WHERE TABLE_SCHEMA = " + d.access.dialect.schema() +
		" AND TABLE_NAME IN " + oneOf(tables()...)
	err := d.rows(ctx, statement, []string{"TABLE", "COLUMN"}, func(r row) error {
		table := lower(r.raw("TABLE"))
		if d.shape[table] == nil {
			d.shape[table] = map[string]bool{}
		}
		d.shape[table][lower(r.raw("COLUMN"))] = true
		return nil
	})
	if err != nil {
		return d.access.refused(ctx, err)
	}
	if len(d.shape["b_user"]) == 0 {
		return fail.New(fail.NoData, "name the portal's database, and grant what `crmaudit bitrixbox grant-sql` prints",
			"bitrixbox: the database %s shows no table b_user: it is not a portal's, or %s may not read it", d.access.database, d.access.user)
	}
	return nil
}

// permits implements database.
func (d *live) permits(l *list) error {
	_, err := d.shape.present(l)
	return err
}

// ask implements database.
func (d *live) ask(ctx context.Context, l *list, f func(row) error) error {
	present, err := d.shape.present(l)
	if err != nil {
		return err
	}
	names := make([]string, len(present))
	for i, c := range present {
		names[i] = c.name
	}
	err = d.rows(ctx, l.statement(d.access.dialect, d.window, present), names, f)
	var own stopped
	switch {
	case err == nil:
		return nil
	case errors.As(err, &own):
		return own.error
	case ctx.Err() != nil:
		return ctx.Err()
	case d.conn.PingContext(ctx) != nil:
		return fail.New(fail.NoData, "run it again when the server is back; what was read is kept", "bitrixbox: the connection to the database broke at %s", l.table)
	}
	return d.refusedTable(l, err)
}

// Numbers of errors in MySQL and MariaDB, and states of PostgreSQL.
const (
	mysqlTableDenied, mysqlColumnDenied     = 1142, 1143
	mysqlLockWait, mysqlLockWaitAll         = 1205, 1222
	mysqlTooLong, mysqlTooLongMaria         = 3024, 1969
	mysqlAccessDenied, mysqlDatabaseDenied  = 1045, 1044
	mysqlNoDatabase                         = 1049
	postgresDenied, postgresLock            = "42501", "55P03"
	postgresCancelled, postgresNoDatabase   = "57014", "3D000"
	postgresBadPassword, postgresBadAccount = "28P01", "28000"
)

// refusedTable is the gap that an error of one statement leaves.
func (d *live) refusedTable(l *list, err error) error {
	g := gap{list: l.name, reason: facts.Failed, detail: "table " + l.table + ": " + cause(err)}
	number, state := codes(err)
	switch {
	case number == mysqlTableDenied || number == mysqlColumnDenied || state == postgresDenied:
		g.reason, g.right, g.detail = facts.Denied, "SELECT on "+l.table, "the account may not read table "+l.table
	case number == mysqlLockWait || number == mysqlLockWaitAll || state == postgresLock:
		g.detail = fmt.Sprintf("table %s was locked for more than %d seconds", l.table, d.lock)
	case number == mysqlTooLong || number == mysqlTooLongMaria || state == postgresCancelled:
		g.detail = "table " + l.table + " took longer than a statement may"
	}
	return g
}

func codes(err error) (number int, state string) {
	var my *mysqldriver.MySQLError
	var pg *pgconn.PgError
	if errors.As(err, &my) {
		return int(my.Number), ""
	}
	if errors.As(err, &pg) {
		return 0, pg.Code
	}
	return 0, ""
}

// cause is what the server said, without the statement and what it holds.
func cause(err error) string {
	var my *mysqldriver.MySQLError
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &my):
		return fmt.Sprintf("the server reports error %d", my.Number)
	case errors.As(err, &pg):
		return "the server reports error " + pg.Code
	}
	return "the connection failed"
}

// refused says in a sentence why there is no connection. Nothing of the dsn but host, database and user is told.
func (a access) refused(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	number, state := codes(err)
	place := a.place()
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	switch {
	case number == mysqlAccessDenied || state == postgresBadPassword || state == postgresBadAccount:
		return fail.New(fail.NoData, "check user and password; `crmaudit bitrixbox grant-sql` prints how the account is made", "bitrixbox: %s refuses the user %s or the password", place, a.user)
	case number == mysqlNoDatabase || number == mysqlDatabaseDenied || state == postgresNoDatabase:
		return fail.New(fail.NoData, "its name stands in bitrix/.settings.php under connections", "bitrixbox: %s has no database %s, or %s may not open it", place, a.database, a.user)
	case errors.As(err, &unknown) || errors.As(err, &name) || strings.Contains(err.Error(), "certificate"):
		return fail.New(fail.NoData, "give the authority's file as ca, or use a socket or a tunnel and tls=off", "bitrixbox: the certificate of %s cannot be verified", place)
	case strings.Contains(err.Error(), "TLS") || strings.Contains(err.Error(), "tls"):
		return fail.New(fail.NoData, "switch TLS on at the server, or use a socket or a tunnel and tls=off", "bitrixbox: %s does not speak TLS", place)
	case number != 0 || state != "":
		return fail.New(fail.NoData, "the server's log says more", "bitrixbox: %s: %s", place, cause(err))
	}
	return fail.New(fail.NoData, "check host, port and firewall, or the path of the socket", "bitrixbox: %s cannot be reached", place)
}

func (a access) place() string {
	if a.socket != "" {
		return "the database at " + a.socket
	}
	return "the database at " + a.host
}

func (d *live) where() string { return d.access.place() + "/" + d.access.database }
func (d *live) asked() int    { return d.count }

func (d *live) close() error {
	if d.conn != nil {
		_ = d.conn.Close()
	}
	return d.pool.Close()
}

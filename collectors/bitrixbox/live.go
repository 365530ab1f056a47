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
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/crmaudit/crmaudit/collectors"
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

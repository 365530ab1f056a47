package bitrixbox

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5/stdlib"

	"github.com/crmaudit/crmaudit/internal/fail"
)

// connection is one that reads and cannot write.
type connection struct {
	conn   *sql.Conn
	access access
	limit  time.Duration // of one statement
	lock   int           // seconds that a statement waits for a table that somebody locked
	sent   int           // statements so far
	watch  func(statement string)
}

const lockSeconds = 10

// connect opens a connection that can neither write nor wait for long.
func (a access) connect(ctx context.Context, pool *sql.DB, c Config, watch func(string)) (*connection, error) {
	connecting, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	conn, err := pool.Conn(connecting)
	if err != nil {
		return nil, a.refused(ctx, err)
	}
	one := &connection{conn: conn, access: a, limit: c.Timeout, lock: cmp.Or(c.lock, lockSeconds), watch: watch}
	if err := one.settle(ctx, c.Timezone); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return one, nil
}

func (c *connection) settle(ctx context.Context, zone string) error {
	seconds := max(int(c.limit.Seconds()), 1)
	settings := []string{
		"SET SESSION TRANSACTION READ ONLY", "SET SESSION sql_mode = ''", "SET SESSION lock_wait_timeout = " + itoa(c.lock),
	}
	limit := "SET SESSION max_statement_time = " + itoa(seconds)
	other := "SET SESSION max_execution_time = " + itoa(seconds*1000)
	wishes := []string{
		// MariaDB sorts whole rows when they are not longer than this, and otherwise fetches each row of the log a second
		// time. MySQL has long done without it.
		"SET SESSION max_length_for_sort_data = " + itoa(maxSortedRow),
		// How long it waits until somebody takes its rows, and for the next statement while those of another connection are
		// taken.
		"SET SESSION net_write_timeout = " + itoa(seconds), "SET SESSION wait_timeout = " + itoa(idleSeconds),
	}
	if c.access.dialect == postgres {
		settings = []string{"SET default_transaction_read_only = on", "SET lock_timeout = '" + itoa(c.lock) + "s'"}
		limit, other = "SET statement_timeout = '"+itoa(seconds)+"s'", ""
		wishes = []string{"SET idle_session_timeout = '" + itoa(idleSeconds) + "s'"}
	}
	for _, s := range settings {
		if err := c.exec(ctx, s); err != nil {
			return c.access.refused(ctx, err)
		}
	}
	err := c.exec(ctx, limit)
	if err != nil && other != "" {
		err = c.exec(ctx, other) // MySQL and MariaDB name it differently
	}
	if err != nil {
		return c.access.refused(ctx, err)
	}
	for _, s := range wishes { // that a server does not know them is no matter
		if err := c.exec(ctx, s); err != nil && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if zone == "" {
		return nil
	}
	if err := c.exec(ctx, c.access.dialect.setZone(zone)); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fail.New(fail.Usage, "give the difference from UTC instead, such as +03:00", "bitrixbox: the server does not know the time zone %s", zone)
	}
	return nil
}

const (
	maxSortedRow = 1 << 20
	idleSeconds  = 8 * 60 * 60
)

var reading = regexp.MustCompile(`^(SELECT|SET) [^;]*$`)

var errWrites = errors.New("a statement that may write was not sent")

// send takes note of a statement that is about to be sent.
func (c *connection) send(statement string) error {
	if !reading.MatchString(statement) {
		return errWrites
	}
	c.sent++
	if c.watch != nil {
		c.watch(statement)
	}
	return nil
}

func (c *connection) exec(ctx context.Context, statement string) error {
	if err := c.send(statement); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	_, err := c.conn.ExecContext(ctx, statement)
	return err
}

// patience is for a server that has fallen silent; its own limit comes first.
func (c *connection) patience() time.Duration { return c.limit + time.Duration(c.lock)*time.Second }

// rows gives the rows of a statement that send took note of. The cells are good until the next row, nil is null.
func (c *connection) rows(ctx context.Context, statement string, width int, give func([][]byte) error) error {
	ctx, cancel := context.WithTimeout(ctx, c.patience())
	defer cancel()
	counted := func(cells [][]byte) error {
		if len(cells) != width {
			return fmt.Errorf("a row has %d cells instead of %d", len(cells), width)
		}
		return give(cells)
	}
	if c.access.dialect == postgres {
		return c.postgresRows(ctx, statement, counted)
	}
	return c.mysqlRows(ctx, statement, width, counted)
}

func (c *connection) mysqlRows(ctx context.Context, statement string, width int, give func([][]byte) error) error {
	rows, err := c.conn.QueryContext(ctx, statement)
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
func (c *connection) postgresRows(ctx context.Context, statement string, give func([][]byte) error) error {
	return c.conn.Raw(func(driver any) error {
		raw, ok := driver.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the connection is a %T", driver)
		}
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		results := raw.Conn().PgConn().Exec(ctx, statement)
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

package bitrixbox

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/internal/fail"
)

// live is a server that runs. The lists are asked one after the other, but for those that ahead asks meanwhile.
type live struct {
	*connection
	config Config
	window window
	pool   *sql.DB
	shape  shape
	stamps map[string]bool // tables of MySQL with columns that hold moments, which need no clock
	ahead  *ahead
}

// openDatabase connects and looks up which tables and columns there are.
func openDatabase(ctx context.Context, a access, env collectors.Env, c Config, w window, watch func(string)) (database, error) {
	pool, err := a.pool(env)
	if err != nil {
		return nil, err
	}
	d := &live{config: c, window: w, pool: pool}
	if d.connection, err = a.connect(ctx, pool, c, watch); err != nil {
		_ = d.close()
		return nil, err
	}
	if err := d.look(ctx); err != nil {
		_ = d.close()
		return nil, err
	}
	if a.dialect == mysql {
		// Without it the server converts every value, which only takes longer.
		d.window.clock, _ = readClock(w, func(walls []time.Time) ([]int64, error) { return d.moments(ctx, walls) })
	}
	return d, nil
}

// look finds out which tables and columns there are, and whether this is a portal at all.
func (d *live) look(ctx context.Context) error {
	d.shape, d.stamps = shape{}, map[string]bool{}
	statement := "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE FROM information_schema.columns WHERE TABLE_SCHEMA = " + d.access.dialect.schema() +
		" AND TABLE_NAME IN " + oneOf(tables()...)
	err := d.run(ctx, statement, []string{"TABLE", "COLUMN", "TYPE"}, func(r row) error {
		table := lower(r.raw("TABLE"))
		if d.shape[table] == nil {
			d.shape[table] = map[string]bool{}
		}
		d.shape[table][lower(r.raw("COLUMN"))] = true
		d.stamps[table] = d.stamps[table] || lower(r.raw("TYPE")) == "timestamp"
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

// moments are those that the server takes wall times for.
func (d *live) moments(ctx context.Context, walls []time.Time) ([]int64, error) {
	names, questions := make([]string, len(walls)), make([]string, len(walls))
	for i, at := range walls {
		names[i], questions[i] = itoa(i), "UNIX_TIMESTAMP("+quote(at.Format(wallForm))+")"
	}
	var moments []int64
	err := d.run(ctx, "SELECT "+strings.Join(questions, ", "), names, func(r row) error {
		for _, n := range names {
			moments = append(moments, r.number(n))
		}
		return nil
	})
	return moments, err
}

// run sends a statement and gives its rows.
func (d *live) run(ctx context.Context, statement string, names []string, f func(row) error) error {
	if err := d.send(statement); err != nil {
		return err
	}
	return d.rows(ctx, statement, len(names), giver(names, f))
}

// giver makes rows of cells as they come from the server.
func giver(names []string, f func(row) error) func([][]byte) error {
	answer := row{at: headOf(names), cells: make([]cell, len(names))}
	var line []byte
	return func(raw [][]byte) error {
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
}

// stopped is an error of whoever reads the rows, not of the database.
type stopped struct{ error }

func (s stopped) Unwrap() error { return s.error }

func (d *live) statement(l *list, present []column) string {
	w := d.window
	if d.stamps[lower(l.table)] {
		w.clock = nil
	}
	return l.statement(d.access.dialect, w, present)
}

// permits implements database.
func (d *live) permits(l *list) error {
	_, err := d.shape.present(l)
	return err
}

// prepare implements database.
func (d *live) prepare(ctx context.Context, lists []*list) {
	var questions []*question
	for _, l := range lists {
		if present, err := d.shape.present(l); err == nil {
			questions = append(questions, &question{list: l, statement: d.statement(l, present), width: len(present)})
		}
	}
	c, err := d.access.connect(ctx, d.pool, d.config, d.watch)
	if err != nil {
		return // of a server that takes no second connection everything is asked in turn
	}
	d.ahead = askAhead(ctx, c, questions)
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
	asked, err := d.ahead.answer(l, giver(names, f))
	if !asked {
		err = d.run(ctx, d.statement(l, present), names, f)
	}
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

func (d *live) where() string { return d.access.place() + "/" + d.access.database }
func (d *live) asked() int    { return d.sent + d.ahead.sent() }

func (d *live) close() error {
	d.ahead.close()
	if d.connection != nil {
		_ = d.conn.Close()
	}
	return d.pool.Close()
}

package bitrixbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures/dbserver"
)

func TestEveryLongListIsAskedAhead(t *testing.T) {
	var many []string
	for _, l := range lists {
		if l.many {
			many = append(many, l.name)
		}
	}
	var ahead []string
	for _, l := range long() {
		ahead = append(ahead, l.name)
	}
	require.ElementsMatch(t, many, ahead)
	everyEngine(t, func(t *testing.T, engine string) {
		out := collection(context.Background(), t, seededPortal(t, engine, 25).config(), nil, nil)
		require.NoError(t, out.err)
		for i, s := range out.statements {
			if strings.HasPrefix(s, "SELECT ") {
				require.NotContains(t, out.statements[i+1:], s, "nothing is asked twice")
			}
		}
	})
}

func TestBatch(t *testing.T) {
	rows := [][][]byte{{[]byte("a"), nil}, {{}, []byte("long")}, {nil, nil}}
	b := newBatch()
	for range 2 {
		for _, r := range rows {
			b.add(r)
		}
		var got [][][]byte
		require.NoError(t, b.each(2, func(cells [][]byte) error {
			got = append(got, slices.Clone(cells))
			return nil
		}))
		require.Equal(t, rows, got)
		b.empty()
	}
	b.add(rows[0])
	require.ErrorIs(t, b.each(2, func([][]byte) error { return context.Canceled }), context.Canceled)
}

// counts asks for numbers up to n in a way that both servers understand.
func counts(n int) *list {
	var b strings.Builder
	b.WriteString("(SELECT 0 AS d")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, " UNION ALL SELECT %d", i)
	}
	b.WriteString(")")
	from, sum, unit := "", "0", 1
	for i := range 6 {
		from += fmt.Sprintf(", %s d%d", b.String(), i)
		sum += fmt.Sprintf(" + %d * d%d.d", unit, i)
		unit *= 10
	}
	l := &list{name: "counts", columns: as("N", sum, ""), many: true}
	l.table = from[2:]
	l.where = sum + " < " + itoa(n)
	return l
}

// begin goes around the shape, which knows real tables only.
func (d *live) begin(ctx context.Context, t testing.TB, ls ...*list) {
	c, err := d.access.connect(ctx, d.pool, d.config, d.watch)
	require.NoError(t, err)
	var questions []*question
	for _, l := range ls {
		questions = append(questions, &question{list: l, statement: l.statement(d.access.dialect, d.window, l.columns), width: len(l.columns)})
	}
	d.ahead = askAhead(ctx, c, questions)
}

func TestAnswersThatWereAskedAhead(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine string) {
		d := opened(t, seededPortal(t, engine, 25).config())
		few, most, failing, last := counts(3), counts(200_000), &list{columns: as("N", "no_such_column", ""), table: "b_user"}, counts(7)
		d.begin(t.Context(), t, few, most, failing, last)
		sum := func(l *list) (asked bool, n, total int, err error) {
			asked, err = d.ahead.answer(l, giver([]string{"N"}, func(r row) error {
				n++
				total += int(r.number("N"))
				return nil
			}))
			return asked, n, total, err
		}
		asked, n, total, err := sum(few)
		require.NoError(t, err)
		require.Equal(t, []any{true, 3, 3}, []any{asked, n, total})

		asked, n, total, err = sum(most)
		require.NoError(t, err)
		require.Equal(t, []any{true, 200_000, 200_000 * 199_999 / 2}, []any{asked, n, total})

		asked, n, _, err = sum(failing)
		require.True(t, asked, "the server would only say so again")
		require.Error(t, err)
		require.Zero(t, n)

		asked, n, total, err = sum(last)
		require.NoError(t, err)
		require.Equal(t, []any{true, 7, 21}, []any{asked, n, total}, "the connection goes on after an error")

		asked, _, _, err = sum(last)
		require.False(t, asked)
		require.NoError(t, err)
	})
}

func TestNobodyTakesTheAnswer(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine string) {
		d := opened(t, seededPortal(t, engine, 25).config())
		d.begin(t.Context(), t, counts(900_000), counts(900_000))
		require.NoError(t, d.close(), "it ends what is still asked")

		// Whoever takes the rows has had enough.
		d = opened(t, seededPortal(t, engine, 25).config())
		l := counts(900_000)
		d.begin(t.Context(), t, l)
		enough := errors.New("enough")
		asked, err := d.ahead.answer(l, giver([]string{"N"}, func(row) error { return enough }))
		require.True(t, asked)
		require.ErrorIs(t, err, enough)

		// The time of a statement passes before somebody comes: then it is asked in turn.
		cfg := seededPortal(t, engine, 25).config()
		cfg.Timeout, cfg.lock = time.Second, 1
		d = opened(t, cfg)
		l = counts(900_000)
		d.begin(t.Context(), t, l)
		<-d.ahead.questions[0].ended
		asked, err = d.ahead.answer(l, nil)
		require.False(t, asked)
		require.NoError(t, err)
	})
}

func TestListsInAnotherOrder(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine string) {
		d := opened(t, seededPortal(t, engine, 25).config())
		first, last := counts(900_000), counts(7)
		d.begin(t.Context(), t, first, last)
		for _, l := range []*list{counts(3), last, first} {
			asked, err := d.ahead.answer(l, nil)
			require.False(t, asked, "it is asked in turn, and nothing stands in its way")
			require.NoError(t, err)
		}
	})
}

// The main connection may have nothing to do for long.
func TestIdleConnectionIsKept(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine string) {
		d := opened(t, seededPortal(t, engine, 25).config())
		ask := map[string]string{dbserver.MySQL: "SELECT @@wait_timeout", dbserver.Postgres: "SELECT EXTRACT(EPOCH FROM CAST(CURRENT_SETTING('idle_session_timeout') AS INTERVAL))"}[engine]
		require.NoError(t, d.run(t.Context(), ask, []string{"SECONDS"}, func(r row) error {
			require.EqualValues(t, idleSeconds, r.number("SECONDS"))
			return nil
		}))
	})
}

// An account that may have a single connection is no obstacle.
func TestOneConnectionOnly(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine string) {
		p := seededPortal(t, engine, 25)
		cfg := grantee(t, p, nil)
		whole := collection(context.Background(), t, cfg, nil, nil)
		require.NoError(t, whole.err)
		user := strings.TrimPrefix(strings.Split(cfg.DSN, "@")[0], map[string]string{dbserver.MySQL: "mysql://", dbserver.Postgres: "postgres://"}[engine])
		p.run(t, map[string]string{
			dbserver.MySQL: "ALTER USER '" + user + "'@'localhost' WITH MAX_USER_CONNECTIONS 1", dbserver.Postgres: `ALTER ROLE "` + user + `" CONNECTION LIMIT 1`,
		}[engine])
		if engine == dbserver.Postgres { // a process of the server ends a little after its connection
			require.Eventually(t, func() bool {
				var n int
				require.NoError(t, p.admin.QueryRow("SELECT COUNT(*) FROM pg_stat_activity WHERE usename = '"+user+"'").Scan(&n))
				return n == 0
			}, time.Minute, 10*time.Millisecond)
		}
		out := collection(context.Background(), t, cfg, nil, nil)
		require.NoError(t, out.err)
		require.NotEmpty(t, out.ByKind[facts.KindActivity])
		require.Less(t, len(out.statements), len(whole.statements), "nothing was settled on a second connection")
		require.Empty(t, differences(text(t, whole.Memory), text(t, out.Memory)))
	})
}

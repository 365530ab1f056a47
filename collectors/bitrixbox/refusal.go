package bitrixbox

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"

	mysqldriver "github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
)

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
	case number == mysqlTooLong || number == mysqlTooLongMaria || state == postgresCancelled || errors.Is(err, context.DeadlineExceeded):
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

// saidByServer tells an answer of the server from a failure on the way to it.
func saidByServer(err error) bool {
	number, state := codes(err)
	return number != 0 || state != ""
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
	case saidByServer(err):
		return fail.New(fail.NoData, "the server's log says more", "bitrixbox: %s: %s", place, cause(err))
	}
	return fail.New(fail.NoData, "check host, port and firewall, or the path of the socket", "bitrixbox: %s cannot be reached", place)
}

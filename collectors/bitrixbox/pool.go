package bitrixbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	mysqldriver "github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/internal/fail"
)

const connectTimeout = 15 * time.Second

// pool is the way to the server; nothing is sent yet.
func (a access) pool(env collectors.Env) (*sql.DB, error) {
	if a.dialect == postgres {
		return a.postgres(env)
	}
	return a.mysql(env)
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

func (a access) place() string {
	if a.socket != "" {
		return "the database at " + a.socket
	}
	return "the database at " + a.host
}

package bitrixbox

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
)

// Config is the part of audit.yaml of a portal whose database the audit may read.
type Config struct {
	DSN      string        `yaml:"dsn"`      // mysql://user:password@host:3306/database?tls=verify, postgres://…, ?socket=/path
	Password string        `yaml:"password"` // instead of one in the dsn, when it has signs that an address cannot hold
	CA       string        `yaml:"ca"`       // file with the authority that signed the server's certificate
	Timezone string        `yaml:"timezone"` // of PHP, where it differs from the server's, such as Europe/Moscow or +03:00
	Root     string        `yaml:"root"`     // document root, here or as a mounted copy
	Days     int           `yaml:"days"`     // how far back the logs are read
	Timeout  time.Duration `yaml:"timeout"`  // of one statement

	lock int // seconds; tests wait less
}

// ExportConfig is the part of audit.yaml of a portal whose owner ran the export script himself.
type ExportConfig struct {
	Folder string `yaml:"folder"` // with what the script wrote
	Root   string `yaml:"root"`   // document root or a copy of it
	Days   int    `yaml:"days"`
}

const (
	defaultDays    = 90
	maxDays        = 366
	defaultTimeout = 5 * time.Minute
)

// The kinds of source in audit.yaml.
const (
	KindLive   = "bitrixbox"
	KindExport = "bitrixbox-export"
)

func provides() []facts.Kind {
	return []facts.Kind{
		facts.KindSetting, facts.KindRole, facts.KindUser, facts.KindSession, facts.KindCredential, facts.KindIntegration, facts.KindHandler,
		facts.KindPublicLink, facts.KindMailbox, facts.KindComponent, facts.KindFile, facts.KindScan, facts.KindBackup, facts.KindBackupPolicy,
		facts.KindForm, facts.KindConsent, facts.KindDataVolume, facts.KindActivity, facts.KindEvent,
	}
}

// Sources are the two ways to a self-hosted portal.
func Sources() []collectors.Source {
	return []collectors.Source{
		{
			Kind: KindLive, Summary: "Self-hosted Bitrix24: its database, read only, and its document root", Provides: provides(),
			Platforms: []string{"bitrix24-box"}, Delivers: delivers(), Partly: partly(),
			NewConfig: func() any { return &Config{Days: defaultDays, Timeout: defaultTimeout} },
			Open:      openLive,
		},
		{
			Kind: KindExport, Summary: "Self-hosted Bitrix24: an export of its database that the client made, and its document root", Provides: provides(),
			Platforms: []string{"bitrix24-box"}, Delivers: delivers(), Partly: partly(),
			NewConfig: func() any { return &ExportConfig{Days: defaultDays} },
			Open:      openFolder,
		},
	}
}

// access is a checked dsn.
type access struct {
	dialect  dialect
	host     string // with port, "" for a socket
	socket   string // file of MySQL, folder of PostgreSQL
	database string
	user     string
	password string
	tls      tlsMode
	ca       string
}

// tlsMode is how far the connection trusts the network.
type tlsMode string

const (
	tlsVerify tlsMode = "verify"
	tlsOff    tlsMode = "off"
)

const dsnHint = "dsn: mysql://crmaudit@db.example:3306/sitemanager with password: ${env:DB_PASSWORD}, or postgres://…; over a socket mysql://crmaudit@/sitemanager?socket=/run/mysqld/mysqld.sock"

var zoneForm = regexp.MustCompile(`^([A-Za-z_]+(/[A-Za-z0-9_+-]+)*|[+-]\d{1,2}:\d{2})$`)

// access checks the dsn. Its errors never quote it: it may hold the password.
func (c *Config) access() (access, error) {
	u, err := url.Parse(c.DSN)
	if c.DSN == "" || err != nil || u.Opaque != "" {
		return access{}, fail.New(fail.Usage, dsnHint, "bitrixbox: the dsn is missing or cannot be read")
	}
	a := access{host: u.Host, database: strings.Trim(u.Path, "/"), user: u.User.Username(), password: c.Password, tls: tlsVerify, ca: c.CA}
	port := "3306"
	switch u.Scheme {
	case "mysql", "mariadb":
		a.dialect = mysql
	case "postgres", "postgresql":
		a.dialect, port = postgres, "5432"
	default:
		return access{}, fail.New(fail.Usage, dsnHint, "bitrixbox: the dsn begins neither with mysql:// nor with postgres://")
	}
	if p, ok := u.User.Password(); ok {
		if a.password != "" {
			return access{}, fail.New(fail.Usage, "leave one of them out", "bitrixbox: both the dsn and password give a password")
		}
		a.password = p
	}
	query := u.Query()
	for key, values := range query {
		switch {
		case (key == "socket" || key == "tls") && len(values) > 1:
			return access{}, fail.New(fail.Usage, dsnHint, "bitrixbox: the dsn says %s more than once", key)
		case key == "socket":
			a.socket = values[0]
		case key == "tls":
			a.tls = tlsMode(values[0])
		default: // it may be a part of a password that holds a question mark
			return access{}, fail.New(fail.Usage, "it may say socket and tls; a password with signs such as ? belongs into password", "bitrixbox: the dsn says something unknown behind the question mark")
		}
	}
	switch {
	case a.database == "" || strings.Contains(a.database, "/"):
		return access{}, fail.New(fail.Usage, dsnHint, "bitrixbox: the dsn names no database")
	case a.user == "":
		return access{}, fail.New(fail.Usage, dsnHint, "bitrixbox: the dsn names no user")
	case (u.Hostname() == "") == (a.socket == ""), a.socket != "" && a.host != "":
		return access{}, fail.New(fail.Usage, dsnHint, "bitrixbox: the dsn must name either a host or a socket")
	case !slices.Contains([]tlsMode{tlsVerify, tlsOff}, a.tls):
		return access{}, fail.New(fail.Usage, "tls is verify or off; verify is meant when it is left out", "bitrixbox: the dsn says an unknown tls")
	case c.Timezone != "" && !zoneForm.MatchString(c.Timezone):
		return access{}, fail.New(fail.Usage, "timezone: Europe/Moscow, or +03:00", "bitrixbox: timezone %q cannot be read", c.Timezone)
	}
	if a.host != "" && u.Port() == "" {
		a.host += ":" + port
	}
	return a, nil
}

func checkDays(kind string, days int) error {
	if days < 1 || days > maxDays {
		return fail.New(fail.Usage, "the logs of the last 90 days are read unless days says otherwise",
			"%s: days is %d, it must lie between 1 and %d", kind, days, maxDays)
	}
	return nil
}

package bitrixbox

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/internal/fail"
)

func TestDSN(t *testing.T) {
	for dsn, want := range map[string]access{
		"mysql://u:p@db.example/portal":                   {dialect: mysql, host: "db.example:3306", database: "portal", user: "u", password: "p", tls: tlsVerify},
		"mariadb://u@db.example:3307/portal?tls=off":      {dialect: mysql, host: "db.example:3307", database: "portal", user: "u", tls: tlsOff},
		"postgres://u:p%40%2F@10.0.0.5/portal?tls=verify": {dialect: postgres, host: "10.0.0.5:5432", database: "portal", user: "u", password: "p@/", tls: tlsVerify},
		"postgresql://u@[::1]:6000/portal":                {dialect: postgres, host: "[::1]:6000", database: "portal", user: "u", tls: tlsVerify},
		"mysql://u@/portal?socket=/run/m.sock":            {dialect: mysql, socket: "/run/m.sock", database: "portal", user: "u", tls: tlsVerify},
		"postgres://u@/portal?socket=/run/postgresql":     {dialect: postgres, socket: "/run/postgresql", database: "portal", user: "u", tls: tlsVerify},
	} {
		got, err := (&Config{DSN: dsn}).access()
		require.NoError(t, err, dsn)
		require.Equal(t, want, got, dsn)
	}
	got, err := (&Config{DSN: "mysql://u@db/portal", Password: awkward, CA: "ca.pem"}).access()
	require.NoError(t, err)
	require.Equal(t, awkward, got.password)
	require.Equal(t, "ca.pem", got.ca)
}

// Whatever is wrong with a dsn, nothing of it is told: any part of it may belong to the password.
func TestDSNThatIsWrong(t *testing.T) {
	for dsn, sentence := range map[string]string{
		"":                                           "the dsn is missing or cannot be read",
		"mysql:s3cret@db/portal":                     "cannot be read",
		"mysql://u:s3cret%zz@db/portal":              "cannot be read",
		"mysql://u:s3cret#1@db/portal":               "cannot be read",
		"mysql://u:1s3cret@db:port/portal":           "cannot be read",
		"sqlite://u:s3cret@db/portal":                "begins neither with mysql:// nor with postgres://",
		"u:s3cret@tcp(db:3306)/portal":               "bitrixbox: ",
		"mysql://u:s3cret@db/":                       "names no database",
		"mysql://u:s3cret@db/a/b":                    "names no database",
		"mysql://db/portal":                          "names no user",
		"mysql://u:s3cret@/portal":                   "must name either a host or a socket",
		"mysql://u:s3cret@:3306/portal":              "must name either a host or a socket",
		"mysql://u:s3cret@db/portal?socket=/run/m":   "must name either a host or a socket",
		"mysql://u:s3cret@:3306/p?socket=/run/m":     "must name either a host or a socket",
		"mysql://u:s3cret@db/portal?tls=skip-verify": "an unknown tls",
		"mysql://u:s3cret@db/portal?tls=off&tls=off": "says tls more than once",
		"mysql://u:s3cret@db/portal?sslmode=disable": "something unknown behind the question mark",
		"mysql://u:12?s3cret@db/portal":              "something unknown behind the question mark",
		"mysql://u:12?tls=s3cret@db/portal":          "bitrixbox: ",
		"mysql://u:12?s3cret=1&s3cret=2@db/portal":   "something unknown behind the question mark",
		"mysql://u:12/s3cret@db":                     "names no user",
	} {
		_, err := (&Config{DSN: dsn}).access()
		requireSentence(t, err, fail.Usage, "s3cret")
		require.ErrorContains(t, err, sentence, dsn)
	}
	_, err := (&Config{DSN: "mysql://u:s3cret@db/portal", Password: "other"}).access()
	requireSentence(t, err, fail.Usage, "s3cret", "other")
	require.ErrorContains(t, err, "both the dsn and password give a password")
}

func TestTimezonesThatCanBeRead(t *testing.T) {
	for zone, ok := range map[string]bool{
		"": true, "Europe/Moscow": true, "America/Argentina/Buenos_Aires": true, "Etc/GMT+3": true, "UTC": true, "+03:00": true, "-9:30": true,
		"3": false, "+3": false, "Europe/Moscow'; DROP TABLE b_user; --": false, "'": false, "Europe Moscow": false, "+03:00 ": false, "/Moscow": false,
	} {
		_, err := (&Config{DSN: "mysql://u@db/portal", Timezone: zone}).access()
		if ok {
			require.NoError(t, err, zone)
			continue
		}
		requireSentence(t, err, fail.Usage)
	}
}

func TestConfigurationDefaults(t *testing.T) {
	live, export := Sources()[0], Sources()[1]
	require.Equal(t, &Config{Days: 90, Timeout: defaultTimeout}, live.NewConfig())
	require.Equal(t, &ExportConfig{Days: 90}, export.NewConfig())
	for _, days := range []int{-1, 367} {
		_, err := live.Open(collectors.Env{}, &Config{DSN: "mysql://u@db/portal", Days: days})
		requireSentence(t, err, fail.Usage)
		_, err = export.Open(collectors.Env{}, &ExportConfig{Days: days})
		requireSentence(t, err, fail.Usage)
	}
	_, err := live.Open(collectors.Env{}, &ExportConfig{})
	require.Error(t, err)
	_, err = export.Open(collectors.Env{}, &Config{})
	require.Error(t, err)
	require.Equal(t, "/etc/x", inside("/home", "/etc/x"))
	require.Equal(t, "/home/x", inside("/home", "x"))
	require.Empty(t, inside("/home", ""))
}

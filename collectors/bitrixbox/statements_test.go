package bitrixbox

import (
	"bytes"
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors"
)

// secretColumns must never be read. They are written down once more here, so that a mistake in the lists shows.
var secretColumns = map[string]string{
	"b_user":                "PASSWORD CHECKWORD STORED_HASH CONFIRM_CODE",
	"b_user_password":       "PASSWORD",
	"b_sec_user":            "SECRET PARAMS INIT_PARAMS",
	"b_sec_recovery_codes":  "CODE",
	"b_user_stored_auth":    "STORED_HASH",
	"b_user_hit_auth":       "HASH",
	"b_app_password":        "PASSWORD DIGEST_PASSWORD",
	"b_user_session":        "SESSION_ID SESSION_DATA",
	"b_sec_session":         "SESSION_ID SESSION_DATA",
	"b_user_phone_auth":     "OTP_SECRET PHONE_NUMBER",
	"b_user_auth_code":      "OTP_SECRET",
	"b_socialservices_user": "OATOKEN OASECRET REFRESH_TOKEN",
	"b_rest_ap":             "PASSWORD",
	"b_rest_app":            "CLIENT_SECRET SHARED_KEY APPLICATION_TOKEN",
	"b_rest_event":          "APPLICATION_TOKEN",
	"b_rest_integration":    "APPLICATION_TOKEN QUERY",
	"b_rest_log":            "REQUEST_URI REQUEST_AUTH REQUEST_DATA RESPONSE_DATA",
	"b_event_log":           "REQUEST_URI",
	"b_mail_mailbox":        "PASSWORD LOGIN",
	"b_crm_external_sale":   "LOGIN PASSWORD",
	"b_clouds_file_bucket":  "SETTINGS",
	"b_disk_external_link":  "HASH PASSWORD SALT",
	"b_consent_agreement":   "SECURITY_CODE",
	"b_crm_webform":         "SECURITY_CODE",
}

// secretTables hold little else.
var secretTables = strings.Fields("b_sec_recovery_codes b_user_phone_auth b_user_auth_code b_crm_external_sale b_socialservices_user b_option_site b_consent_user_consent")

// harmless are words that are secret in one table and ordinary in others.
var harmless = strings.Fields("CODE LOGIN SETTINGS QUERY PARAMS")

var (
	writes   = regexp.MustCompile(`\b(UPDATE|INSERT|DELETE|GRANT|REVOKE|CREATE|ALTER|DROP|TRUNCATE|LOCK|OUTFILE)\b`)
	word     = regexp.MustCompile(`[A-Za-z_~][A-Za-z0-9_]*`)
	literal  = regexp.MustCompile(`'(?:[^']|'')*'`)
	fromWord = regexp.MustCompile(`\bFROM (b_\w+)`)
	setting  = regexp.MustCompile(`^SET (SESSION (TRANSACTION READ ONLY|sql_mode = ''|(net_write_timeout|wait_timeout|max_length_for_sort_data|lock_wait_timeout|max_statement_time|max_execution_time) = \d+|time_zone = '[^']+')|` +
		`default_transaction_read_only = on|(lock|statement|idle_session)_timeout = '\d+s'|TIME ZONE (INTERVAL )?'[^']+'( HOUR TO MINUTE)?)$`)
)

// requireHarmless wants a statement that reads, and reads nothing secret.
func requireHarmless(t *testing.T, statement string) {
	t.Helper()
	words := wordsOf(statement)
	of := fromWord.FindStringSubmatch(statement)
	for table, columns := range secretColumns {
		for _, c := range strings.Fields(columns) {
			if !slices.Contains(harmless, c) || of != nil && of[1] == table {
				assert.False(t, words[c], "%s in %s", c, statement)
			}
		}
	}
	for _, table := range secretTables {
		assert.False(t, words[strings.ToUpper(table)], "%s in %s", table, statement)
	}
	if !strings.HasPrefix(statement, "SELECT ") {
		assert.Regexp(t, setting, statement)
		return
	}
	bare := strings.ToUpper(literal.ReplaceAllString(statement, "''"))
	assert.NotContains(t, bare, ";")
	assert.NotRegexp(t, `\b(INTO|UPDATE|INSERT|DELETE|LOCK|SHARE|CALL|NEXTVAL|SETVAL|LOAD_FILE|GET_LOCK|PG_\w+|LO_\w+)\b`, bare)
}

func wordsOf(text string) map[string]bool {
	words := map[string]bool{}
	for _, w := range word.FindAllString(text, -1) {
		words[strings.ToUpper(w)] = true
	}
	return words
}

func TestEveryStatementOnlyReads(t *testing.T) {
	everyPortal(t, func(t *testing.T, p *seeded) {
		cfg := p.config()
		cfg.Timezone = "+03:00"
		out := collection(context.Background(), t, cfg, nil, nil)
		require.NoError(t, out.err)
		require.Greater(t, len(out.statements), 30)
		require.LessOrEqual(t, len(out.statements), len(lists)+17, "each list is asked once")
		for _, s := range out.statements {
			requireHarmless(t, s)
		}
		require.Equal(t, len(out.statements), out.About.Sources[0].Requests)
	})
}

// What this version of the tables lacks is not asked on any portal, so every list is looked at once more by itself.
func TestEveryListOnlyReads(t *testing.T) {
	for _, d := range []dialect{mysql, postgres} {
		for _, l := range lists {
			requireHarmless(t, l.statement(d, newWindow(auditDay, 90), l.columns))
		}
	}
	for _, l := range lists {
		for table, names := range l.reads() {
			assert.NotContains(t, secretTables, table, l.name)
			secret := strings.Fields(secretColumns[table])
			for _, n := range names {
				assert.NotContains(t, secret, strings.ToUpper(n), l.name)
			}
		}
	}
}

func TestScriptsOnlyRead(t *testing.T) {
	for _, engine := range engines {
		var export, grant bytes.Buffer
		require.NoError(t, ExportSQL(&export, engine, auditDay, 90, ""))
		require.NoError(t, GrantSQL(&grant, engine, "crmaudit", "localhost"))
		for name, script := range map[string]string{"export": export.String(), "grant": grant.String()} {
			for _, line := range strings.Split(script, "\n") {
				if strings.HasPrefix(line, "--") {
					continue
				}
				words := wordsOf(line)
				for table, columns := range secretColumns {
					for _, c := range strings.Fields(columns) {
						assert.False(t, words[c] && !slices.Contains(harmless, c), "%s of %s in the %s script: %s", c, table, name, line)
					}
				}
				for _, table := range secretTables {
					assert.False(t, words[strings.ToUpper(table)], "%s in the %s script", table, name)
				}
				if name == "export" {
					bare := strings.ToUpper(literal.ReplaceAllString(line, "''"))
					assert.NotRegexp(t, writes, bare)
				}
			}
		}
	}
}

func TestOptionsThatAreAskedFor(t *testing.T) {
	l := find(lists, "options")
	wanted := map[string]bool{}
	for module, names := range defaults {
		wanted[module] = true
		for name := range names {
			wanted[name] = true
		}
	}
	named := map[string]bool{}
	for _, text := range literal.FindAllString(l.where, -1) {
		named[strings.Trim(text, "'")] = true
	}
	require.Equal(t, wanted, named)
	for name := range named {
		assert.NotRegexp(t, `signer_default_key|proxy_pass|controller_.*secret|^~rsa_`, name)
		if regexp.MustCompile(`secret|_key$|temporary_cache|pass$`).MatchString(name) {
			assert.Contains(t, secretOptions, name, "it looks like a secret")
		}
	}
	set := 0
	everyPortal(t, func(t *testing.T, p *seeded) {
		d := opened(t, p.config())
		require.NoError(t, d.ask(t.Context(), l, func(r row) error {
			module, name, value := r.raw("MODULE_ID"), r.raw("NAME"), r.raw("VALUE")
			assert.Contains(t, defaults[module], name)
			if slices.Contains(secretOptions, name) {
				assert.Contains(t, []string{"", "set"}, value, name)
				set += len(value) / len("set")
			}
			return nil
		}))
	})
	require.NotZero(t, set, "no portal has a secret option, so nothing was tried")
}

// opened is a database as the collector opens it.
func opened(t testing.TB, cfg *Config) *live {
	t.Helper()
	a, err := cfg.access()
	require.NoError(t, err)
	d, err := openDatabase(t.Context(), a, collectors.Env{}, *cfg, newWindow(auditDay, 90), nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = d.close() })
	return d.(*live)
}

func TestAStatementThatMayWriteIsNotSent(t *testing.T) {
	d := &connection{}
	for _, s := range []string{
		"", "INSERT INTO b_user VALUES (1)", "UPDATE b_user SET ACTIVE = 'N'", "select 1", " SELECT 1", "SELECT 1; DROP TABLE b_user", "SET x = 1;", "SELECTED",
		"CALL f()", "WITH x AS (DELETE FROM b_user RETURNING *) SELECT * FROM x",
	} {
		require.ErrorIs(t, d.send(s), errWrites, s)
	}
	require.Zero(t, d.sent)
	require.NoError(t, d.send("SELECT 1"))
	require.Equal(t, 1, d.sent)
}

package docroot

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures/boxsim"
)

var (
	yes        = facts.Of(true)
	no         = facts.Of(false)
	unreadable = facts.Unknown[bool](facts.Failed)
	untold     = facts.Unknown[bool](facts.NotSupported)
)

const canary = "canary-Docroot-9c41"

const newSettings = `<?php
return array(
	'connections' => array('value' => array('default' => array(
		'className' => '\\Bitrix\\Main\\DB\\MysqliConnection', 'host' => 'db.internal:3306', 'database' => 'portal',
		'login' => 'root', 'password' => '` + canary + `', 'options' => 2.0,
	)), 'readonly' => true),
	'exception_handling' => array('value' => array('debug' => true, 'log' => array('settings' => array('file' => '/var/log/portal/exceptions.log')))),
	'cookies' => array('value' => array('secure' => false, 'http_only' => true)),
	'session' => array('value' => array('mode' => 'default', 'handlers' => array('general' => array('type' => 'redis')))),
	'http_client_options' => array('value' => array('disableSslVerification' => true)),
	'crypto' => array('value' => array('crypto_key' => '` + canary + `')),
	'cache' => array('value' => function () { return array('password' => '` + canary + `'); }),
);`

const newDbconn = `<?php
date_default_timezone_set("Europe/Kyiv");
define("BX_USE_MYSQLI", true);
$DBDebug = false;
$DBDebugToFile = false;
define("BX_FILE_PERMISSIONS", 0664);
define("BX_DIR_PERMISSIONS", 0775);
/* define("REST_APAUTH_ALLOW_HTTP", true); */
if (!(defined("CHK_EVENT") && CHK_EVENT === true)) define("BX_CRONTAB_SUPPORT", true);
@ini_set("display_errors", "On");
// define("LOG_FILENAME", $_SERVER["DOCUMENT_ROOT"]."/log.txt");
`

func settingsOf(t *testing.T, files ...boxsim.DocFile) Settings {
	t.Helper()
	return inspected(t, written(t, files...), Options{}).Settings
}

func settingsFile(text string) boxsim.DocFile {
	return boxsim.DocFile{Path: settingsPath, Text: text, Mode: "0640"}
}

func dbconnFile(text string) boxsim.DocFile {
	return boxsim.DocFile{Path: dbconnPath, Text: text, Mode: "0640"}
}

func TestSettings(t *testing.T) {
	s := settingsOf(t, settingsFile(newSettings), dbconnFile(newDbconn), boxsim.DocFile{Path: licencePath, Text: `<? $LICENSE_KEY = "` + canary + `"; ?>`})
	require.Equal(t, Settings{
		Debug: yes, ErrorsShown: facts.With(true, facts.Inferred), LogInWebRoot: facts.With(false, facts.Inferred),
		CookiesSecure: no, CookiesHTTPOnly: yes, SessionStorage: facts.Of("redis"),
		PlainHTTPWebhooks: no, DisableSSLVerification: yes, CronBackup: yes, LicenceDemo: no,
		FilePermissions: facts.Of(fs.FileMode(0o664)), DirPermissions: facts.Of(fs.FileMode(0o775)), Zone: facts.Of("Europe/Kyiv"),
		DatabaseEngine: facts.Of("mysql"), DatabaseHost: facts.Of("db.internal:3306"), Superuser: yes, DatabasePasswordWeak: facts.Of([]string(nil)),
	}, s)
}

func TestSettingsOfOldPortals(t *testing.T) {
	s := settingsOf(t, dbconnFile(`<?
$DBType = "mysql"; $DBHost = "localhost"; $DBLogin = "portal"; $DBPassword = "abc"; $DBName = "x"; $DBDebugToFile = true;
define("REST_APAUTH_ALLOW_HTTP", true);
define("BX_SECURITY_SESSION_MEMCACHE_HOST", "localhost");
define("LOG_FILENAME", $_SERVER["DOCUMENT_ROOT"]."/log.txt");
?>`), boxsim.DocFile{Path: licencePath, Text: `<? $LICENSE_KEY = "DEMO"; ?>`})
	require.Equal(t, facts.Of("mysql"), s.DatabaseEngine)
	require.Equal(t, facts.Of("localhost"), s.DatabaseHost)
	require.Equal(t, no, s.Superuser)
	require.Equal(t, facts.Of([]string{"no_digit", "no_punctuation", "one_case", "short"}), s.DatabasePasswordWeak)
	require.Equal(t, yes, s.Debug)
	require.Equal(t, yes, s.PlainHTTPWebhooks)
	require.Equal(t, facts.Of("memcache"), s.SessionStorage)
	require.Equal(t, yes, s.LogInWebRoot)
	require.Equal(t, yes, s.LicenceDemo)
	require.Equal(t, untold, s.CookiesSecure, "there is no file that says so")
}

func TestWithoutSettingsFiles(t *testing.T) {
	why := facts.NotSupported
	require.Equal(t, Settings{
		Debug: untold, ErrorsShown: untold, LogInWebRoot: untold, CookiesSecure: untold, CookiesHTTPOnly: untold,
		SessionStorage: facts.Unknown[string](why), PlainHTTPWebhooks: untold, DisableSSLVerification: untold, CronBackup: untold, LicenceDemo: untold,
		FilePermissions: facts.Unknown[fs.FileMode](why), DirPermissions: facts.Unknown[fs.FileMode](why), Zone: facts.Unknown[string](why),
		DatabaseEngine: facts.Unknown[string](why), DatabaseHost: facts.Unknown[string](why), Superuser: untold, DatabasePasswordWeak: facts.Unknown[[]string](why),
	}, settingsOf(t))
}

func TestDebug(t *testing.T) {
	config := func(debug string) string {
		return "<?php return ['exception_handling' => ['value' => ['debug' => " + debug + "]]];"
	}
	for name, c := range map[string]struct {
		settings, dbconn string
		want             facts.Known[bool]
	}{
		"off":                       {config("false"), `<?php $DBDebug = false;`, no},
		"left out":                  {"<?php return [];", "<?php", no},
		"a text":                    {config("'1'"), "<?php", yes},
		"zero":                      {config("'0'"), "<?php", no},
		"database":                  {config("false"), `<?php $DBDebug = true;`, yes},
		"computed":                  {config("getenv('DEBUG')"), "<?php", untold},
		"computed, but on here":     {config("getenv('DEBUG')"), "<?php $DBDebug = true;", yes},
		"computed as a whole":       {"<?php return array_merge([], load());", "<?php", untold},
		"section computed":          {"<?php return ['exception_handling' => handling()];", "<?php", untold},
		"perhaps in another file":   {config("false"), "<?php include_once('more.php');", untold},
		"damaged":                   {"<?php return ['exception_handling' => ['value' => ['debug' => false", "<?php", unreadable},
		"damaged dbconn":            {config("false"), `<?php $DBDebug = "`, unreadable},
		"returns nothing":           {"<?php ", "<?php", unreadable},
		"section of another nature": {"<?php return ['exception_handling' => true];", "<?php", no},
	} {
		assert.Equal(t, c.want, settingsOf(t, settingsFile(c.settings), dbconnFile(c.dbconn)).Debug, name)
	}
}

func TestSettingsAreOverridden(t *testing.T) {
	extra := func(text string) boxsim.DocFile { return boxsim.DocFile{Path: extraPath, Text: text, Mode: "0640"} }
	main := settingsFile("<?php return ['cookies' => ['value' => ['secure' => true, 'http_only' => true]]];")
	s := settingsOf(t, main, extra("<?php return ['cookies' => ['value' => ['secure' => false]]];"))
	require.Equal(t, no, s.CookiesSecure)
	require.Equal(t, untold, s.CookiesHTTPOnly, "the whole section is replaced")
	require.Equal(t, yes, settingsOf(t, main, extra("<?php return ['smtp' => []];")).CookiesSecure)
	require.Equal(t, unreadable, settingsOf(t, main, extra("<?php return ['smtp' =>")).CookiesSecure, "it may replace anything")
}

func TestLogInWebRoot(t *testing.T) {
	file := func(value string) string {
		return "<?php return ['exception_handling' => ['value' => ['log' => " + value + "]]];"
	}
	none, outside := "<?php return [];", facts.With(false, facts.Inferred)
	for name, c := range map[string]struct {
		settings, dbconn string
		want             facts.Known[bool]
	}{
		"none":                      {file("null"), "<?php", no},
		"from the root":             {file("['settings' => ['file' => 'bitrix/exceptions.log']]"), "<?php", yes},
		"from the root, outside":    {file("['settings' => ['file' => '../logs/x.log']]"), "<?php", no},
		"absolute":                  {file("['settings' => ['file' => '{www}/logs/x.log']]"), "<?php", yes},
		"absolute, leading back in": {file("['settings' => ['file' => '/var/..{www}/x.log']]"), "<?php", yes},
		"absolute, outside":         {file("['settings' => ['file' => '/var/log/x.log']]"), "<?php", outside},
		"beside the root":           {file("['settings' => ['file' => '{www}-logs/x.log']]"), "<?php", outside},
		"computed":                  {file("['settings' => ['file' => $dir . '/x.log']]"), "<?php", untold},
		"where the vendor puts it":  {file("['settings' => ['log_size' => 1000000]]"), "<?php", yes},
		"a logger of its own":       {file("['class_name' => 'MyLog', 'settings' => ['level' => 1]]"), "<?php", no},
		"messages":                  {none, `<?php define("LOG_FILENAME", "{www}/log.txt");`, yes},
		"messages, usual":           {none, `<?php define('LOG_FILENAME', $_SERVER['DOCUMENT_ROOT'] . '/local/log.txt');`, yes},
		"messages, beside":          {none, `<?php define("LOG_FILENAME", $_SERVER["DOCUMENT_ROOT"]."/../log.txt");`, no},
		"messages, outside":         {none, `<?php define("LOG_FILENAME", "/var/log/log.txt");`, outside},
		"messages, from somewhere":  {none, `<?php define("LOG_FILENAME", "log.txt");`, untold},
		"messages, computed":        {none, `<?php define("LOG_FILENAME", __DIR__."/log.txt");`, untold},
		"messages, perhaps not":     {none, `<?php require "more.php"; define("LOG_FILENAME", "/var/log/log.txt");`, untold},
		"messages, perhaps":         {none, `<?php if (true) { require_once __DIR__ . "/more.php"; }`, untold},
		"messages, commented out":   {none, "<?php /*\ndefine('LOG_FILENAME', $_SERVER['DOCUMENT_ROOT'].'/log.txt');\n*/", no},
	} {
		dir := written(t)
		fill := func(s string) string { return strings.ReplaceAll(s, "{www}", filepath.ToSlash(dir)) }
		require.NoError(t, boxsim.WriteDocroot(dir, now, boxsim.Docroot{Files: []boxsim.DocFile{settingsFile(fill(c.settings)), dbconnFile(fill(c.dbconn))}}))
		assert.Equal(t, c.want, inspected(t, dir, Options{}).Settings.LogInWebRoot, name)
	}
}

func TestDatabase(t *testing.T) {
	connection := func(class, login string) boxsim.DocFile {
		return settingsFile(`<?php return ['connections' => ['value' => ['default' => ['className' => '` + class + `', 'login' => '` + login + `', 'host' => "a\x1b" . '', 'password' => '']]]];`)
	}
	s := settingsOf(t, connection(`\Bitrix\Main\DB\PgsqlConnection`, "postgres"), dbconnFile(`<?php $DBHost = "old";`))
	require.Equal(t, facts.Of("postgresql"), s.DatabaseEngine)
	require.Equal(t, yes, s.Superuser)
	require.Equal(t, facts.Of([]string{"empty"}), s.DatabasePasswordWeak)
	require.Equal(t, facts.Unknown[string](facts.NotSupported), s.DatabaseHost, "computed, and the old file no longer counts")

	s = settingsOf(t, connection(`\Our\Proxy`, "portal"))
	require.Equal(t, facts.Unknown[string](facts.NotSupported), s.DatabaseEngine)
	require.Equal(t, no, s.Superuser)
}

func TestErrorsShown(t *testing.T) {
	shown := facts.With(true, facts.Inferred)
	for name, c := range map[string]struct {
		file boxsim.DocFile
		want facts.Known[bool]
	}{
		"apache":         {boxsim.DocFile{Path: ".htaccess", Text: "<IfModule mod_php7.c>\n\tphp_value display_errors 1\n</IfModule>"}, shown},
		"apache, off":    {boxsim.DocFile{Path: ".htaccess", Text: "php_flag display_errors off"}, untold},
		"apache comment": {boxsim.DocFile{Path: ".htaccess", Text: "#php_value display_errors 1"}, untold},
		"php":            {boxsim.DocFile{Path: ".user.ini", Text: "display_errors = On"}, shown},
		"program":        {dbconnFile(`<?php ini_set('display_errors', 1);`), shown},
		"program, off":   {dbconnFile(`<?php ini_set('display_errors', 0);`), facts.With(false, facts.Inferred)},
	} {
		assert.Equal(t, c.want, settingsOf(t, c.file).ErrorsShown, name)
	}
}

func TestZoneOfTheProgram(t *testing.T) {
	s := settingsOf(t, dbconnFile("<?php"), boxsim.DocFile{Path: "local/php_interface/init.php", Text: "<?php\ndate_default_timezone_set('Asia/Almaty');\nrequire 'x.php';"})
	require.Equal(t, facts.Of("Asia/Almaty"), s.Zone)
	s = settingsOf(t, dbconnFile(`<?php date_default_timezone_set("<b>");`))
	require.Equal(t, facts.Unknown[string](facts.NotSupported), s.Zone)
}

func TestVersions(t *testing.T) {
	module := func(path, text string) boxsim.DocFile {
		return boxsim.DocFile{Path: path + "/install/version.php", Text: text}
	}
	v := inspected(t, written(t,
		module("bitrix/modules/crm", `<?php $arModuleVersion = array("VERSION" => "25.200.0", "VERSION_DATE" => "2025-05-20 12:00:00");`),
		module("bitrix/modules/vote", `<? $arModuleVersion = Array("VERSION" => "21.0.0");`),
		module("bitrix/modules/evil", `<?php $arModuleVersion = ["VERSION" => "<script>", "VERSION_DATE" => "soon"];`),
		module("bitrix/modules/none", `<?php`),
		module("local/modules/acme.sync", `<?php $arModuleVersion = ["VERSION" => "1.0.2", "VERSION_DATE" => "2020-01-02"];`),
	), Options{}).Versions
	noDate := facts.Unknown[time.Time](facts.Failed)
	require.Equal(t, Versions{
		Main: Version{facts.Of("25.100.300"), facts.Of(time.Date(2025, 6, 17, 10, 0, 0, 0, time.UTC))},
		Modules: map[string]Version{
			"crm":       {facts.Of("25.200.0"), facts.Of(time.Date(2025, 5, 20, 12, 0, 0, 0, time.UTC))},
			"vote":      {facts.Of("21.0.0"), noDate},
			"evil":      {facts.Unknown[string](facts.Failed), noDate},
			"acme.sync": {facts.Of("1.0.2"), facts.Of(time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC))},
		},
	}, v)
}

// TestNothingSecretIsReported hides a secret wherever a portal keeps one.
func TestNothingSecretIsReported(t *testing.T) {
	damaged := strings.Replace(newSettings, "'cookies'", "'cookies", 1)
	for name, settings := range map[string]string{"whole": newSettings, "damaged": damaged, "cut": newSettings[:strings.LastIndex(newSettings, canary)+3]} {
		r := inspected(t, written(t, settingsFile(settings),
			dbconnFile(`<?php $DBPassword = "`+canary+`"; $DBHost = "u:`+canary+`@db"; $DBLogin = "`+canary+`"; define("X_TOKEN", "`+canary+`");`),
			boxsim.DocFile{Path: licencePath, Text: `<? $LICENSE_KEY = "` + canary + `"; ?>`},
			boxsim.DocFile{Path: ".env", Text: "PASSWORD=" + canary},
			boxsim.DocFile{Path: "bitrix/.settings.php.bak", Text: newSettings},
			boxsim.DocFile{Path: "dump.sql", Text: dumpText + canary},
		), Options{})
		assert.NotContains(t, fmt.Sprintf("%+v", *r), canary, name)
		for _, f := range r.Files {
			assert.NotContains(t, fmt.Sprintf("%+v", *f), canary, name)
		}
	}
}

func FuzzSettings(f *testing.F) {
	f.Add(newSettings, newDbconn)
	f.Add("<?php return ['connections' => 1];", `<? $DBPassword = "x"; define("LOG_FILENAME", 1);`)
	f.Add("<?php return [", "<?php /* ")
	f.Fuzz(func(t *testing.T, settings, dbconn string) {
		all := files{settings: newFile([]byte(settings)), extra: file{gone: true, why: facts.NotSupported}, dbconn: newFile([]byte(dbconn))}
		var s Settings
		all.database(&s)
		if host := s.DatabaseHost.Or(""); len(host) > 255 || host != legible(host) {
			t.Fatalf("the host is written as %q", host)
		}
		all.logInWebRoot([]string{"/www"})
		all.sessions()
		for _, c := range []found{all.config("exception_handling", "value", "debug"), all.variable("DBDebug"), all.define("LOG_FILENAME")} {
			if _, known := flag(c).Get(); known && c.why != "" {
				t.Fatal("known although it cannot be")
			}
		}
	})
}

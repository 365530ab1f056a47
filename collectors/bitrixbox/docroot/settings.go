package docroot

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"

	"github.com/crmaudit/crmaudit/collectors/bitrixbox/php"
	"github.com/crmaudit/crmaudit/facts"
)

// Settings are what the settings files say. A fact is unknown when its file is missing, cannot be read, or computes the
// value instead of stating it; a key that a file leaves out has the vendor's default where that is certain.
type Settings struct {
	Debug        facts.Known[bool] // errors of the program or of the database are shown in full or written out
	ErrorsShown  facts.Known[bool] // PHP errors are shown to visitors; php.ini decides too, so only inferred
	LogInWebRoot facts.Known[bool] // a log of errors is written below the document root

	CookiesSecure          facts.Known[bool]
	CookiesHTTPOnly        facts.Known[bool]
	SessionStorage         facts.Known[string] // file, database, redis, memcache, virtual, …
	PlainHTTPWebhooks      facts.Known[bool]   // webhooks work without TLS
	DisableSSLVerification facts.Known[bool]   // the portal does not check the certificates of the servers it calls
	CronBackup             facts.Known[bool]   // agents, the backup among them, are run by cron
	LicenceDemo            facts.Known[bool]
	FilePermissions        facts.Known[fs.FileMode] // given to new files; unknown where the vendor's default holds
	DirPermissions         facts.Known[fs.FileMode] // given to new folders
	Zone                   facts.Known[string]      // time zone of the portal
	DatabaseEngine         facts.Known[string]      // mysql, postgresql, mssql, oracle
	DatabaseHost           facts.Known[string]
	Superuser              facts.Known[bool]     // the portal logs in to the database as its administrator
	DatabasePasswordWeak   facts.Known[[]string] // the vendor's words for its weaknesses: empty, short, no_digit, …
}

func readSettings(root *os.Root, published []string) Settings {
	f := readFiles(root)
	s := Settings{
		Debug:                  either(flag(f.config("exception_handling", "value", "debug")), flag(f.variable("DBDebug")), flag(f.variable("DBDebugToFile"))),
		ErrorsShown:            f.errorsShown(root),
		LogInWebRoot:           f.logInWebRoot(published),
		CookiesSecure:          flag(f.config("cookies", "value", "secure")),
		CookiesHTTPOnly:        stated(f.config("cookies", "value", "http_only")),
		SessionStorage:         f.sessions(),
		PlainHTTPWebhooks:      flag(f.define("REST_APAUTH_ALLOW_HTTP")),
		DisableSSLVerification: flag(f.config("http_client_options", "value", "disableSslVerification")),
		CronBackup:             flag(f.define("BX_CRONTAB_SUPPORT")),
		LicenceDemo:            licence(root),
		FilePermissions:        permission(f.define("BX_FILE_PERMISSIONS")),
		DirPermissions:         permission(f.define("BX_DIR_PERMISSIONS")),
		Zone:                   f.zone(root),
	}
	f.database(&s)
	return s
}

// logInWebRoot looks at both logs: that of exceptions, whose file name starts from the document root and which has a
// place there even when no file is named, and that of AddMessage2Log.
func (f files) logInWebRoot(published []string) facts.Known[bool] {
	log := func(keys ...string) found {
		return f.config("exception_handling", append([]string{"value", "log"}, keys...)...)
	}
	exceptions := below(log("settings", "file"), published, true)
	if _, on := log("settings").value.(*php.Array); on && log("settings", "file").absent() && log("class_name").absent() {
		exceptions = facts.Of(true) // bitrix/modules/error.log
	}
	messages := below(f.define("LOG_FILENAME"), published, false)
	if f.dbconn.why == "" {
		if m := logFromRoot.FindSubmatch(f.dbconn.code); m != nil {
			messages = facts.Of(!leaves(string(m[1])))
		}
	}
	return either(exceptions, messages)
}

// logFromRoot is the usual way to name the log, which no literal is.
var logFromRoot = regexp.MustCompile(`(?mi)^[^\n/#*'"]*\bdefine\(\s*['"]LOG_FILENAME['"]\s*,\s*\$_SERVER\[\s*['"]DOCUMENT_ROOT['"]\s*\]\s*\.\s*['"]([^'"\n]*)['"]\s*\)`)

// below tells whether a log file lies in the document root. A name that starts elsewhere is only inferred to be outside:
// the folder that is read may be a copy of the one that is published.
func below(f found, published []string, fromRoot bool) facts.Known[bool] {
	name, ok := php.Text(f.value)
	switch {
	case f.why != "":
		return facts.Unknown[bool](f.why)
	case f.absent() || ok && name == "":
		return facts.Of(false)
	case !ok:
		return facts.Unknown[bool](facts.NotSupported)
	}
	name = strings.ReplaceAll(name, `\`, "/")
	for _, root := range published {
		if strings.HasPrefix(path.Clean(name), strings.TrimSuffix(root, "/")+"/") {
			return facts.Of(true)
		}
	}
	if !strings.HasPrefix(name, "/") && !drive.MatchString(name) {
		if !fromRoot {
			return facts.Unknown[bool](facts.NotSupported) // starts from wherever the script runs
		}
		return facts.Of(!leaves(name))
	}
	return facts.With(false, facts.Inferred)
}

var drive = regexp.MustCompile(`^[A-Za-z]:/`)

var storage = regexp.MustCompile(`^[a-z][a-z_]{0,31}$`)

// sessions tells where sessions are kept. When no file says so, an option in the database decides.
func (f files) sessions() facts.Known[string] {
	general := f.config("session", "value", "handlers", "general")
	if _, is := general.value.(*php.Array); is {
		general = f.config("session", "value", "handlers", "general", "type")
	}
	if name, known := text(general).Get(); known {
		if name = strings.ToLower(name); storage.MatchString(name) {
			return facts.Of(name)
		}
		return facts.Of("custom") // the name of a class
	}
	if general.why != "" && !general.gone {
		return facts.Unknown[string](general.why)
	}
	for _, c := range []struct{ name, kept string }{
		{"BX_SECURITY_SESSION_MEMCACHE_HOST", "memcache"}, {"BX_SECURITY_SESSION_REDIS_HOST", "redis"}, {"BX_SECURITY_SESSION_VIRTUAL", "virtual"},
	} {
		if f.define(c.name).value != nil {
			return facts.Of(c.kept)
		}
	}
	return facts.Unknown[string](facts.NotSupported)
}

// licence tells whether the portal runs on a trial licence; the key itself is dropped while it is read.
func licence(root *os.Root) facts.Known[bool] {
	file, err := parse(root, licencePath)
	if err != nil {
		return facts.Unknown[bool](reason(err))
	}
	if secret, ok := file.Vars["LICENSE_KEY"].(php.Secret); ok {
		return facts.Of(secret.Demo)
	}
	return facts.Unknown[bool](facts.NotSupported)
}

// zoneName is what a time zone may look like; anything else would be somebody's joke.
var zoneName = regexp.MustCompile(`^[A-Za-z0-9_+\-/]{1,64}$`)

// zone looks into the files that every page runs first.
func (f files) zone(root *os.Root) facts.Known[string] {
	sources := []*php.File{f.dbconn.php}
	for _, name := range []string{"local/php_interface/init.php", "bitrix/php_interface/init.php"} {
		if src, err := head(root, name); err == nil {
			program, _ := php.ParseSettings(src) // what stands before a part that is not understood counts
			sources = append(sources, program)
		}
	}
	for _, file := range sources {
		if file == nil {
			continue
		}
		if name, ok := php.Text(file.Ini["date.timezone"]); ok && zoneName.MatchString(name) {
			return facts.Of(name)
		}
	}
	return facts.Unknown[string](facts.NotSupported)
}

// errorsOn is how the web server's files show errors: .htaccess in its way, .user.ini in that of php.ini.
var errorsOn = regexp.MustCompile(`(?mi)^[ \t]*(?:php_(?:admin_)?(?:flag|value)[ \t]+display_errors[ \t]+|display_errors[ \t]*=[ \t]*)["']?(?:1|on|true|yes|stdout)\b`)

// errorsShown is inferred: whether the web server heeds these files, and in which order, is not to be seen from here.
// Only dbconn.php can tell that they are hidden, for every page runs it and what it sets overrides php.ini.
func (f files) errorsShown(root *os.Root) facts.Known[bool] {
	if f.dbconn.why == "" {
		switch word, _ := php.Text(f.dbconn.php.Ini["display_errors"]); strings.ToLower(word) {
		case "1", "on", "true", "yes", "stdout":
			return facts.With(true, facts.Inferred)
		case "0", "off", "false", "no", "none", "stderr":
			if !f.dbconn.php.Includes {
				return facts.With(false, facts.Inferred)
			}
		}
	}
	for _, name := range []string{".htaccess", ".user.ini"} {
		if src, err := head(root, name); err == nil && errorsOn.Match(src) {
			return facts.With(true, facts.Inferred)
		}
	}
	return facts.Unknown[bool](facts.NotSupported)
}

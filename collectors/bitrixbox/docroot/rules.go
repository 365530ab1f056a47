package docroot

import (
	"regexp"
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
)

// fileRules are asked about every ordinary file, folderRules about every folder.
var (
	fileRules = []rule{
		{facts.FileInstaller, isInstaller},
		{facts.FileDiagnostic, isDiagnostic},
		{facts.FileDump, isDumpFile},
		{facts.FileArchive, isArchive},
		{facts.FileLog, isLog},
		{facts.FileSecrets, isSecrets},
		{facts.FileExecutable, isExecutable},
		{facts.FileWritable, isWritable},
		{facts.FileReadable, isReadable},
	}
	folderRules = []rule{
		{facts.FileDiagnostic, isAdministration},
		{facts.FileWritable, isWritableFolder},
	}
)

// isInstaller knows the names by which the vendor's own scanner looks for what an installation or a move left behind.
func isInstaller(it *item) bool {
	if it.place.folder != "." && it.place.folder != "bitrix" && it.place.folder != it.w.opts.Uploads {
		return false
	}
	switch it.name {
	case "restore.php", "bitrix_server_test.php", "bitrixsetup.php", "bitrix_install.php", "bitrix_setup.php",
		"bitrix6setup.php", "bitrix7setup.php", "bitrix8setup.php", "1c_bx_import.php":
		return it.size() > 0
	}
	return false
}

var phpinfoCall = regexp.MustCompile(`(?i)\bphpinfo\s*\(`)

func isDiagnostic(it *item) bool {
	if it.place.vendor {
		return false
	}
	switch it.name {
	case "phpinfo.php", "php_info.php", "info.php", "test.php", "php.php", "pi.php", "i.php":
		data, _ := it.head()
		return phpinfoCall.Match(data)
	}
	if strings.HasPrefix(it.name, "adminer") && strings.HasSuffix(it.name, ".php") {
		data, _ := it.head()
		return mentions(data, "adminer")
	}
	return false
}

// isAdministration tells a folder with a database administration that can be opened.
func isAdministration(it *item) bool {
	if it.place.vendor || it.place.attachments || it.rel == "." {
		return false
	}
	if it.name != "pma" && !strings.HasPrefix(it.name, "phpmyadmin") && !strings.HasPrefix(it.name, "phppgadmin") {
		return false
	}
	info, err := it.dir.Lstat("index.php")
	return err == nil && info.Mode().IsRegular()
}

var dumpName = regexp.MustCompile(`\.(sql|dump|dmp|pgdump)(\.(gz|bz2|xz|zip|7z))?$`)

// isDumpFile looks where people leave dumps. export_file.csv is what the vendor's export leaves.
func isDumpFile(it *item) bool {
	switch {
	case !it.place.shallow, it.name == queryLog:
		return false
	case it.name == "export_file.csv":
		return it.size() > 0
	case !dumpName.MatchString(it.name):
		return false
	}
	data, _ := it.head()
	return holdsDump(data)
}

var (
	archiveName = regexp.MustCompile(`\.(zip|rar|7z|tar|tgz|tbz2?|txz|gz|bz2|xz|zst|enc)(\.[0-9]{1,5})?$`)
	archivePart = regexp.MustCompile(`\.[0-9]{1,5}$`)
	// readyPacked is what web servers hand out instead of the file itself to save time.
	readyPacked = regexp.MustCompile(`\.(xml|css|js|mjs|html?|svg|json|map|ico|ttf|otf|woff2?|wasm)\.(gz|zst)$`)
)

func isArchive(it *item) bool {
	if !it.place.shallow || !archiveName.MatchString(it.name) || dumpName.MatchString(it.name) || readyPacked.MatchString(it.name) {
		return false
	}
	if archivePart.MatchString(it.name) {
		return it.size() > 0 // the middle of an archive looks like nothing
	}
	data, _ := it.head()
	return isPacked(data)
}

// queryLog is where the portal writes every query when $DBDebugToFile is set.
const queryLog = "mysql_debug.sql"

func isLog(it *item) bool {
	var named bool
	switch it.name {
	case "error_log", "error.log", "php_errors.log", "debug.log", "log.txt", "debug.txt", "__bx_log.log", queryLog:
		named = !it.place.vendor && !it.place.attachments
	}
	switch {
	case it.place.folder == "bitrix/modules":
		named = strings.HasSuffix(it.name, ".log") || strings.HasPrefix(it.name, "serverfilelog-") && strings.HasSuffix(it.name, ".dat")
	case it.place.shallow:
		named = named || strings.HasSuffix(it.name, ".log")
	}
	return named && it.size() > 0
}

var (
	// settingsCopy is a settings file under a name that is not run as PHP but handed out.
	settingsCopy = regexp.MustCompile(`^(\.{1,2}settings(_extra)?|\.?dbconn|\.?license_key)\.(php.+|bak|old|orig|save|txt|swp|swo)$`)
	environment  = regexp.MustCompile(`^\.env(\..+)?$`)
	assignment   = regexp.MustCompile(`(?m)^[ \t]*(export[ \t]+)?[A-Za-z_][A-Za-z0-9_]*[ \t]*=`)
	samples      = []string{".example", ".sample", ".dist", ".template", ".php"}
)

func isSecrets(it *item) bool {
	if it.place.vendor || it.place.attachments || slices.ContainsFunc(samples, func(s string) bool { return strings.HasSuffix(it.name, s) }) {
		return false
	}
	switch {
	case environment.MatchString(it.name):
		data, _ := it.head()
		return assignment.Match(data)
	case settingsCopy.MatchString(it.name):
		data, _ := it.head()
		return mentions(data, "dbpassword", "connections", "crypto_key", "license_key", "password") || isPacked(data)
	}
	return false
}

// isWritable looks at what is run or sent to browsers as a program. The vendor's scanner compares four letters of the
// name and so sees only .php.
func isWritable(it *item) bool {
	if it.place.uploads {
		return false
	}
	for _, ending := range []string{".php", ".phtml", ".js", ".html", ".htm", ".htaccess", ".user.ini"} {
		if strings.HasSuffix(it.name, ending) {
			return it.mode(otherWrite)
		}
	}
	return false
}

func isWritableFolder(it *item) bool { return !it.place.uploads && it.mode(otherWrite) }

func isReadable(it *item) bool {
	switch it.rel {
	case settingsPath, extraPath, dbconnPath, licencePath:
		return it.mode(otherRead)
	}
	return false
}

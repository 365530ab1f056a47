package docroot

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures/boxsim"
)

const (
	shell    = "<?php system($_GET[0]);"
	dumpText = "-- MySQL dump 10.13\nCREATE TABLE `b_user` (`ID` int);\n"
	zipText  = "PK\x03\x04\x14\x00"
	longText = "text "
)

// TestFiles names, for each file, the types under which it is listed; "" is none.
func TestFiles(t *testing.T) {
	large := strings.Repeat(longText, headLimit/len(longText)+1)
	for name, cases := range map[string][]struct{ path, text, mode, want string }{
		"installers": {
			{"restore.php", shell, "", "installer"},
			{"bitrix/BitrixSetup.php", shell, "", "installer"},
			{"upload/restore.php", shell, "", "executable installer"},
			{"1c_bx_import.php", shell, "", "installer"},
			{"shop/restore.php", shell, "", ""},
			{"bitrix/modules/main/restore.php", shell, "", ""},
			{"bitrix_server_test.php", "", "", ""},
		},
		"diagnostics": {
			{"info.php", "<?php phpinfo();", "", "diagnostic"},
			{"test/test.php", "<? PHPINFO ( INFO_ALL );", "", "diagnostic"},
			{"test.php", "<?php echo 1;", "", ""},
			{"bitrix/modules/main/tools/info.php", "<?php phpinfo();", "", ""},
			{"adminer-4.8.1.php", "<?php /** Adminer - Compact database management */", "", "diagnostic"},
			{"adminer.php", "<?php // nothing", "", ""},
			{"phpMyAdmin-5.2/index.php", "<?php", "", ""},
			{"tools/phpinfo.php.txt", "phpinfo()", "", ""},
		},
		"dumps": {
			{"dump.sql", dumpText, "", "dump"},
			{"bitrix/old.sql", "DROP TABLE IF EXISTS b_user;", "", "dump"},
			{"upload/db.sql.gz", gzipped(t, dumpText), "", "dump"},
			{"db.sql.zip", zipText, "", "dump"},
			{"pg.dump", "PGDMP\x01\x0e", "", "dump"},
			{"export_file.csv", "a;b", "", "dump"},
			{"notes.sql", "remember the milk", "", ""},
			{"empty.sql", "", "", ""},
			{"bad.sql.gz", "\x1f\x8bgarbage", "", ""},
			{"bitrix/modules/crm/install/mysql/install.sql", "CREATE TABLE b_crm (ID int);", "", ""},
			{"upload/disk/3f2/9c1/dump.sql", dumpText, "", ""},
			{"bitrix/backup/20260101_000000_sql_a.sql", dumpText, "", ""},
		},
		"archives": {
			{"site.zip", zipText, "", "archive"},
			{"old/www.tar.gz", gzipped(t, "x"), "", "archive"},
			{"www.tar.gz.1", "continued", "", "archive"},
			{"copy.tar", strings.Repeat("\x00", 257) + "ustar\x00", "", "archive"},
			{"safe.enc", strings.Repeat("r", 100) + "Bitrix Encrypted File", "", "archive"},
			{"no.rar", "plain text", "", ""},
			{"sitemap.xml.gz", gzipped(t, "<urlset/>"), "", ""},
			{"upload/crm/0a1/client.zip", zipText, "", ""},
			{"bitrix/backup/20260101_000000_full_a.tar.gz", gzipped(t, "x"), "", ""},
		},
		"logs": {
			{"log.txt", "x", "", "log"},
			{"import.log", "x", "", "log"},
			{"shop/cron/error_log", "x", "", "log"},
			{"bitrix/php_interface/debug.log", "x", "", "log"},
			{"bitrix/site_checker_1f.log", "x", "", "log"},
			{"bitrix/modules/updater.log", "x", "", "log"},
			{"bitrix/modules/serverfilelog-0.dat", "x", "", "log"},
			{"mysql_debug.sql", "SELECT 1", "", "log"},
			{"empty.log", "", "", ""},
			{"bitrix/modules/main/log.txt", "x", "", ""},
			{"upload/im/4d/log.txt", "x", "", ""},
			{"shop/cron/import.log", "x", "", ""},
		},
		"secrets": {
			{".env", "DB_PASSWORD=x", "", "secrets"},
			{"local/app/.env.local", "export TOKEN=x", "", "secrets"},
			{".env.example", "DB_PASSWORD=", "", ""},
			{"shop/.env", "<html></html>", "", ""},
			{"bitrix/.settings.php.bak", "<?php return ['connections'=>[]];", "", "secrets"},
			{"bitrix/..settings.php.swp", "b0VIM 8.2 'connections'", "", "secrets"},
			{"bitrix/.settings.old", "<?php return ['connections'=>[]];", "", "secrets"},
			{"bitrix/php_interface/dbconn.php~", "<?php $DBPassword='x';", "", "secrets"},
			{"bitrix/license_key.php.save", "<?php $LICENSE_KEY='x';", "", "secrets"},
			{"bitrix/php_interface/dbconn.php.gz", gzipped(t, "x"), "", "secrets"},
			{"bitrix/php_interface/dbconn.old.php", "<?php $DBPassword='x';", "", ""},
			{"bitrix/php_interface/dbconn.bak", "nothing", "", ""},
			{"bitrix/modules/main/dbconn.php.bak", "$DBPassword='x';", "", ""},
			{"upload/main/ab/.env", "A=1", "", ""},
		},
		"programs among data": {
			{"upload/x.php", shell, "", "executable"},
			{"upload/iblock/a1/x.pHtml", "GIF89a <?=1", "", "executable"},
			{"upload/old.php5", "<SCRIPT language='php'>", "", "executable"},
			{"upload/long.php", large, "", "executable"},
			{"upload/photo.php.jpg", "\xff\xd8 <?php", "", "executable"},
			{"upload/door.php.", "<?php", "", "executable"},
			{"upload/run.py", "print(1)", "", "executable"},
			{"upload/a.phar", "x", "", "executable"},
			{"upload/b.aspx", "<%@ Page %>", "", "executable"},
			{"upload/c.shtml", "<!--#exec cmd=\"id\" -->", "", "executable"},
			{"bitrix/tmp/t.php", shell, "", "executable"},
			{"upload/.htaccess", "AddHandler application/x-httpd-php .jpg", "", "executable"},
			{"upload/padded/.htaccess", large, "", "executable"},
			{"upload/medialibrary/.user.ini", "auto_prepend_file=logo.png", "", "executable"},
			{"upload/1c/.user.ini", "auto_prepend_file = none", "", ""},
			{"upload/rk/.htaccess", "<Files ~ \\.(php|pl)>\n\tSetHandler text/plain\n\tForceType text/plain\n</Files>\nphp_flag engine off", "", ""},
			{"upload/index.php", "", "", ""},
			{"upload/feed/feed.php", "<?xml version='1.0'?>", "", ""},
			{"upload/iblock/a1/index.php", "<meta http-equiv=refresh>", "", ""},
			{"upload/report.php.txt", "how <? works", "", ""},
			{"upload/disk/3f/program", shell, "", ""},
			{"bitrix/cache/s1/a.php", shell, "0666", ""},
			{"bitrix/managed_cache/MYSQL/a.php", shell, "", ""},
			{"uploads/x.php", shell, "", ""},
		},
		"permissions": {
			{"index.php", shell, "0666", "writable"},
			{"js/app.JS", "x", "0602", "writable"},
			{".htaccess", "x", "0646", "writable"},
			{"about/index.html", "x", "0666", "writable"},
			{"index2.php", shell, "0664", ""},
			{"logo.png", "x", "0666", ""},
			{"upload/note.html", "x", "0666", ""},
			{"bitrix/.settings.php", "<?php return [];", "0644", "readable"},
			{"bitrix/.settings_extra.php", "<?php return [];", "0640", ""},
			{"bitrix/php_interface/dbconn.php", "<?php", "0606", "readable writable"},
			{"bitrix/license_key.php", "<?php", "0604", "readable"},
			{"shop/dbconn.php", "<?php", "0644", ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			files, want := []boxsim.DocFile{}, []string{}
			for _, c := range cases {
				files = append(files, boxsim.DocFile{Path: c.path, Text: c.text, Mode: c.mode})
				for kind := range strings.FieldsSeq(c.want) {
					want = append(want, c.path+"#"+kind)
				}
			}
			if name == "diagnostics" {
				want = append(want, "phpMyAdmin-5.2#diagnostic") // a folder
			}
			r := inspected(t, written(t, files...), Options{})
			require.ElementsMatch(t, want, keys(r))
			require.Empty(t, r.Truncated)
			require.Zero(t, r.Unread)
		})
	}
}

func TestFolders(t *testing.T) {
	dir := func(path, mode string) boxsim.DocFile { return boxsim.DocFile{Path: path, Dir: true, Mode: mode} }
	r := inspected(t, written(t,
		dir("shop", "0777"), dir("sticky", "1777"), dir("group", "2775"),
		dir("upload/x", "0777"), dir("upload", "0777"), dir("bitrix/cache", "0777"), dir("bitrix/backup", "2777"),
		boxsim.DocFile{Path: ".git/HEAD", Text: "ref: refs/heads/main"}, boxsim.DocFile{Path: ".git/objects/00/x.php", Mode: "0666"},
		boxsim.DocFile{Path: "local/lib/.svn/wc.db", Text: "x"}, dir(".hg", ""),
		dir("phpmyadmin", ""), boxsim.DocFile{Path: "upload/im/pma/index.php"},
		dir("closed", "0750"), boxsim.DocFile{Path: "closed/index.php", Mode: "0666"}, dir("closed/deep", "0777"),
	), Options{})
	require.Equal(t, []string{".git#vcs", "bitrix/backup#writable", "local/lib/.svn#vcs", "shop#writable", "sticky#writable"}, keys(r))
	require.Equal(t, "drwxrwsrwx", r.Files[1].Mode.Or(""), "as ls prints it")
	require.Equal(t, "drwxrwxrwt", r.Files[4].Mode.Or(""))
	_, sized := r.Files[0].Bytes.Get()
	require.False(t, sized, "a folder has no size")
}

func TestOpenDocumentRoot(t *testing.T) {
	r := inspected(t, written(t, boxsim.DocFile{Path: ".", Dir: true, Mode: "0777"}), Options{})
	require.Equal(t, []string{".#writable"}, keys(r))
	closed := written(t, boxsim.DocFile{Path: ".", Dir: true, Mode: "0700"}, boxsim.DocFile{Path: "index.php", Mode: "0666"})
	require.Empty(t, inspected(t, closed, Options{}).Files, "nobody else gets as far as the file")
}

func TestWhatIsRecorded(t *testing.T) {
	r := inspected(t, written(t, boxsim.DocFile{Path: "dump.sql", Text: dumpText, Mode: "0640", AgeDays: 10}), Options{})
	require.Equal(t, []*facts.File{{
		Path: "dump.sql", Type: facts.Of(facts.FileDump), Bytes: facts.Of(int64(len(dumpText))), Mode: facts.Of("-rw-r-----"),
		Modified: facts.Of(now.AddDate(0, 0, -10)), WebRoot: facts.Of(true),
	}}, r.Files)
	r = inspected(t, written(t, boxsim.DocFile{Path: "dump.sql", Text: dumpText, AgeDays: -2}), Options{})
	require.Equal(t, facts.Unknown[time.Time](facts.Failed), r.Files[0].Modified, "from the future")
}

func TestUploadsElsewhere(t *testing.T) {
	dir := written(t, boxsim.DocFile{Path: "data/files/x.php", Text: shell}, boxsim.DocFile{Path: "upload/x.php", Text: shell})
	for given, want := range map[string]string{"": "upload/x.php#executable", "data/files": "data/files/x.php#executable", "/data/files/": "data/files/x.php#executable"} {
		assert.Equal(t, []string{want}, keys(inspected(t, dir, Options{Uploads: given})), given)
	}
}

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

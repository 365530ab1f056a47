package php

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func parseSample(t *testing.T, name string) *File {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	f, err := ParseSettings(src)
	require.NoError(t, err)
	require.Contains(t, string(src), "canary")
	require.NotContains(t, fmt.Sprintf("%+v", f), "canary")
	return f
}

func TestKernelSettings(t *testing.T) {
	f := parseSample(t, "settings.php")
	cases := []struct {
		path string
		want any
	}{
		{"utf_mode value", true},
		{"cache_flags value config_options", 3600.0},
		{"cache_flags value site_domain", int64(3600)},
		{"cookies value secure", false},
		{"cookies value http_only", true},
		{"exception_handling value debug", true},
		{"exception_handling value handled_errors_types", Unknown{}},
		{"exception_handling value exception_errors_types", int64(4437)},
		{"exception_handling value log settings file", "bitrix/modules/error.log"},
		{"exception_handling value closure", Unknown{}},
		{"exception_handling value closure debug", Unknown{}},
		{"connections value default className", `\Bitrix\Main\DB\MysqliConnection`},
		{"connections value default login", "root"},
		{"connections value default password", Secret{Set: true, Weak: []string{WeakShort, WeakOneCase, WeakNoPunctuation}}},
		{"connections value default password length", Secret{Set: true, Weak: []string{WeakShort, WeakOneCase, WeakNoPunctuation}}},
		{"connections value default options", 2.0},
		{"connections value replica host", Secret{Set: true}},
		{"connections value replica password", Unknown{}},
		{"connections readonly", true},
		{"cache value type class_name", Unknown{}},
		{"cache value type required_file", Unknown{}},
		{"cache value sid", Unknown{}},
		{"cache value handler", Unknown{}},
		{"cache value note", Unknown{}},
		{"session value mode", "separated"},
		{"session value handlers general type", "redis"},
		{"session value handlers general port", "6379"},
		{"session value handlers general auth", Secret{Set: true}},
		{"crypto value crypto_key", Secret{Set: true}},
		{"pull value path_to_listener", "http://#DOMAIN#/sub/"},
		{"pull value signature_key", Unknown{}},
		{"pull value nginx_version", int64(-4)},
		{"smtp value login", "robot"},
		{"smtp value passwords", Secret{Set: true}},
		{"http_client_options value disableSslVerification", Unknown{}},
		{"rest value outgoing", Secret{Set: true}},
		{"waf value", nil},
		{"utf_mode value deeper", nil},
	}
	for _, c := range cases {
		require.Equal(t, c.want, f.Path(strings.Fields(c.path)...), c.path)
	}
	require.Same(t, f.Returned, f.Path())
}

func TestConnectionFile(t *testing.T) {
	f := parseSample(t, "dbconn.php")
	require.Nil(t, f.Returned)
	require.Equal(t, map[string]any{
		"DBType":        Unknown{},
		"DBHost":        "localhost",
		"DBLogin":       "portal",
		"DBPassword":    Secret{Set: true},
		"DBName":        Unknown{},
		"DBDebug":       Unknown{},
		"DBDebugToFile": false,
	}, f.Vars)
	require.Equal(t, map[string]any{
		"DBPersistent":           false,
		"BX_FILE_PERMISSIONS":    int64(0o664),
		"BX_DIR_PERMISSIONS":     int64(0o775),
		"LOG_FILENAME":           Unknown{},
		"BX_CRONTAB_SUPPORT":     true,
		"REST_APAUTH_ALLOW_HTTP": true,
		"BX_UTF":                 true,
		"BX_MEMORY":              "512M",
		"BX_SMTP_PASSWORD":       Secret{Set: true, Weak: []string{WeakNoDigit, WeakOneCase}},
	}, f.Defines)
	require.Equal(t, map[string]any{"display_errors": int64(1), "date.timezone": "Europe/Kyiv"}, f.Ini)
}

func TestVersionAndLicence(t *testing.T) {
	f, err := ParseSettings([]byte("<?php\n$arModuleVersion = array(\n\t\"VERSION\" => \"25.100.0\",\n\t\"VERSION_DATE\" => \"2025-03-01 10:00:00\"\n);\n?>\n"))
	require.NoError(t, err)
	require.Equal(t, arr("VERSION", "25.100.0", "VERSION_DATE", "2025-03-01 10:00:00"), f.Vars["arModuleVersion"])

	for key, want := range map[string]Secret{
		"S20-NA-4711": {Set: true}, "DEMO": {Set: true, Demo: true}, " demo ": {Set: true, Demo: true}, "": {Demo: true},
	} {
		f, err := ParseSettings([]byte(`<? $LICENSE_KEY = "` + key + `"; ?>`))
		require.NoError(t, err)
		require.Equal(t, want, f.Vars["LICENSE_KEY"], key)
	}
}

// Each case says what $x, X or the returned value is.
func TestValues(t *testing.T) {
	cases := map[string]any{
		`$x = 'a\'b\\c\n';`:                      `a'b\c\n`,
		`$x = "\n\t\r\v\e\f\\\$\"\q\'";`:         "\n\t\r\v\x1b\f\\$\"\\q\\'",
		`$x = "\101\60\x41\X4a\xg\u{20AC}\u{}";`: "A0AJ\\xg€\\u{}",
		`$x = "\u{110000}";`:                     `\u{110000}`,
		`$x = "a $ b {c} \$d";`:                  "a $ b {c} $d",
		`$x = "a $b";`:                           Unknown{},
		`$x = "{$b['}']}" ;`:                     Unknown{},
		`$x = "${b}";`:                           Unknown{},
		"$x = `ls`;":                             Unknown{},
		"$x = <<<'A'\nA;B\n  A;\n":               Unknown{},
		"$x = <<<\"A\"\nAA\nA;":                  Unknown{},
		"$x = <<<A\r\n\r\nA;":                    Unknown{},
		`$x = 0x1F;`:                             int64(31),
		`$x = 0b101;`:                            int64(5),
		`$x = 0o17;`:                             int64(15),
		`$x = 017;`:                              int64(15),
		`$x = 089;`:                              Unknown{},
		`$x = -1_000;`:                           int64(-1000),
		`$x = +.5;`:                              0.5,
		`$x = 1.5e-3;`:                           0.0015,
		`$x = 1E+2;`:                             100.0,
		`$x = 9223372036854775808;`:              9223372036854775808.0,
		`$x = 1.2.3;`:                            Unknown{},
		`$x = -true;`:                            Unknown{},
		`$x = NULL;`:                             nil,
		`$x = \TRUE;`:                            true,
		`$x = !true;`:                            Unknown{},
		`$x = true and false;`:                   Unknown{},
		`$x = 'a' . 'b';`:                        Unknown{},
		`$x = 1 + 1;`:                            Unknown{},
		`$x = (1);`:                              Unknown{},
		`$x = E_ALL;`:                            Unknown{},
		`$x = A::B;`:                             Unknown{},
		`$x = array('a' => 1)['a'];`:             Unknown{},
		`$x = $a ? [1, 2] : array(3);`:           Unknown{},
		`$x = &$y;`:                              Unknown{},
		`$x = array;`:                            Unknown{},
		`$x = match (1) { 1 => 2 };`:             Unknown{},
		`$x = [];`:                               arr(),
		`$x = [1, 5 => 2, 3,];`:                  arr(0, int64(1), 5, int64(2), 6, int64(3)),
		`$x = ['5' => 1, -2 => 2, 1.7 => 3, true => 4, null => 5];`: arr(
			5, int64(1), -2, int64(2), 1, int64(4), "", int64(5)),
		`$x = ARRAY('a' => array('b' => ["c"]));`: arr("a", arr("b", arr(0, "c"))),
		`$x = 1; $x = 2;`:                         int64(2),
		`$x = 1; $x++;`:                           Unknown{},
		`$x = []; $x['a'] = 1;`:                   Unknown{},
		`$x = 1; if ($y) $x = 1;`:                 int64(1),
		`$x = 1; if ($y) $x = 2;`:                 Unknown{},
		`$x = 1; if ($y) { if ($z) @$x = 2; }`:    Unknown{},
		`$x = 1; while (0): $x = 2; endwhile;`:    Unknown{},
		`if ($y) $x = 1; elseif ($z) $x = 1; else if (1) $x = 1; else $x = 1;`:               int64(1),
		`if ($y) $x = 1; else $x = 2;`:                                                       Unknown{},
		`if ($y): $x = 1; elseif ($z): $x = 1; else: $x = 2; endif;`:                         Unknown{},
		`if ($y): endif; $x = 1; $x = 2;`:                                                    int64(2),
		`if ($y) {} $x = 1; $x = 2;`:                                                         int64(2),
		`{ $x = 1; { $x = 2; } }`:                                                            int64(2),
		`switch ($y) { case 1: $x = 1; break; default: $x = 2; }`:                            Unknown{},
		`try { $x = 1; } catch (E $e) { $x = 2; } finally { }`:                               Unknown{},
		`do { $x = 1; } while (0); $x = 2;`:                                                  int64(2),
		`declare(strict_types=1); namespace A\B; use C\{D, E}; $x = 1;`:                      int64(1),
		`class A extends B { public $x = 2; function f() { $x = 3; } } $x = 1;`:              int64(1),
		`final class A { const X = 2; } abstract class B { abstract function f(); } $x = 1;`: int64(1),
		`function &f(array $a = [1]) { return 5; } $x = 1;`:                                  int64(1),
		`$f = function () { $x = 2; }; $x = 1;`:                                              int64(1),
		`#[A] comment` + "\n" + `$x = 1; // $x = 2; ?> $x = 3; <?php /* $x = 4; */`:          int64(1),
		`$x = 1 ?><?xml version="1.0"?> text <?= $y ?>`:                                      int64(1),
		`$x = 1; __halt_compiler(); $x = 2; " {`:                                             int64(1),
		`$y = $x = 1;`:                                                                       int64(1),
		`define("X", 'a', true);`:                                                            "a",
		`\define('X', 1); define('X', 2);`:                                                   int64(1),
		`if ($y) define('X', 1); define('X', 2);`:                                            Unknown{},
		`if ($y) define('X', 1); define('X', 1);`:                                            int64(1),
		`defined('X') or define('X', 1);`:                                                    int64(1),
		`define('X', A . 'b');`:                                                              Unknown{},
		`const X = 1, Y = 2;`:                                                                int64(1),
		`return 1; return 2; " {`:                                                            int64(1),
		`if ($y) return 1; return 2;`:                                                        Unknown{},
		`if ($y) return 2; return 2;`:                                                        int64(2),
		`if (!$y) return; return 2;`:                                                         int64(2),
		`$y = [1]; return $y;`:                                                               arr(0, int64(1)),
		`return $y;`:                                                                         Unknown{},
		`$y = [1]; return $y + [2];`:                                                         Unknown{},
		`if ($z) return 1; $y = 1; return $y;`:                                               Unknown{},
		`return include 'x.php';`:                                                            Unknown{},
	}
	for src, want := range cases {
		f, err := ParseSettings([]byte("<?php " + src))
		require.NoError(t, err, src)
		got, ok := f.Vars["x"]
		if !ok {
			got, ok = f.Defines["X"]
		}
		if !ok {
			got = f.Returned
		}
		require.Equal(t, want, got, src)
	}
}

func TestArrayWithUnknownKeys(t *testing.T) {
	for _, src := range []string{`'a' => 1, KEY => 2`, `'a' => 1, ...$more`, `'a' => 1, [] => 2`, `'a' => 1, 1e300 => 2`, `'a' => 1, 'x://u:p@h' => 2`} {
		f, err := ParseSettings([]byte("<?php return [" + src + "];"))
		require.NoError(t, err, src)
		require.Equal(t, int64(1), f.Path("a"), src)
		require.Equal(t, Unknown{}, f.Path("b"), src)
	}
}

func TestDamagedFiles(t *testing.T) {
	cases := []struct{ src, want string }{
		{"", "line 1: there is no PHP code"},
		{"plain\ntext", "line 2: there is no PHP code"},
		{"<?php $a = 1;\n$b = 'x", "line 2: a string is not closed"},
		{"<?php $a = 1;\n$b = \"x\n\n", "line 2: a string is not closed"},
		{"<?php $a = 1;\n$b = \"x\\", "line 2: a string is not closed"},
		{"<?php $a = 1;\n$b = \"{$c['x\";", "line 2: a string is not closed"},
		{"<?php $a = 1;\n$b = <<<X\ny\n", "line 2: a string is not closed"},
		{"<?php $a = 1;\n/* x", "line 2: a comment is not closed"},
		{"<?php $a = 1;\n$b = array(1,", "line 2: a bracket is not closed"},
		{"<?php $a = 1;\n$b = [1 =>", "line 2: a bracket is not closed"},
		{"<?php $a = 1;\n$b = f(1;", "line 2: a bracket is not closed"},
		{"<?php $a = 1;\ndefine('X', 1;", "line 2: a bracket is not closed"},
		{"<?php $a = 1;\n$b = [1 2", "line 2: a bracket is not closed"},
		{"<?php $a = 1;\n$b = [1 => 2 => 3];", "line 2: elements of an array are not separated"},
		{"<?php $a = 1;\nif (1) { $b = 1;", "line 2: a block is not closed"},
		{"<?php $a = 1;\n}", "line 2: a block is closed that was not opened"},
		{"<?php $a = 1;\n$b = 1", "line 2: a statement is not ended"},
	}
	for _, c := range cases {
		f, err := ParseSettings([]byte(c.src))
		require.EqualError(t, err, c.want, c.src)
		if strings.Contains(c.src, "$a") {
			require.Equal(t, int64(1), f.Vars["a"], c.src)
		}
	}

	f, err := ParseSettings([]byte("<?php return ['a' => ['b' => 1], 'c' => ['d' => 'x"))
	require.Error(t, err)
	require.Equal(t, int64(1), f.Path("a", "b"))
	require.Equal(t, Unknown{}, f.Path("e"))
	require.Equal(t, Unknown{}, f.Path("c", "d"))
}

func TestSettingsBounds(t *testing.T) {
	arrays := func(n int) string { return "return " + strings.Repeat("[", n) + strings.Repeat("]", n) + ";" }
	blocks := func(n int) string { return strings.Repeat("{", n) + strings.Repeat("}", n) }
	ifs := func(n int) string { return strings.Repeat("if (1) ", n) + ";" }
	chain := func(n int) string { return strings.Repeat("$a = ", n) + "1;" }
	wide := func(n int) string { return "return [" + strings.Repeat("1,", n) + "];" }
	large := func(n int) string { return "//" + strings.Repeat("x", n-len("<?php //")) }
	for name, src := range map[string]string{
		"arrays": arrays(maxDepth), "blocks": blocks(maxDepth), "ifs": ifs(maxDepth), "chain": chain(maxDepth),
		"elements": wide(maxElements - 1), "size": large(maxSource), "else": strings.Repeat("if (1) ; else ", 1000) + ";",
		"brackets": "f" + strings.Repeat("(", 1e6) + strings.Repeat(")", 1e6) + ";",
	} {
		_, err := ParseSettings([]byte("<?php " + src))
		require.NoError(t, err, name)
	}
	for name, src := range map[string]string{
		"arrays": arrays(maxDepth + 1), "blocks": blocks(maxDepth + 1), "ifs": ifs(maxDepth + 1), "chain": chain(maxDepth + 1),
		"elements": wide(maxElements), "size": large(maxSource + 1), "variables": strings.Repeat("$a=1;", maxElements),
	} {
		f, err := ParseSettings([]byte("<?php " + src))
		require.True(t, errors.Is(err, ErrLimit), name)
		require.NotNil(t, f, name)
	}
}

package php

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestClassify(t *testing.T) {
	names := map[class]string{
		licence: "LICENSE_KEY license-key licenceKey",
		password: `password PASSWORD passwd pass DBPassword dbpass db_pwd SIP_PASSWORD smtpPassword2 BX_SMTP_PASS passphrase
			MYSQLPWD update_site_proxy_pass`,
		secret: `crypto_key signature_key key keys secret secret_key client_secret clientSecret token access_token APPLICATION_TOKEN
			api_key apiKey APIKey shared_key signer_default_key security_key private_key DIGEST_SALT STORED_HASH controller_member_secret_id
			~rsa_private rsa checkword credentials auth Authorization dump_temporary_cache security_code session-id PHPSESSID backup_secret_key`,
		open: `className host database login options debug file log_size secure http_only mode lifetime type handlers general
			disableSslVerification utf_mode VERSION VERSION_DATE SM_VERSION SM_VERSION_DATE LOG_FILENAME BX_FILE_PERMISSIONS DBLogin
			DBHost DBName DBType DBDebug DBDebugToFile BX_CRONTAB_SUPPORT REST_APAUTH_ALLOW_HTTP BX_SECURITY_SESSION_VIRTUAL
			display_errors date.timezone crypto pull smtp cookies session path_to_listener value readonly`,
	}
	for want, list := range names {
		for _, n := range strings.Fields(list) {
			assert.Equal(t, want, classify(n), n)
		}
	}
}

func TestLooksSecret(t *testing.T) {
	for _, s := range []string{
		"mysql://portal:pw@db/portal", "redis://:pw@10.0.0.1:6379", "portal:pw@db", "amqp://u:p/w x@h", "mysql:host=db;password=pw",
		"-----BEGIN RSA PRIVATE KEY-----", "Authorization: Bearer abcdefgh", "https://x.example/?auth=abc", `{"token": "abc"}`,
		"eyJhbGciOiJI.eyJzdWIiOi.x", "https://x.example/rest/7/abcdefgh12/",
	} {
		assert.True(t, looksSecret(s), s)
	}
	for _, s := range []string{
		`\Bitrix\Main\DB\MysqliConnection`, "/home/bitrix/www/bitrix/modules/error.log", "localhost:3306", "http://#DOMAIN#/bitrix/sub/?CHANNEL_ID=",
		"2025-03-01 10:00:00", "robot@firm.example", "Europe/Kyiv", "https://push.example:8895/pub/", "",
	} {
		assert.False(t, looksSecret(s), s)
	}
}

func TestWeaknesses(t *testing.T) {
	cases := map[string][]string{
		"":              {WeakEmpty},
		"a":             {WeakShort, WeakNoDigit, WeakOneCase, WeakNoPunctuation},
		"12345678":      {WeakOneCase, WeakNoPunctuation},
		"Abcdefgh1":     {WeakNoPunctuation},
		"Abcdefgh-":     {WeakNoDigit},
		"abcdefgh-1":    {WeakOneCase},
		"Ab-1":          {WeakShort},
		"Пароль-Длин1":  nil,
		"Str0ng-Enough": nil,
	}
	for p, want := range cases {
		require.Equal(t, want, weaknesses(p), p)
	}
}

func TestSecretValues(t *testing.T) {
	cases := map[string]any{
		`$password = 'Str0ng-Enough';`:               Secret{Set: true},
		`$password = "";`:                            Secret{Weak: []string{WeakEmpty}},
		`$password = null;`:                          Secret{Weak: []string{WeakEmpty}},
		`$password = 1234;`:                          Secret{Set: true, Weak: []string{WeakShort, WeakOneCase, WeakNoPunctuation}},
		`$password = "a$b";`:                         Unknown{},
		`$password = f('canary');`:                   Unknown{},
		`$password = 'can' . 'ary';`:                 Unknown{},
		`$password = ['value' => 'canary'];`:         Secret{Set: true},
		`$password = ['value' => '', 'ro' => true];`: Unknown{},
		`$password = [];`:                            Secret{},
		`$password = [f()];`:                         Unknown{},
		`$password = $x = 'Str0ng-canary';`:          Secret{Set: true},
	}
	for src, want := range cases {
		f, err := ParseSettings([]byte("<?php " + src))
		require.NoError(t, err, src)
		require.Equal(t, want, f.Vars["password"], src)
		require.NotContains(t, fmt.Sprint(f), "canary", src)
	}
}

// The value of a secret is gone even where another name held it first or its own name is not a literal.
func TestSecretsThroughOtherNames(t *testing.T) {
	for _, src := range []string{
		`$x = 'canary'; $password = $x;`,
		`$x = ['p' => 'canary']; return ['password' => $x['p']]; `,
		`define('X', 'canary'); $db = ['password' => X];`,
		`const X = 'canary'; $password = trim(X);`,
		`$x = 'canary'; $password = "a" . ($x);`,
		`$x = 'canary'; $y = ['password' => [-$x]]; return $x;`,
		`$password = $x = 'canary';`,
		`$x = $password = 'canary';`,
		`return [PASSWORD => 'canary'];`,
		`return [f() => ['a' => 'canary']];`,
		`$y = [PASSWORD => $x = 'canary'];`,
		`define(PREFIX . 'PASSWORD', 'canary');`,
		`return ['mysql://u:canary@h' => 1, 'u:canary@h' => 2];`,
		`return ['token' => ['canary' => 1]];`,
		`$o->password = 'canary'; $GLOBALS['password'] = 'canary'; A::$password = 'canary';`,
		`connect('canary'); new PDO('x', 'y', 'canary');`,
		`ini_set('session.save_path', 'tcp://h?auth=canary'); ini_set('x.password', 'canary');`,
		`return ['password' => 'canary`,
		`return ['password' => 'canary' 'x'];`,
		`$password = <<<A` + "\ncanary\nA;",
		`"canary`, `/* canary`, `canary(`, `}canary`,
	} {
		f, err := ParseSettings([]byte("<?php " + src))
		require.NotContains(t, fmt.Sprint(f, err), "canary", src)
	}
}

func FuzzParseSettings(f *testing.F) {
	for _, s := range []string{
		`<?php return array('a' => array('value' => "x\x41", 'readonly' => false), 'b' => [1, 0x1F, -.5, null]);`,
		"<? $DBDebug = true; define('X', 0664); if (1): const Y = 'z'; endif; /* */ # x\n?> text <?= $z ?>",
		"<?php $x = <<<A\nb {$c['}']}\nA; $f = fn ($y) => [\"{$y}\" => `ls`]; class B { function c() {} }",
		`<?php $x = 1; if (`, `<?php $x = [`, `<?php $x = "{$`, `<?php switch ($a) { case 1: default: }`,
	} {
		f.Add(s, "DBPassword")
	}
	f.Add(`<?php $canary = 1;`, "crypto_key")
	f.Fuzz(func(t *testing.T, src, key string) {
		const canary = "Zx9canary7Qw"
		if strings.Contains(src, canary) || strings.Contains(key, canary) {
			return
		}
		file, err := ParseSettings([]byte(src))
		require.NotNil(t, file)
		_ = fmt.Sprint(file, err)

		// Behind a damaged source the canary might stand in a comment or be half of another string.
		if err != nil || classify(key) == open || strings.ContainsAny(key, `'\`) {
			return
		}
		for _, secret := range []string{
			"<?php ['" + key + "' => '" + canary + "'];",
			"<?php $v = ['" + key + "' => '" + canary + "'];",
			"<?php $v = ['a' => ['" + key + "' => ['" + canary + "', 'b' => \"" + canary + "\"]]];",
			"<?php define('" + key + "', '" + canary + "');",
			"<?php return array('" + key + "' => '" + canary + "'",
		} {
			for _, whole := range []string{secret + "?>" + src, closed(src) + secret} {
				file, err := ParseSettings([]byte(whole))
				require.NotContains(t, fmt.Sprint(file, err), canary)
			}
		}
	})
}

// closed ends PHP code and whatever comment of one line stands last.
func closed(src string) string { return src + "\n?>" }

package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
)

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	data, err := os.ReadFile("testdata/valid.yaml")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "valid.yaml"), data, 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "secrets"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "secrets", "webhook.txt"), []byte("https://romashka.bitrix24.example/rest/1/0a1b2c3d4e5f6a7b/\n"), 0o600))
	a, err := Load(filepath.Join(dir, "valid.yaml"))
	require.NoError(t, err)
	require.Equal(t, "ООО «Ромашка»", a.Client.Name)
	require.True(t, *a.Client.RemoteWork)
	require.Nil(t, a.Client.HighRiskData, "what is not declared is not false")
	require.Equal(t, lang.UK, a.Language)
	require.Equal(t, map[string]map[string]any{"ACC-002": {"stale_days": 60}}, a.Thresholds)
	require.Equal(t, Gate{MinScore: 75, MinCoverage: 60, FailOn: "critical"}, a.Gate)
	require.Equal(t, []string{"rules", "/srv/rules"}, a.Packs)
	require.Equal(t, filepath.Join(dir, "waivers.yaml"), a.Path(a.Waivers))
	require.Equal(t, "/etc/x", a.Path("/etc/x"))
	require.Empty(t, a.Warnings)
	require.Equal(t, &PersonalData{Category: "other", Subjects: "clients_up_to_100k", Threats: 3}, a.PersonalData)

	var ids []string
	for _, s := range a.Sources {
		ids = append(ids, s.ID+" "+s.Kind)
	}
	require.Equal(t, []string{"bitrix24 bitrix24", "tls tls", "tls-2 tls"}, ids)
	require.NotEqual(t, a.Sources[1].Fingerprint(), a.Sources[2].Fingerprint())

	var c struct {
		Webhook string `yaml:"webhook"`
	}
	require.NoError(t, a.Sources[0].Decode(&c))
	require.Equal(t, "https://romashka.bitrix24.example/rest/1/0a1b2c3d4e5f6a7b/", c.Webhook)
	require.Equal(t, []string{c.Webhook}, a.Secrets)
	require.NotContains(t, a.Sources[0].Fingerprint(), "0a1b2c3d4e5f6a7b")
	require.EqualError(t, a.Sources[1].Decode(&c), `valid.yaml:13: unknown key "hosts"`)
}

func TestDefaults(t *testing.T) {
	a, err := Parse("x/audit.yaml", []byte("version: 1\nportal: {id: p}\njurisdictions: [ru]\nsources: [{kind: tls}]"))
	require.NoError(t, err)
	require.Equal(t, "express", a.Profile)
	require.Equal(t, lang.RU, a.Language)
	require.Equal(t, "bitrix24-cloud", a.Portal.Platform)
	require.Equal(t, Formats, a.Report.Formats)
	require.Equal(t, "audit.yaml", a.Name)
	require.Equal(t, "x", a.Dir)
}

// Each invalid file says in its first two lines how it is refused.
func TestInvalidFiles(t *testing.T) {
	names, err := filepath.Glob("testdata/invalid-*.yaml")
	require.NoError(t, err)
	require.Greater(t, len(names), 20)
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			require.NoError(t, err)
			lines := strings.SplitN(string(data), "\n", 3)
			_, err = Load(name)
			require.EqualError(t, err, strings.TrimPrefix(lines[0], "# want: "))
			require.Equal(t, fail.Usage, fail.Code(err))
			hint, _, _ := strings.Cut(fail.Hint(err), "\n")
			require.Equal(t, strings.TrimPrefix(lines[1], "# hint: "), hint)
		})
	}
}

func TestMissingFile(t *testing.T) {
	_, err := Load("testdata/none.yaml")
	require.EqualError(t, err, "read the configuration: open testdata/none.yaml: no such file or directory")
	require.Equal(t, "`crmaudit init` writes an audit.yaml to start from", fail.Hint(err))
}

// Judging alone needs neither the sources nor their secrets.
func TestLoadRules(t *testing.T) {
	a, err := LoadRules("testdata/invalid-env.yaml")
	require.NoError(t, err)
	require.Empty(t, a.Sources)
	_, err = LoadRules("testdata/invalid-profile.yaml")
	require.Error(t, err)
}

// with is a configuration whose only source has this line.
func with(t *testing.T, line string) *Audit {
	a, err := Parse("testdata/audit.yaml", []byte("version: 1\nportal: {id: p}\njurisdictions: [ru]\nsources:\n  - kind: bitrix24\n    "+line))
	require.NoError(t, err)
	return a
}

func TestSecretsFromTheEnvironment(t *testing.T) {
	t.Setenv("CRMAUDIT_TEST_SECRET", "  12345 \n")
	a := with(t, "webhook: ${env:CRMAUDIT_TEST_SECRET}")
	require.Equal(t, []string{"12345"}, a.Secrets)
	require.Empty(t, a.Warnings)
	var c struct{ Webhook string }
	require.NoError(t, a.Sources[0].Decode(&c))
	require.Equal(t, "12345", c.Webhook, "a secret of digits stays text")

	t.Setenv("CRMAUDIT_TEST_SECRET", " ")
	_, err := Parse("a.yaml", []byte("version: 1\nportal: {id: p}\njurisdictions: [ru]\nsources: [{kind: x, list: [{deep: '${env:CRMAUDIT_TEST_SECRET}'}]}]"))
	require.EqualError(t, err, "a.yaml:4: the environment variable CRMAUDIT_TEST_SECRET is not set")
}

func TestLiteralSecretIsWarnedOf(t *testing.T) {
	for line, secret := range map[string]string{
		"webhook: https://romashka.bitrix24.example/rest/17/0a1b2c3d4e5f6a7b/":     "https://romashka.bitrix24.example/rest/17/0a1b2c3d4e5f6a7b/",
		"webhook: https://romashka.bitrix24.example/rest/api/17/0a1b2c3d4e5f6a7b/": "https://romashka.bitrix24.example/rest/api/17/0a1b2c3d4e5f6a7b/",
		"token: 0123456789abcdef0123456789abcdef":                                  "0123456789abcdef0123456789abcdef",
		"client_secret: short": "short",
	} {
		a := with(t, line)
		require.Equal(t, []string{secret}, a.Secrets, line)
		require.Len(t, a.Warnings, 1, line)
		require.Contains(t, a.Warnings[0], "audit.yaml:6 holds a secret in plain text")
		require.NotContains(t, a.Warnings[0], secret)
	}
	for _, line := range []string{"url: https://romashka.bitrix24.example", "file: staff.csv", "client_secret: ''", "note: a sentence is no secret however long it may become over time"} {
		a := with(t, line)
		require.Empty(t, a.Secrets, line)
		require.Empty(t, a.Warnings, line)
	}
}

func TestSecretFileOfOthersIsWarnedOf(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "key.txt"), []byte("0a1b2c"), 0o600))
	require.NoError(t, os.Chmod(filepath.Join(dir, "key.txt"), 0o644))
	a, err := Parse(filepath.Join(dir, "audit.yaml"), []byte("version: 1\nportal: {id: p}\njurisdictions: [ru]\nsources: [{kind: x, key: '${file:key.txt}'}]"))
	require.NoError(t, err)
	require.Equal(t, []string{"0a1b2c"}, a.Secrets)
	require.Equal(t, []string{"key.txt can be read by other users of this machine: chmod 600 key.txt"}, a.Warnings)
}

// A literal secret does not get into the message that refuses its line.
func TestRefusalKeepsTheSecret(t *testing.T) {
	_, err := Parse("a.yaml", []byte("version: 1\nportal: {id: p}\njurisdictions: [ru]\nsources: [{kind: x, webhook: 'https://h.example/rest/1/0a1b2c3d4e5f6a7b/${env:X}'}]"))
	require.EqualError(t, err, `a.yaml:4: "…" is not a reference to a secret`)
}

func FuzzParse(f *testing.F) {
	names, err := filepath.Glob("testdata/*.yaml")
	require.NoError(f, err)
	for _, name := range names {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add([]byte("version: 1\nportal: {id: p}\njurisdictions: [ru]\nsources: [{kind: x, <<: &a {b: *a}}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := Parse("testdata/audit.yaml", data)
		if err != nil {
			require.NotEqual(t, fail.Internal, fail.Code(err), "%v", err)
			return
		}
		for _, s := range a.Sources {
			_ = s.Fingerprint()
			_ = s.Decode(&struct{ Webhook string }{})
		}
	})
}

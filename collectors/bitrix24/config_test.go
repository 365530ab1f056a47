package bitrix24

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures/b24sim"
	"github.com/crmaudit/crmaudit/internal/fail"
)

func TestConfigErrors(t *testing.T) {
	app := OAuthConfig{ClientID: "local.app", ClientSecret: "clientsecret1", RefreshToken: "refreshtoken1", Portal: "https://romashka.bitrix24.ru"}
	with := func(change func(*OAuthConfig)) *Config {
		a := app
		change(&a)
		return &Config{OAuth: &a}
	}
	for _, tt := range []struct {
		name, message, hint string
		config              *Config
	}{
		{"nothing", "bitrix24: neither webhook nor oauth is configured", webhookForm, &Config{}},
		{"both", "bitrix24: both webhook and oauth are configured", "keep the one", &Config{Webhook: "https://x/rest/1/abcdef123456/", OAuth: &app}},
		{"portal alone", "bitrix24: webhook of romashka.bitrix24.ru has no user number and secret after /rest/", webhookForm, &Config{Webhook: "https://romashka.bitrix24.ru/"}},
		{"no secret", "bitrix24: webhook of romashka.bitrix24.ru has no user number and secret after /rest/", webhookForm, &Config{Webhook: "https://romashka.bitrix24.ru/rest/7/"}},
		{"query", "bitrix24: webhook of romashka.bitrix24.ru has no user number and secret after /rest/", webhookForm, &Config{Webhook: "https://romashka.bitrix24.ru/rest/7/s3cr3tw3bh00k/?a=s3cr3tw3bh00k"}},
		{"plain", "bitrix24: the address of romashka.bitrix24.ru must begin with https://", webhookForm, &Config{Webhook: "http://romashka.bitrix24.ru/rest/7/s3cr3tw3bh00k/"}},
		{"no scheme", "bitrix24: webhook is not the address of an incoming webhook", webhookForm, &Config{Webhook: "romashka.bitrix24.ru/rest/7/s3cr3tw3bh00k/"}},
		{"not an address", "bitrix24: webhook is not the address of an incoming webhook", webhookForm, &Config{Webhook: "s3cr3tw3bh00k%zz"}},
		{"days", "bitrix24: days is 400, it must lie between 1 and 366", "90 days", &Config{Webhook: "https://x.example/rest/1/abcdef123456/", Days: 400}},
		{"rate", "bitrix24: rate, burst, timeout and budget must not be negative", "leave them out", &Config{Webhook: "https://x.example/rest/1/abcdef123456/", Days: 1, Rate: -1}},
		{"client", "bitrix24: oauth lacks client_id", "client_secret", with(func(o *OAuthConfig) { o.ClientID = "" })},
		{"token", "bitrix24: oauth lacks refresh_token", "refresh_token", with(func(o *OAuthConfig) { o.RefreshToken = "" })},
		{"address", "bitrix24: oauth portal is not the address of a portal", portalHint, with(func(o *OAuthConfig) { o.Portal = "romashka" })},
		{"plain portal", "bitrix24: the address of romashka.bitrix24.ru must begin with https://", portalHint, with(func(o *OAuthConfig) { o.Portal = "http://romashka.bitrix24.ru" })},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Source().Open(collectors.Env{}, tt.config)
			require.EqualError(t, err, tt.message)
			require.Equal(t, fail.Usage, fail.Code(err))
			require.Contains(t, fail.Hint(err), tt.hint)
			require.NotContains(t, err.Error()+fail.Hint(err), "s3cr3tw3bh00k")
		})
	}
	_, err := Source().Open(collectors.Env{}, "text")
	require.EqualError(t, err, "bitrix24: the configuration is a string")
}

func TestWebhookForms(t *testing.T) {
	for address, prefix := range map[string]string{
		"https://romashka.bitrix24.ru/rest/7/s3cr3tw3bh00k/":            "7/s3cr3tw3bh00k/",
		"https://romashka.bitrix24.ru/rest/7/s3cr3tw3bh00k":             "7/s3cr3tw3bh00k/",
		" https://romashka.bitrix24.ru/rest/7/s3cr3tw3bh00k/profile\n":  "7/s3cr3tw3bh00k/",
		"https://romashka.bitrix24.ru/rest/api/7/s3cr3tw3bh00k/":        "7/s3cr3tw3bh00k/",
		"https://romashka.bitrix24.ru/rest/7/s3cr3tw3bh00k/user.get.js": "7/s3cr3tw3bh00k/",
	} {
		a, err := webhookAccess(address)
		require.NoError(t, err, address)
		require.Equal(t, prefix, a.prefix)
		require.Equal(t, "https://romashka.bitrix24.ru/rest/", a.base)
		require.NotContains(t, a.masked, "s3cr3t")
	}
}

const refreshToken = "refresh-token-0001"

func oauthRig(t *testing.T, change func(*b24sim.OAuth), options ...b24sim.Option) *rig {
	p := portal()
	p.OAuth = &b24sim.OAuth{
		ClientID: "local.app.0001", ClientSecret: "client-secret-0001", AccessToken: "access-token-0001", RefreshToken: refreshToken,
		UserID: 7, Scopes: allScopes, Admin: true,
	}
	change(p.OAuth)
	r := newRig(t, p, options...)
	r.open(&Config{Days: 90, OAuth: &OAuthConfig{
		ClientID: "local.app.0001", ClientSecret: "client-secret-0001", RefreshToken: refreshToken, Portal: r.running.URL, TokenFile: "token",
	}})
	return r
}

func TestApplication(t *testing.T) {
	r := oauthRig(t, func(*b24sim.OAuth) {})
	m := r.mustCollect()
	require.Len(t, m.ByKind[facts.KindUser], 8)
	require.NotEmpty(t, m.ByKind[facts.KindActivity])
	require.Equal(t, "…0001", m.About.Sources[0].Credential)
	require.Equal(t, len(r.server.Requests()), m.About.Sources[0].Requests)

	file := filepath.Join(r.collector.env.Dir, "token")
	kept, err := os.ReadFile(file)
	require.NoError(t, err)
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.NotContains(t, string(kept), refreshToken)
	require.NotContains(t, r.log.String(), string(kept[:len(kept)-1]))

	r.mustCollect() // with the kept token: the old one does not work any more
}

func TestTokenRunsOutOnTheWay(t *testing.T) {
	clocked := newClock()
	r := oauthRig(t, func(o *b24sim.OAuth) { o.Lifetime = time.Minute }, b24sim.WithClock(clocked.now))
	r.collector.env.Progress = func(step string, _, _ int) {
		if step == "groups" {
			_ = clocked.sleep(context.Background(), 2*time.Minute)
		}
	}
	m := r.mustCollect()
	require.Len(t, m.ByKind[facts.KindGroup], 2)
	require.Equal(t, facts.Full, covered(t, m.About.Coverage, facts.KindConsent, "").State)
}

func TestRefusedRefreshToken(t *testing.T) {
	r := oauthRig(t, func(o *b24sim.OAuth) { o.RefreshToken = "another" })
	_, err := r.collect()
	require.ErrorContains(t, err, "does not accept the credential")
	require.NotContains(t, err.Error(), refreshToken)
	require.NotContains(t, r.log.String(), refreshToken)
}

func TestTokenWithoutFileIsANote(t *testing.T) {
	r := oauthRig(t, func(*b24sim.OAuth) {})
	r.collector.tokenStore = ""
	m := r.mustCollect()
	require.Contains(t, m.About.Sources[0].Notes, "the portal issued a new refresh token for the application; set token_file to keep it for the next audit")
}

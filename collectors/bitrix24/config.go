package bitrix24

import (
	"net"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
)

// Config is the source's part of audit.yaml. Either a webhook or an application leads into the portal.
type Config struct {
	Webhook string       `yaml:"webhook"` // the secret address of an incoming webhook
	OAuth   *OAuthConfig `yaml:"oauth"`
	URL     string       `yaml:"url"`  // the portal as people open it; only to be shown
	Days    int          `yaml:"days"` // how far back the event log is read

	// The portal's request limit, where it is not the usual 2 a second after a burst of 50 (Enterprise: 5 and 250).
	Rate    float64       `yaml:"rate"`
	Burst   int           `yaml:"burst"`
	Timeout time.Duration `yaml:"timeout"` // of one request
	Budget  time.Duration `yaml:"budget"`  // of the whole collection
}

// OAuthConfig is a local application's way into the portal.
type OAuthConfig struct {
	ClientID     string `yaml:"client_id"`
	ClientSecret string `yaml:"client_secret"`
	RefreshToken string `yaml:"refresh_token"`
	Portal       string `yaml:"portal"`     // https://example.bitrix24.ru
	TokenFile    string `yaml:"token_file"` // keeps the newest refresh token between audits
}

const (
	defaultDays = 90
	maxDays     = 366
)

// Source describes the collector to the configuration, the help and the registry.
func Source() collectors.Source {
	return collectors.Source{
		Kind:    "bitrix24",
		Summary: "Bitrix24 cloud portal: accounts, groups, event log, consents and forms over REST",
		Provides: []facts.Kind{
			facts.KindSetting, facts.KindUser, facts.KindGroup, facts.KindForm, facts.KindConsent, facts.KindActivity, facts.KindEvent,
		},
		Platforms: []string{"bitrix24-cloud"}, Delivers: delivers(), Partly: partly(),
		NewConfig: func() any { return &Config{Days: defaultDays} },
		Open:      open,
	}
}

// access is a checked configuration: where the portal is and what opens it.
type access struct {
	base    string // https://host/rest/
	prefix  string // "7/secret/" of a webhook
	host    string
	plain   bool // http, allowed on loopback alone
	masked  string
	secrets []string
	user    string // owner of the webhook
}

const (
	webhookHint = "copy the whole address of the incoming webhook; the expected form is " + webhookForm
	portalHint  = "the expected form is https://example.bitrix24.ru"
)

var (
	webhookPath = regexp.MustCompile(`^/rest/(?:api/)?([0-9]{1,10})/([A-Za-z0-9_-]{6,128})/?(?:[a-z0-9._]*)$`)
	portalPath  = regexp.MustCompile(`^/?(?:rest/?)?$`)
)

func (c *Config) access() (access, error) {
	switch {
	case c.Webhook != "" && c.OAuth != nil:
		return access{}, fail.New(fail.Usage, "keep the one that the audit shall use", "bitrix24: both webhook and oauth are configured")
	case c.Webhook != "":
		return webhookAccess(c.Webhook)
	case c.OAuth != nil:
		return c.OAuth.access()
	}
	return access{}, fail.New(fail.Usage, webhookHint, "bitrix24: neither webhook nor oauth is configured")
}

// webhookAccess takes the address of a webhook apart. Its errors never quote the address, which is the secret.
func webhookAccess(webhook string) (access, error) {
	u, err := url.Parse(strings.TrimSpace(webhook))
	if err != nil || u.Host == "" || u.User != nil {
		return access{}, fail.New(fail.Usage, webhookHint, "bitrix24: webhook is not the address of an incoming webhook")
	}
	plain, err := checkScheme(u, webhookHint)
	if err != nil {
		return access{}, err
	}
	m := webhookPath.FindStringSubmatch(u.EscapedPath())
	if m == nil || u.RawQuery != "" {
		return access{}, fail.New(fail.Usage, webhookHint, "bitrix24: webhook of %s has no user number and secret after /rest/", u.Host)
	}
	user, secret := m[1], m[2]
	return access{
		base: u.Scheme + "://" + u.Host + "/rest/", prefix: user + "/" + secret + "/", host: u.Host, plain: plain,
		masked: "/rest/" + user + "/" + mask(secret), secrets: []string{secret}, user: user,
	}, nil
}

func (o *OAuthConfig) access() (access, error) {
	for _, key := range []struct{ name, value string }{
		{"client_id", o.ClientID}, {"client_secret", o.ClientSecret}, {"portal", o.Portal}, {"refresh_token", o.RefreshToken + o.TokenFile},
	} {
		if strings.TrimSpace(key.value) == "" {
			return access{}, fail.New(fail.Usage, "an application needs client_id, client_secret, refresh_token and portal", "bitrix24: oauth lacks %s", key.name)
		}
	}
	u, err := url.Parse(strings.TrimSpace(o.Portal))
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || !portalPath.MatchString(u.EscapedPath()) {
		return access{}, fail.New(fail.Usage, portalHint, "bitrix24: oauth portal is not the address of a portal")
	}
	plain, err := checkScheme(u, portalHint)
	if err != nil {
		return access{}, err
	}
	return access{
		base: u.Scheme + "://" + u.Host + "/rest/", host: u.Host, plain: plain,
		masked: mask(o.ClientID), secrets: []string{o.ClientSecret, o.RefreshToken},
	}, nil
}

// checkScheme allows http on this machine alone: elsewhere it would send the secret in clear text.
func checkScheme(u *url.URL, hint string) (plain bool, err error) {
	switch {
	case u.Scheme == "https":
		return false, nil
	case u.Scheme == "http" && loopback(u.Hostname()):
		return true, nil
	case u.Scheme == "http":
		return false, fail.New(fail.Usage, hint, "bitrix24: the address of %s must begin with https://", u.Host)
	}
	return false, fail.New(fail.Usage, hint, "bitrix24: the address must begin with https://")
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// mask leaves of a secret what tells it from others and nothing that opens anything.
func mask(secret string) string {
	if len(secret) < 12 {
		return "…"
	}
	return "…" + secret[len(secret)-4:]
}

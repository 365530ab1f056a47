package tlsprobe

import (
	"context"
	"crypto/x509"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
)

const (
	defaultTimeout  = 5 * time.Second
	defaultHTTPPort = 80
	capFactor       = 3 // one host takes at most this many times the timeout of one connection
)

// Config says what to look at and through which surroundings.
type Config struct {
	Source      string         // id in coverage and records, "tls" when empty
	Hosts       []string       // "host" or "host:port"
	RootCAs     *x509.CertPool // trusted authorities; nil means the system's
	NationalCAs *x509.CertPool // authorities that only one country trusts: a class of their own; may be nil
	Dial        func(ctx context.Context, network, addr string) (net.Conn, error)
	HTTPPort    int              // where plain HTTP is tried, 80 when zero
	Now         func() time.Time // the moment certificates are judged at
	Timeout     time.Duration    // of one connection; a host as a whole gets three times as long
	Progress    func(step string, done, total int)
}

// Options is the source's part of audit.yaml.
type Options struct {
	Hosts   []string      `yaml:"hosts"`
	Timeout time.Duration `yaml:"timeout"` // of one connection
}

// Source describes the collector to the configuration, the help and the registry.
func Source() collectors.Source {
	return collectors.Source{
		Kind:      "tls",
		Summary:   "HTTPS hosts from the outside: certificates, protocols, weak ciphers, redirect to HTTPS, security headers",
		Provides:  []facts.Kind{facts.KindEndpoint, facts.KindCertificate},
		NewConfig: func() any { return &Options{Timeout: defaultTimeout} },
		Open: func(env collectors.Env, config any) (collectors.Collector, error) {
			o := config.(*Options)
			return New(Config{
				Hosts: o.Hosts, Timeout: o.Timeout, RootCAs: env.RootCAs, Dial: env.Dial, Now: env.Now, Progress: env.Progress,
			})
		},
	}
}

func (c Config) withDefaults() Config {
	if c.Source == "" {
		c.Source = "tls"
	}
	if c.Dial == nil {
		c.Dial = new(net.Dialer).DialContext
	}
	if c.HTTPPort == 0 {
		c.HTTPPort = defaultHTTPPort
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Timeout <= 0 {
		c.Timeout = defaultTimeout
	}
	if c.Progress == nil {
		c.Progress = func(string, int, int) {}
	}
	return c
}

// target is one host and port.
type target struct{ name, port string }

// String is the name in facts: the port is written when it is not 443.
func (t target) String() string {
	if t.port == "443" {
		return t.name
	}
	return t.addr()
}

func (t target) addr() string { return net.JoinHostPort(t.name, t.port) }

// sni is the name sent in the handshake; the standard allows no addresses there.
func (t target) sni() string {
	if net.ParseIP(t.name) != nil {
		return ""
	}
	return t.name
}

func parseTargets(hosts []string) ([]target, error) {
	if len(hosts) == 0 {
		return nil, fail.New(fail.Usage, "list the addresses of the CRM and of the sites with its forms", "tls: hosts is empty")
	}
	var targets []target
	for _, h := range hosts {
		t, ok := parseTarget(h)
		if !ok {
			return nil, fail.New(fail.Usage, "write host or host:port, such as crm.example or crm.example:8443", "tls: %q is not a host", h)
		}
		if !slices.Contains(targets, t) {
			targets = append(targets, t)
		}
	}
	return targets, nil
}

func parseTarget(s string) (target, bool) {
	s = strings.TrimSpace(s)
	t := target{name: strings.Trim(s, "[]"), port: "443"}
	if net.ParseIP(t.name) == nil {
		if host, port, err := net.SplitHostPort(s); err == nil {
			n, err := strconv.ParseUint(port, 10, 16)
			if err != nil || n == 0 {
				return target{}, false
			}
			t = target{name: host, port: strconv.FormatUint(n, 10)}
		}
	}
	if ip := net.ParseIP(t.name); ip != nil {
		t.name = ip.String()
		return t, true
	}
	name, ok := ascii(strings.TrimSuffix(t.name, "."))
	if again, still := ascii(name); !ok || !still || again != name || slices.Contains(strings.Split(name, "."), "") {
		return target{}, false
	}
	t.name = name
	return t, true
}

// ascii writes a name as it goes over the wire: црм.рф is xn--l1ahr.xn--p1ai.
func ascii(name string) (string, bool) {
	wire, err := idna.Lookup.ToASCII(name)
	return wire, err == nil && utf8.ValidString(name) && len(wire) <= 253 && !strings.ContainsFunc(wire, notInName)
}

func notInName(r rune) bool {
	return r >= unicode.MaxASCII || !(unicode.IsLetter(r) || unicode.IsDigit(r) || r == '.' || r == '-')
}

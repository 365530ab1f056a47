package transport

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Defaults of a Config whose field is zero. Rate and Burst are those of a Bitrix24 cloud portal, the
// strictest published limit among the supported CRMs: a bucket of 50 requests that leaks two a second.
const (
	DefaultRate    = 2.0
	DefaultBurst   = 50
	DefaultTimeout = 65 * time.Second // CRMs cut a request at 60 s themselves and say why; let them speak first
	DefaultBudget  = 30 * time.Minute
	DefaultMaxBody = 64 << 20
	DefaultRetries = 4
)

// Config describes one portal and what may be asked of it. Its zero fields take the defaults above.
type Config struct {
	BaseURL    string      // every operation lives under it; it may carry a secret in its path
	AllowPlain bool        // permits http:// (for simulators on loopback)
	Allow      []Operation // the read operations; anything else is refused before a byte leaves
	Header     http.Header // sent with each request, e.g. Authorization; values of credential headers are redacted
	UserAgent  string

	Rate    float64       // requests a second that the portal sustains
	Burst   int           // requests the portal takes at once when idle
	Timeout time.Duration // of one attempt, from dialling to the last byte of the body
	Budget  time.Duration // of all requests of this client together, waiting included, from the first one on
	MaxBody int64         // bytes of one answer after decompression
	Retries int           // repetitions after the first attempt; negative means none

	// RetryAt reads from an answer that asks to wait (429, 502, 503, 504) when to come back, where a CRM
	// says it in its own words instead of Retry-After.
	RetryAt func(*Response) (time.Time, bool)
	// GiveUp recognises an answer that would be retried by its status but must not be, such as a manual block.
	GiveUp func(*Response) bool

	RootCAs *x509.CertPool // nil means the system's
	Dial    func(ctx context.Context, network, addr string) (net.Conn, error)

	Secrets []string // replaced in every error and log line
	Log     *slog.Logger

	// CertificateTime is the moment certificates are judged at; nil is the present. A recorded portal is
	// served with certificates of its own day.
	CertificateTime func() time.Time

	Clock func() time.Time
	Sleep func(context.Context, time.Duration) error
	Rand  func() float64 // in [0,1): the jitter of retries
}

// Format prints the host alone: the rest of a Config may be secret.
func (c Config) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, c.describe())
}

// LogValue logs the host alone.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.describe()) }

func (c Config) describe() string {
	host := "?"
	if u, err := url.Parse(c.BaseURL); err == nil {
		host = u.Host
	}
	return "transport to " + host
}

func (c Config) withDefaults() Config {
	setDefault(&c.Rate, DefaultRate)
	setDefault(&c.Burst, DefaultBurst)
	setDefault(&c.Timeout, DefaultTimeout)
	setDefault(&c.Budget, DefaultBudget)
	setDefault(&c.MaxBody, DefaultMaxBody)
	setDefault(&c.Retries, DefaultRetries)
	setDefault(&c.UserAgent, "crmaudit (read-only)")
	setDefault(&c.Log, slog.New(slog.DiscardHandler))
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.CertificateTime == nil {
		c.CertificateTime = time.Now
	}
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	if c.Rand == nil {
		c.Rand = rand.Float64
	}
	return c
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// base parses BaseURL into the form every target is compared with: no query, no fragment, a final slash.
// Its errors never quote the address, which may be the secret itself.
func (c Config) base() (*url.URL, error) {
	u, err := url.Parse(c.BaseURL)
	if err != nil || u.Host == "" || u.Opaque != "" {
		return nil, errors.New("the portal address is not a web address such as https://portal.example")
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("the portal address of %s must begin with https://", u.Host)
	case u.Scheme == "http" && !c.AllowPlain:
		return nil, fmt.Errorf("the portal address of %s begins with http://, which would send the token in clear text", u.Host)
	case u.User != nil:
		return nil, fmt.Errorf("the portal address of %s holds a user name or password before the host", u.Host)
	case u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("the portal address of %s must end with its path, without ? or #", u.Host)
	}
	u.Host = strings.ToLower(u.Host)
	if err := plainPath(u.EscapedPath()); err != nil {
		return nil, fmt.Errorf("the portal address of %s: %w", u.Host, err)
	}
	if !strings.HasSuffix(u.Path, "/") {
		u = u.JoinPath("/")
	}
	return u, nil
}

func (c Config) validate() error {
	if len(c.Allow) == 0 {
		return errors.New("the list of read operations is empty")
	}
	if c.Rate < 0 || c.Burst < 0 || c.Timeout < 0 || c.Budget < 0 || c.MaxBody < 0 {
		return errors.New("rate, burst, timeout, budget and body size must not be negative")
	}
	return noOverride(Request{Header: c.Header})
}

// credentials lists what must never be printed: the configured secrets and the values of credential headers,
// for "Bearer x" both the whole and x.
func (c Config) credentials() []string {
	secrets := append([]string(nil), c.Secrets...)
	for name, values := range c.Header {
		if !credentialHeader(name) {
			continue
		}
		for _, v := range values {
			if _, token, ok := strings.Cut(v, " "); ok {
				v = strings.TrimSpace(token)
			}
			secrets = append(secrets, v)
		}
	}
	return secrets
}

func credentialHeader(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"auth", "token", "key", "secret", "cookie", "session"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

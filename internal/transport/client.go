package transport

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/go-resty/resty/v2"
)

// Client sends read operations to one portal. It is safe for concurrent use.
type Client struct {
	cfg      Config
	base     *url.URL
	allow    allowList
	redactor *Redactor
	rest     *resty.Client
	limit    *limiter
	log      *slog.Logger

	mu    sync.Mutex
	stats Stats
	until time.Time // end of the budget; zero before the first request
}

// New makes the client of one portal.
func New(cfg Config) (*Client, error) {
	cfg = cfg.withDefaults()
	redactor := NewRedactor(cfg.credentials()...)
	refused := func(err error) (*Client, error) {
		return nil, fmt.Errorf("setting up the connection: %s", printable(redactor.String(err.Error())))
	}
	base, err := cfg.base()
	if err != nil {
		return refused(err)
	}
	if err := cfg.validate(); err != nil {
		return refused(err)
	}
	allow, err := newAllowList(cfg.Allow)
	if err != nil {
		return refused(err)
	}
	c := &Client{
		cfg: cfg, base: base, allow: allow, redactor: redactor,
		limit: newLimiter(cfg.Rate, cfg.Burst),
		log:   slog.New(redactor.Handler(cfg.Log.Handler())).With("host", base.Host),
	}
	c.rest = resty.NewWithClient(&http.Client{Transport: newRoundTripper(cfg)}).
		SetLogger(restyLog{c.log}).
		// Redirects are followed by this package, under the same rules as any other request.
		SetRedirectPolicy(resty.RedirectPolicyFunc(func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }))
	return c, nil
}

func newRoundTripper(cfg Config) *http.Transport {
	dial := cfg.Dial
	var proxy func(*http.Request) (*url.URL, error)
	if dial == nil {
		dial = (&net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}).DialContext
		proxy = http.ProxyFromEnvironment
	}
	return &http.Transport{
		Proxy:                  proxy,
		DialContext:            dial,
		TLSClientConfig:        &tls.Config{RootCAs: cfg.RootCAs, MinVersion: tls.VersionTLS12, Time: cfg.CertificateTime},
		TLSHandshakeTimeout:    15 * time.Second,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
}

// Hide adds secrets that became known later, such as a renewed access token.
func (c *Client) Hide(secrets ...string) { c.redactor.Add(secrets...) }

// Redact replaces this portal's secrets in s.
func (c *Client) Redact(s string) string { return c.redactor.String(s) }

// Logger gives the log whose lines are redacted, for the collector to use too.
func (c *Client) Logger() *slog.Logger { return c.log }

// Close lets go of idle connections.
func (c *Client) Close() { c.rest.GetClient().CloseIdleConnections() }

// Do sends one read operation and waits as long as the portal's limits ask. The error is always an *Error;
// with the kind Status the answer is returned beside it.
func (c *Client) Do(ctx context.Context, req Request) (resp *Response, err error) {
	if req.Method == "" {
		req.Method = http.MethodGet
	}
	attempt := 0
	defer func() {
		if p := recover(); p != nil { // in a collector's hook or under a portal's hostile data
			resp, err = nil, c.failure(req, attempt, &fault{text: fmt.Sprintf("a defect of the program: %v", p)})
		}
	}()
	call, f := c.prepare(req)
	for f == nil {
		attempt++
		if resp, f = c.attempt(ctx, call); f == nil {
			c.limit.succeeded(c.cfg.Clock())
			return resp, nil
		}
		if !f.retry || attempt > c.cfg.Retries {
			break
		}
		f = c.pause(ctx, f, attempt-1)
	}
	return f.resp, c.failure(req, attempt, f)
}

// pause waits before a repetition; the fault it returns ends the operation.
func (c *Client) pause(ctx context.Context, f *fault, n int) *fault {
	now := c.cfg.Clock()
	at := c.retryTime(f, n, now)
	if !at.Before(c.deadline()) {
		return c.budgetFault(f.text+", and the next attempt", at.Sub(now))
	}
	c.count(func(s *Stats) { s.Retries++ })
	c.log.Warn("will try again", "reason", f.text, "wait", at.Sub(now).Round(time.Millisecond))
	if f.resp != nil && throttles(f.resp.Status) {
		c.count(func(s *Stats) { s.Throttled++ })
		c.limit.throttled(now, at)
		return nil // the wait for a turn lasts until then
	}
	return c.wait(ctx, at.Sub(now))
}

// turn waits until the limiter lets this request go.
func (c *Client) turn(ctx context.Context) *fault {
	for {
		now := c.cfg.Clock()
		at, giveBack := c.limit.reserve(now)
		if !at.Before(c.deadline()) {
			giveBack()
			return c.budgetFault("by its request limit the next request to "+c.base.Host, at.Sub(now))
		}
		if f := c.wait(ctx, at.Sub(now)); f != nil {
			giveBack()
			return f
		}
		if !c.limit.paused(c.cfg.Clock()) {
			return nil
		}
	}
}

func (c *Client) wait(ctx context.Context, d time.Duration) *fault {
	if d > 0 {
		c.count(func(s *Stats) { s.Waited += d })
		_ = c.cfg.Sleep(ctx, d) // a sleep fails only with its context, which is asked below
	}
	return gaveUp(ctx)
}

// gaveUp is the fault of a caller's context that has ended.
func gaveUp(ctx context.Context) *fault {
	switch ctx.Err() {
	case nil:
		return nil
	case context.DeadlineExceeded:
		return &fault{kind: Timeout, err: ctx.Err(), text: "the time given for this operation is over"}
	default:
		return &fault{kind: Cancelled, err: ctx.Err(), text: "cancelled"}
	}
}

// deadline is the end of the budget, which starts with the first request.
func (c *Client) deadline() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.until.IsZero() {
		c.until = c.cfg.Clock().Add(c.cfg.Budget)
	}
	return c.until
}

func (c *Client) budgetFault(why string, wait time.Duration) *fault {
	return &fault{
		kind: Budget,
		text: fmt.Sprintf("%s has to wait %s, longer than the time budget of %s leaves", why, wait.Round(time.Second), c.cfg.Budget),
		hint: "give this source more time, or run the audit when the portal is less busy",
	}
}

// failure makes the error the caller sees; whatever it says has passed the redactor.
func (c *Client) failure(req Request, attempts int, f *fault) *Error {
	e := &Error{
		Kind: f.kind, Op: printable(c.redactor.String(req.Operation)), Attempts: attempts,
		Hint: f.hint, Err: c.redactor.safeCause(f.text, f.err),
	}
	if f.resp != nil {
		e.Status = f.resp.Status
	}
	c.log.Warn("failed", "op", e.Op, "kind", e.Kind.String(), "error", e.Error())
	return e
}

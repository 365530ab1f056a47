package transport

import (
	"bytes"
	"context"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const secret = "s3cr3tWebhookToken9876"

// clock stands still until somebody sleeps.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.slept = append(c.slept, d)
	return nil
}

// portal is a real server that counts what reaches it.
type portal struct {
	*httptest.Server
	hits atomic.Int64
}

func serve(t *testing.T, h http.HandlerFunc) *portal {
	t.Helper()
	p := &portal{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.hits.Add(1)
		h(w, r)
	}))
	p.Config.ErrorLog = quiet()
	t.Cleanup(p.Close)
	return p
}

func quiet() *log.Logger { return slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo) }

// answer is the handler of a portal where all is well.
func answer(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
}

// inTurn plays one handler per request and repeats the last.
func inTurn(hs ...http.HandlerFunc) http.HandlerFunc {
	var n atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		i := min(int(n.Add(1)), len(hs)) - 1
		hs[i](w, r)
	}
}

func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
	}
}

var readOps = []Operation{
	{Name: "user.get", Path: "user.get"},
	{Name: "user.search", Method: http.MethodPost, Path: "user.search"},
	{Name: "contact", Path: "contacts/*"},
}

// config is a client's setting under a still clock, with the secret in the address as a webhook has it.
func config(p *portal, c *clock) Config {
	return Config{
		BaseURL: p.URL + "/rest/7/" + secret + "/", AllowPlain: true, Allow: readOps,
		Secrets: []string{secret}, Clock: c.Now, Sleep: c.Sleep, Rand: func() float64 { return 0 },
	}
}

func open(t *testing.T, cfg Config) *Client {
	t.Helper()
	c, err := New(cfg)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func get(c *Client) (*Response, error) {
	return c.Do(context.Background(), Request{Operation: "user.get", Path: "user.get"})
}

func requireKind(t *testing.T, want Kind, err error) *Error {
	t.Helper()
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, want.String(), e.Kind.String(), "%v", err)
	return e
}

// record gives a logger that writes every level into the buffer.
func record() (*slog.Logger, *bytes.Buffer) {
	var b bytes.Buffer
	return slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug})), &b
}

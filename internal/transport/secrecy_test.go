package transport

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/fail"
)

// everything prints an error in every way a program may, its whole chain included.
func everything(err error) string {
	var b strings.Builder
	var walk func(error)
	walk = func(err error) {
		if err == nil {
			return
		}
		fmt.Fprintf(&b, "%s\n%v\n%+v\n%#v\n%q\n", err.Error(), err, err, err, err)
		if j, e := json.Marshal(err); e == nil {
			b.Write(j)
		}
		switch x := err.(type) {
		case interface{ Unwrap() error }:
			walk(x.Unwrap())
		case interface{ Unwrap() []error }:
			for _, e := range x.Unwrap() {
				walk(e)
			}
		}
	}
	walk(err)
	b.WriteString(fail.Hint(err))
	return b.String()
}

func TestNoFailureShowsTheSecret(t *testing.T) {
	echo := func(code int) http.HandlerFunc { // a portal that repeats the secret wherever it can
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Echo", r.RequestURI)
			w.WriteHeader(code)
			_, _ = io.WriteString(w, r.RequestURI)
		}
	}
	raw := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			conn, buf, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_, _ = buf.WriteString(text)
				_ = buf.Flush()
				_ = conn.Close()
			}
		}
	}
	silent := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	dialError := func(err error) func(*Config) {
		return func(c *Config) {
			c.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, err }
		}
	}
	for _, tc := range []struct {
		name   string
		kind   Kind
		serve  http.HandlerFunc
		change func(*Config)
		req    Request
	}{
		{"status", Status, echo(403), nil, Request{}},
		{"status after retries", Status, echo(503), nil, Request{}},
		{"refused", NotAllowed, echo(200), nil, Request{Operation: "user.get", Path: secret}},
		{"refused operation", NotAllowed, echo(200), nil, Request{Operation: secret, Path: secret}},
		{"refused header", NotAllowed, echo(200), nil, Request{Operation: "user.get", Path: "user.get", Header: http.Header{"Host": {secret}}}},
		{"refused link", NotAllowed, echo(200), nil, Request{Operation: "user.get", Link: "http://[" + secret}},
		{"redirect", Redirect, status(302, "Location", "http://"+secret+".example/"+secret), nil, Request{}},
		{"next link", Redirect, echo(200), nil, Request{Operation: "user.get", Link: "http://" + secret + ".example"}},
		{"too large", TooLarge, echo(200), func(c *Config) { c.MaxBody = 3 }, Request{}},
		{"truncated", Truncated, cut, nil, Request{}},
		{"not HTTP", Truncated, raw(secret + "\r\n\r\n"), nil, Request{}},
		{"bad status line", Truncated, raw("HTTP/1.1 " + secret + "\r\n\r\n"), nil, Request{}},
		{"bad length", Unreachable, raw("HTTP/1.1 200 OK\r\nContent-Length: " + secret + "\r\n\r\n"), nil, Request{}},
		{"odd encoding", Truncated, status(200, "Content-Encoding", secret), nil, Request{}},
		{"reset", Unreachable, reset, nil, Request{}},
		{"name", Unreachable, echo(200), dialError(&net.DNSError{Name: secret, Err: "no such host", IsNotFound: true}), Request{}},
		{"dialling", Unreachable, echo(200), dialError(errors.New("proxy said " + url.QueryEscape(secret))), Request{}},
		{"timeout", Timeout, silent, func(c *Config) { c.Timeout, c.Retries = 20*time.Millisecond, -1 }, Request{}},
		{"budget", Budget, status(429, "Retry-After", "99999"), nil, Request{}},
		{"tls", TLS, echo(200), func(c *Config) { c.BaseURL = "https" + strings.TrimPrefix(c.BaseURL, "http") }, Request{}},
		{"hook", Other, echo(503), func(c *Config) { c.GiveUp = func(*Response) bool { panic(errors.New(secret)) } }, Request{}},
		{"encoding", Other, echo(200), nil, Request{Operation: "user.search", Method: "POST", Path: "user.search", JSON: unwritable{}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			log, lines := record()
			cfg := config(serve(t, tc.serve), newClock())
			cfg.Log = log
			cfg.Header = http.Header{"Authorization": {"Bearer " + "header-" + secret}}
			if tc.change != nil {
				tc.change(&cfg)
			}
			if tc.req.Operation == "" {
				tc.req = Request{Operation: "user.get", Path: "user.get"}
			}
			c := open(t, cfg)
			_, err := c.Do(context.Background(), tc.req)
			requireKind(t, tc.kind, err)
			require.NotContains(t, everything(err), secret)
			require.NotEmpty(t, lines.String())
			require.NotContains(t, lines.String(), secret)
			require.NotContains(t, fmt.Sprintf("%v %+v %#v", cfg, cfg, cfg), secret)
			require.NotContains(t, err.Error(), "\n")
			t.Log(err, "| hint:", fail.Hint(err))
		})
	}
}

type unwritable struct{}

func (unwritable) MarshalJSON() ([]byte, error) { return nil, errors.New("cannot encode " + secret) }

func TestLogLinesAreRedacted(t *testing.T) {
	log, lines := record()
	r := NewRedactor(secret)
	l := slog.New(r.Handler(log.Handler())).With("base", "https://x/"+secret).WithGroup("g")
	l.Info("asking "+secret, "err", errors.New(secret), "url", &url.URL{Path: secret}, slog.Group("in", "a", secret),
		"bytes", []byte("x"), "n", 42, "list", []string{secret}, secret, 1)
	require.NotContains(t, lines.String(), secret)
	require.Contains(t, lines.String(), "…9876")
	require.Contains(t, lines.String(), "g.n=42")
}

func TestRedact(t *testing.T) {
	odd := `p@ss/word "ü"\` + "\n1234"
	r := NewRedactor(secret, odd, "abc", "")
	for in, want := range map[string]string{
		"":        "",
		"nothing": "nothing",
		`Post "https://p.example/rest/7/` + secret + `/user.get": EOF`: `Post "https://p.example/rest/7/…9876/user.get": EOF`,
		secret + secret:                              "…9876…9876",
		"at " + url.QueryEscape(odd):                 "at …1234",
		"at " + strings.ToLower(url.PathEscape(odd)): "at …1234",
		fmt.Sprintf("at %q", odd):                    `at "…1234"`,
		odd:                                          "…1234",
		"xabcx":                                      "x…x",
		"https://p/rest/12/Ab12Cd34Ef56Gh/batch":     "https://p/rest/12/…56Gh/batch",
		"?auth=0123456789abcdef&x=1":                 "?auth=…cdef&x=1",
		`{"access_token": "0123456789abcdef"}`:       `{"access_token": "…cdef"}`,
		"Authorization: Bearer 0123456789abcdefXYZ":  "Authorization: Bearer …fXYZ",
		"https://user:hunter2hunter2@h/":             "https://user:…ter2@h/",
		"the token: expired":                         "the token: expired",
		"basic permissions":                          "basic permissions",
	} {
		require.Equal(t, want, r.String(in))
		require.Equal(t, want, r.String(r.String(in)), "redacting twice changes nothing")
	}
	require.Equal(t, "/rest/1/…6789/x", Redact("/rest/1/abcdef123456789/x"))
}

func TestSecretsLearntLaterAreHidden(t *testing.T) {
	c := open(t, config(serve(t, answer("{}")), newClock()))
	const renewed = "renewed-access-token"
	require.Equal(t, renewed, c.Redact(renewed))
	c.Hide(renewed)
	require.Equal(t, "…oken", c.Redact(renewed))
	_, err := c.Do(context.Background(), Request{Operation: renewed})
	require.NotContains(t, everything(err), renewed)
}

func FuzzRedact(f *testing.F) {
	f.Add(secret, "Get \"https://h/rest/1/"+secret+"/x\"")
	f.Add("abcdabcdabcd", "abcdabcdabcdabcdabcd")
	f.Add("…", "a…b")
	f.Add("a", "aaaa?auth=aaaaaaaa")
	f.Add("\xa6", "…\xa6")
	f.Add("012345678cdef", "?token=012345678cdef0")
	f.Fuzz(func(t *testing.T, s, text string) {
		r := NewRedactor(s)
		out := r.String(text)
		if s != "" && strings.Contains(out, s) {
			t.Fatalf("%q left in %q", s, out)
		}
		require.LessOrEqual(t, len(out), 3*len(text)+len(ellipsis))
	})
}

func FuzzLink(f *testing.F) {
	for _, s := range []string{"user.get?start=50", "//evil.example/x", "https://portal.example/rest/7/x/user.get", "../..", "/rest/7/x/user.get#f",
		"http:user.get", "\\\\evil.example", "https://portal.example:443/rest/7/x/user.get", "https://portal.example@evil.example/", "%2e%2e/", "https:///x"} {
		f.Add(s)
	}
	c, err := New(Config{BaseURL: "https://portal.example/rest/7/x/", Allow: readOps})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, link string) {
		call, fault := c.prepare(Request{Operation: "user.get", Method: http.MethodGet, Link: link})
		if fault != nil {
			return
		}
		if link == "" { // then it is a request without a path, which the list does not hold
			t.Fatal("an empty request was permitted")
		}
		again, err := url.Parse(call.url.String())
		require.NoError(t, err)
		require.Equal(t, "https", again.Scheme)
		require.Equal(t, "portal.example", again.Host)
		require.Nil(t, again.User)
		require.Equal(t, "/rest/7/x/user.get", strings.TrimSuffix(again.Path, "/"))
	})
}

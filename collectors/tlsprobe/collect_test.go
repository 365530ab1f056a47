package tlsprobe

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
)

// tarpit takes connections and says nothing.
func tarpit(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(io.Discard, conn)
				_ = conn.Close()
			}()
		}
	}()
	return l.Addr().String()
}

func TestDeadHostsCostTheOthersNothing(t *testing.T) {
	root := issue(t, nil, "ecdsa", authority("Root", nil))
	routes := site{chain: []*issued{issue(t, root, "ecdsa2", nil)}, plain: toHTTPS}.serve(t)
	routes["tarpit.example:443"] = tarpit(t)
	plain := httptest.NewServer(nil)
	t.Cleanup(plain.Close)
	routes["plain.example:443"] = plain.Listener.Addr().String()
	routes["gone.example:443"] = scripted(t, func(uint16, []uint16) []byte { return nil })[host+":443"]
	dial := route(t, routes)
	cfg := settings(t, pool(root), nil)
	cfg.Hosts = []string{"tarpit.example", "refused.example:8443", "unknown.example", host, "plain.example", "gone.example", host}
	cfg.Timeout = 300 * time.Millisecond
	cfg.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if addr == "unknown.example:443" {
			return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Name: "unknown.example", IsNotFound: true}}
		}
		return dial(ctx, network, addr)
	}
	var steps []int
	cfg.Progress = func(_ string, done, _ int) { steps = append(steps, done) }
	start := time.Now()
	m := collect(t, cfg)
	require.Less(t, time.Since(start), 10*time.Second)
	require.Equal(t, host, only(t, m).Host)
	require.Equal(t, []int{1, 2, 3, 4, 5, 6}, steps, "a host written twice is one host")
	detail := "tarpit.example: no answer within 300ms; refused.example:8443: the connection was refused; " +
		"unknown.example: the name is not known to the domain name system; plain.example: the port does not speak TLS; " +
		"gone.example: the server closed the connection without an answer"
	require.Equal(t, []facts.Coverage{
		{Source: "tls", Kind: facts.KindEndpoint, State: facts.PartOnly, Reason: facts.Failed, Detail: detail, Count: 1},
		{Source: "tls", Kind: facts.KindCertificate, State: facts.PartOnly, Reason: facts.Failed, Detail: detail, Count: 1},
	}, m.About.Coverage)
	require.Equal(t, "tarpit.example, refused.example:8443, unknown.example, crm.example, plain.example, gone.example", m.About.Sources[0].Where)
	require.Positive(t, m.About.Sources[0].Requests)

	c, err := New(cfg)
	require.NoError(t, err)
	probed, err := c.Probe(t.Context())
	require.NoError(t, err)
	require.Equal(t, []facts.Coverage{{Source: "tls", Kind: facts.KindEndpoint, State: facts.PartOnly, Reason: facts.Failed, Detail: detail, Count: 1}}, probed)
}

func TestNothingReachedIsMissingNotClean(t *testing.T) {
	m := collect(t, settings(t, nil, nil))
	require.Empty(t, m.ByKind)
	for _, c := range m.About.Coverage {
		require.Equal(t, facts.Missing, c.State)
		require.Equal(t, facts.Failed, c.Reason)
		require.Equal(t, host+": the connection was refused", c.Detail)
	}
	require.Len(t, m.About.Coverage, 2)
}

func TestOneHostIsCapped(t *testing.T) {
	// A server that answers each hello just in time, over and over, meets the cap of the host.
	routes := scripted(t, func(v uint16, s []uint16) []byte {
		time.Sleep(150 * time.Millisecond)
		return chooses(v, s[0])
	})
	cfg := settings(t, nil, routes)
	cfg.Timeout = 200 * time.Millisecond
	start := time.Now()
	m := collect(t, cfg)
	require.Less(t, time.Since(start), 5*time.Second)
	e := only(t, m)
	require.Equal(t, facts.Partial, e.Protocols.Quality(), "what was cut short proves presence, never absence")
	_, known := e.Obsolete.Get()
	require.False(t, known)
	_, known = e.WeakSuites.Get()
	require.False(t, known, "versions that were not heard of may have weak suites")
	_, known = e.HTTPReachable.Get()
	require.False(t, known)
}

func TestCancelled(t *testing.T) {
	cfg := settings(t, nil, map[string]string{host + ":443": tarpit(t)})
	cfg.Timeout = time.Minute
	c, err := New(cfg)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	start := time.Now()
	m := facts.NewMemory()
	require.ErrorIs(t, c.Collect(ctx, m), context.Canceled)
	require.Less(t, time.Since(start), 5*time.Second)
	require.Equal(t, host+": the audit was interrupted", m.About.Coverage[0].Detail)
	require.ErrorIs(t, c.Collect(ctx, m), context.Canceled)
}

func TestSameInputSameBytes(t *testing.T) {
	root := issue(t, nil, "ecdsa", authority("Root", nil))
	cfg := settings(t, pool(root), site{chain: []*issued{issue(t, root, "ecdsa2", nil), root}, plain: toHTTPS}.serve(t))
	first, err := json.Marshal(collect(t, cfg))
	require.NoError(t, err)
	second, err := json.Marshal(collect(t, cfg))
	require.NoError(t, err)
	require.Equal(t, string(first), string(second))
}

type brokenWriter struct{ facts.Memory }

func (*brokenWriter) Write(facts.Record) error { return errors.New("disk full") }

func TestWriterTroubleStops(t *testing.T) {
	cfg := settings(t, nil, site{chain: []*issued{issue(t, nil, "ecdsa", nil)}}.serve(t))
	c, err := New(cfg)
	require.NoError(t, err)
	require.EqualError(t, c.Collect(t.Context(), &brokenWriter{}), "writing what was seen of crm.example: disk full")
}

func TestHosts(t *testing.T) {
	for in, want := range map[string]string{
		"crm.example": "crm.example", " CRM.Example. ": "crm.example", "crm.example:443": "crm.example", "crm.example:8443": "crm.example:8443",
		"192.0.2.1": "192.0.2.1", "192.0.2.1:444": "192.0.2.1:444", "::1": "::1", "[::1]": "::1", "[::1]:8443": "[::1]:8443",
		"црм.рф": "xn--l1ahr.xn--p1ai", "localhost": "localhost",
		"": "", "https://crm.example": "", "crm.example/path": "", "crm.example:0": "", "crm.example:70000": "", "crm.example:x": "",
		"a b": "", "user@crm.example": "", "crm..example": "", "\x860": "", ":443": "",
	} {
		got, ok := parseTarget(in)
		require.Equal(t, want != "", ok, in)
		if ok {
			require.Equal(t, want, got.String(), in)
		}
	}
	_, err := New(Config{})
	require.Equal(t, fail.Usage, fail.Code(err))
	_, err = New(Config{Hosts: []string{"https://crm.example"}})
	require.EqualError(t, err, `tls: "https://crm.example" is not a host`)
	require.Equal(t, "write host or host:port, such as crm.example or crm.example:8443", fail.Hint(err))
}

func TestSource(t *testing.T) {
	s := Source()
	o := s.NewConfig().(*Options)
	o.Hosts = []string{host}
	c, err := s.Open(collectors.Env{Now: func() time.Time { return judged }}, o)
	require.NoError(t, err)
	_, isProber := c.(collectors.Prober)
	require.True(t, isProber)
}

func FuzzTarget(f *testing.F) {
	for _, s := range []string{"crm.example", "[::1]:443", "црм.рф:1", "a:b:c", "%zz", "xn--a", "[", "1.2.3.4:5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := parseTarget(s)
		if !ok {
			return
		}
		again, ok := parseTarget(got.String())
		require.True(t, ok)
		require.Equal(t, got, again)
		_, _, err := net.SplitHostPort(got.addr())
		require.NoError(t, err)
	})
}

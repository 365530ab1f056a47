package transport

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/fail"
)

// certified gives an HTTPS portal with a certificate of its own authority, and that authority.
func certified(t *testing.T, names []string, notBefore, notAfter time.Time) (*httptest.Server, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	tpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, DNSNames: names,
		NotBefore: notBefore, NotAfter: notAfter, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, tpl, tpl, key.Public(), key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	s := httptest.NewUnstartedServer(answer("{}"))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	s.Config.ErrorLog = quiet()
	s.StartTLS()
	t.Cleanup(s.Close)
	return s, pool
}

// toLoopback sends every host name to the server, as the demo does.
func toLoopback(s *httptest.Server) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", s.Listener.Addr().String())
	}
}

func TestCertificatesAreChecked(t *testing.T) {
	now := time.Now()
	day := 24 * time.Hour
	name := []string{"portal.example"}
	for _, tc := range []struct {
		name          string
		names         []string
		before, after time.Time
		strange       bool // the authority is not known
		want          string
	}{
		{"good", name, now.Add(-day), now.Add(day), false, ""},
		{"expired", name, now.Add(-9 * day), now.Add(-day), false, "the certificate of portal.example expired on " + now.Add(-day).UTC().Format(time.DateOnly)},
		{"too early", name, now.Add(day), now.Add(2 * day), false, "is not valid before"},
		{"wrong name", []string{"a.example", "b.example", "c.example", "d.example"}, now.Add(-day), now.Add(day), false, "is issued for another name (a.example, b.example, c.example, 1 more)"},
		{"unknown authority", name, now.Add(-day), now.Add(day), true, "signed by an authority that this machine does not know"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, pool := certified(t, tc.names, tc.before, tc.after)
			clk := newClock()
			cfg := Config{BaseURL: "https://portal.example/rest", Allow: readOps, RootCAs: pool, Dial: toLoopback(s), Clock: clk.Now, Sleep: clk.Sleep}
			if tc.strange {
				cfg.RootCAs = x509.NewCertPool()
			}
			_, err := get(open(t, cfg))
			if tc.want == "" {
				require.NoError(t, err)
				cfg.CertificateTime = func() time.Time { return now.Add(-2 * day) }
				_, err = get(open(t, cfg))
				requireKind(t, TLS, err)
				require.ErrorContains(t, err, "is not valid before", "judged at the given moment")
				return
			}
			e := requireKind(t, TLS, err)
			require.Contains(t, err.Error(), tc.want)
			require.Equal(t, 1, e.Attempts, "a bad certificate does not become good by trying again")
			require.NotEmpty(t, fail.Hint(err))
			require.Equal(t, fail.Usage, fail.Code(err))
		})
	}
}

func TestTLSThatCannotBeAgreedOn(t *testing.T) {
	s := httptest.NewUnstartedServer(answer("{}"))
	s.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	s.Config.ErrorLog = quiet()
	s.StartTLS()
	t.Cleanup(s.Close)
	plain := serve(t, answer("{}"))
	for want, srv := range map[string]*httptest.Server{
		"no encrypted connection with portal.example could be agreed on": s,
		"portal.example does not speak TLS on this port":                 plain.Server,
	} {
		_, err := get(open(t, Config{BaseURL: "https://portal.example", Allow: readOps, Dial: toLoopback(srv)}))
		requireKind(t, TLS, err)
		require.ErrorContains(t, err, want)
	}
}

func TestUnreachable(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := closed.Addr().String()
	require.NoError(t, closed.Close())
	dial := func(err error) func(context.Context, string, string) (net.Conn, error) {
		return func(context.Context, string, string) (net.Conn, error) { return nil, err }
	}
	for _, tc := range []struct {
		want     string
		dial     func(context.Context, string, string) (net.Conn, error)
		kind     Kind
		attempts int
	}{
		{"refused the connection", func(ctx context.Context, n, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, n, addr)
		}, Unreachable, 1},
		{"is not known to the domain name system", dial(&net.DNSError{IsNotFound: true}), Unreachable, 1},
		{"could not be looked up", dial(&net.DNSError{IsTemporary: true}), Unreachable, 5},
		{"did not answer in time", dial(context.DeadlineExceeded), Timeout, 5},
		{"could not be reached: no luck", dial(errors.New("no luck")), Unreachable, 5},
	} {
		clk := newClock()
		_, err := get(open(t, Config{BaseURL: "https://portal.example", Allow: readOps, Dial: tc.dial, Clock: clk.Now, Sleep: clk.Sleep}))
		e := requireKind(t, tc.kind, err)
		require.ErrorContains(t, err, tc.want)
		require.Equal(t, tc.attempts, e.Attempts)
		require.Len(t, clk.slept, tc.attempts-1)
	}
}

func TestErrorText(t *testing.T) {
	require.Equal(t, "a b"+strings.Repeat("c", maxText-3)+"…", printable("a\x1bb"+strings.Repeat("c", 2*maxText)))
	require.Equal(t, "kind(99)", Kind(99).String())
	_, ok := KindOf(errors.New("x"))
	require.False(t, ok)
	err := &Error{Kind: Cancelled, Hint: "h", Err: NewRedactor().safeCause("stopped", context.Canceled)}
	require.Equal(t, fail.Interrupted, fail.Code(err))
	require.ErrorIs(t, err, context.Canceled)
}

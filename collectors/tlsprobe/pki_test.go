package tlsprobe

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

const (
	host = "crm.example"
	day  = 24 * time.Hour
)

// judged is the moment of the audit; certificates are made around it, whatever the clock of the machine says.
var judged = time.Date(2027, 2, 3, 12, 0, 0, 0, time.UTC)

// keys are made once: RSA keys cost too much to make for each case.
var keys = sync.OnceValue(func() map[string]crypto.Signer {
	must := func(k crypto.Signer, err error) crypto.Signer {
		if err != nil {
			panic(err)
		}
		return k
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	return map[string]crypto.Signer{
		"ecdsa":    must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)),
		"ecdsa2":   must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)),
		"rsa":      must(rsa.GenerateKey(rand.Reader, 2048)),
		"rsa1024":  must(rsa.GenerateKey(rand.Reader, 1024)),
		"ed25519":  must(ed, err),
		"attacker": must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)),
	}
})

// issued is a certificate with its key.
type issued struct {
	*x509.Certificate
	key crypto.Signer
}

var serial int64

// issue makes a certificate signed by parent, or by itself when parent is nil.
func issue(t *testing.T, parent *issued, key string, change func(*x509.Certificate)) *issued {
	t.Helper()
	serial++
	tpl := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: host},
		NotBefore: judged.Add(-10 * day), NotAfter: judged.Add(80*day - time.Second), DNSNames: []string{host},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if change != nil {
		change(tpl)
	}
	self := &issued{tpl, keys()[key]}
	if parent == nil {
		parent = self
	}
	der, err := x509.CreateCertificate(rand.Reader, tpl, parent.Certificate, self.key.Public(), parent.key)
	require.NoError(t, err)
	self.Certificate, err = x509.ParseCertificate(der)
	require.NoError(t, err)
	return self
}

func authority(name string, change func(*x509.Certificate)) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		c.Subject, c.DNSNames, c.ExtKeyUsage = pkix.Name{CommonName: name}, nil, nil
		c.NotBefore, c.NotAfter = judged.Add(-1000*day), judged.Add(1000*day)
		c.IsCA, c.BasicConstraintsValid, c.KeyUsage = true, true, x509.KeyUsageCertSign
		if change != nil {
			change(c)
		}
	}
}

func sha1(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA }

func pool(certs ...*issued) *x509.CertPool {
	p := x509.NewCertPool()
	for _, c := range certs {
		p.AddCert(c.Certificate)
	}
	return p
}

// site is a host under audit: a TLS server, a plain one, and what the prober is told about the world.
type site struct {
	chain  []*issued // the first one's key is used
	tls    *tls.Config
	secure http.HandlerFunc
	plain  http.HandlerFunc // nil: port 80 is closed
}

func page200(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, "<title>log in</title>")
}

func toHTTPS(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "https://"+r.Host+r.URL.Path, http.StatusMovedPermanently)
}

func headers(next http.HandlerFunc, pairs ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < len(pairs); i += 2 {
			w.Header().Add(pairs[i], pairs[i+1])
		}
		next(w, r)
	}
}

// serve starts the site and gives the addresses by which Dial finds it.
func (s site) serve(t *testing.T) map[string]string {
	t.Helper()
	if s.secure == nil {
		s.secure = page200
	}
	srv := httptest.NewUnstartedServer(s.secure)
	srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	cfg := &tls.Config{}
	if s.tls != nil {
		cfg = s.tls.Clone()
	}
	cert := tls.Certificate{PrivateKey: s.chain[0].key}
	for _, c := range s.chain {
		cert.Certificate = append(cert.Certificate, c.Raw)
	}
	cfg.Certificates = []tls.Certificate{cert}
	srv.TLS = cfg
	srv.StartTLS()
	t.Cleanup(srv.Close)
	routes := map[string]string{host + ":443": srv.Listener.Addr().String()}
	if s.plain != nil {
		p := httptest.NewServer(s.plain)
		t.Cleanup(p.Close)
		routes[host+":80"] = p.Listener.Addr().String()
	}
	return routes
}

// route dials by the table; what it does not hold refuses connections.
func route(t *testing.T, routes map[string]string) func(context.Context, string, string) (net.Conn, error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	closed := l.Addr().String()
	require.NoError(t, l.Close())
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		to, ok := routes[addr]
		if !ok {
			to = closed
		}
		return new(net.Dialer).DialContext(ctx, network, to)
	}
}

func settings(t *testing.T, roots *x509.CertPool, routes map[string]string) Config {
	return Config{Hosts: []string{host}, RootCAs: roots, Dial: route(t, routes), Now: func() time.Time { return judged }, Timeout: 2 * time.Second}
}

// collect runs the collector and gives what it wrote.
func collect(t *testing.T, cfg Config) *facts.Memory {
	t.Helper()
	c, err := New(cfg)
	require.NoError(t, err)
	m := facts.NewMemory()
	require.NoError(t, c.Collect(t.Context(), m))
	return m
}

// only is the one endpoint of a collection.
func only(t *testing.T, m *facts.Memory) *facts.Endpoint {
	t.Helper()
	require.Len(t, m.ByKind[facts.KindEndpoint], 1, "%+v", m.About.Coverage)
	return m.ByKind[facts.KindEndpoint][0].(*facts.Endpoint)
}

func value[T any](t *testing.T, k facts.Known[T]) T {
	t.Helper()
	v, ok := k.Get()
	require.True(t, ok, "unknown: %s", k.Reason())
	return v
}

package tlsprobe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

const (
	maxConnections = 80 // to one host: an audit must not look like an attack
	maxChain       = 10 // certificates kept of one chain
	maxStrikes     = 2  // timeouts in a row after which a host is left alone
)

// probe is the visit to one host.
type probe struct {
	cfg         *Config
	target      target
	connections int
	strikes     int
	address     string              // that answered, without the port
	chain       []*x509.Certificate // as sent in the first handshake that came so far
}

var errEnough = errors.New("too many connections or silent answers, stopped asking")

// connect opens a connection whose every operation ends with the configured timeout.
func (p *probe) connect(ctx context.Context, addr string) (net.Conn, error) {
	if p.connections >= maxConnections || p.strikes >= maxStrikes {
		return nil, errEnough
	}
	p.connections++
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Timeout)
	defer cancel()
	conn, err := p.cfg.Dial(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// heard notes whether an answer came in time.
func (p *probe) heard(err error) {
	if timedOut(err) {
		p.strikes++
	} else {
		p.strikes = 0
	}
}

// shake is the outcome of a handshake.
type shake struct {
	chain   []*x509.Certificate
	version uint16
	dialled bool
	err     error
}

// accepted tells whether the server agreed to the version: it has once it shows its certificate, even when the
// handshake fails later, for instance because it wants one from the client.
func (s shake) accepted() bool { return s.err == nil || len(s.chain) > 0 }

// handshake speaks crypto/tls within a range of versions. Nothing is verified here: the chain is wanted in any
// case and judged by hand.
func (p *probe) handshake(ctx context.Context, lowest, highest uint16) (s shake) {
	conn, err := p.connect(ctx, p.target.addr())
	if err != nil {
		return shake{err: err}
	}
	defer func() { _ = conn.Close() }()
	s.dialled = true
	if tcp, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
		p.address = tcp.IP.String()
	}
	client := tls.Client(conn, p.tlsConfig(lowest, highest, func(raw [][]byte, _ [][]*x509.Certificate) error {
		s.chain = parseChain(raw)
		return nil
	}))
	s.err = client.HandshakeContext(ctx)
	p.heard(s.err)
	if len(p.chain) == 0 {
		p.chain = s.chain
	}
	if s.err == nil {
		s.version = client.ConnectionState().Version
	}
	return s
}

func (p *probe) tlsConfig(lowest, highest uint16, capture func([][]byte, [][]*x509.Certificate) error) *tls.Config {
	var suites []uint16
	for _, list := range [][]*tls.CipherSuite{tls.CipherSuites(), tls.InsecureCipherSuites()} {
		for _, s := range list {
			suites = append(suites, s.ID)
		}
	}
	return &tls.Config{
		ServerName: p.target.sni(), InsecureSkipVerify: true, VerifyPeerCertificate: capture,
		MinVersion: lowest, MaxVersion: highest, CipherSuites: suites,
	}
}

// greet is one handshake, to tell whether there is a TLS server at all.
func (p *probe) greet(ctx context.Context) finding {
	s := p.handshake(ctx, tls.VersionTLS10, tls.VersionTLS13)
	if s.accepted() {
		return finding{connections: p.connections}
	}
	return finding{err: p.reason(s.err), connections: p.connections}
}

// visit learns everything about the host.
func (p *probe) visit(ctx context.Context) finding {
	first := p.handshake(ctx, tls.VersionTLS10, tls.VersionTLS13)
	if !first.dialled || !first.accepted() && timedOut(first.err) {
		return finding{err: p.reason(first.err), connections: p.connections}
	}
	seen := p.versions(ctx, first)
	if len(seen.accepted) == 0 {
		return finding{err: p.reason(first.err), connections: p.connections}
	}
	e := &facts.Endpoint{Host: p.target.String(), Source: p.cfg.Source}
	if p.address != "" {
		e.Address = facts.Of(p.address)
	}
	seen.fill(e)
	p.strikes = 0 // silence about old versions says nothing about what follows
	e.WeakSuites = p.weakSuites(ctx, seen)
	if len(p.chain) == 0 {
		p.chain = p.bareChain(ctx, seen.accepted)
	}
	p.describeChain(e, p.chain)
	p.web(ctx, e)
	return finding{endpoint: e, chain: p.certificates(p.chain), connections: p.connections}
}

// reason says in a sentence why nothing is known about the host.
func (p *probe) reason(err error) error {
	var dns *net.DNSError
	var record tls.RecordHeaderError
	text := ""
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		text = "the name is not known to the domain name system"
	case errors.As(err, &dns):
		text = "the name could not be looked up"
	case errors.Is(err, syscall.ECONNREFUSED):
		text = "the connection was refused"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		text = "there is no route to the host"
	case errors.Is(err, context.Canceled):
		text = "the audit was interrupted"
	case timedOut(err):
		text = "no answer within " + p.cfg.Timeout.Round(time.Millisecond).String()
	case errors.As(err, &record):
		text = "the port does not speak TLS"
	case dropped(err):
		text = "the server closed the connection without an answer"
	default:
		text = "no handshake succeeded: " + bare(err)
	}
	return fmt.Errorf("%s%w", text, &quiet{err})
}

// quiet keeps a cause for errors.Is without repeating its text.
type quiet struct{ err error }

func (*quiet) Error() string   { return "" }
func (q *quiet) Unwrap() error { return q.err }

func bare(err error) string {
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	return printable(strings.TrimPrefix(err.Error(), "tls: "))
}

func timedOut(err error) bool {
	var ne net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &ne) && ne.Timeout()
}

// dropped tells whether the other side ended the connection without a word.
func dropped(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// noConnection tells whether the port could not be connected to, as distinct from a connection that went wrong.
func noConnection(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

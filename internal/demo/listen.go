package demo

import (
	"context"
	"crypto/tls"
	"io/fs"
	"net/http"
	"time"

	"github.com/crmaudit/crmaudit/fixtures/b24sim"
)

// server is server.yaml: how the portal's TLS port looks from outside.
type server struct {
	Hosts         []string       `yaml:"hosts"`
	IssuedDaysAgo int            `yaml:"issued_days_ago"`
	ExpiresInDays int            `yaml:"expires_in_days"`
	Key           b24sim.KeyKind `yaml:"key"`
	MinTLS        string         `yaml:"min_tls"` // 1.0, 1.1, 1.2 or 1.3
	Plain         string         `yaml:"plain"`   // redirect, serve or off
	Web           b24sim.Web     `yaml:"web"`     // the log-in page of a self-hosted portal; the cloud says it in portal.yaml
}

// listen serves the scenario's hosts on the loopback interface, the only ones that the audit can reach.
func (p *Portal) listen(ctx context.Context, files fs.FS, handler func(server) http.Handler) error {
	var s server
	if err := decode(files, "server.yaml", &s); err != nil {
		return err
	}
	var err error
	if p.running, err = b24sim.StartTLS(ctx, handler(s), s.options(p.Now)); err != nil {
		return err
	}
	p.Env.RootCAs, p.Env.Dial = p.running.CAPool, p.running.DialContext
	return nil
}

func (s server) options(now time.Time) b24sim.TLSOptions {
	versions := map[string]uint16{"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}
	plain := map[string]b24sim.PlainHTTP{"redirect": b24sim.PlainRedirect, "serve": b24sim.PlainServe, "off": b24sim.PlainOff}
	return b24sim.TLSOptions{
		Hosts: s.Hosts, Now: now, IssuedDaysAgo: s.IssuedDaysAgo, ExpiresInDays: s.ExpiresInDays, Key: s.Key,
		MinVersion: versions[s.MinTLS], Plain: plain[s.Plain],
	}
}

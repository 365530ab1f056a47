package demo

import (
	"context"
	"crypto/tls"
	"fmt"
	"io/fs"
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
}

// serve starts the simulator of a cloud portal.
func (p *Portal) serve(ctx context.Context, files fs.FS, options []b24sim.Option) error {
	var data b24sim.Portal
	if err := decode(files, "portal.yaml", &data); err != nil {
		return err
	}
	var tlsPort server
	if err := decode(files, "server.yaml", &tlsPort); err != nil {
		return err
	}
	p.Simulator, p.Now = b24sim.New(&data, options...), data.Now.UTC()
	var err error
	if p.running, err = b24sim.StartTLS(ctx, p.Simulator, tlsPort.options(p.Now)); err != nil {
		return err
	}
	p.Env.RootCAs, p.Env.Dial = p.running.CAPool, p.running.DialContext
	webhook := fmt.Sprintf("https://%s/rest/%d/%s/", data.Host, data.Webhook.UserID, data.Webhook.Secret)
	return p.write("webhook.txt", []byte(webhook+"\n"))
}

func (s server) options(now time.Time) b24sim.TLSOptions {
	versions := map[string]uint16{"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}
	plain := map[string]b24sim.PlainHTTP{"redirect": b24sim.PlainRedirect, "serve": b24sim.PlainServe, "off": b24sim.PlainOff}
	return b24sim.TLSOptions{
		Hosts: s.Hosts, Now: now, IssuedDaysAgo: s.IssuedDaysAgo, ExpiresInDays: s.ExpiresInDays, Key: s.Key,
		MinVersion: versions[s.MinTLS], Plain: plain[s.Plain],
	}
}

// Package demo serves an embedded portal on the loopback interface and prepares an audit of it that
// needs no credentials and no network.
package demo

import (
	"context"
	"crypto/tls"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/fixtures"
	"github.com/crmaudit/crmaudit/fixtures/b24sim"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
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

// Portal is a running demo portal and the audit of it.
type Portal struct {
	Config    *config.Audit
	Env       collectors.Env
	Simulator *b24sim.Server
	Now       time.Time
	running   *b24sim.Running
	dir       string
}

// Start serves the scenario until Close; its clock stands still at the scenario's day, so that
// dates and results repeat. The simulator keeps the rate limits of a real portal.
func Start(ctx context.Context, scenario string, options ...b24sim.Option) (*Portal, error) {
	files, err := fixtures.Open(scenario)
	if err != nil {
		return nil, err
	}
	var data b24sim.Portal
	if err := decode(files, "portal.yaml", &data); err != nil {
		return nil, err
	}
	var tlsPort server
	if err := decode(files, "server.yaml", &tlsPort); err != nil {
		return nil, err
	}
	p := &Portal{Simulator: b24sim.New(&data, options...), Now: data.Now.UTC()}
	if p.running, err = b24sim.StartTLS(ctx, p.Simulator, tlsPort.options(p.Now)); err != nil {
		return nil, err
	}
	if err := p.prepare(files, data); err != nil {
		_ = p.Close()
		return nil, err
	}
	return p, nil
}

func (s server) options(now time.Time) b24sim.TLSOptions {
	versions := map[string]uint16{"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}
	plain := map[string]b24sim.PlainHTTP{"redirect": b24sim.PlainRedirect, "serve": b24sim.PlainServe, "off": b24sim.PlainOff}
	return b24sim.TLSOptions{
		Hosts: s.Hosts, Now: now, IssuedDaysAgo: s.IssuedDaysAgo, ExpiresInDays: s.ExpiresInDays, Key: s.Key,
		MinVersion: versions[s.MinTLS], Plain: plain[s.Plain],
	}
}

// prepare copies the files of the audit into a folder of its own and reads the configuration there.
func (p *Portal) prepare(files fs.FS, data b24sim.Portal) (err error) {
	if p.dir, err = os.MkdirTemp("", "crmaudit-demo-"); err != nil {
		return fmt.Errorf("prepare the demo: %w", err)
	}
	for _, name := range []string{"audit.yaml", "staff.csv", "answers.yaml", "waivers.yaml"} {
		content, err := fs.ReadFile(files, name)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(p.dir, name), content, 0o600); err != nil {
			return fmt.Errorf("prepare the demo: %w", err)
		}
	}
	webhook := fmt.Sprintf("https://%s/rest/%d/%s/", data.Host, data.Webhook.UserID, data.Webhook.Secret)
	if err := os.WriteFile(filepath.Join(p.dir, "webhook.txt"), []byte(webhook+"\n"), 0o600); err != nil {
		return fmt.Errorf("prepare the demo: %w", err)
	}
	if p.Config, err = config.Load(filepath.Join(p.dir, "audit.yaml")); err != nil {
		return err
	}
	p.Env = collectors.Env{
		Dir: p.dir, Now: func() time.Time { return p.Now }, Log: slog.New(slog.DiscardHandler),
		RootCAs: p.running.CAPool, Dial: p.running.DialContext,
	}
	return nil
}

// Close stops the portal and removes its files.
func (p *Portal) Close() error {
	err := p.running.Close()
	if p.dir != "" {
		if e := os.RemoveAll(p.dir); err == nil {
			err = e
		}
	}
	return err
}

func decode(files fs.FS, name string, into any) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("the demo is incomplete: %w", err)
	}
	return yamlfile.Decode(name, data, into)
}

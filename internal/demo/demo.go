// Package demo prepares an audit of an embedded portal that needs no credentials and no network: a
// cloud portal is served on the loopback interface, a self-hosted one is laid out in a folder.
package demo

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/fixtures"
	"github.com/crmaudit/crmaudit/fixtures/b24sim"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

// Portal is a demo portal and the audit of it.
type Portal struct {
	Config    *config.Audit
	Env       collectors.Env
	Simulator *b24sim.Server // nil: the portal is no cloud
	Now       time.Time      // the clock stands still at the scenario's day, so that dates and results repeat
	running   *b24sim.Running
	dir       string
}

// Start prepares the scenario; Close ends it. The simulator keeps the rate limits of a real portal.
func Start(ctx context.Context, scenario string, options ...b24sim.Option) (*Portal, error) {
	files, err := fixtures.Open(scenario)
	if err != nil {
		return nil, err
	}
	p := &Portal{}
	if p.dir, err = os.MkdirTemp("", "crmaudit-demo-"); err != nil {
		return nil, fmt.Errorf("prepare the demo: %w", err)
	}
	if err := p.start(ctx, files, options); err != nil {
		_ = p.Close()
		return nil, err
	}
	return p, nil
}

func (p *Portal) start(ctx context.Context, files fs.FS, options []b24sim.Option) error {
	for _, name := range []string{"audit.yaml", "staff.csv", "answers.yaml", "waivers.yaml"} {
		if err := p.copy(files, name); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	var err error
	if _, cloud := fs.Stat(files, "portal.yaml"); cloud == nil {
		err = p.serve(ctx, files, options)
	} else {
		err = p.layOut(ctx, files)
	}
	if err != nil {
		return err
	}
	if p.Config, err = config.Load(filepath.Join(p.dir, "audit.yaml")); err != nil {
		return err
	}
	p.Env.Dir, p.Env.Log = p.dir, slog.New(slog.DiscardHandler)
	p.Env.Now = func() time.Time { return p.Now }
	return nil
}

// copy puts a file of the scenario into the folder of the audit.
func (p *Portal) copy(files fs.FS, name string) error {
	content, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	return p.write(name, content)
}

func (p *Portal) write(name string, content []byte) error {
	target := filepath.Join(p.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return fmt.Errorf("prepare the demo: %w", err)
	}
	if err := os.WriteFile(target, content, 0o600); err != nil {
		return fmt.Errorf("prepare the demo: %w", err)
	}
	return nil
}

// copyAll copies a folder of the scenario.
func (p *Portal) copyAll(files fs.FS, folder string) error {
	entries, err := fs.ReadDir(files, folder)
	if err != nil {
		return fmt.Errorf("the demo is incomplete: %w", err)
	}
	for _, e := range entries {
		if err := p.copy(files, path.Join(folder, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// Close stops the portal and removes its files.
func (p *Portal) Close() error {
	var err error
	if p.running != nil {
		err = p.running.Close()
	}
	if e := os.RemoveAll(p.dir); err == nil {
		err = e
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

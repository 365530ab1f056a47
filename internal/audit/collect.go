// Package audit runs the steps of an audit: collect, judge, report, gate. The commands are thin
// around it, and every step starts from the file that the one before it left.
package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/collectors/all"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/nearest"
	"github.com/crmaudit/crmaudit/internal/snapfile"
	"github.com/crmaudit/crmaudit/internal/transport"
)

// Runner runs the steps for one configuration.
type Runner struct {
	Config *config.Audit
	Env    collectors.Env
	Tool   string // name and version, printed in every output
	// Say tells the person at the terminal one line, for instance that a source failed.
	Say func(format string, args ...any)
}

// opened is a source that is ready to be collected.
type opened struct {
	config.Source
	source    collectors.Source
	collector collectors.Collector
}

// open checks the configuration of all sources before any of them is asked anything.
func (r *Runner) open() ([]opened, error) {
	var list []opened
	for _, s := range r.Config.Sources {
		source, ok := all.Find(s.Kind)
		if !ok {
			hint := "known kinds: " + strings.Join(all.Kinds(), ", ")
			if near := nearest.Of(s.Kind, all.Kinds()); near != "" {
				hint = fmt.Sprintf("did you mean %q?", near)
			}
			return nil, fail.New(fail.Usage, hint, "%s: there is no source of kind %q", r.Config.Name, s.Kind)
		}
		settings := source.NewConfig()
		if err := s.Decode(settings); err != nil {
			return nil, err
		}
		env := r.Env
		env.Dir = r.Config.Dir
		c, err := source.Open(env, settings)
		if err != nil {
			return nil, r.redacted(err)
		}
		list = append(list, opened{s, source, c})
	}
	return list, nil
}

// Collect reads all sources into the snapshot at target. A source that fails is told, marked in the
// snapshot and does not stop the others. When ctx is cancelled, what was finished stays beside the
// target and the next Collect goes on from it.
func (r *Runner) Collect(ctx context.Context, target string, seal snapfile.Encryption) error {
	sources, err := r.open()
	if err != nil {
		return err
	}
	b, err := snapfile.NewBuilder(target)
	if err != nil {
		return err
	}
	defer func() { _ = b.Close() }()
	if err := b.Match(r.stamp()); err != nil {
		return err
	}
	var order []string
	failures := 0
	for _, s := range sources {
		order = append(order, s.ID)
		if b.Finished(s.ID) {
			r.Say("%s: already collected", s.ID)
			continue
		}
		failed, err := r.collectOne(ctx, b, s)
		if err != nil {
			return err
		}
		if failed {
			failures++
		}
	}
	if failures == len(sources) {
		r.Say("no source could be collected; the report will say so")
	}
	p := r.Config.Portal
	info := facts.Info{Portal: p.ID, Platform: p.Platform, Title: p.Title, URL: p.URL, TakenAt: r.Env.Now().UTC(), Tool: r.Tool}
	return b.Finish(info, order, seal)
}

// collectOne reports whether the source failed; its error is for what ends the whole collection.
func (r *Runner) collectOne(ctx context.Context, b *snapfile.Builder, s opened) (failed bool, err error) {
	w := &watcher{Writer: b.Source(s.ID, s.Kind), covered: map[facts.Kind]bool{}}
	err = s.collector.Collect(ctx, w)
	if ctx.Err() != nil {
		return false, fail.New(fail.Interrupted, "run the same command again to go on; finished sources are kept", "interrupted while collecting %s", s.ID)
	}
	if w.broken != nil {
		return false, w.broken // the disk, not the source
	}
	status, problem := "ok", ""
	if w.gaps {
		status = "partial"
	}
	if err != nil {
		err = r.redacted(err)
		failed, status, problem = true, "failed", err.Error()
		r.Say("%s: %v", s.ID, err)
		if hint := fail.Hint(err); hint != "" {
			r.Say("  hint: %s", hint)
		}
		if err := w.coverRest(s, problem); err != nil {
			return false, err
		}
	}
	if err := w.Describe(func(i *facts.SourceInfo) {
		if i.Status == "" || failed {
			i.Status, i.Problem = status, problem
		}
		for _, note := range i.Notes {
			r.Say("%s: note: %s", s.ID, note)
		}
	}); err != nil {
		return false, err
	}
	return failed, b.FinishSource(s.ID)
}

// redacted removes what the secrets of the configuration could have left in an error.
func (r *Runner) redacted(err error) error {
	redactor := transport.NewRedactor(r.Config.Secrets...)
	clean := redactor.String(err.Error())
	if clean == err.Error() {
		return err
	}
	return fail.New(fail.Code(err), redactor.String(fail.Hint(err)), "%s", clean)
}

// stamp identifies the configuration of a collection, so that resuming never mixes two of them.
func (r *Runner) stamp() string {
	h := sha256.New()
	for _, s := range r.Config.Sources {
		fmt.Fprintf(h, "%s %s\n", s.ID, s.Fingerprint())
	}
	fmt.Fprintln(h, r.Config.Portal.ID, r.Config.Portal.URL)
	return hex.EncodeToString(h.Sum(nil))
}

// watcher sees what a collector covered.
type watcher struct {
	facts.Writer
	covered map[facts.Kind]bool
	gaps    bool
	broken  error
}

func (w *watcher) Write(rec facts.Record) error { return w.note(w.Writer.Write(rec)) }

func (w *watcher) Cover(c facts.Coverage) error {
	if c.Field == "" {
		w.covered[c.Kind] = true
	}
	// What a platform cannot give is no fault of this collection.
	w.gaps = w.gaps || c.State != facts.Full && c.Reason != facts.NotSupported && c.Reason != facts.NotAnswered
	return w.note(w.Writer.Cover(c))
}

func (w *watcher) note(err error) error {
	if err != nil && w.broken == nil {
		var known *fail.Error
		if !errors.As(err, &known) || known.Exit != fail.Usage {
			w.broken = err
		}
	}
	return err
}

// coverRest says of everything that a failed source did not get to that it is missing.
func (w *watcher) coverRest(s opened, problem string) error {
	for _, k := range s.source.Provides {
		if w.covered[k] {
			continue
		}
		if err := w.Cover(facts.Coverage{Source: s.ID, Kind: k, State: facts.Missing, Reason: facts.Failed, Detail: problem}); err != nil {
			return err
		}
	}
	return nil
}

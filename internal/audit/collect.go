// Package audit runs the steps of an audit: collect, judge, report, gate. The commands are thin
// around it, and every step starts from the file that the one before it left.
package audit

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
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

// Check finds mistakes in the configuration of the sources without asking them anything.
func (r *Runner) Check() error {
	_, err := r.open()
	return err
}

// Collect reads all sources into the snapshot at target. A source that fails is told, marked in the
// snapshot and does not stop the others; when every one fails the snapshot is written all the same and
// the error has the code NoData. When ctx is cancelled, what was finished stays beside the target and the
// next Collect goes on from it.
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
	var failures []error
	for _, s := range sources {
		order = append(order, s.ID)
		if b.Finished(s.ID) {
			r.Say("%s: already collected", s.ID)
			continue
		}
		failure, err := r.collectOne(ctx, b, s)
		if err != nil {
			return err
		}
		if failure != nil {
			failures = append(failures, failure)
		}
	}
	p := r.Config.Portal
	info := facts.Info{Portal: p.ID, Platform: p.Platform, Title: p.Title, URL: p.URL, TakenAt: r.Env.Now().UTC(), Tool: r.Tool}
	if err := b.Finish(info, order, seal); err != nil {
		return err
	}
	if len(failures) < len(sources) {
		return nil
	}
	hint := fail.Hint(failures[0])
	if hint == "" {
		hint = "`crmaudit doctor` shows what each source lacks"
	}
	return fail.New(fail.NoData, hint, "no source could be collected: %w", failures[0])
}

// collectOne gives as failure why a source brought nothing; err is for what ends the whole collection.
func (r *Runner) collectOne(ctx context.Context, b *snapfile.Builder, s opened) (failure, err error) {
	w := &watcher{Writer: b.Source(s.ID, s.Kind), covered: map[facts.Kind]bool{}}
	err = s.collector.Collect(ctx, w)
	if ctx.Err() != nil {
		return nil, fail.New(fail.Interrupted, "run the same command again to go on; finished sources are kept", "interrupted while collecting %s", s.ID)
	}
	if w.broken != nil {
		return nil, w.broken // the disk, not the source
	}
	status, problem := w.status(), ""
	switch {
	case err != nil:
		err = r.redacted(err)
		problem = err.Error()
		r.Say("%s: %v", s.ID, err)
		if hint := fail.Hint(err); hint != "" {
			r.Say("  hint: %s", hint)
		}
		if err := w.coverRest(s, problem); err != nil {
			return nil, err
		}
		if status = "partial"; w.records == 0 {
			status = "failed"
		}
	case len(w.troubles) > 0:
		problem = strings.Join(w.troubles, "; ")
		r.Say("%s: %s", s.ID, problem)
	}
	if status == "failed" {
		failure = fail.New(fail.NoData, fail.Hint(err), "%s: %s", s.ID, cmp.Or(problem, "nothing was given"))
	}
	if err := w.Describe(func(i *facts.SourceInfo) {
		i.Status, i.Problem = cmp.Or(i.Status, status), cmp.Or(i.Problem, problem)
		for _, note := range i.Notes {
			if !slices.Contains(w.troubles, note) { // told already
				r.Say("%s: note: %s", s.ID, note)
			}
		}
	}); err != nil {
		return nil, err
	}
	return failure, b.FinishSource(s.ID)
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
	covered  map[facts.Kind]bool
	records  int
	gaps     bool
	troubles []string // what went wrong, as opposed to what was not allowed
	broken   error
}

func (w *watcher) Write(rec facts.Record) error {
	w.records++
	return w.note(w.Writer.Write(rec))
}

func (w *watcher) status() string {
	switch {
	case !w.gaps:
		return "ok"
	case w.records == 0:
		return "failed"
	}
	return "partial"
}

func (w *watcher) Cover(c facts.Coverage) error {
	if c.Field == "" {
		w.covered[c.Kind] = true
	}
	w.gaps = w.gaps || gap(c)
	if gap(c) && c.Reason == facts.Failed && c.Detail != "" && !slices.Contains(w.troubles, c.Detail) {
		w.troubles = append(w.troubles, c.Detail)
	}
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

// gap tells what a better collection would have brought; what a platform cannot give is no fault of this one.
func gap(c facts.Coverage) bool {
	return c.State != facts.Full && c.Reason != facts.NotSupported && c.Reason != facts.NotAnswered
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

// Package collectortest is what every collector has to pass: it ends when told to, gives the same
// facts for the same source in the same order, says what it did not get, keeps secrets to itself, and
// takes nothing that a broken source answers for the whole truth.
package collectortest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
)

// Setup gives a configuration of the source and its surroundings, anew for each run.
type Setup func(t testing.TB) (config any, env collectors.Env)

// Harness says how to run one collector.
type Harness struct {
	Source   collectors.Source
	Good     Setup                                         // the source delivers at least one record
	Secrets  []string                                      // must not be seen in facts, errors or the log
	Refuse   Setup                                         // for sources with rights: some are refused
	Serve    func(t testing.TB, faulty http.Handler) Setup // for sources behind HTTP: each of Faults answers
	Broken   map[string]Setup                              // for other sources: damaged ones, by what is wrong
	Patience time.Duration                                 // how long a faulty server may be tried; 3 s when 0
}

// grace is how long a collector may take to notice that it was cancelled.
const grace = 10 * time.Second

// Run runs the whole suite.
func Run(t *testing.T, h Harness) {
	if h.Patience == 0 {
		h.Patience = 3 * time.Second
	}
	check := func(name string, f func(testing.TB, Harness) error) {
		t.Run(name, func(t *testing.T) {
			if err := f(t, h); err != nil {
				t.Error(err)
			}
		})
	}
	check("good", good)
	check("cancelled", cancelled)
	if h.Refuse != nil {
		check("refused", refused)
	}
	for name, broken := range h.Broken {
		check("broken/"+name, survives(broken))
	}
	for name, fault := range Faults() {
		if h.Serve != nil {
			check("fault/"+name, survives(h.Serve(t, fault)))
		}
	}
}

// good collects twice: facts and coverage have to be right, and the same to the byte.
func good(t testing.TB, h Harness) error {
	first, err := collect(context.Background(), t, h, h.Good)
	if err == nil {
		err = errors.Join(first.err, first.valid(h.Source), first.covered(h.Source))
	}
	if err != nil {
		return err
	}
	second, err := collect(context.Background(), t, h, h.Good)
	if err == nil && first.text() != second.text() {
		err = fmt.Errorf("the same source gave different facts:\n%s\n%s", first.text(), second.text())
	}
	return err
}

// cancelled cancels before the start and at the first record.
func cancelled(t testing.TB, h Harness) error {
	whole, err := collect(context.Background(), t, h, h.Good)
	if err != nil {
		return err
	}
	for _, atRecord := range []bool{false, true} {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if !atRecord {
			cancel()
		}
		out, err := collect(ctx, t, h, h.Good, cancel)
		if err != nil {
			return err
		}
		if out.err == nil && (!atRecord || out.text() != whole.text()) {
			return errors.New("a collector that was cancelled reports success without all of its facts")
		}
	}
	return nil
}

// refused wants a lacking right to be coverage, not an error.
func refused(t testing.TB, h Harness) error {
	out, err := collect(context.Background(), t, h, h.Refuse)
	switch {
	case err != nil:
		return err
	case out.err != nil:
		return fmt.Errorf("a refused right ended the collection: %w", out.err)
	case !out.has(func(c facts.Coverage) bool { return c.Reason == facts.Denied && c.State != facts.Full }):
		return errors.New("a refused right is not in the coverage")
	}
	return out.covered(h.Source)
}

// survives wants a broken source to end in an error or in coverage that says so.
func survives(from Setup) func(testing.TB, Harness) error {
	return func(t testing.TB, h Harness) error {
		ctx, cancel := context.WithTimeout(context.Background(), h.Patience)
		defer cancel()
		out, err := collect(ctx, t, h, from)
		if err == nil && out.err == nil && !out.has(func(c facts.Coverage) bool { return c.State != facts.Full }) {
			err = errors.New("a broken source looks complete")
		}
		return err
	}
}

// outcome is all that one run of a collector left behind.
type outcome struct {
	*facts.Memory
	onRecord []context.CancelFunc
	log      strings.Builder
	err      error // of Collect
}

// Write cancels, if that is to be tried, and keeps the record.
func (o *outcome) Write(r facts.Record) error {
	for _, cancel := range o.onRecord {
		cancel()
	}
	return o.Memory.Write(r)
}

// collect runs the collector once. Its own error is in the outcome; the error here is a fault of the collector.
func collect(ctx context.Context, t testing.TB, h Harness, from Setup, onRecord ...context.CancelFunc) (*outcome, error) {
	out := &outcome{Memory: facts.NewMemory(), onRecord: onRecord}
	config, env := from(t)
	env.Log = slog.New(slog.NewTextHandler(&out.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if env.Now == nil {
		env.Now = func() time.Time { return time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC) }
	}
	c, err := h.Source.Open(env, config)
	if err != nil {
		return nil, fmt.Errorf("open the source: %w", err)
	}
	done, panicked := make(chan error, 1), make(chan any, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				panicked <- p
			}
		}()
		done <- c.Collect(ctx, out)
	}()
	overdue := make(chan struct{})
	defer context.AfterFunc(ctx, func() { time.AfterFunc(grace, func() { close(overdue) }) })()
	select {
	case out.err = <-done:
		return out, out.secret(h.Secrets)
	case p := <-panicked:
		return nil, fmt.Errorf("the collector panicked: %v", p)
	case <-overdue:
		return nil, errors.New("the collector goes on long after it was cancelled")
	}
}

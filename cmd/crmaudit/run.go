package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/internal/audit"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/snapfile"
)

func (a *app) runCommand() *cobra.Command {
	var dir, now string
	var packs packFlag
	c := &cobra.Command{
		Use: "run audit.yaml", Short: "Collect, check, report and gate: the main job",
		Long: `Collect all sources into <portal>.crmsnap, judge it, write result.json and the reports, and apply
the gate of audit.yaml. Interrupting loses nothing: the same command goes on.

  crmaudit run audit.yaml -o reports/`,
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := a.load(args[0])
			if err != nil {
				return err
			}
			if err := packs.into(cfg); err != nil {
				return err
			}
			return a.runAudit(c.Context(), cfg, collectors.Env{Now: time.Now}, dir, now)
		},
	}
	c.Flags().StringVarP(&dir, "out", "o", ".", "folder for the snapshot, the result and the reports")
	c.Flags().StringVar(&now, "now", "", "clock of the judgement, 2026-11-22 or RFC 3339 (default: SOURCE_DATE_EPOCH, else the time of the collection)")
	packs.register(c)
	return c
}

// load reads a configuration and prints its warnings.
func (a *app) load(path string) (*config.Audit, error) {
	cfg, err := config.Load(path)
	if err != nil {
		return nil, err
	}
	return cfg, a.warn(cfg)
}

// warn prints what the configuration probably does not mean.
func (a *app) warn(cfg *config.Audit) error {
	doubts, err := audit.Doubts(cfg)
	for _, w := range append(cfg.Warnings, doubts...) {
		a.say("warning: %s", w)
	}
	return err
}

// runAudit is the main job on any portal, real or embedded.
func (a *app) runAudit(ctx context.Context, cfg *config.Audit, env collectors.Env, dir, now string) error {
	l, err := a.reportLang(cfg.Language)
	if err != nil {
		return err
	}
	at, err := clock(now)
	if err != nil {
		return err
	}
	if err := audit.CheckRules(cfg, toolName()); err != nil {
		return err
	}
	snapshot := filepath.Join(dir, cfg.Portal.ID+".crmsnap")
	// A collection that brought nothing is reported all the same: the report says what is missing and why.
	empty := a.collect(ctx, cfg, env, snapshot, snapfile.Encryption{})
	if empty != nil && fail.Code(empty) != fail.NoData {
		return empty
	}
	r, err := a.judge(ctx, cfg, snapshot, at, snapfile.OpenOptions{})
	if err != nil {
		return err
	}
	history := ""
	if cfg.History != "" {
		history = cfg.Path(cfg.History)
	}
	previous, err := audit.History(history, r.Portal.ID, a.say)
	if err != nil {
		return err
	}
	documents := audit.Documents{Dir: dir, Formats: withJSON(cfg.Report.Formats), Lang: l, PassMark: cfg.Gate.MinScore, Previous: previous, Auditor: cfg.Auditor}
	names, err := documents.Write(r)
	if err != nil {
		return err
	}
	if err := audit.Keep(history, r); err != nil {
		return err
	}
	a.conclude(r, l, append([]string{snapshot}, names...))
	if err := a.applyGate(r, cfg.Gate, nil); err != nil {
		return err
	}
	return empty
}

func makeFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fail.Wrap(err, fail.Usage, "choose a folder you may write to with -o", "make the output folder")
	}
	return nil
}

// prepareOutput makes the folder of a file and refuses to put the file in the place of a folder or device.
func prepareOutput(name string) error {
	if st, err := os.Stat(name); err == nil && !st.Mode().IsRegular() {
		return fail.New(fail.Usage, "give the name of a file with -o", "%s is there and is not a file", name)
	}
	return makeFolder(filepath.Dir(name))
}

// withJSON makes sure that a run leaves its result.
func withJSON(formats []string) []string {
	for _, f := range formats {
		if f == "json" {
			return formats
		}
	}
	return append([]string{"json"}, formats...)
}

func (a *app) collect(ctx context.Context, cfg *config.Audit, env collectors.Env, target string, seal snapfile.Encryption) error {
	bar := a.progress()
	defer bar.done()
	env.Progress, env.Log = bar.step, a.logger()
	r := &audit.Runner{Config: cfg, Env: env, Tool: toolName(), Say: bar.say}
	if err := r.Check(); err != nil {
		return err
	}
	if err := prepareOutput(target); err != nil {
		return err
	}
	return r.Collect(ctx, target, seal)
}

func (a *app) judge(ctx context.Context, cfg *config.Audit, snapshot string, at time.Time, open snapfile.OpenOptions) (*checks.Result, error) {
	s, err := snapfile.Open(snapshot, open)
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }()
	if collected := s.Info().Portal; collected != cfg.Portal.ID {
		return nil, fail.New(fail.Usage, "give the configuration of that portal with --config", "%s was collected from the portal %q, %s describes %q", filepath.Base(snapshot), collected, cfg.Name, cfg.Portal.ID)
	}
	if at.IsZero() {
		at = s.Info().TakenAt.UTC()
	}
	suggestions, err := audit.Suggest(ctx, s)
	if err != nil {
		return nil, err
	}
	for _, line := range suggestions {
		a.say("note: %s", line)
	}
	if err := a.warnOfStaleLaw(cfg.Jurisdictions, at); err != nil {
		return nil, err
	}
	return audit.Judge(ctx, cfg, s, s.Hash(), toolName(), at)
}

// warnOfStaleLaw names the law that should have been read again before the day of the judgement.
func (a *app) warnOfStaleLaw(jurisdictions []string, at time.Time) error {
	stale, err := audit.StaleLaw(jurisdictions, at)
	for _, line := range stale {
		a.say("warning: %s", line)
	}
	return err
}

// conclude prints the result and the files, so that the last lines on the screen are what matters.
func (a *app) conclude(r *checks.Result, l lang.Lang, names []string) {
	if a.quiet {
		return
	}
	grade := r.Score.Grade
	if grade == "" {
		grade = "—"
	}
	fmt.Fprintf(a.out, "\n%s  %.1f / 100   coverage %.1f %%   findings %d\n", grade, r.Score.Value, r.Score.Coverage, len(r.Findings))
	for _, f := range r.Findings {
		if f.Severity == checks.Critical {
			fmt.Fprintf(a.out, "  ! %s %s\n", f.Check, f.Text[l].Summary)
		}
	}
	for _, n := range names {
		fmt.Fprintf(a.out, "  %s\n", n)
	}
}

// applyGate prints why the gate failed and ends with its code.
func (a *app) applyGate(r *checks.Result, g config.Gate, previous *checks.Result) error {
	code, reasons := audit.Gate(r, g, previous)
	for _, reason := range reasons {
		fmt.Fprintf(a.err, "gate: %s\n", reason)
	}
	if code != fail.OK {
		return gateError(code)
	}
	return nil
}

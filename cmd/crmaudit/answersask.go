package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/collectors/answers"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/interview"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/questions"
	"github.com/crmaudit/crmaudit/internal/snapfile"
)

func (a *app) answersAskCommand() *cobra.Command {
	var o caseOptions
	c := &cobra.Command{
		Use: "ask audit.yaml|X.crmsnap", Short: "Ask what no source could tell, question by question",
		Long: `Ask at the terminal what the checks of this audit still need from a person, the gravest first, and
write every answer to answers.yaml at once: the interview may end at any moment and go on later.

With audit.yaml the other sources are collected first, which changes nothing; a snapshot saves the time.

  crmaudit answers ask audit.yaml
  crmaudit answers ask audit.yaml --snapshot romashka.crmsnap
  crmaudit answers ask romashka.crmsnap --config audit.yaml -o answers.yaml --lang uk`,
		RunE: func(c *cobra.Command, args []string) error {
			k, err := a.openCase(c.Context(), args[0], o)
			if err != nil {
				return err
			}
			defer k.close()
			if k.Snapshot == nil {
				if err := a.collectCase(c.Context(), k); err != nil {
					return err
				}
			}
			if err := prepareOutput(k.file.Path); err != nil {
				return err
			}
			accounts, err := interview.Accounts(c.Context(), k.Snapshot)
			if err != nil {
				return err
			}
			s := &interview.Session{In: a.in, Out: a.out, Lang: k.lang, Case: &k.Case, File: k.file, Accounts: accounts}
			return s.Run(c.Context())
		},
	}
	o.flags(c)
	c.Flags().StringVarP(&o.target, "out", "o", "", "file of answers (default: the one in audit.yaml, else answers.yaml beside it)")
	return c
}

// caseOptions are the flags that say which audit is meant.
type caseOptions struct {
	target, config, snapshot, now, passphraseFile string
	identities                                    []string
}

func (o *caseOptions) flags(c *cobra.Command) {
	c.Flags().StringVarP(&o.config, "config", "c", "audit.yaml", "configuration of the audit, when a snapshot is given")
	c.Flags().StringVar(&o.snapshot, "snapshot", "", "snapshot to start from, when audit.yaml is given")
	c.Flags().StringVar(&o.now, "now", "", "day from which the age of answers counts, 2026-11-22 or RFC 3339 (default: today)")
	c.Flags().StringVar(&o.passphraseFile, "passphrase-file", "", "open the snapshot with the passphrase on the first line of this file")
	c.Flags().StringSliceVar(&o.identities, "identity", nil, "open the snapshot with the age secret key in this file; may be repeated")
}

// openedCase is an audit whose questions are asked.
type openedCase struct {
	interview.Case
	file  *interview.File
	lang  lang.Lang
	path  string // of the configuration
	close func()
}

// openCase finds out which audit is meant; its snapshot is nil when none was named.
func (a *app) openCase(ctx context.Context, name string, o caseOptions) (*openedCase, error) {
	configName, snapshot := name, o.snapshot
	if !isConfig(name) {
		if snapshot != "" {
			return nil, fail.New(fail.Usage, "name it once: crmaudit answers ask "+name+" --config audit.yaml", "two snapshots are named")
		}
		configName, snapshot = o.config, name
	}
	cfg, err := config.LoadRules(configName)
	if err != nil {
		return nil, err
	}
	k := &openedCase{path: configName, close: func() {}}
	if k.lang, err = a.reportLang(cfg.Language); err != nil {
		return nil, err
	}
	at, err := clock(o.now)
	if err != nil {
		return nil, err
	}
	if at.IsZero() {
		at = time.Now().UTC()
	}
	qs, err := questions.Load()
	if err != nil {
		return nil, err
	}
	k.Case = interview.Case{Config: cfg, Questions: qs, Tool: toolName(), Now: at}
	k.file = answersFile(cfg, o.target)
	k.file.Questions, k.file.Lang, k.file.Now = qs, k.lang, at
	if snapshot != "" {
		err = k.open(snapshot, o)
	}
	return k, err
}

// isConfig tells a configuration from a snapshot by its name.
func isConfig(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".yaml" || ext == ".yml"
}

func (k *openedCase) open(name string, o caseOptions) error {
	how, err := openOptions(o.passphraseFile, o.identities)
	if err != nil {
		return err
	}
	s, err := snapfile.Open(name, how)
	if err != nil {
		return err
	}
	k.close = func() { _ = s.Close() }
	if collected := s.Info().Portal; collected != k.Config.Portal.ID {
		k.close()
		return fail.New(fail.Usage, "give the configuration of that portal with --config", "%s was collected from the portal %q, %s describes %q", filepath.Base(name), collected, k.Config.Name, k.Config.Portal.ID)
	}
	k.Snapshot = s
	return nil
}

// collectCase collects every source but the answers into a folder that is removed in the end.
func (a *app) collectCase(ctx context.Context, k *openedCase) error {
	cfg, err := a.load(k.path)
	if err != nil {
		return err
	}
	sources := cfg.Sources[:0]
	for _, s := range cfg.Sources {
		if s.Kind != answers.Source().Kind {
			sources = append(sources, s)
		}
	}
	if cfg.Sources = sources; len(sources) == 0 {
		k.Snapshot = emptySnapshot(cfg)
		return nil
	}
	dir, err := os.MkdirTemp("", "crmaudit-ask-")
	if err != nil {
		return fail.Wrap(err, fail.Internal, "free some space for temporary files", "collect the other sources")
	}
	remove := func() { _ = os.RemoveAll(dir) }
	target := filepath.Join(dir, "ask.crmsnap")
	err = a.collect(ctx, cfg, collectors.Env{Now: time.Now}, target, snapfile.Encryption{})
	if err == nil || fail.Code(err) == fail.NoData { // what no source told can be asked
		err = k.open(target, caseOptions{})
	}
	if err != nil {
		remove()
		var interrupted *fail.Error
		if errors.As(err, &interrupted) && interrupted.Exit == fail.Interrupted {
			return fail.New(fail.Interrupted, "run the same command again", "interrupted while collecting the other sources")
		}
		return err
	}
	closeFile := k.close
	k.close = func() { closeFile(); remove() }
	return nil
}

// emptySnapshot stands for an audit that has no source but the answers.
func emptySnapshot(cfg *config.Audit) facts.Snapshot {
	m := facts.NewMemory()
	m.About.Portal, m.About.Platform = cfg.Portal.ID, cfg.Portal.Platform
	return m
}

// answersFile is the file of answers that the audit reads, or the one named instead.
func answersFile(cfg *config.Audit, target string) *interview.File {
	f := &interview.File{Path: cfg.Path("answers.yaml"), MaxAgeDays: questions.MaxAgeDays}
	for _, n := range cfg.SourceNodes {
		var s struct {
			Kind       string `yaml:"kind"`
			File       string `yaml:"file"`
			MaxAgeDays int    `yaml:"max_age_days"`
		}
		if n.Decode(&s) != nil || s.Kind != answers.Source().Kind || s.File == "" {
			continue // a mistake in a source is told when it is collected
		}
		f.Path = cfg.Path(s.File)
		if s.MaxAgeDays > 0 {
			f.MaxAgeDays = s.MaxAgeDays
		}
		break
	}
	if target != "" {
		f.Path = target
	}
	return f
}

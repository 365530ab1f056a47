// Package answers reads the questionnaire: what only a person can tell, with who said it, when and
// on what evidence. Everything it delivers is declared, never observed.
//
// An answer counts only while it is fresh and has evidence; one that does not count is a gap that
// names its question, like a question nobody answered. A file with a password, key or webhook address
// in it is refused as a whole, so that no secret travels any further.
package answers

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/questions"
)

// sourceID is the source of the records, and the word in audit.yaml.
const sourceID = "answers"

// maxDays bounds max_age_days: an older answer says nothing about today.
const maxDays = 366

// Config is the part of audit.yaml that describes the questionnaire.
type Config struct {
	File       string `yaml:"file"`
	MaxAgeDays int    `yaml:"max_age_days"`
}

// Source describes the collector to the configuration, the help and the registry.
func Source() collectors.Source {
	return collectors.Source{
		Kind:    sourceID,
		Summary: "answers of the owner or administrator to what the CRM cannot tell, with evidence",
		Provides: []facts.Kind{
			facts.KindSetting, facts.KindAnswer, facts.KindRole, facts.KindSession, facts.KindCredential, facts.KindIntegration,
			facts.KindHandler, facts.KindPublicLink, facts.KindBackup, facts.KindBackupPolicy, facts.KindAsset,
		},
		NewConfig: func() any { return &Config{MaxAgeDays: questions.MaxAgeDays} },
		Open:      open,
	}
}

type collector struct {
	file      string // as configured, without the folder
	questions *questions.Questions
	given     map[string]*answer
	maxAge    int
	now       func() time.Time
}

// open reads the file at once: a mistake in it should not surface after an hour of collecting.
func open(env collectors.Env, config any) (collectors.Collector, error) {
	c, ok := config.(*Config)
	if !ok {
		return nil, fmt.Errorf("the answers source got a %T for its configuration", config)
	}
	if c.File == "" {
		return nil, fail.New(fail.Usage, "add file: answers.yaml below kind: answers", "the answers source needs a file")
	}
	if c.MaxAgeDays < 1 || c.MaxAgeDays > maxDays {
		return nil, fail.New(fail.Usage, "leave it out: 100 days is the usual limit", "max_age_days is %d, it must be between 1 and %d", c.MaxAgeDays, maxDays)
	}
	path := c.File
	if !filepath.IsAbs(path) {
		path = filepath.Join(env.Dir, path)
	}
	data, err := readFile(path, c.File)
	if err != nil {
		return nil, err
	}
	qs, err := questions.Load()
	if err != nil {
		return nil, err
	}
	s, err := ReadSheet(c.File, data, qs, c.MaxAgeDays, env.Now)
	if err != nil {
		return nil, err
	}
	return s.collector, nil
}

func readFile(path, name string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fail.Wrap(err, fail.Usage, "crmaudit init writes a starter file with every question", "read the answers in "+name)
	}
	return data, nil
}

// Collect writes every accepted answer and the facts it stands in for, in the order of the catalogue.
func (c *collector) Collect(ctx context.Context, w facts.Writer) error {
	accepted := 0
	for _, q := range c.questions.All() {
		if err := ctx.Err(); err != nil {
			return err
		}
		a := c.given[q.ID]
		if why := c.refuse(a); a == nil || why != "" {
			if err := missing(w, q, why); err != nil {
				return err
			}
			continue
		}
		accepted++
		if err := deliver(w, q, a); err != nil {
			return err
		}
	}
	overall := facts.Coverage{Kind: facts.KindAnswer, State: facts.PartOnly, Reason: facts.NotAnswered, Count: accepted}
	switch accepted {
	case 0:
		overall.State = facts.Missing
	case len(c.questions.All()):
		overall.State, overall.Reason = facts.Full, ""
	}
	if err := w.Cover(overall); err != nil {
		return err
	}
	return w.Describe(func(s *facts.SourceInfo) { s.Where = c.file })
}

// Probe lists the questions and which of them have an answer that counts.
func (c *collector) Probe(ctx context.Context) ([]facts.Coverage, error) {
	m := facts.NewMemory()
	if err := c.Collect(ctx, m); err != nil {
		return nil, err
	}
	return m.About.Coverage, nil
}

// refuse says why an answer does not count, "" when it does.
func (c *collector) refuse(a *answer) string {
	if a == nil {
		return ""
	}
	return a.refuse(c.now(), c.maxAge)
}

// missing covers a question without an answer that counts, and every fact it would have filled.
func missing(w facts.Writer, q *questions.Question, why string) error {
	gap := facts.Coverage{Kind: facts.KindAnswer, Field: q.ID, State: facts.Missing, Reason: facts.NotAnswered, Detail: why, Ask: q.ID}
	if err := w.Cover(gap); err != nil {
		return err
	}
	for _, t := range q.Targets() {
		gap.Kind, gap.Field = t.Kind, t.Field
		if err := w.Cover(gap); err != nil {
			return err
		}
	}
	return nil
}

// deliver writes an accepted answer, what it fills and that nothing of it is missing.
func deliver(w facts.Writer, q *questions.Question, a *answer) error {
	records, err := translate(q, a)
	if err != nil {
		return fmt.Errorf("translate the answer to %s: %w", q.ID, err)
	}
	for _, r := range records {
		if err := w.Write(r); err != nil {
			return err
		}
	}
	if err := w.Cover(facts.Coverage{Kind: facts.KindAnswer, Field: q.ID, State: facts.Full, Count: 1}); err != nil {
		return err
	}
	for _, t := range q.Targets() {
		full := facts.Coverage{Kind: t.Kind, Field: t.Field, State: facts.Full}
		if t.Field == "" {
			full.Count = len(records) - 1 // all but the answer itself
		}
		if err := w.Cover(full); err != nil {
			return err
		}
	}
	return nil
}

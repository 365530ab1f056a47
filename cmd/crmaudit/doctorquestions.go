package main

import (
	"context"
	"slices"
	"time"

	"github.com/crmaudit/crmaudit/collectors/answers"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/audit"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/internal/interview"
	"github.com/crmaudit/crmaudit/internal/questions"
)

// asking are the questions that an audit has for a person, as far as can be told before anything is collected.
type asking struct {
	catalogue *questions.Questions
	asked     []string // a check of this audit may need the answer
	needed    []string // and, judging by what the sources promise, none of them will tell it; empty without answers
}

// askingOf looks for the questions of an audit whose sources were diagnosed. `answers ask` judges the records
// themselves; here every list is taken for empty, and a field of it for known unless its source says otherwise.
func askingOf(ctx context.Context, cfg *config.Audit, list []audit.Diagnosis, now time.Time) (*asking, error) {
	catalogue, err := questions.Load()
	if err != nil {
		return nil, err
	}
	promised := facts.NewMemory()
	promised.About.Portal, promised.About.Platform, promised.About.TakenAt = cfg.Portal.ID, cfg.Portal.Platform, now
	questionnaire := false
	for _, d := range list {
		if d.Kind == answers.Source().Kind {
			questionnaire = true
			continue
		}
		for _, c := range d.Coverage {
			c.Source = d.ID
			promised.About.Coverage = append(promised.About.Coverage, c)
		}
	}
	k := interview.Case{Config: cfg, Snapshot: promised, Questions: catalogue, Tool: toolName(), Now: now}
	all, err := k.All(ctx)
	a := &asking{catalogue: catalogue, asked: ids(all)}
	if err != nil || !questionnaire {
		return a, err
	}
	file := answersFile(cfg, "")
	file.Questions, file.Now = catalogue, now
	sheet, err := file.Sheet()
	if err != nil {
		return nil, err
	}
	open, err := k.Open(ctx, sheet)
	if err != nil {
		return nil, err
	}
	waiting := ids(open)
	for _, i := range all {
		q := i.Question
		if standsIn(promised.About.Coverage, q) || slices.Contains(waiting, q.ID) && !told(promised.About.Coverage, q) {
			a.needed = append(a.needed, q.ID)
		}
	}
	return a, nil
}

func ids(list []interview.Item) []string {
	var all []string
	for _, i := range list {
		all = append(all, i.Question.ID)
	}
	return all
}

// standsIn reports that a source names the question for something that it does not give.
func standsIn(coverage []facts.Coverage, q *questions.Question) bool {
	return slices.ContainsFunc(coverage, func(c facts.Coverage) bool { return c.Ask == q.ID && c.State != facts.Full })
}

// told reports that sources give every fact that the answer would stand in for.
func told(coverage []facts.Coverage, q *questions.Question) bool {
	given := func(t questions.Target) bool {
		return slices.ContainsFunc(coverage, func(c facts.Coverage) bool { return c.Kind == t.Kind && c.Field == "" && c.State != facts.Missing }) &&
			!slices.ContainsFunc(coverage, func(c facts.Coverage) bool {
				return c.Kind == t.Kind && c.Field != "" && c.Field == t.Field && c.State != facts.Full
			})
	}
	targets := q.Targets()
	return len(targets) > 0 && !slices.ContainsFunc(targets, func(t questions.Target) bool { return !given(t) })
}

package interview

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/checks/catalog"
	"github.com/crmaudit/crmaudit/collectors/answers"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/audit"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/internal/questions"
)

// Item is a question with the checks that need its answer, worst first.
type Item struct {
	Question *questions.Question
	Checks   []*checks.Check
}

// worst is the severity of the gravest check.
func (i Item) worst() int { return rank(i.Checks[0]) }

// weight is what all the checks together are worth.
func (i Item) weight() int {
	sum := 0
	for _, c := range i.Checks {
		sum += c.Severity.Weight()
	}
	return sum
}

func rank(c *checks.Check) int { return slices.Index(checks.Severities, c.Severity) }

func worstFirst(list []*checks.Check) {
	slices.SortStableFunc(list, func(a, b *checks.Check) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.ID, b.ID))
	})
}

// Case is the audit whose questions are looked for.
type Case struct {
	Config    *config.Audit
	Snapshot  facts.Snapshot // nil: nothing was collected, every question of the audit is open
	Questions *questions.Questions
	Tool      string
	Now       time.Time

	bench *audit.Bench
}

// judge gives what the checks find once the sheet is taken into account.
func (c *Case) judge(ctx context.Context, s facts.Snapshot) ([]checks.Judged, error) {
	if c.bench == nil {
		var err error
		if c.bench, err = audit.NewBench(c.Config, c.Tool); err != nil {
			return nil, err
		}
	}
	return c.bench.Judge(ctx, s, c.Now)
}

// Open lists the questions that checks wait for once the sheet is taken into account: topic by topic,
// the gravest first. A check that failed waits too while it does not know all that fails it.
func (c *Case) Open(ctx context.Context, sheet *answers.Sheet) ([]Item, error) {
	s, err := WithAnswers(ctx, c.snapshot(), sheet)
	if err != nil {
		return nil, err
	}
	judged, err := c.judge(ctx, s)
	if err != nil {
		return nil, err
	}
	waiting := map[string][]*checks.Check{}
	for _, j := range judged {
		failed := j.Outcome.Verdict == checks.Failed
		if !failed && j.Outcome.Verdict != checks.NotAssessed {
			continue
		}
		for _, gap := range j.Outcome.Reasons {
			if gap.Ask != "" && !(failed && counts(sheet, gap.Ask)) && !slices.Contains(waiting[gap.Ask], j.Check) {
				waiting[gap.Ask] = append(waiting[gap.Ask], j.Check)
			}
		}
	}
	return c.arrange(waiting), nil
}

// counts reports that a question has an answer that counts.
func counts(sheet *answers.Sheet, question string) bool {
	g, ok := sheet.Given(question)
	return ok && g.Why == ""
}

// All lists every question that a check of this audit could ask, whatever a source may tell.
func (c *Case) All(ctx context.Context) ([]Item, error) {
	empty, err := answers.ReadSheet("answers.yaml", []byte("version: 1\n"), c.Questions, questions.MaxAgeDays, func() time.Time { return c.Now })
	if err != nil {
		return nil, err
	}
	s, err := WithAnswers(ctx, c.nothing(), empty)
	if err != nil {
		return nil, err
	}
	judged, err := c.judge(ctx, s)
	if err != nil {
		return nil, err
	}
	waiting := map[string][]*checks.Check{}
	for _, j := range judged {
		for _, id := range mayAsk(c.Questions, j) {
			waiting[id] = append(waiting[id], j.Check)
		}
	}
	return c.arrange(waiting), nil
}

// mayAsk lists the questions that feed a check, and those that it asks for when nothing is known.
func mayAsk(qs *questions.Questions, j checks.Judged) []string {
	var list []string
	for _, q := range qs.For(j.Check.ID) {
		list = append(list, q.ID)
	}
	for _, gap := range j.Outcome.Reasons {
		if gap.Ask != "" && !slices.Contains(list, gap.Ask) {
			list = append(list, gap.Ask)
		}
	}
	return list
}

func (c *Case) snapshot() facts.Snapshot {
	if c.Snapshot == nil {
		return c.nothing()
	}
	return c.Snapshot
}

// nothing is the snapshot of a portal of which no source told anything.
func (c *Case) nothing() facts.Snapshot {
	m := facts.NewMemory()
	m.About.Portal, m.About.Platform, m.About.TakenAt = c.Config.Portal.ID, c.Config.Portal.Platform, c.Now
	return m
}

// arrange orders the questions: those of the law in force, grouped, the group and then the question
// whose checks weigh most first.
func (c *Case) arrange(waiting map[string][]*checks.Check) []Item {
	var items []Item
	groups := map[string]*group{}
	for _, q := range c.Questions.All() {
		rows := waiting[q.ID]
		if len(rows) == 0 || !c.concerns(q) {
			continue
		}
		worstFirst(rows)
		item := Item{q, rows}
		items = append(items, item)
		if groups[q.Group] == nil {
			groups[q.Group] = &group{order: len(groups), worst: item.worst(), checks: map[string]bool{}}
		}
		groups[q.Group].add(item)
	}
	slices.SortStableFunc(items, func(a, b Item) int {
		if a.Question.Group != b.Question.Group {
			return groups[a.Question.Group].compare(groups[b.Question.Group])
		}
		return cmp.Or(cmp.Compare(a.worst(), b.worst()), cmp.Compare(b.weight(), a.weight()))
	})
	return items
}

// concerns reports whether the law that the question is about is in force here.
func (c *Case) concerns(q *questions.Question) bool {
	return q.AskedIn(c.Config.Jurisdictions)
}

// group is what the open questions of one topic are worth together.
type group struct {
	order, worst, weight int
	checks               map[string]bool
}

func (g *group) add(i Item) {
	g.worst = min(g.worst, i.worst())
	for _, c := range i.Checks {
		if !g.checks[c.ID] {
			g.checks[c.ID] = true
			g.weight += c.Severity.Weight()
		}
	}
}

func (g *group) compare(h *group) int {
	return cmp.Or(cmp.Compare(g.worst, h.worst), cmp.Compare(h.weight, g.weight), cmp.Compare(g.order, h.order))
}

// Catalogue lists every question of the catalogue with all its checks, whatever the audit.
func Catalogue(qs *questions.Questions) ([]Item, error) {
	list, err := catalog.Load()
	if err != nil {
		return nil, err
	}
	var items []Item
	for _, q := range qs.All() {
		item := Item{Question: q}
		for _, c := range list {
			if slices.Contains(q.Checks, c.ID) {
				item.Checks = append(item.Checks, c)
			}
		}
		worstFirst(item.Checks)
		items = append(items, item)
	}
	return items, nil
}

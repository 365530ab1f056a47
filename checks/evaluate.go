package checks

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/checks/law"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/phrase"
)

// RulesetVersion names the catalogue that this program carries.
const RulesetVersion = "2026.11"

// Audit is what a run judges and under which conditions.
type Audit struct {
	Snapshot     facts.Snapshot
	SnapshotHash string
	Checks       []*Check
	Profile      Profile
	Client       Client
	Portal       Portal
	Auditor      string
	Language     lang.Lang
	Waivers      []Waiver
	Packs        []PackUse // what was put into the catalogue to get Checks
	Law          *law.Library
	Plans        *Plans
	Now          time.Time
	Tool         string
}

// Evaluate judges the snapshot and puts everything a report needs into a result.
func Evaluate(ctx context.Context, a Audit) (*Result, error) {
	accounts := Accounts{Rows: []AccountRow{}}
	judged, skipped, err := judgeWith(ctx, a.Snapshot, a.Checks, &a.Profile, a.Plans, a.Now, func(s *Subject) { accounts.add(s, &a) })
	if err != nil {
		return nil, err
	}
	info := a.Snapshot.Info()
	r := &Result{
		Schema: ResultSchema, Tool: a.Tool, Ruleset: a.ruleset(), Portal: a.Portal, Client: a.Client, Auditor: a.Auditor, Language: a.Language,
		Jurisdictions: a.Profile.Jurisdictions, Profile: a.Profile, TakenAt: info.TakenAt, JudgedAt: a.Now.UTC(),
		Snapshot: a.SnapshotHash, Coverage: tidyCoverage(info.Coverage), Sources: tidySources(info.Sources), Counts: info.Counts,
		Categories: []Category{}, Verdicts: []VerdictRow{}, Findings: []Finding{}, Plan: []PlanStep{}, References: map[string]Reference{},
	}
	b := &resultBuilder{audit: &a, result: r, waivers: newWaivers(a.Waivers, aliases(a.Checks), a.Now), kZero: a.Profile.failuresForZero()}
	for _, j := range judged {
		b.add(j)
	}
	for _, s := range skipped {
		b.skip(s)
	}
	b.score()
	b.plan()
	b.references()
	r.Waivers, r.Accounts = b.waivers.states, accounts
	return r, nil
}

func aliases(list []*Check) map[string]string {
	m := map[string]string{}
	for _, c := range list {
		for _, old := range c.Aliases {
			m[old] = c.ID
		}
	}
	return m
}

// ruleset hashes everything that decides verdicts: the definitions of all checks and the thresholds.
func (a *Audit) ruleset() Ruleset {
	h := sha256.New()
	fmt.Fprintln(h, RulesetVersion) // stands for what is written in Go
	for _, c := range a.Checks {
		fmt.Fprintf(h, "%s %s\n", c.ID, c.Digest)
		names := make([]string, 0, len(c.Params))
		for name := range c.Params {
			names = append(names, name)
		}
		sort.Strings(names)
		for _, name := range names {
			fmt.Fprintf(h, "%s=%v\n", name, c.params(&a.Profile)[name])
		}
	}
	for _, p := range a.Packs {
		fmt.Fprintf(h, "pack %s %s %s\n", p.Name, p.Version, p.Hash)
	}
	fmt.Fprintf(h, "%x\n", sha256.Sum256(plansYAML))
	return Ruleset{Version: RulesetVersion, Hash: fmt.Sprintf("%x", h.Sum(nil)), Checks: len(a.Checks), Packs: a.Packs}
}

type resultBuilder struct {
	audit   *Audit
	result  *Result
	waivers *waivers
	kZero   int
	graded  []Graded // parallel to the applicable verdict rows
	rows    []int    // their indexes in Verdicts
}

func (b *resultBuilder) add(j Judged) {
	c, o := j.Check, j.Outcome
	row := VerdictRow{
		Check: c.ID, Verdict: o.Verdict, Severity: c.Severity, Category: c.Category(), Title: titles(c),
		Reasons: tidyGaps(o.Reasons), K: o.K, Population: o.Population, Unjudged: o.Unjudged, Quality: o.Quality, Refs: b.refs(c),
		Vacuous: o.Verdict == Passed && o.Population == 0,
	}
	if o.Verdict == Passed || o.Verdict == Failed {
		row.Reasons = nil
	}
	if c.Disabled != nil {
		row.Disabled = &DisabledRow{Pack: c.Disabled.Pack, Reason: c.Disabled.Reason}
	}
	err, accepted := o.Err, 0
	if row.Verdict == Failed {
		var f Finding
		if f, err = b.finding(j); err == nil {
			row.Waived, accepted = f.Waived, f.accepted()
			b.result.Findings = append(b.result.Findings, f)
		} else {
			row.Verdict = Errored // a finding that nobody can be told of is a defect of the check
		}
	}
	if row.Verdict != Failed {
		row.K = 0
	}
	if err != nil {
		row.Error = cut(err.Error(), maxSentence)
	}
	b.graded = append(b.graded, Graded{Severity: c.Severity, Verdict: row.Verdict, K: row.K, Accepted: accepted})
	b.rows = append(b.rows, len(b.result.Verdicts))
	b.result.Verdicts = append(b.result.Verdicts, row)
}

// skip lists a check that was not asked. Those of another profile, country or platform are no news
// to the reader and are left out.
func (b *resultBuilder) skip(s Skipped) {
	if s.Why != "plan" && s.Why != "declared" {
		return
	}
	row := VerdictRow{Check: s.Check.ID, Verdict: NotApplicable, Severity: s.Check.Severity, Category: s.Check.Category(), Title: titles(s.Check), Why: s.Why}
	if s.Why == "plan" {
		row.Plans = b.audit.Plans.Having(b.audit.Profile.Platform, s.Check.Feature)
		row.Risk = Texts{}
		for l, t := range s.Check.Text {
			row.Risk[l] = t.Risk
		}
	}
	b.result.Verdicts = append(b.result.Verdicts, row)
}

func titles(c *Check) Texts {
	w := Texts{}
	for l, t := range c.Text {
		w[l] = t.Title
	}
	return w
}

func (b *resultBuilder) finding(j Judged) (Finding, error) {
	c, o := j.Check, j.Outcome
	f := Finding{
		Check: c.ID, Severity: c.Severity, Category: c.Category(), K: o.K, Population: o.Population, Unjudged: o.Unjudged,
		Quality: o.Quality, Rule: c.Rule, Params: j.Params, Fix: FixPlan(c.Fix), Refs: b.refs(c), Fines: b.fines(c),
		Text: map[lang.Lang]Told{}, Subjects: []SubjectRow{}, Print: fingerprint(b.result.Portal.ID, c.ID, ""),
	}
	for _, s := range o.Failing {
		f.Subjects = append(f.Subjects, SubjectRow{
			Ref: s.Ref, Label: label(s.Kind, s.Label), Source: s.Source, Quality: s.Quality, Sentence: Texts{},
			Waived: b.waivers.accepts(c.ID, s.Ref), Print: fingerprint(b.result.Portal.ID, c.ID, s.Ref),
		})
	}
	f.Waived = len(f.Subjects) > 0 && len(f.Subjects) == o.K
	for _, s := range f.Subjects {
		f.Waived = f.Waived && s.Waived
	}
	if o.K != len(f.Subjects) {
		f.Waived = b.waivers.accepts(c.ID, "all")
	}
	f.Waiver = f.draft(b.audit.Now)
	for _, l := range lang.All {
		if err := b.tell(&f, j, l); err != nil {
			return f, err
		}
	}
	return f, nil
}

// tell renders the sentences of a finding in one language.
func (b *resultBuilder) tell(f *Finding, j Judged, l lang.Lang) error {
	c, text := j.Check, j.Check.Text[l]
	summary, err := phrase.Compile(l, c.ID+" summary", text.Summary)
	if err != nil {
		return err
	}
	one, err := phrase.Compile(l, c.ID+" finding", text.Finding)
	if err != nil {
		return err
	}
	values := map[string]any{"k": j.Outcome.K, "population": j.Outcome.Population, "param": j.Params}
	if len(j.Outcome.Failing) > 0 {
		for name, v := range j.Outcome.Failing[0].Values {
			if _, taken := values[name]; !taken {
				values[name] = v
			}
		}
	}
	told := Told{Title: text.Title, Risk: text.Risk, Steps: text.Steps}
	if own := text.On[b.result.Portal.Platform]; len(own) > 0 {
		told.Steps = own
	}
	if told.Summary, err = sentence(summary, values); err != nil {
		return fmt.Errorf("%s: summary in %s: %w", c.ID, l, err)
	}
	for i, s := range j.Outcome.Failing {
		s.Values["param"] = j.Params
		if f.Subjects[i].Sentence[l], err = sentence(one, s.Values); err != nil {
			return fmt.Errorf("%s: finding in %s: %w", c.ID, l, err)
		}
	}
	f.Text[l] = told
	return nil
}

func sentence(p *phrase.Phrase, values map[string]any) (string, error) {
	s, err := p.Render(values)
	return cut(s, maxSentence), err
}

// label calls a subject as a report may: people by a shortened name, their contacts masked.
func label(k facts.Kind, name string) string {
	switch k {
	case facts.KindUser, facts.KindPerson, facts.KindSession, facts.KindActivity, facts.KindEvent:
		return phrase.MaskContact(phrase.ShortName(name))
	}
	if strings.Contains(name, "@") {
		return phrase.MaskContact(name)
	}
	return name
}

func fingerprint(portal, check, ref string) string {
	sum := sha256.Sum256([]byte(portal + "\x00" + check + "\x00" + ref))
	return fmt.Sprintf("%x", sum[:8])
}

// score rates the run and each category, and prices every check.
func (b *resultBuilder) score() {
	r := b.result
	total := 0.0
	for _, g := range b.graded {
		total += float64(g.Severity.Weight())
	}
	groups := map[string][]Graded{}
	for i, g := range b.graded {
		row := &r.Verdicts[b.rows[i]]
		row.Credit = round1(100*Credit(g, b.kZero)) / 100
		row.Points = round1(100 * float64(g.Severity.Weight()) * (1 - Credit(g, b.kZero)) / total)
		groups[row.Category] = append(groups[row.Category], g)
	}
	for i := range r.Findings {
		for _, row := range r.Verdicts {
			if row.Check == r.Findings[i].Check {
				r.Findings[i].Points = row.Points
			}
		}
	}
	r.Score = rounded(Rate(b.graded, b.kZero))
	for id, list := range groups {
		s := Rate(list, b.kZero)
		c := Category{ID: id, Score: round1(s.Value), Coverage: round1(s.Coverage), Assessed: round1(s.Assessed), Checks: len(list)}
		for _, g := range list {
			switch g.Verdict {
			case Failed:
				c.Failed++
			case Passed:
			default:
				c.Open++
			}
		}
		r.Categories = append(r.Categories, c)
	}
	sort.Slice(r.Categories, func(i, j int) bool { return r.Categories[i].ID < r.Categories[j].ID })
}

func rounded(s Score) Score {
	s.Value, s.Assessed, s.Coverage, s.WithWaivers = round1(s.Value), round1(s.Assessed), round1(s.Coverage), round1(s.WithWaivers)
	return s
}

var horizons = map[string]int{"now": 0, "week": 1, "month": 2, "quarter": 3}

// plan orders the fixes — worst first, then what brings most points for the least work — and says
// what the score will be after each.
func (b *resultBuilder) plan() {
	r := b.result
	sort.SliceStable(r.Findings, func(i, j int) bool {
		x, y := r.Findings[i], r.Findings[j]
		switch {
		case x.Waived != y.Waived:
			return y.Waived
		case x.Severity != y.Severity:
			return rank(x.Severity) < rank(y.Severity)
		case horizons[x.Fix.Horizon] != horizons[y.Fix.Horizon]:
			return horizons[x.Fix.Horizon] < horizons[y.Fix.Horizon]
		case x.Points != y.Points:
			return x.Points > y.Points
		}
		return x.Check < y.Check
	})
	graded := append([]Graded(nil), b.graded...)
	minutes := 0
	for _, f := range r.Findings {
		if f.Waived {
			continue
		}
		for i := range graded {
			if r.Verdicts[b.rows[i]].Check == f.Check {
				graded[i].Verdict, graded[i].K = Passed, 0
			}
		}
		minutes += f.Fix.Minutes
		s := Rate(graded, b.kZero)
		r.Plan = append(r.Plan, PlanStep{Check: f.Check, ScoreAfter: round1(s.Value), GradeAfter: s.Grade, Minutes: minutes})
	}
}

// maxAccounts bounds the appendix of accounts.
const maxAccounts = 2000

// add puts a user on the list.
func (list *Accounts) add(s *Subject, a *Audit) {
	list.Total++
	if len(list.Rows) == maxAccounts {
		return
	}
	v := s.View
	row := AccountRow{ID: tidyKey(s.Record.Key()), Label: tidy(label(facts.KindUser, v.Label())), Type: tidy(v.String("kind")), Active: flag(v, "active"), Admin: flag(v, "admin"), TwoFactor: flag(v, "two_factor"), Departed: flag(v, "departed")}
	if days, ok := v.Int("idle_days"); ok {
		row.IdleDays = &days
	}
	row.NeverUsed, _ = v.Bool("never_used")
	list.Rows = append(list.Rows, row)
}

func flag(v *View, name string) *bool {
	if b, ok := v.Bool(name); ok {
		return &b
	}
	return nil
}

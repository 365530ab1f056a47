package report

import (
	"math"
	"sort"
	"strings"

	"github.com/crmaudit/crmaudit/checks"
)

func (b *builder) history() []HistoryPoint {
	var list []HistoryPoint
	for _, p := range b.comparable() {
		list = append(list, HistoryPoint{At: p.JudgedAt, Label: b.l.ShortDate(p.JudgedAt), Score: p.Score.Value})
	}
	if len(list) == 0 {
		return nil
	}
	return append(list, HistoryPoint{At: b.r.JudgedAt, Label: b.l.ShortDate(b.r.JudgedAt), Score: b.r.Score.Value})
}

// comparable are the earlier runs under the same rule set and profile, oldest first.
func (b *builder) comparable() []*checks.Result {
	var list []*checks.Result
	for _, p := range b.o.Previous {
		if p.Ruleset.Hash == b.r.Ruleset.Hash && p.Profile.Name == b.r.Profile.Name && p.Portal.ID == b.r.Portal.ID && p.JudgedAt.Before(b.r.JudgedAt) {
			list = append(list, p)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].JudgedAt.Before(list[j].JudgedAt) })
	return list
}

func (b *builder) plan() []PlanRow {
	var rows []PlanRow
	for i, step := range b.r.Plan {
		f := b.finding(step.Check)
		after := b.whole(step.ScoreAfter)
		if step.GradeAfter != "" {
			after += " · " + step.GradeAfter
		}
		rows = append(rows, PlanRow{
			Number: i + 1, Check: step.Check, Title: b.title[step.Check], Severity: f.Severity, Who: b.t.T("who." + f.Fix.Who),
			When: b.t.T("horizon." + f.Fix.Horizon), Effort: b.effort(f.Fix.Minutes, "effort."), After: after,
		})
	}
	return rows
}

func (b *builder) finding(check string) *checks.Finding {
	for i := range b.r.Findings {
		if b.r.Findings[i].Check == check {
			return &b.r.Findings[i]
		}
	}
	return &checks.Finding{}
}

func (b *builder) effort(minutes int, key string) string {
	if minutes < 60 {
		return b.t.With(key+"minutes", values{"n": minutes})
	}
	hours := math.Round(float64(minutes)/30) / 2
	text := b.l.Decimal(hours)
	text = strings.TrimSuffix(strings.TrimSuffix(text, ",0"), ".0")
	return b.t.With(key+"hours", values{"n": text})
}

// summary is the owner's page: how bad, how much, what first, what changed, what is not known.
func (b *builder) summary() []string {
	r, s := b.r, b.r.Score
	var list []string
	if s.Grade == "" {
		list = append(list, b.t.With("summary.no_grade", values{"score": whole(s.Value), "coverage": s.Coverage}))
	} else {
		list = append(list, b.t.With("summary.verdict", values{"score": whole(s.Value), "grade": s.Grade, "meaning": b.t.T("grade." + s.Grade)}))
	}
	count := map[checks.Severity]int{}
	for _, f := range r.Findings {
		count[f.Severity]++
	}
	if len(r.Findings) == 0 {
		list = append(list, b.t.T("summary.clean"))
	} else {
		list = append(list, b.t.With("summary.counts", values{"total": len(r.Findings), "critical": count[checks.Critical], "high": count[checks.High]}))
	}
	if delta := b.delta(); delta != "" {
		list = append(list, delta)
	}
	if n := min(3, len(r.Plan)); n > 0 {
		last := r.Plan[n-1]
		list = append(list, b.t.With("summary.plan", values{"n": n, "score": whole(last.ScoreAfter), "effort": b.effort(last.Minutes, "effort.about.")}))
	}
	open := 0
	for _, v := range r.Verdicts {
		if v.Verdict == checks.NotAssessed || v.Verdict == checks.Errored {
			open++
		}
	}
	if open > 0 {
		return append(list, b.t.With("summary.coverage", values{"n": open}))
	}
	return append(list, b.t.T("summary.coverage.none"))
}

func (b *builder) delta() string {
	earlier := b.comparable()
	if len(earlier) == 0 {
		return ""
	}
	last := earlier[len(earlier)-1]
	change := whole(b.r.Score.Value) - whole(last.Score.Value)
	v := values{"date": b.l.ShortDate(last.JudgedAt), "points": b.l.Int(abs(change))}
	switch {
	case change > 0:
		return b.t.With("summary.delta.up", v)
	case change < 0:
		return b.t.With("summary.delta.down", v)
	}
	return b.t.With("summary.delta.same", v)
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

func (b *builder) notices() []string {
	var list []string
	for _, p := range b.r.LawPacks {
		if p.Overdue {
			list = append(list, b.t.With("notice.law_overdue", values{"pack": p.Title[b.l], "date": b.l.Date(p.ReviewBy)}))
		}
	}
	for _, w := range b.r.Waivers {
		switch w.State {
		case checks.WaiverExpired:
			list = append(list, b.t.With("notice.waiver_expired", values{"check": w.Check, "date": b.l.Date(w.Expires)}))
		case checks.WaiverSoon:
			list = append(list, b.t.With("notice.waiver_soon", values{"check": w.Check, "date": b.l.Date(w.Expires)}))
		case checks.WaiverUnused:
			list = append(list, b.t.With("notice.waiver_unused", values{"check": w.Check}))
		}
	}
	for _, s := range b.r.Sources {
		if s.Status == "failed" {
			list = append(list, b.t.With("notice.source_failed", values{"source": b.sourceName(s.ID)}))
		}
		if len(s.Excess) > 0 {
			list = append(list, b.t.With("notice.excess", values{"rights": s.Excess}))
		}
		if s.Credential != "" {
			list = append(list, b.t.With("notice.revoke", values{"credential": s.Credential}))
		}
	}
	return list
}

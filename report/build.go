package report

import (
	"math"
	"net/url"
	"sort"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/lang"
)

// Limits of what a document shows; the rest stays in the JSON result and is announced.
type Limits struct {
	Findings int // with details
	Evidence int // rows a finding
	Accounts int
}

// PDFLimits and HTMLLimits are the limits of the two documents.
var (
	PDFLimits  = Limits{Findings: 200, Evidence: 20, Accounts: 2000}
	HTMLLimits = Limits{Findings: 300, Evidence: 50, Accounts: 500}
)

// Options of a document.
type Options struct {
	Lang     lang.Lang
	Limits   Limits
	PassMark float64
	Previous []*checks.Result // earlier runs of the same portal
	Auditor  string
	// Question gives the text of a question of the questionnaire, for advice on what to answer.
	Question func(id string) string
}

// topRisks is how many findings the owner's page names.
const topRisks = 5

// builder words a result in one language.
type builder struct {
	r     *checks.Result
	o     Options
	l     lang.Lang
	t     Catalogue
	title map[string]string // by check
}

// Build words the result.
func Build(r *checks.Result, o Options) (*Report, error) {
	words, err := LoadCatalogue(o.Lang)
	if err != nil {
		return nil, err
	}
	b := &builder{r: r, o: o, l: o.Lang, t: words, title: map[string]string{}}
	for _, v := range r.Verdicts {
		b.title[v.Check] = v.Title[o.Lang]
	}
	rep := &Report{Lang: o.Lang, Words: words, Now: r.JudgedAt, TopRisks: min(topRisks, len(r.Findings))}
	rep.Cover = b.cover()
	rep.Score = b.score()
	rep.Severities = b.severities()
	rep.Categories = b.categories()
	rep.History = b.history()
	rep.Plan = b.plan()
	rep.Summary = b.summary()
	rep.Findings, rep.FindingsCap = b.findings()
	rep.Notices = b.notices()
	b.lists(rep)
	rep.Waivers = b.waivers()
	rep.Law = b.law()
	rep.Method = b.method()
	rep.Sources = b.sources()
	rep.Accounts = b.accounts()
	return rep, nil
}

type values map[string]any

func (b *builder) cover() Cover {
	r := b.r
	system := r.Portal.Title
	if system == "" {
		system = b.platform()
	}
	if host := hostOf(r.Portal.URL); host != "" {
		system += ", " + host
	}
	c := Cover{
		Title: b.t.T("report.title"), Client: r.Client.Name, System: system, Confidential: b.t.T("report.confidential"),
		FileTitle: b.t.T("report.title") + " — " + r.Client.Name, Author: b.auditor(),
		Keywords: []string{r.Portal.Platform, r.Ruleset.Version, "crmaudit"},
	}
	add := func(key, value string) {
		if value != "" {
			c.Facts = append(c.Facts, Fact{b.t.T(key), value})
		}
	}
	var laws []string
	for _, j := range r.Jurisdictions {
		laws = append(laws, b.t.T("jurisdiction."+j))
	}
	add("cover.client", r.Client.Name)
	add("cover.system", system)
	add("cover.plan", b.subscription())
	add("cover.taken", b.l.Date(r.TakenAt))
	add("cover.judged", b.l.Date(r.JudgedAt))
	add("cover.auditor", b.auditor())
	add("cover.profile", b.t.T("cover.profile."+r.Profile.Name))
	add("cover.jurisdictions", strings.Join(laws, ", "))
	add("cover.ruleset", r.Ruleset.Version+" · "+short(r.Ruleset.Hash))
	add("cover.snapshot", short(r.Snapshot))
	add("cover.tool", r.Tool)
	return c
}

// subscription is the subscription plan in the reader's language, where it is one of the vendor's names.
func (b *builder) subscription() string {
	if key := "plan." + strings.ToLower(b.r.Portal.Plan); b.t.Has(key) {
		return b.t.T(key)
	}
	return b.r.Portal.Plan
}

func (b *builder) auditor() string {
	if b.o.Auditor != "" {
		return b.o.Auditor
	}
	return b.r.Auditor
}

func (b *builder) platform() string {
	if key := "platform." + b.r.Portal.Platform; b.t.Has(key) {
		return b.t.T(key)
	}
	return b.r.Portal.Platform
}

func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Host
}

func short(hash string) string {
	if len(hash) > 16 {
		return hash[:16]
	}
	return hash
}

func (b *builder) score() Score {
	s := b.r.Score
	out := Score{Value: s.Value, Text: b.whole(s.Value), Grade: s.Grade, PassMark: b.o.PassMark, Coverage: s.Coverage, Assessed: s.Assessed}
	out.Line = b.t.With("score.line", values{"score": whole(s.Value), "coverage": s.Coverage, "assessed": s.Assessed})
	out.GradeTip = b.t.T("score.no_grade")
	if s.Grade != "" {
		out.GradeTip = b.t.T("grade." + s.Grade)
	}
	if s.Capped != "" {
		out.Capped = b.t.T("score.capped." + s.Capped)
	}
	if whole(s.WithWaivers) != whole(s.Value) {
		out.Accepted = b.t.With("score.accepted", values{"score": whole(s.WithWaivers)})
	}
	return out
}

// whole rounds a score down: 89,6 is not yet 90, and the reader compares it with the bands.
func whole(x float64) int { return int(math.Floor(x + 1e-9)) }

func (b *builder) whole(x float64) string { return b.l.Int(whole(x)) }

func (b *builder) severities() []SeverityCount {
	count := map[checks.Severity]int{}
	for _, f := range b.r.Findings {
		count[f.Severity]++
	}
	var list []SeverityCount
	for _, s := range checks.Severities[:4] {
		list = append(list, SeverityCount{s, b.t.T("severity." + string(s)), count[s]})
	}
	return list
}

func (b *builder) categories() []Category {
	var list []Category
	for _, c := range b.r.Categories {
		text := b.whole(c.Score)
		if open := 100 - c.Coverage; open >= 0.5 {
			text += " · " + b.t.T("verdict.unknown") + " " + b.l.Percent(open)
		}
		list = append(list, Category{
			ID: c.ID, Name: b.category(c.ID), Score: c.Score, Coverage: c.Coverage, Failed: c.Failed, Open: c.Open, Text: text,
		})
	}
	return list
}

func (b *builder) category(id string) string {
	if key := "category." + id; b.t.Has(key) {
		return b.t.T(key)
	}
	return id
}

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

func (b *builder) findings() ([]Finding, string) {
	var list []Finding
	for i := range b.r.Findings {
		if i == b.o.Limits.Findings {
			return list, b.t.With("cap.findings", values{"shown": i, "total": len(b.r.Findings)})
		}
		list = append(list, b.oneFinding(i, &b.r.Findings[i]))
	}
	return list, ""
}

func (b *builder) oneFinding(i int, f *checks.Finding) Finding {
	told := f.Text[b.l]
	out := Finding{
		Number: i + 1, Check: f.Check, Title: strings.TrimRight(told.Summary, "."), Requirement: told.Title, Severity: f.Severity, SeverityWord: b.t.T("severity." + string(f.Severity)),
		Category: b.category(f.Category), Points: b.points(f.Points), Risk: told.Risk, Steps: told.Steps,
		Rule: b.rule(f), Evidence: b.evidence(f), FineLabel: b.disclaimer(f),
	}
	if f.Quality != "" && f.Quality != facts.Observed {
		out.Quality = b.t.T("quality." + b.quality(f))
	}
	out.Labels = []Fact{
		{b.t.T("label.category"), out.Category},
		{b.t.T("label.who"), b.t.T("who." + f.Fix.Who)},
		{b.t.T("label.when"), b.t.T("horizon." + f.Fix.Horizon)},
		{b.t.T("label.effort"), b.effort(f.Fix.Minutes, "effort.")},
		{b.t.T("label.points"), out.Points},
	}
	for _, id := range f.Refs {
		// Parts of an article that only name fines stand in the table of fines.
		if ref, ok := b.r.References[id]; ok && len(ref.Summary) > 0 {
			out.Refs = append(out.Refs, b.ref(ref))
		}
	}
	said := map[string]bool{} // a note that several fines share is printed once
	for _, fine := range f.Fines {
		note := fine.Note[b.l]
		if said[note] {
			note = ""
		}
		said[note] = true
		out.Fines = append(out.Fines, b.fine(fine, note))
	}
	if f.Waived {
		out.Waived = b.waivedUntil(f)
	}
	return out
}

// quality is how the finding is known; what rests on answers and on data of the system is mixed.
func (b *builder) quality(f *checks.Finding) string {
	for _, s := range f.Subjects {
		if f.Quality == facts.Declared && s.Source != "answers" && s.Source != "" {
			return "mixed"
		}
	}
	return string(f.Quality)
}

// disclaimer says, for the laws whose fines are shown, what a possible fine is and as of when.
func (b *builder) disclaimer(f *checks.Finding) string {
	if len(f.Fines) == 0 {
		return ""
	}
	var parts []string
	for _, p := range b.r.LawPacks {
		if len(p.Disclaimer) > 0 && p.Jurisdiction != "any" {
			parts = append(parts, p.Disclaimer[b.l], b.t.With("law.edition", values{"date": b.l.Date(p.AsOf)}))
		}
	}
	return strings.Join(parts, " ")
}

func (b *builder) points(p float64) string {
	return b.t.With("points.text", values{"points": b.l.Decimal(p), "whole": p == math.Trunc(p), "n": int(p)})
}

// rule spells the rule with its thresholds in force.
func (b *builder) rule(f *checks.Finding) string {
	names := make([]string, 0, len(f.Params))
	for name := range f.Params {
		names = append(names, name)
	}
	sort.Strings(names)
	s := f.Rule
	for _, name := range names {
		s += "; " + name + " = " + plainText(f.Params[name])
	}
	return s
}

func (b *builder) evidence(f *checks.Finding) Table {
	t := Table{Head: []string{b.t.T("label.subject"), b.t.T("label.seen"), b.t.T("label.source")}, Widths: []int{25, 55, 20}}
	for i, s := range f.Subjects {
		if i == b.o.Limits.Evidence {
			break
		}
		label := s.Label
		switch kind, _, _ := strings.Cut(s.Ref, ":"); kind {
		case "answer":
			label = b.t.T("label.answer")
		case "setting":
			label = b.t.T("label.setting")
		case "event", "activity":
			if label == "" {
				label = b.t.T("label.journal")
			}
		}
		t.Rows = append(t.Rows, []string{label, withoutLabel(s.Sentence[b.l], s.Label), b.seenIn(s)})
	}
	if total := max(f.K, len(f.Subjects)); len(t.Rows) < len(f.Subjects) {
		t.Note = b.t.With("cap.evidence", values{"shown": len(t.Rows), "total": total})
	}
	return t
}

// withoutLabel cuts the name that a sentence begins with where it stands beside it anyway.
func withoutLabel(sentence, label string) string {
	rest, cut := strings.CutPrefix(sentence, label+": ")
	if !cut || label == "" {
		return sentence
	}
	first, size := utf8.DecodeRuneInString(rest)
	return string(unicode.ToUpper(first)) + rest[size:]
}

// seenIn names the source of a subject, and the questionnaire beside it when an answer decided.
func (b *builder) seenIn(s checks.SubjectRow) string {
	name, answers := b.sourceName(s.Source), b.t.T("source.kind.answers")
	if s.Quality == facts.Declared && name != answers {
		return b.l.List([]string{name, strings.ToLower(answers)})
	}
	return name
}

func (b *builder) sourceName(id string) string {
	for _, s := range b.r.Sources {
		if s.ID == id && b.t.Has("source.kind."+s.Kind) {
			return b.t.T("source.kind." + s.Kind)
		}
	}
	if b.t.Has("source.kind." + id) {
		return b.t.T("source.kind." + id)
	}
	return id
}

func (b *builder) ref(ref checks.Reference) Ref {
	out := Ref{Cite: ref.Cite[b.l], Summary: keepThousands(ref.Summary[b.l]), Control: ref.Jurisdiction == "any"}
	if u, err := url.Parse(ref.URL); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
		out.URL = ref.URL
	}
	if !out.Control && ref.Force != "" {
		out.Force = b.t.T("label." + ref.Force)
	}
	if ref.Verified != "verified" && ref.Verified != "" {
		out.Mark = b.t.T("law.mark." + ref.Verified)
	}
	return out
}

func (b *builder) fine(f checks.Fine, note string) Fine {
	v := values{
		"min": b.l.Money(f.Min, f.Currency), "max": b.l.Money(f.Max, f.Currency), "pmin": f.PercentMin, "pmax": f.PercentMax,
	}
	key := "fine.range"
	switch {
	case f.Basis == "revenue":
		key = "fine.revenue"
	case f.Basis == "higher_of":
		key = "fine.higher"
	case f.Min == 0:
		key = "fine.upto"
	}
	notes := []string{b.t.T("fine.subject." + f.Subject), b.t.With("fine.edition", values{"date": b.l.Date(f.Edition)})}
	if note != "" {
		notes = append(notes, note)
	}
	if f.Verified != "verified" && f.Verified != "" {
		notes = append(notes, b.t.T("law.mark."+f.Verified))
	}
	return Fine{Cite: f.Cite[b.l], Offence: keepThousands(f.Offence[b.l]), Amount: b.t.With(key, v), Note: strings.Join(notes, "; ")}
}

func (b *builder) waivedUntil(f *checks.Finding) string {
	for _, w := range b.r.Waivers {
		if w.Check == f.Check && (w.State == checks.WaiverActive || w.State == checks.WaiverSoon) {
			return b.t.With("waiver.line", values{"date": b.l.Date(w.Expires), "reason": w.Reason})
		}
	}
	return ""
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

func (b *builder) accounts() Table {
	t := Table{
		Head: []string{
			b.t.T("account.name"), b.t.T("account.id"), b.t.T("account.type"), b.t.T("account.state"), b.t.T("account.admin"),
			b.t.T("account.two_factor"), b.t.T("account.idle"),
		},
		Widths: []int{26, 9, 13, 13, 10, 9, 20},
	}
	for i, a := range b.r.Accounts.Rows {
		if i == b.o.Limits.Accounts {
			break
		}
		state := b.yesNo(a.Active, "account.active", "account.blocked")
		if a.Departed != nil && *a.Departed {
			state += ", " + b.t.T("account.departed")
		}
		kind := a.Type
		if b.t.Has("account.kind." + kind) {
			kind = b.t.T("account.kind." + kind)
		}
		t.Rows = append(t.Rows, []string{
			a.Label, a.ID, kind, state, b.yesNo(a.Admin, "account.yes", "account.no"),
			b.yesNo(a.TwoFactor, "account.yes", "account.no"), b.idle(a),
		})
	}
	if len(t.Rows) < b.r.Accounts.Total {
		t.Note = b.t.With("account.cut", values{"shown": len(t.Rows), "total": b.r.Accounts.Total})
	}
	return t
}

func (b *builder) yesNo(v *bool, yes, no string) string {
	switch {
	case v == nil:
		return b.t.T("account.unknown")
	case *v:
		return b.t.T(yes)
	}
	return b.t.T(no)
}

func (b *builder) idle(a checks.AccountRow) string {
	switch {
	case a.NeverUsed:
		return b.t.T("account.never")
	case a.IdleDays == nil:
		return b.t.T("account.unknown")
	}
	return b.t.With("account.days", values{"n": *a.IdleDays})
}

func (b *builder) day(t time.Time) string { return b.l.ShortDate(t) }

package report

import (
	"math"
	"net/url"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/checks"
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
	for _, p := range b.r.Ruleset.Packs {
		if name := p.Categories[id][b.l]; name != "" {
			return name
		}
	}
	return id
}

func (b *builder) day(t time.Time) string { return b.l.ShortDate(t) }

package report

import (
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/checks/law"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/lang"
)

// lists sorts the verdicts that are not findings into their sections.
func (b *builder) lists(rep *Report) {
	for _, v := range b.r.Verdicts {
		row := Row{Check: v.Check, Title: v.Title[b.l], Severity: v.Severity, Word: b.t.T("severity." + string(v.Severity))}
		switch v.Verdict {
		case checks.Passed:
			row.Why = b.passedHow(v)
			rep.Passed = append(rep.Passed, row)
		case checks.NotAssessed:
			row.Why, row.How = b.gaps(v.Reasons)
			if v.Disabled != nil {
				row.Why, row.How = b.disabled(v.Disabled)
			}
			rep.NotAssessed = append(rep.NotAssessed, row)
		case checks.Errored:
			row.Why = b.t.T("reason.defect") // the technical text is in the result
			rep.Errors = append(rep.Errors, row)
		case checks.NotApplicable:
			row.Why = b.t.T("why." + v.Why)
			if v.Why == "plan" {
				row.Why, row.How = b.notOnPlan(v)
				rep.NotOnPlan = append(rep.NotOnPlan, row)
			} else {
				rep.NotApplicable = append(rep.NotApplicable, row)
			}
		}
	}
	sort.SliceStable(rep.NotAssessed, func(i, j int) bool {
		return rep.NotAssessed[i].Severity != rep.NotAssessed[j].Severity && rep.NotAssessed[i].Severity.AtLeast(rep.NotAssessed[j].Severity)
	})
}

func (b *builder) passedHow(v checks.VerdictRow) string {
	switch {
	case v.Vacuous:
		return b.t.T("passed.vacuous")
	case v.Quality == facts.Declared:
		return b.t.T("passed.declared")
	case v.Quality == facts.Inferred:
		return b.t.T("passed.inferred")
	}
	return ""
}

// gaps says why a check could not be judged and what would help; each reason once.
func (b *builder) gaps(list []checks.Gap) (why, how string) {
	var whys, hows []string
	add := func(to *[]string, s string) {
		for _, have := range *to {
			if have == s {
				return
			}
		}
		if s != "" && len(*to) < 3 {
			*to = append(*to, s)
		}
	}
	for _, g := range list {
		add(&whys, b.why(g))
		add(&hows, b.how(g))
	}
	why = strings.Join(whys, "; ")
	return asSentence(why), strings.Join(hows, " ")
}

// asSentence gives a clause its capital letter and its full stop.
func asSentence(clause string) string {
	clause = strings.TrimRight(strings.TrimSpace(clause), ".")
	if clause == "" {
		return ""
	}
	first := []rune(clause)
	return strings.ToUpper(string(first[0])) + string(first[1:]) + "."
}

// disabled says which pack keeps a check from being asked, and why.
func (b *builder) disabled(d *checks.DisabledRow) (why, how string) {
	return asSentence(b.t.With("reason.disabled", values{"pack": d.Pack, "reason": d.Reason[b.l]})), b.t.T("how.disabled")
}

// notOnPlan says what it means that the plan lacks a feature, and which plans have it.
func (b *builder) notOnPlan(v checks.VerdictRow) (why, how string) {
	why = strings.TrimSpace(asSentence(b.t.T("why.plan")) + " " + v.Risk[b.l])
	var plans []string
	for _, name := range v.Plans {
		if key := "plan." + name; b.t.Has(key) {
			name = b.t.T(key)
		}
		plans = append(plans, b.quoted(name))
	}
	if len(plans) > 0 {
		how = b.t.With("how.plan", values{"plans": plans, "n": len(plans)})
	}
	return why, how
}

func (b *builder) quoted(name string) string {
	if b.l == lang.EN {
		return "“" + name + "”"
	}
	return "«" + name + "»"
}

func (b *builder) why(g checks.Gap) string {
	name, isProfile := strings.CutPrefix(g.Fact, "profile.")
	cause, isCause := strings.CutPrefix(g.Fact, "check.")
	quality, isQuality := strings.CutPrefix(g.Fact, "quality.")
	switch {
	case isCause:
		return b.t.With("reason.root_cause", values{"check": cause})
	case isProfile:
		return b.t.With("reason.profile", values{"name": b.t.T("field." + name)})
	case isQuality:
		return b.t.T("reason." + quality)
	case g.Detail == "unmatched", g.Detail == "stale", g.Detail == "no_evidence":
		return b.t.T("reason." + g.Detail)
	}
	return b.t.With("reason."+string(g.Reason), values{"right": g.Right})
}

func (b *builder) how(g checks.Gap) string {
	name, isProfile := strings.CutPrefix(g.Fact, "profile.")
	switch {
	case isProfile:
		return b.t.With("how.profile", values{"name": b.t.T("field." + name)})
	case g.Ask != "" && b.o.Question != nil && b.o.Question(g.Ask) != "":
		return b.t.With("how.ask", values{"question": b.o.Question(g.Ask)})
	case g.Right != "":
		return b.t.With("how.right", values{"right": g.Right})
	case g.Fact == "user.in_roster", g.Fact == "user.departed", strings.HasSuffix(g.Fact, "_departed"), strings.HasPrefix(g.Fact, "person"):
		return b.t.T("how.roster")
	case strings.HasPrefix(g.Fact, "endpoint"):
		return b.t.T("how.tls")
	case g.Reason == facts.Failed:
		return b.t.T("how.retry")
	}
	return ""
}

func (b *builder) waivers() []WaiverRow {
	var list []WaiverRow
	for _, w := range b.r.Waivers {
		subject := w.Subject
		if subject == "all" {
			subject = b.t.T("waiver.all")
		}
		list = append(list, WaiverRow{
			Check: w.Check, Title: b.title[w.Check], Subject: subject, Owner: w.Owner, Approver: w.Approver, Reason: w.Reason,
			Until: b.day(w.Expires), State: b.t.T("waiver." + w.State), Warning: w.State != checks.WaiverActive,
		})
	}
	return list
}

// law lists, for each jurisdiction, every provision that the run touched: a gap where a check that
// leans on it failed, confirmed where all passed, not checked otherwise. It is no measure of compliance.
func (b *builder) law() []LawSection {
	var list []LawSection
	for _, p := range b.r.LawPacks {
		if p.Jurisdiction == "any" {
			continue
		}
		s := LawSection{
			Title: p.Title[b.l], Disclaimer: p.Disclaimer[b.l], Edition: b.t.With("law.edition", values{"date": b.l.Date(p.AsOf)}),
			Table: Table{Head: []string{b.t.T("label.article"), b.t.T("label.status"), b.t.T("label.checks")}, Widths: []int{58, 17, 25}},
		}
		if p.Overdue {
			s.Warning = b.t.With("law.warning", values{"date": b.l.Date(p.ReviewBy)})
		}
		if p.Jurisdiction == "ru" {
			s.Level = b.level()
		}
		s.Table.Rows = b.provisions(p.Jurisdiction)
		list = append(list, s)
	}
	return list
}

// level says which protection level the measures are judged by and what it follows from.
func (b *builder) level() string {
	level, data := b.r.Profile.ProtectionLevel, b.r.Profile.PersonalData
	v, key := values{"level": level}, "declared"
	if data != nil {
		mark := ""
		if data.Verified != law.Verified {
			mark = b.t.T("law.mark." + string(data.Verified))
		}
		v["basis"] = b.t.With("law.level.basis", values{
			"category": b.t.T("law.data." + data.Category), "subjects": b.t.T("law.subjects." + data.Subjects), "threats": data.Threats,
			"cite": b.r.References[law.LevelRules].Cite[b.l], "mark": mark,
		})
		v["computed"], key = data.Level, "computed"
		if data.Level != level {
			key = "differs"
		}
	} else if level == 0 {
		key = "unknown"
	}
	return b.t.With("law.level."+key, v)
}

func (b *builder) provisions(jurisdiction string) [][]string {
	type state struct{ passed, failed, others []string }
	byRef := map[string]*state{}
	for _, v := range b.r.Verdicts {
		if v.Verdict == checks.NotApplicable {
			continue
		}
		for _, ref := range v.Refs {
			if r := b.r.References[ref]; r.Jurisdiction != jurisdiction || len(r.Summary) == 0 {
				continue // another law, or parts of an article that only name fines
			}
			s := byRef[ref]
			if s == nil {
				s = &state{}
				byRef[ref] = s
			}
			switch v.Verdict {
			case checks.Failed:
				s.failed = append(s.failed, v.Check)
			case checks.Passed:
				s.passed = append(s.passed, v.Check)
			default:
				s.others = append(s.others, v.Check)
			}
		}
	}
	ids := make([]string, 0, len(byRef))
	for id := range byRef {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool {
		if x, y := b.r.References[ids[i]].Order, b.r.References[ids[j]].Order; x != y {
			return x < y
		}
		return naturalLess(ids[i], ids[j])
	})
	var rows [][]string
	for _, id := range ids {
		s, ref := byRef[id], b.r.References[id]
		// The checks that stand beside the word are those that it speaks of.
		word, because := "law.confirmed", s.passed
		switch {
		case len(s.failed) > 0:
			word, because = "law.gap", s.failed
		case len(s.others) > 0:
			word, because = "law.not_checked", s.others
		}
		told := b.ref(ref)
		cell := told.Cite + ": " + told.Summary
		for _, mark := range []string{told.Force, told.Mark} {
			if mark != "" {
				cell += " · " + mark
			}
		}
		rows = append(rows, []string{cell, b.t.T(word), strings.Join(because, ", ")})
	}
	return rows
}

func (b *builder) method() []Section {
	count := map[checks.Verdict]int{}
	for _, v := range b.r.Verdicts {
		count[v.Verdict]++
	}
	k := 5
	if n := b.r.Profile.Headcount; n > 0 {
		k = max(3, (n+9)/10)
	}
	applicable := len(b.r.Verdicts) - count[checks.NotApplicable]
	section := func(name string, v values, n int) Section {
		s := Section{Title: b.t.T("method." + name + ".title")}
		for i := 1; i <= n; i++ {
			s.Text = append(s.Text, b.t.With(fmt.Sprintf("method.%s.%d", name, i), v))
		}
		return s
	}
	scope := values{
		"system": b.cover().System, "date": b.l.Date(b.r.TakenAt), "applicable": applicable, "passed": count[checks.Passed],
		"failed": count[checks.Failed], "unknown": count[checks.NotAssessed] + count[checks.Errored],
	}
	list := []Section{section("scope", scope, 2)}
	if len(b.r.Ruleset.Packs) > 0 {
		list = append(list, b.packs())
	}
	return append(list, section("formula", values{"k": k}, 3), section("limits", nil, 3), section("repeat", nil, 1))
}

// packs tells whose rules were applied beside those of the program.
func (b *builder) packs() Section {
	s := Section{Title: b.t.T("method.packs.title"), Text: []string{b.t.With("method.packs.intro", values{"version": b.r.Ruleset.Version})}}
	for _, p := range b.r.Ruleset.Packs {
		s.Text = append(s.Text, b.t.With("method.packs.one", values{
			"name": p.Name, "version": p.Version, "owner": p.Owner, "description": strings.TrimRight(strings.TrimSpace(p.Description[b.l]), "."),
			"added": p.Added, "changed": p.Changed, "disabled": p.Disabled, "hash": short(p.Hash),
		}))
	}
	return s
}

func (b *builder) sources() Table {
	t := Table{
		Head: []string{
			b.t.T("source.head.source"), b.t.T("source.head.where"), b.t.T("source.head.status"), b.t.T("source.head.requests"),
		},
		Widths: []int{30, 36, 22, 12}, Numeric: []bool{false, false, false, true},
	}
	for _, s := range b.r.Sources {
		requests := ""
		if s.Requests > 0 {
			requests = b.l.Int(s.Requests)
		}
		t.Rows = append(t.Rows, []string{b.sourceName(s.ID), s.Where, b.t.T("source." + s.Status), requests})
	}
	return t
}

// plainText prints a threshold.
func plainText(v any) string {
	if list, ok := v.([]any); ok {
		words := make([]string, len(list))
		for i, w := range list {
			words[i] = fmt.Sprint(w)
		}
		return strings.Join(words, ", ")
	}
	if list, ok := v.([]string); ok {
		return strings.Join(list, ", ")
	}
	if number, ok := v.(float64); ok {
		return strconv.FormatFloat(number, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// naturalLess sorts «ст. 5» before «ст. 12»: digits compare as numbers.
func naturalLess(a, b string) bool {
	for a != "" && b != "" {
		x, y := leadingNumber(a), leadingNumber(b)
		if x != "" && y != "" {
			if len(x) != len(y) {
				return len(x) < len(y)
			}
			if x != y {
				return x < y
			}
			a, b = a[len(x):], b[len(y):]
			continue
		}
		if a[0] != b[0] {
			return a[0] < b[0]
		}
		a, b = a[1:], b[1:]
	}
	return len(a) < len(b)
}

func leadingNumber(s string) string {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return s[:n]
}

var thousands = regexp.MustCompile(`(\d) (\d{3})\b`)

// keepThousands keeps a number on one line: «10 000».
func keepThousands(s string) string {
	return thousands.ReplaceAllString(thousands.ReplaceAllString(s, "$1\u00a0$2"), "$1\u00a0$2")
}

package report

import (
	"math"
	"net/url"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
)

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
	out.Accept, out.AcceptNote = b.accept(f)
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
		ofPack := func(fine checks.Fine) bool { return strings.HasPrefix(fine.Ref, p.Jurisdiction+".") }
		if slices.ContainsFunc(f.Fines, ofPack) {
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
		if b.concerns(name) {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	s := f.Rule
	for _, name := range names {
		s += "; " + name + " = " + plainText(f.Params[name])
	}
	return s
}

// concerns reports a threshold that is not that of another country's law; those bear its name.
func (b *builder) concerns(param string) bool {
	for _, j := range []string{"ru", "ua", "eu"} {
		if strings.HasPrefix(param, j+"_") || strings.HasSuffix(param, "_"+j) {
			return slices.Contains(b.r.Jurisdictions, j)
		}
	}
	return true
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
			if !strings.Contains(s.Ref, "/") || label == "" { // a row of a table has a name of its own
				label = b.t.T("label.answer")
			}
		case "setting":
			label = b.t.T("label.setting")
		case "event", "activity":
			if label == "" {
				label = b.t.T("label.journal")
			}
		}
		seen := withoutLabel(s.Sentence[b.l], s.Label)
		if s.Waived && !f.Waived {
			seen += " · " + b.t.T("waiver.accepted")
		}
		t.Rows = append(t.Rows, []string{label, seen, b.seenIn(s)})
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
	if name == "" { // worked out of several records
		name = answers
		if s.Quality != facts.Declared {
			return b.t.T("label.derived")
		}
	}
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
	// A control is named, not linked: its text is with the publisher of the catalogue.
	if u, err := url.Parse(ref.URL); err == nil && !out.Control && (u.Scheme == "https" || u.Scheme == "http") {
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
	if f.Verified != "verified" && f.Verified != "" {
		notes = append(notes, b.t.T("law.mark."+f.Verified))
	}
	told := strings.Join(notes, "; ")
	if note != "" {
		told = strings.TrimSuffix(told, ".") + ". " + note // a Russian date ends in «г.»
	}
	return Fine{Cite: f.Cite[b.l], Offence: keepThousands(f.Offence[b.l]), Amount: b.t.With(key, v), Note: told}
}

func (b *builder) waivedUntil(f *checks.Finding) string {
	for _, w := range b.r.Waivers {
		if w.Check == f.Check && (w.State == checks.WaiverActive || w.State == checks.WaiverSoon) {
			return b.t.With("waiver.line", values{"date": b.l.Date(w.Expires), "reason": w.Reason})
		}
	}
	return ""
}

package report

import (
	"strconv"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/offboard"
)

// Offboard is a dossier as a document in one language: what belongs to a person who leaves, what to do in
// which order, what could not be seen. Its strings are plain text; a writer escapes them for its format.
type Offboard struct {
	Lang  lang.Lang
	Words Catalogue
	Now   time.Time // the only time that a writer may print or store

	Cover     Cover
	Summary   []string
	Alerts    []string // what must be read before anything is done
	Tiles     []OffboardTile
	Phases    []OffboardPhase
	Parts     []OffboardPart // what belongs to the person
	AfterText []string
	After     []OffboardPart // what happened after the last day of work
	Unseen    Table
	Method    []string
}

// OffboardTile counts what is open of a group of things.
type OffboardTile struct {
	Count int
	Word  string
}

// OffboardPhase is a group of steps.
type OffboardPhase struct {
	ID    string
	Title string
	Why   string
	Steps []OffboardStep
}

// OffboardStep is one thing to do.
type OffboardStep struct {
	Number int
	Title  string
	How    string
	Items  []string
	Check  string // that nobody knows whether there is anything to do, "" when there is
}

// OffboardPart is a list of things with a heading.
type OffboardPart struct {
	ID    string
	Title string
	Note  string // that not everything could be seen
	Empty string // instead of the table
	Open  int
	Table Table
}

// OffboardLimits are how many rows of a list and items of a step a document shows.
type OffboardLimits struct{ Rows, Items int }

// OffboardOptions of a document.
type OffboardOptions struct {
	Lang     lang.Lang
	Limits   OffboardLimits
	Question func(id string) string           // text of a question of the questionnaire
	Choice   func(question, id string) string // label of one of its choices
}

// offboarder words a dossier in one language.
type offboarder struct {
	builder
	d     *offboard.Dossier
	o     OffboardOptions
	items map[string]*offboard.Item
}

// BuildOffboard words a dossier.
func BuildOffboard(d *offboard.Dossier, o OffboardOptions) (*Offboard, error) {
	words, err := LoadCatalogue(o.Lang)
	if err != nil {
		return nil, err
	}
	b := &offboarder{
		builder: builder{r: &checks.Result{}, o: Options{Lang: o.Lang, Question: o.Question}, l: o.Lang, t: words},
		d:       d, o: o, items: map[string]*offboard.Item{},
	}
	for i := range d.Sections {
		for n := range d.Sections[i].Items {
			item := &d.Sections[i].Items[n]
			b.items[item.ID] = item
		}
	}
	out := &Offboard{Lang: o.Lang, Words: words, Now: d.CompiledAt, Cover: b.face(), Summary: b.lead(), Alerts: b.alerts(), Tiles: b.tiles(), Phases: b.phases()}
	for _, s := range d.Sections {
		out.Parts = append(out.Parts, b.part(s))
	}
	out.AfterText, out.After = b.after()
	out.Unseen = b.unseen()
	for _, key := range []string{"offboard.method.1", "offboard.method.2", "offboard.method.3"} {
		out.Method = append(out.Method, b.t.With(key, values{"date": b.l.Date(d.TakenAt)}))
	}
	return out, nil
}

// face is the cover.
func (b *offboarder) face() Cover {
	d := b.d
	name := d.Person.Name
	if name == "" && len(d.Person.Emails) > 0 {
		name = d.Person.Emails[0]
	}
	if name == "" {
		name = b.t.T("offboard.nobody")
	}
	system := d.Portal.Title
	if key := "platform." + d.Portal.Platform; system == "" && b.t.Has(key) {
		system = b.t.T(key)
	}
	if host := hostOf(d.Portal.URL); host != "" {
		system = strings.TrimPrefix(system+", "+host, ", ")
	}
	c := Cover{
		Title: b.t.T("offboard.title"), Client: name, System: system, Confidential: b.t.T("offboard.confidential"),
		FileTitle: b.t.T("offboard.title") + " — " + name, Author: "crmaudit", Keywords: []string{d.Portal.Platform, "crmaudit"},
	}
	add := func(key, value string) {
		if value != "" {
			c.Facts = append(c.Facts, Fact{b.t.T("offboard.fact.label." + key), value})
		}
	}
	add("person", name)
	add("system", system)
	add("left", b.lastDay())
	add("accounts", b.accountNames())
	add("staff", b.staffRows())
	add("contacts", strings.Join(append(append([]string{}, d.Person.Emails...), d.Person.Phones...), ", "))
	add("taken", b.l.Date(d.TakenAt))
	add("compiled", b.l.Date(d.CompiledAt))
	add("snapshot", short(d.Snapshot))
	add("tool", d.Tool)
	return c
}

func (b *offboarder) lastDay() string {
	if l := b.d.Leaving; l.Day != nil {
		return b.l.Date(*l.Day) + " (" + b.t.T("offboard.from."+l.From) + ")"
	}
	return b.t.T("offboard.none.day")
}

func (b *offboarder) accountNames() string {
	var names []string
	for _, a := range b.d.Person.Accounts {
		state := b.t.T("account.unknown")
		if a.Active != nil {
			state = b.yesNo(a.Active, "account.active", "account.blocked")
		}
		names = append(names, "ID"+lang.NBSP+strings.TrimPrefix(a.Ref, "user:")+" ("+b.source(a.Source)+", "+state+")")
	}
	if names == nil {
		return b.t.T("offboard.none.account")
	}
	return strings.Join(names, "; ")
}

func (b *offboarder) staffRows() string {
	var rows []string
	for _, s := range b.d.Person.Staff {
		n, _ := strconv.Atoi(strings.TrimPrefix(s.Ref, "row:"))
		row := b.t.With("offboard.row", values{"n": n})
		if s.External != "" {
			row += " (" + s.External + ")"
		}
		rows = append(rows, row)
	}
	if rows == nil {
		return b.t.T("offboard.none.staff")
	}
	return strings.Join(rows, ", ")
}

// lead says the essentials in a few sentences.
func (b *offboarder) lead() []string {
	l := b.d.Leaving
	v := values{}
	key := l.Status
	if l.Day != nil {
		v["day"], v["days"], v["from"] = *l.Day, int(b.d.CompiledAt.Sub(*l.Day)/(24*time.Hour)), b.t.T("offboard.from."+l.From)
	} else if l.Status == offboard.LeftAlready {
		key = "left_no_day"
	}
	text := []string{b.t.With("offboard.lead."+key, v)}
	open := 0
	for _, s := range b.d.Sections {
		open += s.Open
	}
	if open > 0 {
		text = append(text, b.t.With("offboard.lead.open", values{"n": open, "steps": len(b.d.Checklist)}))
	} else {
		text = append(text, b.t.With("offboard.lead.nothing", values{"unseen": len(b.d.Unseen) > 0}))
	}
	if n := len(b.d.Unseen); n > 0 {
		text = append(text, b.t.With("offboard.lead.unseen", values{"n": n}))
	}
	return text
}

func (b *offboarder) alerts() []string {
	var list []string
	if k := b.d.Control.OnlyAdmin; k != offboard.No {
		list = append(list, b.t.T("offboard.alert.only_admin."+string(k)))
	}
	if b.d.Control.PortalOwner == offboard.Yes {
		list = append(list, b.t.T("offboard.alert.portal_owner"))
	}
	if b.d.After.Any() {
		list = append(list, b.t.T("offboard.alert.after"))
	}
	for _, s := range b.d.Person.Staff {
		if s.Shared {
			list = append(list, b.t.T("offboard.alert.shared"))
			break
		}
	}
	return list
}

func (b *offboarder) tiles() []OffboardTile {
	var list []OffboardTile
	for _, t := range []struct {
		word     string
		sections []string
	}{
		{"accounts", []string{offboard.SectionAccounts, offboard.SectionRights, offboard.SectionServices}},
		{"access", []string{offboard.SectionSessions, offboard.SectionTokens, offboard.SectionIntegrations, offboard.SectionLinks}},
		{"work", []string{offboard.SectionRecords, offboard.SectionMail}},
		{"things", []string{offboard.SectionKeys, offboard.SectionBackups, offboard.SectionAssets}},
	} {
		n := 0
		for _, id := range t.sections {
			n += b.d.Section(id).Open
		}
		list = append(list, OffboardTile{n, b.t.T("offboard.tile." + t.word)})
	}
	return list
}

func (b *offboarder) phases() []OffboardPhase {
	var list []OffboardPhase
	number := 0
	for _, id := range offboard.Phases {
		p := OffboardPhase{ID: id, Title: b.t.T("offboard.phase." + id), Why: b.t.T("offboard.phase." + id + ".why")}
		for _, s := range b.d.Checklist {
			if s.Phase != id {
				continue
			}
			number++
			step := OffboardStep{Number: number, Title: b.t.T("offboard.step." + s.ID), How: b.t.T("offboard.step." + s.ID + ".how"), Items: b.labels(s.Items)}
			if s.Check {
				step.Check = b.t.T("offboard.check")
			}
			p.Steps = append(p.Steps, step)
		}
		if len(p.Steps) > 0 {
			list = append(list, p)
		}
	}
	return list
}

// labels names what a step is about.
func (b *offboarder) labels(ids []string) []string {
	var list []string
	for _, id := range ids {
		if i := b.items[id]; i != nil && len(list) < b.o.Limits.Items {
			label := b.label(i)
			if _, named := i.Details["named"]; named {
				label += "; " + b.detail(i, "offboard.detail.named", i.Details["named"])
			}
			list = append(list, label)
		}
	}
	if rest := len(ids) - len(list); rest > 0 {
		list = append(list, b.t.With("offboard.more", values{"n": rest}))
	}
	return list
}

func (b *offboarder) unseen() Table {
	t := Table{
		Head:   []string{b.t.T("offboard.col.what"), b.t.T("offboard.col.why"), b.t.T("offboard.col.how")},
		Widths: []int{34, 26, 40},
	}
	for _, u := range b.d.Unseen {
		why, how := b.gap(u.Gap)
		what := capital(b.word("offboard.fact.", u.Gap.Fact))
		if u.Section == offboard.SectionAfter {
			what = b.t.T("offboard.section.after") + ": " + b.word("offboard.fact.", u.Gap.Fact)
		}
		t.Rows = append(t.Rows, []string{what, why, how})
	}
	return t
}

func (b *offboarder) gap(g checks.Gap) (why, how string) {
	why, how = b.gaps([]checks.Gap{g})
	if key := "offboard.reason." + g.Detail; b.t.Has(key) {
		why = b.t.T(key)
	}
	if key := "offboard.how." + g.Detail; b.t.Has(key) {
		how = b.t.T(key)
	}
	if how == "" {
		how = b.t.T("offboard.how.look")
	}
	return capital(why), how
}

// word is a message for a word of the dossier, or the word itself where there is none.
func (b *offboarder) word(prefix, word string) string {
	if b.t.Has(prefix + word) {
		return b.t.T(prefix + word)
	}
	return word
}

func (b *offboarder) source(id string) string { return b.word("offboard.source.", id) }

// known tells how well something is known and by whom.
func (b *offboarder) known(i *offboard.Item) string {
	if i.Told != nil {
		return b.t.With("offboard.told", values{"day": b.day(i.Told.At), "evidence": i.Told.Evidence})
	}
	source := b.source(i.Source)
	if i.Quality == facts.Observed || i.Source == "answers" {
		return source
	}
	return b.t.With("offboard.quality."+string(i.Quality), values{"source": source})
}

package offboard

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/questions"
)

// Options says whose dossier it is and how the snapshot is judged.
type Options struct {
	Person []string  // selectors; several of them state that they mean the same person
	Left   time.Time // last day of work, when the sources do not know better; zero: ask the sources
	Now    time.Time
	Tool   string
	Hash   string // checksum of the snapshot
}

// compiler reads one snapshot for one person.
type compiler struct {
	snapshot  facts.Snapshot
	now       time.Time
	people    *checks.People
	covers    checks.Covers
	questions *questions.Questions

	who      *identity
	d        *Dossier
	sections map[string]*Section
	lacking  map[string]facts.Reason // fields of the person's accounts that nobody knows
	answered map[string]time.Time    // questions about people, and when they were answered
	told     *time.Time              // last day of work according to an answer
	ids      map[string]int          // how many items have an id
	hints    []facts.Answer          // that may speak of the person
	clash    bool                    // somebody else bears the name of an account
}

// Compile reads the snapshot twice, once to find the person and once to collect what belongs to them.
func Compile(ctx context.Context, s facts.Snapshot, o Options) (*Dossier, error) {
	if err := badDay(o.Left, o.Now); err != nil {
		return nil, err
	}
	people, err := checks.ReadPeople(ctx, s, o.Now)
	if err != nil {
		return nil, fmt.Errorf("read the people of the snapshot: %w", err)
	}
	catalogue, err := questions.Load()
	if err != nil {
		return nil, err
	}
	info := s.Info()
	c := &compiler{
		snapshot: s, now: o.Now, people: people, covers: checks.NewCovers(info.Coverage), questions: catalogue,
		sections: map[string]*Section{}, lacking: map[string]facts.Reason{}, answered: map[string]time.Time{},
		ids: map[string]int{},
	}
	c.d = &Dossier{
		SchemaVersion: SchemaVersion, Tool: o.Tool, Snapshot: o.Hash, TakenAt: info.TakenAt.UTC(), CompiledAt: o.Now.UTC(),
		Portal: Portal{checks.Tidy(info.Portal), checks.Tidy(info.Title), checks.Tidy(info.URL), checks.Tidy(info.Platform)},
		Person: Person{Staff: []Staff{}, Accounts: []Account{}},
	}
	for _, id := range SectionIDs {
		c.sections[id] = &Section{ID: id, Items: []Item{}}
	}
	if c.who, err = c.find(ctx, o.Person); err != nil {
		return nil, err
	}
	c.who.people = people
	if err := c.read(ctx, o.Left); err != nil {
		return nil, err
	}
	return c.finish(ctx, o.Person)
}

// read collects everything in the order in which later steps need earlier ones.
func (c *compiler) read(ctx context.Context, left time.Time) error {
	for _, step := range []func(context.Context) error{c.readStaff, c.readUsers, c.readSponsored, c.readAnswers} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	c.leaving(left)
	c.accountsAfter()
	c.settleSecrets()
	c.settleHints()
	for _, kind := range []facts.Kind{
		facts.KindGroup, facts.KindSession, facts.KindCredential, facts.KindIntegration, facts.KindHandler,
		facts.KindPublicLink, facts.KindMailbox, facts.KindBackup, facts.KindAsset, facts.KindActivity, facts.KindEvent,
	} {
		for r, err := range c.snapshot.Records(ctx, kind) {
			if err != nil {
				return err
			}
			c.record(r)
		}
	}
	return nil
}

// finish puts the parts together; an e-mail that nothing bears is nobody.
func (c *compiler) finish(ctx context.Context, selectors []string) (*Dossier, error) {
	d := c.d
	found := len(d.Person.Accounts)+len(d.Person.Staff) > 0 || d.After.Any()
	for _, id := range SectionIDs {
		found = found || slices.ContainsFunc(c.sections[id].Items, func(i Item) bool { return !contains(vague, i.Type) })
	}
	if !found {
		return nil, c.unknown(ctx, parseSelector(selectors[0]))
	}
	d.Person.Emails = sortedKeys(c.who.emails)
	for _, k := range sortedKeys(c.who.contacts) {
		if len(k) > 1 && k[0] == '+' {
			d.Person.Phones = append(d.Person.Phones, checks.Tidy(k))
		}
	}
	c.describe()
	c.control()
	c.sortActivity()
	d.Unseen = c.unseen()
	for _, id := range SectionIDs {
		s := c.sections[id]
		s.Seen = seenOf(id, s, d.Unseen)
		d.Sections = append(d.Sections, *s)
	}
	d.Checklist = c.checklist()
	return d, nil
}

// vague are items that belong to somebody, perhaps to this person.
var vague = []string{"departed_second_factor", "registered_to_private_person", "backup"}

// describe names the person: as the HR list does, else as an account, else by the e-mail.
func (c *compiler) describe() {
	p := &c.d.Person
	for i, e := range p.Emails {
		p.Emails[i] = checks.Tidy(e)
	}
	for _, s := range p.Staff {
		if p.Name == "" {
			p.Name = s.Name
		}
	}
	for _, a := range p.Accounts {
		if p.Name == "" {
			p.Name = a.Name
		}
	}
	switch {
	case len(p.Accounts) > 0:
		p.Slug = slug(p.Accounts[0].Ref)
	case len(p.Staff) > 0:
		p.Slug = slug(p.Staff[0].Ref)
	default:
		p.Slug = slug(c.who.bare)
	}
}

// section is one of the sections of the dossier.
func (c *compiler) section(id string) *Section { return c.sections[id] }

// Section is a section by its id.
func (d *Dossier) Section(id string) *Section {
	for i := range d.Sections {
		if d.Sections[i].ID == id {
			return &d.Sections[i]
		}
	}
	return &Section{ID: id}
}

func sortedKeys(m map[string]bool) []string { return slices.Sorted(maps.Keys(m)) }

// badDay refuses a last day of work that cannot be one.
func badDay(left, now time.Time) error {
	if left.IsZero() || left.Year() >= 1990 && left.Before(now.AddDate(2, 0, 0)) {
		return nil
	}
	return fail.New(fail.Usage, "write the last day of work as 2026-10-15", "%s cannot be a last day of work", left.Format(time.DateOnly))
}

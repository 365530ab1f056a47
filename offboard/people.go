package offboard

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
)

// contact is the contact by which the HR list knows an account.
func (c *compiler) contact(u *facts.User) string {
	contact, _ := c.people.Contact(u.Email.Or(""), u.Phone.Or(""), u.Extra["external_id"])
	return contact
}

// readStaff finds the rows of the HR list.
func (c *compiler) readStaff(ctx context.Context) error {
	for p, err := range facts.Each[*facts.Person](ctx, c.snapshot) {
		if err != nil {
			return err
		}
		if !c.who.row(p) || len(c.d.Person.Staff) >= mostCandidates {
			continue
		}
		s := Staff{Ref: "row:" + itoa(p.Row), Source: checks.Tidy(p.Source), Name: checks.Tidy(p.Name.Or("")), External: checks.Tidy(p.External)}
		if employed, known := p.Employed.Get(); known {
			s.Employed = &employed
		}
		if left, known := p.Left.Get(); known && !left.IsZero() {
			s.Left = moment(left)
		}
		for _, e := range p.Emails {
			_, shared := c.people.Contact(e, "", "")
			s.Shared = s.Shared || shared
		}
		for _, n := range p.Phones {
			_, shared := c.people.Contact("", "+"+n, "")
			s.Shared = s.Shared || shared
		}
		c.d.Person.Staff = append(c.d.Person.Staff, s)
	}
	return nil
}

// readUsers finds the person's accounts and counts who else could run the CRM.
func (c *compiler) readUsers(ctx context.Context) error {
	// All names of the person come first: an account may be known by the e-mail of a later one.
	for u, err := range facts.Each[*facts.User](ctx, c.snapshot) {
		if err != nil {
			return err
		}
		c.who.sources[u.Source] = true
		if c.who.owns(u, c.contact(u)) {
			c.who.learn(u)
		}
	}
	borne := map[string]bool{} // names and logins of the person's accounts that mean others too
	for u, err := range facts.Each[*facts.User](ctx, c.snapshot) {
		if err != nil {
			return err
		}
		if c.who.owns(u, c.contact(u)) {
			c.who.learn(u)
			if len(c.d.Person.Accounts) < maxItems {
				c.account(u, c.people.User(u))
			}
			continue
		}
		id, _, login, name := checks.AccountNames(u)
		for _, key := range []string{id, login, name} { // a login may be chosen to look like somebody's id
			if c.who.names[key] || c.who.logins[key] {
				borne[key] = true
			}
		}
		c.countAdmin(c.people.User(u))
	}
	for key := range borne {
		delete(c.who.names, key)
		delete(c.who.logins, key)
		c.clash = true
	}
	return nil
}

// readSponsored finds the accounts that the person answers for, once it is clear which names are theirs alone.
func (c *compiler) readSponsored(ctx context.Context) error {
	for u, err := range facts.Each[*facts.User](ctx, c.snapshot) {
		if err != nil {
			return err
		}
		if !c.who.owns(u, c.contact(u)) {
			c.sponsored(u)
		}
	}
	return nil
}

// countAdmin counts whether an account of somebody else can run the CRM.
func (c *compiler) countAdmin(v *checks.View) {
	if kind := v.String("kind"); kind == facts.UserBot || kind == facts.UserSystem || kind == facts.UserService {
		return
	}
	active, known := v.Bool("active")
	blocked, _ := v.Bool("blocked")
	departed, departedKnown := v.Bool("departed")
	admin, adminKnown := v.Bool("admin")
	switch {
	case known && !active, blocked, departed:
	case !adminKnown:
		c.d.Control.Undecided++
	case admin && known && (departedKnown || !c.covers.Of(facts.KindPerson).Full):
		c.d.Control.OtherAdmins++
	case admin:
		c.d.Control.Undecided++
	}
}

// control draws the conclusion: whether anybody else could run the CRM tomorrow.
func (c *compiler) control() {
	k := &c.d.Control
	k.Admin, k.PortalOwner = c.right("admin"), c.right("portal_owner")
	switch {
	case k.OtherAdmins > 0, k.Admin == No && k.PortalOwner == No:
		k.OnlyAdmin = No
	case k.Admin == Unknown || k.Undecided > 0 || !c.covers.Of(facts.KindUser).Full:
		k.OnlyAdmin = Unknown
	default:
		k.OnlyAdmin = Yes
	}
}

// right tells whether any account of the person has a right.
func (c *compiler) right(name string) Ternary {
	for _, i := range c.section(SectionRights).Items {
		if i.Type == name {
			return Yes
		}
	}
	_, lacking := c.lacking[name]
	if lacking || len(c.d.Person.Accounts) == 0 && !c.covers.Of(facts.KindUser).Full {
		return Unknown
	}
	return No
}

// leaving decides on the last day of work: as it was given, else as the HR list says, else an answer.
func (c *compiler) leaving(given time.Time) {
	l := &c.d.Leaving
	var employed *bool
	undecided := false
	for _, s := range c.d.Person.Staff {
		if s.Shared {
			undecided = true
			continue
		}
		if s.Employed != nil && (employed == nil || *s.Employed) {
			employed = s.Employed // who works under one contract has not left with the other
		}
		if s.Left != nil && (l.Day == nil || s.Left.After(*l.Day)) {
			l.Day, l.From = s.Left, "roster"
		}
	}
	if l.Day != nil && employed != nil && *employed && !l.Day.After(c.now) {
		l.Day, l.From, undecided = nil, "", true // left one day and works here: the list contradicts itself
	}
	if l.Day == nil && c.told != nil && (employed == nil || !*employed) {
		l.Day, l.From = c.told, "answer"
	}
	if !given.IsZero() {
		l.Day, l.From, undecided = moment(given), "given", false
	}
	switch {
	case l.Day != nil && day(*l.Day).After(day(c.now)):
		l.Status = LeftPlanned
	case l.Day != nil:
		l.Status = LeftAlready
	case undecided || employed == nil:
		l.Status = LeftUnknown
	case *employed:
		l.Status = LeftNot
	default:
		l.Status = LeftAlready // gone, and nobody knows since when
	}
	if l.Status == LeftAlready && l.Day != nil {
		from := day(*l.Day).Add(24 * time.Hour)
		c.d.After.From = &from
	}
}

// gone reports that something happened after the last day of work.
func (c *compiler) gone(t time.Time) bool {
	from := c.d.After.From
	return from != nil && !t.IsZero() && !t.Before(*from)
}

func moment(t time.Time) *time.Time {
	t = t.UTC()
	return &t
}

// slug names a file: letters, digits and dashes; what had other letters gets a mark that tells it apart.
func slug(ref string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '-'
	}, ref)
	plain := strings.ReplaceAll(ref, ":", "-") == name && len(name) <= 40
	name = strings.Trim(name[:min(len(name), 40)], "-")
	if plain && name != "" {
		return name
	}
	sum := sha256.Sum256([]byte(ref))
	return strings.TrimPrefix(fmt.Sprintf("%s-%x", name, sum[:3]), "-")
}

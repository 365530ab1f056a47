package checks

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// joins knows, across sources, what a single record cannot say of itself: who has left the company,
// whom an answer names, who owns a credential. It keeps people of the HR list and those accounts
// that other records refer to, never all users.
type joins struct {
	now time.Time

	hasRoster    bool
	rosterFull   bool
	rosterEmails bool // every person of the list has an e-mail address
	rosterPhones bool
	people       map[string]*person // by e-mail, phone (+digits) and external id

	lists []*declaredList       // answers that fill a field of users
	about map[string]*aboutUser // rows of an answer that fills several fields, by user

	toldPolicy *facts.BackupPolicy // the one that a person described; nil when there are none or several

	wanted map[string]bool     // user ids and e-mails that some record refers to
	users  map[string]*account // those of them that were seen, by id and by e-mail
}

// aboutUser is a row of the table of external and service accounts.
type aboutUser struct {
	question string
	cells    map[string]string
	matched  bool
}

type person struct {
	employed  bool
	known     bool
	left      time.Time
	ambiguous bool
}

type account struct {
	name          string
	active, admin facts.Known[bool]
	departed      facts.Known[bool]
	left          time.Time
	kind          string
}

// declaredList is an answer of the kind "who are the administrators": it declares one field of all users.
type declaredList struct {
	question string
	field    string
	listed   bool // value for those on the list; the others get the opposite
	entries  map[string]bool
}

func newJoins(now time.Time) *joins {
	return &joins{now: now, people: map[string]*person{}, about: map[string]*aboutUser{}, wanted: map[string]bool{}, users: map[string]*account{}}
}

// prepare reads the kinds that are small and that users are joined with.
func (j *joins) prepare(ctx context.Context, s facts.Snapshot) error {
	if err := j.readPeople(ctx, s); err != nil {
		return err
	}
	if err := j.collectPolicy(ctx, s); err != nil {
		return err
	}
	return j.collectOwners(ctx, s)
}

// readPeople reads what the HR list and the answers tell of the people behind accounts.
func (j *joins) readPeople(ctx context.Context, s facts.Snapshot) error {
	j.rosterEmails, j.rosterPhones = true, true
	for _, c := range s.Info().Coverage {
		switch {
		case c.Kind != facts.KindPerson:
		case c.Field == "" && c.State != facts.Missing:
			j.hasRoster = true
			j.rosterFull = c.State == facts.Full
		case c.Field == "emails":
			j.rosterEmails = c.State == facts.Full
		case c.Field == "phones":
			j.rosterPhones = c.State == facts.Full
		}
	}
	for p, err := range facts.Each[*facts.Person](ctx, s) {
		if err != nil {
			return err
		}
		j.hasRoster = true
		j.addPerson(p)
	}
	for a, err := range facts.Each[*facts.Answer](ctx, s) {
		if err != nil {
			return err
		}
		j.addAnswer(a)
	}
	return nil
}

func (j *joins) addPerson(p *facts.Person) {
	employed, known := p.Employed.Get()
	row := &person{employed: employed, known: known, left: p.Left.Or(time.Time{})}
	for _, key := range personKeys(p) {
		if have := j.people[key]; have != nil && (have.employed != row.employed || have.known != row.known) {
			have.ambiguous = true // the same contact belongs to somebody who works here and somebody who left
			continue
		}
		j.people[key] = row
	}
}

func personKeys(p *facts.Person) []string {
	var keys []string
	for _, e := range p.Emails {
		keys = append(keys, strings.ToLower(e))
	}
	for _, n := range p.Phones {
		keys = append(keys, "+"+n)
	}
	if p.External != "" {
		keys = append(keys, "id:"+p.External)
	}
	return keys
}

func (j *joins) addAnswer(a *facts.Answer) {
	if a.Fills == "" {
		return
	}
	if rows, ok := a.Rows.Get(); ok && strings.HasPrefix(a.Fills, "user.") {
		for _, row := range rows {
			j.about[normal(row["user"])] = &aboutUser{question: a.ID, cells: row}
		}
		return
	}
	field, negated := strings.CutPrefix(a.Fills, "!")
	field, ok := strings.CutPrefix(field, "user.")
	list, known := a.List.Get()
	if !ok || !known {
		return
	}
	d := &declaredList{question: a.ID, field: field, listed: !negated, entries: map[string]bool{}}
	for _, e := range list {
		d.entries[normal(e)] = false
	}
	j.lists = append(j.lists, d)
}

// complete adds to a view what the joins know. Users must pass before what refers to them.
func (j *joins) complete(v *View, r facts.Record) {
	switch r := r.(type) {
	case *facts.User:
		j.user(v, r)
	case *facts.Session:
		j.owner(v, "user", r.User)
		age(v, "created_days")
	case *facts.Credential:
		j.owner(v, "owner", r.Owner.Or(""))
		age(v, "created_days")
	case *facts.Integration:
		j.owner(v, "owner", r.Owner.Or(""))
	case *facts.Handler:
		j.owner(v, "owner", r.Owner.Or(""))
		if host, ok := r.Host.Get(); ok {
			if h, _, err := net.SplitHostPort(host); err == nil {
				host = h
			}
			_, err := netip.ParseAddr(strings.Trim(host, "[]"))
			v.Set("raw_address", err == nil, r.Host.Quality())
		}
	case *facts.Group:
		j.owner(v, "owner", r.Owner.Or(""))
	case *facts.PublicLink:
		j.owner(v, "creator", r.Creator.Or(""))
	case *facts.Mailbox:
		j.owner(v, "owner", r.Owner.Or(""))
	case *facts.Asset:
		j.owner(v, "holder", r.Holder.Or(""))
	case *facts.BackupPolicy:
		j.policy(v, r)
	case *facts.Backup:
		age(v, "finished_days")
	case *facts.Answer:
		j.answer(v, r)
	case *facts.Endpoint:
		endpoint(v, r)
	case *facts.Event:
		j.event(v, r)
	}
}

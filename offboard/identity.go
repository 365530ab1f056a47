package offboard

import (
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
)

// identity is everything by which records mean the person.
type identity struct {
	contacts map[string]bool            // of the HR list
	emails   map[string]bool            // of rows and accounts
	ids      map[string]map[string]bool // account ids by source: user 12 of another CRM is somebody else
	logins   map[string]bool            // of the accounts, as long as they mean nobody else
	names    map[string]bool            // the same
	sources  map[string]bool            // those that have accounts of their own
	bare     string                     // known by an e-mail alone
	people   *checks.People
}

func newIdentity() *identity {
	return &identity{
		contacts: map[string]bool{}, emails: map[string]bool{}, ids: map[string]map[string]bool{}, logins: map[string]bool{},
		names: map[string]bool{}, sources: map[string]bool{},
	}
}

func (w *identity) join(c *candidate) {
	for _, k := range c.contacts {
		w.contacts[k] = true
	}
	for _, e := range c.emails {
		w.emails[e] = true
	}
	if c.bare != "" {
		w.bare = c.bare
	}
}

// row reports whether a row of the HR list is about the person: it bears a contact by which the list
// finds them. It adds what else the row knows.
func (w *identity) row(p *facts.Person) bool {
	if !slices.ContainsFunc(checks.PersonContacts(p), func(k string) bool { return w.contacts[k] && !strings.HasPrefix(k, "+") }) &&
		!w.onlyPhone(p) {
		return false
	}
	for _, k := range checks.PersonContacts(p) {
		w.contacts[k] = true
	}
	for _, e := range p.Emails {
		w.emails[checks.Comparable(e)] = true
	}
	return true
}

// onlyPhone lets a phone decide where nothing better is known: phones are shared more often than mailboxes.
func (w *identity) onlyPhone(p *facts.Person) bool {
	for k := range w.contacts {
		if !strings.HasPrefix(k, "+") {
			return false
		}
	}
	return slices.ContainsFunc(p.Phones, func(n string) bool { return w.contacts["+"+n] })
}

// owns reports whether an account is the person's, given the contact by which the HR list knows it.
func (w *identity) owns(u *facts.User, contact string) bool {
	if contact != "" {
		return w.contacts[contact]
	}
	_, email, _, _ := checks.AccountNames(u)
	return email != "" && w.emails[email] || w.contacts[accountKey(u)]
}

func (w *identity) learn(u *facts.User) {
	id, email, login, name := checks.AccountNames(u)
	if w.ids[u.Source] == nil {
		w.ids[u.Source] = map[string]bool{}
	}
	w.ids[u.Source][id] = true
	for _, set := range []struct {
		to  map[string]bool
		key string
	}{{w.emails, email}, {w.logins, login}, {w.names, name}} {
		if set.key != "" {
			set.to[set.key] = true
		}
	}
}

// means reports whether a record of a source speaks of the person. An account id counts within its own
// source and where no accounts are known, as in answers.
func (w *identity) means(ref, source string) bool {
	if ref == "" {
		return false
	}
	key := checks.Comparable(ref)
	if w.emails[key] || w.logins[key] || w.names[key] {
		return true
	}
	if w.sources[source] {
		return w.ids[source][key]
	}
	for _, ids := range w.ids {
		if ids[key] {
			return true
		}
	}
	contact, _ := w.people.Contact(ref, ref, ref)
	return contact != "" && w.contacts[contact]
}

package roster

import (
	"fmt"

	"github.com/crmaudit/crmaudit/facts"
)

// coverage says how complete the list is: as a whole, and for each field that it lacks or has in part.
func (l *list) coverage() []facts.Coverage {
	all := []facts.Coverage{l.whole()}
	total := len(l.people)
	employed := l.partly("employed", total, l.has(fieldStatus, fieldEmployed, fieldLeft), func(p *facts.Person) bool {
		_, known := p.Employed.Get()
		return known
	})
	if employed != nil && employed.State == facts.PartOnly && l.troubles.count(badStatus)+l.troubles.count(badDate) > 0 {
		employed.Reason = facts.Failed
	}
	for _, c := range []*facts.Coverage{
		l.partly("name", total, l.has(fieldName, fieldLast, fieldFirst, fieldMiddle), func(p *facts.Person) bool { return p.Name.Or("") != "" }),
		l.partly("emails", total, l.has(fieldEmail), func(p *facts.Person) bool { return len(p.Emails) > 0 }),
		l.partly("phones", total, l.has(fieldPhone), func(p *facts.Person) bool { return len(p.Phones) > 0 }),
		l.partly("external_id", total, l.has(fieldExternal), func(p *facts.Person) bool { return p.External != "" }),
		employed,
		l.partly("left_on", total, l.has(fieldLeft), func(p *facts.Person) bool {
			_, known := p.Left.Get()
			return known || p.Employed.Or(false) // who works here has no leaving date to be missing
		}),
	} {
		if c != nil {
			all = append(all, *c)
		}
	}
	return all
}

// whole is the coverage of the records. A list that cannot say of an account that nobody in it owns
// that account is partial.
func (l *list) whole() facts.Coverage {
	c := facts.Coverage{Kind: facts.KindPerson, State: facts.Full, Count: len(l.people)}
	for _, t := range []trouble{shared, nobody, badEmail, noContact} {
		if n := l.troubles.count(t); n > 0 {
			c.State, c.Reason = facts.PartOnly, facts.Failed
			c.Detail = rowsText(l.troubles.lines[t]) + ": " + string(t)
			if t == noContact {
				c.Reason = facts.NotSupported
			}
			break
		}
	}
	return c
}

// partly is the coverage of one field, nil when everybody has it.
func (l *list) partly(name string, total int, column bool, has func(*facts.Person) bool) *facts.Coverage {
	c := &facts.Coverage{Kind: facts.KindPerson, Field: name, State: facts.Missing, Reason: facts.NotSupported, Detail: "the list has no such column"}
	if !column {
		return c
	}
	for _, p := range l.people {
		if has(p) {
			c.Count++
		}
	}
	if c.Count == total {
		return nil
	}
	c.State, c.Detail = facts.PartOnly, fmt.Sprintf("%d of %d people have it", c.Count, total)
	return c
}

// notes are what the consultant should look at in the list.
func (l *list) notes() []string {
	var all []string
	for _, t := range l.troubles.order {
		all = append(all, rowsText(l.troubles.lines[t])+": "+string(t))
	}
	if merged := len(l.entries) - len(l.people); merged > 0 {
		all = append(all, fmt.Sprintf("merged rows of the same person: %d", merged))
	}
	if len(l.notRead) > 0 {
		all = append(all, "sheets not read: "+quoted(l.notRead))
	}
	return all
}

package checks

import (
	"context"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// People tells who is behind an account, for what looks at one person instead of judging all. It
// matches accounts, the HR list and the answers exactly as the checks do.
type People struct {
	joins *joins
	view  *View
}

// ReadPeople reads the HR list and the answers of a snapshot. No account is kept.
func ReadPeople(ctx context.Context, s facts.Snapshot, now time.Time) (*People, error) {
	j := newJoins(now)
	if err := j.readPeople(ctx, s); err != nil {
		return nil, err
	}
	return &People{joins: j, view: newRecordView(facts.KindUser, now)}, nil
}

// User is an account as checks see it, completed by the HR list and the answers. The view is valid
// until the next call.
func (p *People) User(u *facts.User) *View {
	p.view.turnTo(u)
	p.joins.user(p.view, u)
	return p.view
}

// Contact is the contact by which the HR list knows whoever has these, one of PersonContacts, "" when
// it knows nobody. It is shared when it belongs to somebody who works here and to somebody who left.
func (p *People) Contact(email, number, external string) (contact string, shared bool) {
	contact, row := p.joins.match(email, number, external)
	return contact, row != nil && row.ambiguous
}

// PersonContacts are the contacts by which a row of the HR list is found: e-mail addresses, phones
// after a plus, the id of the list after id:.
func PersonContacts(p *facts.Person) []string { return personKeys(p) }

// AccountNames are the names by which records and answers mean an account, made comparable.
func AccountNames(u *facts.User) (id, email, login, name string) {
	k := keysOf(u)
	return k.id, k.email, k.login, k.name
}

// Comparable is a reference to an account in the form in which two of them are compared.
func Comparable(ref string) string { return normal(ref) }

// Tidy makes a text from outside fit for a result: valid, printable, not too long.
func Tidy(s string) string { return tidy(s) }

// TidyKey is Tidy for what identifies a record: two that differ stay different.
func TidyKey(s string) string { return tidyKey(s) }

// Covers tells how completely the sources delivered kinds of records and their fields.
type Covers struct{ index coverIndex }

// NewCovers reads the coverage of a snapshot.
func NewCovers(list []facts.Coverage) Covers { return Covers{newCoverIndex(list)} }

// Of a kind: full when an empty list proves that there is none.
func (c Covers) Of(k facts.Kind) Cover { return c.index.of(k) }

// Field is how a single field, or one kind of entries of a log, was delivered; where no source speaks
// of it, the kind as a whole decides.
func (c Covers) Field(k facts.Kind, field string) Cover {
	entries := c.index.fields[string(k)+"."+field]
	if len(entries) == 0 {
		return c.Of(k)
	}
	var cover Cover
	for _, e := range entries {
		if e.State == facts.Full {
			return Cover{Full: true}
		}
		cover.Gaps = append(cover.Gaps, gapOf(string(k)+"."+field, e))
	}
	return cover
}

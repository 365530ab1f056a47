package roster

import (
	"fmt"
	"slices"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// settle merges rows that speak of the same person and gives everybody an id. Two rows are the same
// person when they share an e-mail or a phone and tell the same name, employment and leaving date.
// Rows that share a contact but differ stay apart: which is right only the personnel department knows.
func (l *list) settle() {
	l.people = merge(l.entries)
	owners := map[string]int{}
	for _, p := range l.people {
		for _, c := range contacts(p) {
			owners[c]++
		}
	}
	taken := map[string]bool{}
	for _, p := range l.people {
		if slices.ContainsFunc(contacts(p), func(c string) bool { return owners[c] > 1 }) {
			l.troubles.add(shared, p.Row)
		}
		p.ID = freeID(p, taken)
		taken[p.ID] = true
	}
}

// mostMerged bounds the contacts that rows of one person bring together; a list in which somebody has
// more is no list of people, and merging it would take for ever.
const mostMerged = 100

// merge joins rows that agree; the first row keeps its place and takes the others' contacts.
func merge(rows []*facts.Person) []*facts.Person {
	into := map[string]*facts.Person{} // by a contact together with everything that must agree
	gone := map[*facts.Person]bool{}
	for _, p := range rows {
		said := said(p)
		first, others := p, []*facts.Person{}
		for _, c := range contacts(p) {
			old := into[c+said]
			switch {
			case old == nil || old == first || len(contacts(old)) > mostMerged:
			case old.Row < first.Row: // p may also tie together two that came before
				first, others = old, append(others, first)
			default:
				others = append(others, old)
			}
		}
		for _, o := range others {
			if !gone[o] {
				gone[o] = true
				take(first, o)
			}
		}
		for _, c := range contacts(first) {
			into[c+said] = first
		}
	}
	return slices.DeleteFunc(slices.Clone(rows), func(p *facts.Person) bool { return gone[p] })
}

// take adds what another row of the same person knows besides.
func take(p, other *facts.Person) {
	p.Emails = unique(append(p.Emails, other.Emails...))
	p.Phones = unique(append(p.Phones, other.Phones...))
	if p.External == "" {
		p.External = other.External
	}
}

func contacts(p *facts.Person) []string {
	return append(slices.Clone(p.Emails), p.Phones...)
}

// said is everything in which two rows of one person have to agree.
func said(p *facts.Person) string {
	employed, known := p.Employed.Get()
	return fmt.Sprintf("\n%s\n%t %t\n%s", plain(p.Name.Or("")), employed, known, p.Left.Or(time.Time{}).Format(time.DateOnly))
}

// freeID is the e-mail, else the phone, else the row, whichever nobody before has.
func freeID(p *facts.Person, taken map[string]bool) string {
	for _, c := range contacts(p) {
		if !taken[c] {
			return c
		}
	}
	return fmt.Sprintf("row:%d", p.Row)
}

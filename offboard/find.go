package offboard

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/nearest"
	"github.com/crmaudit/crmaudit/internal/phrase"
)

// candidate is somebody whom a selector may mean.
type candidate struct {
	contacts []string // by which the HR list finds them
	emails   []string
	labels   []string // for the person at the terminal, masked
	bare     string   // an e-mail that no list and no account bears
	account  bool     // found as an account: the HR list has decided by which contact
}

// mostCandidates bounds what is compared and listed: a name that fits more people names nobody.
const mostCandidates = 20

// find gives the one person that all selectors together mean.
func (c *compiler) find(ctx context.Context, texts []string) (*identity, error) {
	who := newIdentity()
	for _, text := range texts {
		s := parseSelector(text)
		if s.text == "" || (s.user+s.row+s.email+s.id) == "" {
			return nil, fail.New(fail.Usage, "write --person with an e-mail, user:12, row:14, a phone or a name", "--person %q names nobody", text)
		}
		list, err := c.candidates(ctx, s)
		if err != nil {
			return nil, err
		}
		switch {
		case len(list) > 1:
			return nil, ambiguous(s, list)
		case len(list) == 1:
			who.join(list[0])
		case s.email != "":
			who.join(&candidate{emails: []string{s.email}, bare: s.email})
		default:
			return nil, c.unknown(ctx, s)
		}
	}
	return who, nil
}

// candidates are the people whom a selector fits; rows and accounts of one person are one candidate.
func (c *compiler) candidates(ctx context.Context, s selector) ([]*candidate, error) {
	var list []*candidate
	for p, err := range facts.Each[*facts.Person](ctx, c.snapshot) {
		if err != nil {
			return nil, err
		}
		if s.person(p) {
			list = merge(list, &candidate{contacts: checks.PersonContacts(p), emails: lower(p.Emails), labels: []string{personLabel(p)}})
		}
		if len(list) > mostCandidates {
			return list, nil
		}
	}
	for u, err := range facts.Each[*facts.User](ctx, c.snapshot) {
		if err != nil {
			return nil, err
		}
		if s.account(u) {
			list = merge(list, c.ofAccount(u))
		}
		if len(list) > mostCandidates {
			break
		}
	}
	return list, nil
}

func (c *compiler) ofAccount(u *facts.User) *candidate {
	_, email, _, _ := checks.AccountNames(u)
	found := &candidate{account: true, labels: []string{accountLabel(u)}}
	if contact := c.contact(u); contact != "" {
		found.contacts = []string{contact}
	}
	if email != "" {
		found.emails = []string{email}
	}
	if len(found.contacts)+len(found.emails) == 0 {
		found.contacts = []string{accountKey(u)}
	}
	return found
}

// merge adds somebody to the candidates, as a new one unless it is one of them.
func merge(list []*candidate, next *candidate) []*candidate {
	for _, have := range list {
		if have.sharesContact(next) || overlap(have.emails, next.emails) {
			have.contacts = append(have.contacts, next.contacts...)
			have.emails = append(have.emails, next.emails...)
			have.labels = append(have.labels, next.labels...)
			return list
		}
	}
	return append(list, next)
}

// sharesContact leaves out what two rows of the list may have in common by chance: a phone on one desk.
func (c *candidate) sharesContact(next *candidate) bool {
	return slices.ContainsFunc(next.contacts, func(k string) bool {
		return contains(c.contacts, k) && (next.account || !strings.HasPrefix(k, "+"))
	})
}

func ambiguous(s selector, list []*candidate) error {
	var who []string
	for _, c := range list[:min(len(list), mostCandidates)] {
		who = append(who, strings.Join(c.labels[:min(len(c.labels), 3)], " = "))
	}
	more := ""
	if len(list) > mostCandidates {
		more = " and others"
	}
	return fail.New(fail.Usage, "give the e-mail, user:ID or row:N of one of them; give --person twice if two of them are the same person",
		"--person %q fits several people: %s%s", checks.Tidy(s.text), strings.Join(who, "; "), more)
}

// unknown says that nobody is meant and who nearly was.
func (c *compiler) unknown(ctx context.Context, s selector) error {
	close := map[string]string{} // by what could have been typed
	consider := func(label string, words ...string) {
		for _, w := range words {
			if w != "" && close[w] == "" && len(close) < 200 && nearest.Of(s.letters, []string{w}) != "" {
				close[w] = label
			}
		}
	}
	for p, err := range facts.Each[*facts.Person](ctx, c.snapshot) {
		if err != nil {
			return err
		}
		name := checks.Comparable(p.Name.Or(""))
		consider(personLabel(p), append(append(strings.Fields(name), name, p.External), lower(p.Emails)...)...)
	}
	for u, err := range facts.Each[*facts.User](ctx, c.snapshot) {
		if err != nil {
			return err
		}
		_, email, login, name := checks.AccountNames(u)
		consider(accountLabel(u), append(strings.Fields(name), name, email, login)...)
	}
	words := make([]string, 0, len(close))
	for w := range close {
		words = append(words, w)
	}
	slices.Sort(words)
	hint := "give an e-mail, user:ID, row:N of the HR list, a phone or a full name"
	if near := nearest.Of(s.letters, words); near != "" {
		hint = "did you mean " + close[near] + "?"
	}
	return fail.New(fail.Usage, hint, "nobody in this snapshot is %q", checks.Tidy(s.text))
}

func personLabel(p *facts.Person) string {
	label := checks.Tidy(phrase.ShortName(p.Name.Or("")))
	if len(p.Emails) > 0 {
		label += " " + checks.Tidy(phrase.MaskContact(p.Emails[0]))
	}
	return strings.TrimSpace(fmt.Sprintf("%s (row:%d)", label, p.Row))
}

func accountLabel(u *facts.User) string {
	label := checks.Tidy(phrase.ShortName(u.Name.Or("")))
	if email := u.Email.Or(""); email != "" {
		label += " " + checks.Tidy(phrase.MaskContact(email))
	}
	return strings.TrimSpace(fmt.Sprintf("%s (user:%s/%s)", label, checks.Tidy(u.Source), checks.Tidy(u.ID)))
}

func accountKey(u *facts.User) string { return "account:" + u.Source + "/" + checks.Comparable(u.ID) }

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return contains(b, s) })
}

func contains(list []string, s string) bool { return slices.Contains(list, s) }

func lower(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = checks.Comparable(s)
	}
	return out
}

func itoa(n int) string { return strconv.Itoa(n) }

func day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

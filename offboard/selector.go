package offboard

import (
	"strings"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/phone"
)

// selector is how somebody named the person: user:12, row:14, an e-mail, a phone, an id or a name.
type selector struct {
	text    string
	user    string // after user:
	row     string // after row:
	email   string
	phone   string
	id      string // of an account or of the HR list
	words   []string
	letters string // the whole text, comparable
}

func parseSelector(text string) selector {
	text = strings.TrimSpace(text)
	s := selector{text: text, letters: checks.Comparable(text)}
	if rest, ok := strings.CutPrefix(s.letters, "user:"); ok {
		s.user = rest
		return s
	}
	if rest, ok := strings.CutPrefix(s.letters, "row:"); ok {
		s.row = rest
		return s
	}
	if strings.Contains(text, "@") {
		s.email = s.letters
		return s
	}
	s.id, s.phone = text, phone.Normal(text)
	s.words = nameWords(text)
	return s
}

// person reports whether a row of the HR list is meant.
func (s selector) person(p *facts.Person) bool {
	switch {
	case s.row != "":
		return s.row == itoa(p.Row)
	case s.user != "":
		return false
	case s.email != "":
		return contains(p.Emails, s.email)
	}
	return p.External != "" && p.External == s.id || s.phone != "" && contains(p.Phones, s.phone) || s.named(p.Name.Or(""))
}

// account reports whether an account is meant.
func (s selector) account(u *facts.User) bool {
	id, email, login, name := checks.AccountNames(u)
	switch {
	case s.user != "":
		return s.user == id || s.user == checks.Comparable(u.Source)+"/"+id
	case s.row != "":
		return false
	case s.email != "":
		return s.email == email || s.email == login
	}
	return s.letters == id || login != "" && s.letters == login || s.phone != "" && s.phone == phone.Normal(u.Phone.Or("")) || s.named(name)
}

// named reports that a name has all the words of the selector, in any order.
func (s selector) named(name string) bool {
	if len(s.words) == 0 || name == "" {
		return false
	}
	have := nameWords(name)
	for _, w := range s.words {
		if !contains(have, w) {
			return false
		}
	}
	return true
}

func nameWords(name string) []string {
	return strings.Fields(strings.ReplaceAll(checks.Comparable(name), "ё", "е"))
}

package interview

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
)

// Account is an account of the CRM that an answer may name.
type Account struct{ ID, Email, Name string }

// Accounts lists the accounts of a snapshot, for suggestions.
func Accounts(ctx context.Context, s facts.Snapshot) ([]Account, error) {
	var list []Account
	for u, err := range facts.Each[*facts.User](ctx, s) {
		if err != nil {
			return nil, err
		}
		list = append(list, Account{u.ID, strings.ToLower(u.Email.Or("")), u.Name.Or("")})
	}
	return list, nil
}

// value is what is written into the answer: the e-mail, or the id where there is none.
func (a Account) value() string { return cmp.Or(a.Email, a.ID) }

func (a Account) String() string {
	if a.Name == "" {
		return printable(a.value())
	}
	return printable(a.value()) + " (" + printable(a.Name) + ")"
}

// match finds the accounts that a typed text may mean: the one that it names exactly, else those
// whose e-mail or a word of whose name begins with it.
func match(list []Account, typed string) []Account {
	typed = strings.ToLower(typed)
	var named, begun []Account
	for _, a := range list {
		switch {
		case typed == a.Email, typed == strings.ToLower(a.ID):
			return []Account{a}
		case typed == strings.ToLower(a.Name):
			named = append(named, a)
		case a.Email != "" && strings.HasPrefix(a.Email, typed), beginsWord(a.Name, typed):
			begun = append(begun, a)
		}
	}
	if len(named) > 0 {
		return named
	}
	return begun
}

func beginsWord(name, typed string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, typed) || slices.ContainsFunc(strings.Fields(name), func(w string) bool { return strings.HasPrefix(w, typed) })
}

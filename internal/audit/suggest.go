package audit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/collectors/roster"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/phone"
)

// maxSuggested bounds the accounts that are compared by name, maxSuggestions the lines that are printed.
const (
	maxSuggested   = 2000
	maxSuggestions = 20
)

// Suggest names active accounts that no contact of the HR list belongs to, but whose name looks like
// that of somebody on it. It is for a person to confirm by adding the contact to the list: a name
// alone never decides anything.
func Suggest(ctx context.Context, s facts.Snapshot) ([]string, error) {
	var people []*facts.Person
	contacts := map[string]bool{}
	for p, err := range facts.Each[*facts.Person](ctx, s) {
		if err != nil {
			return nil, err
		}
		people = append(people, p)
		for _, c := range slices.Concat(p.Emails, p.Phones) {
			contacts[c] = true
		}
	}
	ids, err := strangers(ctx, s, contacts)
	if err != nil || len(people) == 0 || len(ids) > maxSuggested {
		return nil, err
	}
	names := make([]string, 0, len(ids))
	for name := range ids {
		names = append(names, name)
	}
	slices.Sort(names)
	var lines []string
	for _, found := range roster.Suggest(people, names) {
		if len(lines) == maxSuggestions {
			break
		}
		lines = append(lines, fmt.Sprintf("account %s may be row %d of the staff list by its name; if so, add its e-mail or phone to the list", ids[found.User], found.Row))
	}
	return lines, nil
}

// strangers are the active accounts of people that no contact matches: their ids by name. It stops
// collecting once there are too many to be worth a look.
func strangers(ctx context.Context, s facts.Snapshot, contacts map[string]bool) (map[string]string, error) {
	ids := map[string]string{}
	for u, err := range facts.Each[*facts.User](ctx, s) {
		if err != nil {
			return nil, err
		}
		name := u.Name.Or("")
		known := contacts[strings.ToLower(u.Email.Or(""))] || contacts[phone.Normal(u.Phone.Or(""))]
		if name == "" || known || !u.Active.Or(false) || u.Type.Or(facts.UserHuman) == facts.UserBot {
			continue
		}
		if ids[name] = u.ID; len(ids) > maxSuggested {
			break
		}
	}
	return ids, nil
}

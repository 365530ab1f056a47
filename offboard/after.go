package offboard

import (
	"cmp"
	"slices"
	"time"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
)

// accountsAfter notes accounts that were used after the last day of work. Accounts are read before that
// day is known.
func (c *compiler) accountsAfter() {
	s := c.section(SectionAccounts)
	for n := range s.Items {
		i := &s.Items[n]
		last := time.Time{}
		for _, name := range []string{"last_login", "last_activity"} {
			if t, ok := i.Details[name].(time.Time); ok && t.After(last) {
				last = t
			}
		}
		c.used(i, facts.Of(last))
	}
}

// activity keeps what the person's accounts did after the last day of work.
func (c *compiler) activity(a *facts.Activity) {
	after := &c.d.After
	if first := day(a.Day); after.LogFrom == nil || first.Before(*after.LogFrom) {
		after.LogFrom = &first
	}
	if a.Actor == "" || !c.gone(a.Day) || !c.who.means(a.Actor, a.Source) {
		return
	}
	if len(after.Activity) == maxItems {
		after.LeftOut++
		return
	}
	after.Activity = append(after.Activity, DayCount{
		Day: day(a.Day), Type: checks.Tidy(a.Type), Count: a.Count, Addresses: a.Addresses, Account: "user:" + checks.TidyKey(a.Actor), Source: checks.Tidy(a.Source),
	})
}

// event keeps single entries of the log that the person caused or that changed their account.
func (c *compiler) event(e *facts.Event) {
	role := ""
	switch {
	case c.who.means(e.Actor, e.Source):
		role = "actor"
	case c.who.means(e.Subject, e.Source):
		role = "subject"
	}
	after := &c.d.After
	if role == "" || !c.gone(e.At) {
		return
	}
	if len(after.Events) == maxItems {
		after.LeftOut++
		return
	}
	after.Events = append(after.Events, Event{
		ID: "event:" + checks.TidyKey(e.ID), At: e.At.UTC(), Type: checks.Tidy(e.Type), Role: role, Address: checks.Tidy(e.Address.Or("")), Source: checks.Tidy(e.Source),
	})
}

func (c *compiler) sortActivity() {
	a := &c.d.After
	if a.Activity == nil {
		a.Activity = []DayCount{}
	}
	if a.Events == nil {
		a.Events = []Event{}
	}
	if a.Uses == nil {
		a.Uses = []Use{}
	}
	slices.SortStableFunc(a.Activity, func(x, y DayCount) int {
		return cmp.Or(x.Day.Compare(y.Day), cmp.Compare(x.Type, y.Type), cmp.Compare(x.Account, y.Account))
	})
	slices.SortStableFunc(a.Events, func(x, y Event) int { return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.ID, y.ID)) })
	slices.SortStableFunc(a.Uses, func(x, y Use) int { return cmp.Or(y.At.Compare(x.At), cmp.Compare(x.Item, y.Item)) })
}

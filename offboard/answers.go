package offboard

import (
	"context"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/phrase"
	"github.com/crmaudit/crmaudit/internal/questions"
)

// about tells where an answer about people belongs in the dossier. An answer that fills a field of
// users comes with the accounts instead, one that becomes records with those.
var about = map[string]struct {
	section string
	state   State
}{
	"departed_open_services": {SectionServices, Open},
	"departed_belongings":    {SectionRecords, Open},
	"data_officer":           {SectionRecords, Open},
	"shared_secrets":         {SectionKeys, Open},
	"key_holders":            {SectionKeys, Open},
	"backup_storage_owners":  {SectionBackups, Open},
	"backup_storage_access":  {SectionBackups, Open},
}

// readAnswers adds what people told of the person.
func (c *compiler) readAnswers(ctx context.Context) error {
	for a, err := range facts.Each[*facts.Answer](ctx, c.snapshot) {
		if err != nil {
			return err
		}
		c.answer(a)
	}
	return nil
}

func (c *compiler) answer(a *facts.Answer) {
	c.answered[a.ID] = a.At
	q, ok := c.questions.ByID(a.ID)
	switch {
	case !ok:
	case a.ID == "departures":
		c.departure(a)
	case a.ID == "shared_secrets":
		c.secrets(a)
	case a.ID == "departed_second_factor", a.ID == "registered_to_private_person":
		c.hints = append(c.hints, *a)
	case q.Type == questions.People && c.names(a):
		if to, known := about[a.ID]; known {
			c.section(to.section).add(c.toldItem(a, a.ID, "", to.state))
		}
	}
}

// names reports whether a list of people has the person on it.
func (c *compiler) names(a *facts.Answer) bool {
	for _, e := range a.List.Or(nil) {
		if c.who.means(e, a.Source) {
			return true
		}
	}
	return false
}

// departure takes the last day of work and the day of blocking from the table of those who left.
func (c *compiler) departure(a *facts.Answer) {
	for _, row := range a.Rows.Or(nil) {
		if !c.who.means(row["user"], a.Source) {
			continue
		}
		if left, err := time.Parse(time.DateOnly, row["left"]); err == nil {
			c.told = &left
		}
		s := c.section(SectionAccounts)
		if blocked, err := time.Parse(time.DateOnly, row["blocked"]); err == nil {
			for i := range s.Items {
				s.Items[i].Details["blocked_on"] = blocked
			}
		}
	}
}

// secrets lists the shared passwords that the person knows or knew. Which of them were changed since is
// decided when the last day of work is known, see settleSecrets.
func (c *compiler) secrets(a *facts.Answer) {
	for n, row := range a.Rows.Or(nil) {
		for holder := range strings.SplitSeq(row["known_to"], ";") {
			if !c.who.means(strings.TrimSpace(holder), a.Source) {
				continue
			}
			i := c.toldItem(a, "shared_secret", row["system"], Open)
			i.ID += "/" + itoa(n+1)
			if changed, err := time.Parse(time.DateOnly, row["changed"]); err == nil {
				i.Details["changed"] = changed
			} else {
				i.Details["changed"] = "never"
			}
			c.section(SectionKeys).add(i)
			break
		}
	}
}

// settleSecrets closes the passwords that were changed after the last day of work.
func (c *compiler) settleSecrets() {
	s := c.section(SectionKeys)
	for n := range s.Items {
		i := &s.Items[n]
		if changed, ok := i.Details["changed"].(time.Time); ok && c.gone(changed) {
			i.State = Closed
			s.Open--
		}
	}
}

// settleHints keeps answers that may speak of the person: they say that something belongs to somebody
// who left or to a private person, not to whom.
func (c *compiler) settleHints() {
	for _, a := range c.hints {
		list := a.List.Or(nil)
		status := c.d.Leaving.Status
		if len(list) == 0 || status == LeftNot {
			continue
		}
		i := c.toldItem(&a, a.ID, "", Unsure)
		if a.ID == "registered_to_private_person" {
			put(&i, "named", a.List)
			c.section(SectionRecords).add(i)
			continue
		}
		if status != LeftAlready {
			continue // the question asks about people who are gone
		}
		masked := make([]string, len(list))
		for n, who := range list {
			masked[n] = phrase.MaskContact(phrase.ShortName(who))
		}
		put(&i, "named", facts.With(masked, facts.Declared))
		c.section(SectionKeys).add(i)
	}
}

func (c *compiler) toldItem(a *facts.Answer, kind, what string, state State) Item {
	return Item{
		ID: "answer:" + checks.Tidy(a.ID), What: checks.Tidy(what), Type: kind, State: state, Source: checks.Tidy(a.Source), Quality: facts.Declared,
		Details: map[string]any{}, Told: &Told{By: checks.Tidy(a.By), At: a.At.UTC(), Evidence: checks.Tidy(a.Evidence)},
	}
}

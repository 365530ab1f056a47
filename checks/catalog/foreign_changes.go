package catalog

import (
	"cmp"
	"slices"
	"time"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
)

// changeEvents are the entries that tell of changed settings and rights.
var changeEvents = []string{facts.ActSettings, facts.ActAdminGrant, facts.ActGrant}

// foreignChanges asks of each change of settings and rights whether an administrator made it who was
// still working here that day. The administrators are those of today: of somebody who has left since
// and lost the rights nobody knows whether he had them.
func foreignChanges(p *checks.Pass) checks.Visit {
	p.Reads(facts.KindEvent, "actor_admin", "actor_departed")
	f := &foreignChange{
		tally: p.Tally(facts.KindEvent, facts.ActSettings, facts.ActAdminGrant),
		days:  p.Params["window_days"].(int), left: map[string]time.Time{},
	}
	return checks.Visit{
		On:   map[facts.Kind]func(*checks.Subject){facts.KindUser: f.user, facts.KindEvent: f.event},
		Done: f.tally.Outcome,
	}
}

type foreignChange struct {
	tally *checks.Tally
	days  int
	left  map[string]time.Time // last day of work, of those who have left
}

func (f *foreignChange) user(s *checks.Subject) {
	if left, ok := s.View.Time("left_on"); ok {
		f.left[s.Record.Key()] = left
	}
}

func (f *foreignChange) event(s *checks.Subject) {
	e, v := s.Record.(*facts.Event), s.View
	if age, _ := v.Int("days_ago"); age > f.days || !slices.Contains(changeEvents, e.Type) {
		return
	}
	admin, adminKnown := v.Bool("actor_admin")
	departed, departedKnown := v.Bool("actor_departed")
	active, activeKnown := v.Bool("actor_active")
	left := f.left[e.Actor]
	lost := departed || activeKnown && !active
	switch {
	case departed && !left.IsZero() && e.At.After(left.Add(aDay)):
		v.Set("after_leaving", true, facts.Observed)
		f.tally.Fail(s, facts.Observed)
	case departed && left.IsZero():
		f.tally.Unknown(checks.Gap{Fact: "person.left_on", Reason: facts.NotSupported})
	case !adminKnown || lost && !admin:
		f.tally.Unknown(checks.Gap{Fact: "event.actor_admin", Reason: cmp.Or(v.Why("actor_admin"), facts.NotAnswered), Ask: "administrators"})
	case !admin:
		v.Set("after_leaving", false, facts.Observed)
		f.tally.Fail(s, v.QualityOf("actor_admin"))
	case !departedKnown:
		f.tally.Unknown(checks.Gap{Fact: "event.actor_departed", Reason: cmp.Or(v.Why("actor_departed"), facts.NotConfigured)})
	default:
		f.tally.Pass(v.QualityOf("actor_admin"))
	}
}

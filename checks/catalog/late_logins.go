package catalog

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
)

// lateLogins asks of each account that is closed, or whose owner has left, whether somebody has tried
// to log in to it since, successfully or not. Without the day of leaving nobody can tell an attempt of
// a stranger from one of the owner in his last week, so such an account stays open.
func lateLogins(p *checks.Pass) checks.Visit {
	p.Reads(facts.KindUser, "active", "departed", "left_on")
	l := &lateLogin{
		tally: p.Tally(facts.KindActivity, facts.ActLogin, facts.ActLoginFailed), users: p.Tally(facts.KindUser),
		least: p.Params["min_attempts"].(int), closed: map[string]*closedAccount{},
	}
	return checks.Visit{
		On:   map[facts.Kind]func(*checks.Subject){facts.KindUser: l.user, facts.KindActivity: l.activity},
		Done: l.done,
	}
}

// lateLogin keeps only accounts that may not be used any more: for most portals a few dozen.
type lateLogin struct {
	tally, users *checks.Tally
	least        int
	closed       map[string]*closedAccount
	noList       bool // there is no HR list
}

type closedAccount struct {
	name, source     string
	left             time.Time  // last day of work; zero: since when the account is closed is not known
	gap              checks.Gap // what is not known
	attempts, logins int        // after that day
	last             time.Time
	once             bool // counted from the account itself; the log, where it has it, counts better
}

func (l *lateLogin) user(s *checks.Subject) {
	active, activeKnown := s.View.Bool("active")
	departed, departedKnown := s.View.Bool("departed")
	a := &closedAccount{name: s.View.String("name"), source: s.View.Source()}
	switch {
	case departed:
		a.left, _ = s.View.Time("left_on")
		a.seeLastLogin(s.Record.(*facts.User).LastLogin)
		a.gap = checks.Gap{Fact: "person.left_on", Reason: facts.NotSupported}
	case activeKnown && !active:
		a.gap = checks.Gap{Fact: "person.left_on", Reason: facts.NotSupported}
	case !activeKnown:
		a.gap = checks.Gap{Fact: "user.active", Reason: cmp.Or(s.View.Why("active"), facts.NotSupported)}
	case !departedKnown && !machine(s.View.String("kind")) && s.View.Why("departed") == facts.NotConfigured:
		// Without any HR list everybody may have left: one gap says so, not one for each account.
		if !l.noList {
			l.noList = true
			l.tally.Unknown(checks.Gap{Fact: "user.departed", Reason: facts.NotConfigured})
		}
		return
	case !departedKnown && !machine(s.View.String("kind")):
		a.gap = checks.Gap{Fact: "user.departed", Reason: cmp.Or(s.View.Why("departed"), facts.NotConfigured)}
	default:
		return
	}
	l.closed[s.Record.Key()] = a
}

// seeLastLogin takes the account's own word: its last log-in may be older than the log goes back, or
// the log may not have it.
func (a *closedAccount) seeLastLogin(at facts.Known[time.Time]) {
	day, known := at.Get()
	day = day.UTC().Truncate(24 * time.Hour)
	if known && at.Quality() == facts.Observed && !a.left.IsZero() && day.After(a.left) {
		a.attempts, a.logins, a.last, a.once = 1, 1, day, true
	}
}

// machine tells kinds of account that no HR list knows.
func machine(kind string) bool {
	return kind == facts.UserBot || kind == facts.UserSystem || kind == facts.UserService
}

func (l *lateLogin) activity(s *checks.Subject) {
	day := s.Record.(*facts.Activity)
	if day.Type != facts.ActLogin && day.Type != facts.ActLoginFailed {
		return
	}
	a := l.closed[day.Actor]
	if a == nil || !day.Day.After(a.left) {
		return
	}
	if a.once {
		a.attempts, a.logins, a.once = 0, 0, false
	}
	a.attempts += day.Count
	if day.Type == facts.ActLogin {
		a.logins += day.Count
	}
	if day.Day.After(a.last) {
		a.last = day.Day
	}
}

func (l *lateLogin) done() checks.Outcome {
	for _, id := range slices.Sorted(maps.Keys(l.closed)) {
		switch a := l.closed[id]; {
		case a.attempts < l.least:
			l.tally.Pass(facts.Observed)
		case a.left.IsZero():
			l.tally.Unknown(a.gap)
		default:
			l.tally.Fail(checks.NewSubject(&facts.User{ID: id}, map[string]any{
				"name": a.name, "source": a.source, "left_on": a.left, "attempts": a.attempts, "logins": a.logins, "last_attempt": a.last,
			}), facts.Observed)
		}
	}
	o := l.tally.Outcome()
	if people := l.users.Outcome(); o.Verdict == checks.Passed && people.Verdict != checks.Passed {
		o.Verdict, o.Reasons = people.Verdict, people.Reasons // an account that was not listed may be closed as well
	}
	return o
}

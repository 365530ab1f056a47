package catalog

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
)

// foreignLogins asks of everybody who logs in whether it happened from a country in which the company
// does not work. Only some kinds of session tell their countries; somebody of whose sessions none
// does may have been anywhere.
func foreignLogins(p *checks.Pass) checks.Visit {
	f := &foreignLogin{
		pass: p, tally: p.Tally(facts.KindSession, "countries"), days: p.Params["baseline_days"].(int), people: map[string]*traveller{},
	}
	return checks.Visit{On: map[facts.Kind]func(*checks.Subject){facts.KindSession: f.session}, Done: f.done}
}

type foreignLogin struct {
	pass   *checks.Pass
	tally  *checks.Tally
	days   int
	people map[string]*traveller
}

// traveller is somebody with a session in the window.
type traveller struct {
	name, source string
	known        bool // some session tells its countries
	foreign      map[string]bool
	last         time.Time // latest session from abroad, zero: not known
	quality      facts.Quality
	reason       facts.Reason // why no session tells
}

func (f *foreignLogin) session(s *checks.Subject) {
	r := s.Record.(*facts.Session)
	seen, dated := r.LastSeen.Get()
	if dated && !seen.IsZero() && f.pass.Now.Sub(seen) > time.Duration(f.days)*aDay {
		return
	}
	t := f.people[r.User]
	if t == nil {
		t = &traveller{source: s.View.Source(), quality: facts.Observed}
		f.people[r.User] = t
	}
	t.name = cmp.Or(s.View.String("user_name"), t.name)
	countries, known := r.Countries.Get()
	if !known || len(countries) == 0 {
		t.reason = cmp.Or(t.reason, r.Countries.Reason())
		return
	}
	t.known = true
	if r.Countries.Quality() != facts.Observed {
		t.quality = r.Countries.Quality()
	}
	for _, c := range countries {
		if c = strings.ToUpper(strings.TrimSpace(c)); !slices.ContainsFunc(f.pass.Profile.AllowedCountries, func(a string) bool { return strings.EqualFold(a, c) }) {
			if t.foreign == nil {
				t.foreign = map[string]bool{} // hardly anybody needs one
			}
			t.foreign[c] = true
			if seen.After(t.last) {
				t.last = seen
			}
		}
	}
}

func (f *foreignLogin) done() checks.Outcome {
	if len(f.pass.Profile.AllowedCountries) == 0 {
		f.tally.Unknown(checks.Gap{Fact: "profile.allowed_countries", Reason: facts.NotConfigured})
		return f.tally.Outcome()
	}
	for _, id := range slices.Sorted(maps.Keys(f.people)) {
		switch t := f.people[id]; {
		case !t.known:
			f.tally.Unknown(checks.Gap{Fact: "session.countries", Reason: cmp.Or(t.reason, facts.NotSupported)})
		case len(t.foreign) > 0:
			f.tally.Fail(checks.NewSubject(&facts.User{ID: id}, map[string]any{
				"user": id, "name": t.name, "source": t.source, "countries": slices.Sorted(maps.Keys(t.foreign)), "last_seen": t.last, "dated": !t.last.IsZero(),
			}), t.quality)
		default:
			f.tally.Pass(t.quality)
		}
	}
	return f.tally.Outcome()
}

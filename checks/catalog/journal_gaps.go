package catalog

import (
	"time"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
)

// journalGaps asks whether the journal is silent for more working days than gap_days although
// somebody used the portal in between, and whether anybody cleared it. Silence alone proves nothing:
// an office on holiday leaves no entries either.
func journalGaps(p *checks.Pass) checks.Visit {
	j := &journal{pass: p, tally: p.Tally(facts.KindActivity, facts.ActLogin), logged: map[time.Time]bool{}, used: map[time.Time]bool{}}
	return checks.Visit{
		On: map[facts.Kind]func(*checks.Subject){
			facts.KindUser: j.user, facts.KindActivity: j.activity, facts.KindEvent: j.event,
		},
		Done: j.done,
	}
}

// journal keeps days, never entries: its size is bounded by the length of the journal.
type journal struct {
	pass        *checks.Pass
	tally       *checks.Tally
	logged      map[time.Time]bool // days with an entry
	used        map[time.Time]bool // days on which an account was last seen
	first, last time.Time
}

const aDay = 24 * time.Hour

func (j *journal) user(s *checks.Subject) {
	u := s.Record.(*facts.User)
	for _, seen := range []facts.Known[time.Time]{u.LastLogin, u.LastActivity} {
		if t, ok := seen.Get(); ok && !t.IsZero() {
			j.used[t.UTC().Truncate(aDay)] = true
		}
	}
}

func (j *journal) activity(s *checks.Subject) {
	day := s.Record.(*facts.Activity).Day.UTC().Truncate(aDay)
	j.logged[day] = true
	if j.first.IsZero() || day.Before(j.first) {
		j.first = day
	}
	if day.After(j.last) {
		j.last = day
	}
}

func (j *journal) event(s *checks.Subject) {
	if e := s.Record.(*facts.Event); e.Type == facts.ActLogCleared {
		j.tally.Fail(checks.NewSubject(e, map[string]any{"cleared": true, "from": e.At, "to": e.At, "days": 0}), facts.Observed)
	}
}

func (j *journal) done() checks.Outcome {
	if j.first.IsZero() {
		// An empty journal has no gaps to speak of: that it is empty is another check's business.
		j.tally.Unknown(checks.Gap{Fact: "activity", Reason: facts.NotSupported})
		return j.tally.Outcome()
	}
	limit := j.pass.Params["gap_days"].(int)
	end := j.last
	if today := j.pass.Now.UTC().Truncate(aDay); today.After(end) {
		end = today
	}
	var from time.Time
	working, seen := 0, false
	for day := j.first; !day.After(end); day = day.Add(aDay) {
		if j.logged[day] {
			j.close(from, day, working, seen, limit)
			from, working, seen = time.Time{}, 0, false
			continue
		}
		if from.IsZero() {
			from = day
		}
		if w := day.Weekday(); w != time.Saturday && w != time.Sunday {
			working++
		}
		seen = seen || j.used[day]
	}
	j.close(from, end.Add(aDay), working, seen, limit)
	return j.tally.Outcome()
}

// close judges the silence that ends before the day.
func (j *journal) close(from, day time.Time, working int, seen bool, limit int) {
	switch {
	case from.IsZero():
	case working > limit && seen:
		gap := &facts.Activity{Day: from, Type: "gap"}
		j.tally.Fail(checks.NewSubject(gap, map[string]any{"cleared": false, "from": from, "to": day.Add(-aDay), "days": working}), facts.Observed)
	default:
		j.tally.Pass(facts.Observed)
	}
}

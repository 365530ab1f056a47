package catalog

import (
	"maps"
	"slices"
	"time"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
)

const (
	habitDays  = 30 // a day is measured against as many days around it
	fewestDays = 7  // with fewer nobody knows what is usual
)

// habits keeps how much each actor did on each day, so that a day can be measured against the others
// of the same actor. It is bounded by the window: one small entry for a day on which somebody acted.
type habits struct {
	pass   *checks.Pass
	tally  *checks.Tally
	act    string // the kind of activity in question
	days   int    // the window
	first  int    // how many days ago the history of the CRM begins
	actors map[string]*actorDays
}

type actorDays struct {
	name, source string
	days         []dayCount
}

type dayCount struct{ ago, count, peak int32 }

// history are the kinds of activity that the CRM keeps in one place; together they tell how far it goes back.
var history = []string{facts.ActView, facts.ActExport, facts.ActDelete}

func newHabits(p *checks.Pass, act string) *habits {
	return &habits{pass: p, act: act, tally: p.Tally(facts.KindActivity, act), days: p.Params["window_days"].(int), actors: map[string]*actorDays{}}
}

func (h *habits) activity(s *checks.Subject) {
	r := s.Record.(*facts.Activity)
	if !slices.Contains(history, r.Type) {
		return
	}
	ago, _ := s.View.Int("days_ago")
	ago = max(ago, 0)
	if ago > h.days+habitDays {
		return
	}
	h.first = max(h.first, ago)
	if r.Type != h.act {
		return
	}
	a := h.actors[r.Actor]
	if a == nil {
		a = &actorDays{source: r.Source}
		h.actors[r.Actor] = a
	}
	if r.ActorName != "" {
		a.name = r.ActorName
	}
	a.days = append(a.days, dayCount{int32(ago), clamp(r.Count), clamp(r.PeakHour)})
}

// clamp keeps what a log claims within the entry.
func clamp(n int) int32 { return int32(min(max(n, 0), 1<<30)) }

// around lists what the actor did on other days near that one, days without any left out, and how
// many other days were looked at: the thirty before it, or as many as there are from the beginning
// of the history on.
func (h *habits) around(a *actorDays, ago int32) (counts []int, days int) {
	oldest := min(h.first, int(ago)+habitDays)
	newest := max(oldest-habitDays, 0)
	for _, d := range a.days {
		if d.ago != ago && int(d.ago) <= oldest && int(d.ago) >= newest {
			counts = append(counts, int(d.count))
		}
	}
	return counts, oldest - newest
}

// judgement is what one day of an actor is worth.
type judgement int

const (
	usual judgement = iota
	unclear
	conspicuous
)

// judgeAll asks judge of every day in the window and fails each actor once, with the worst of the
// conspicuous days.
func (h *habits) judgeAll(judge func(*actorDays, dayCount) judgement) checks.Outcome {
	for _, id := range slices.Sorted(maps.Keys(h.actors)) {
		a := h.actors[id]
		var worst dayCount
		unsure, bad := false, 0
		for _, d := range a.days {
			if int(d.ago) > h.days {
				continue
			}
			switch judge(a, d) {
			case unclear:
				unsure = true
			case conspicuous:
				bad++
				if d.count > worst.count || d.count == worst.count && d.ago < worst.ago {
					worst = d
				}
			}
		}
		switch {
		case bad > 0:
			h.tally.Fail(h.subject(id, a, worst, bad), facts.Observed)
		case unsure:
			h.tally.Unknown(checks.Gap{Fact: "activity." + h.act, Reason: facts.NotSupported})
		default:
			h.tally.Pass(facts.Observed)
		}
	}
	return h.tally.Outcome()
}

func (h *habits) subject(id string, a *actorDays, worst dayCount, bad int) *checks.Subject {
	day := h.pass.Now.UTC().Add(-time.Duration(worst.ago) * aDay).Truncate(aDay)
	r := &facts.Activity{Actor: id, Day: day, Type: h.act}
	return checks.NewSubject(r, map[string]any{
		"actor": id, "actor_name": a.name, "source": a.source, "day": day, "kind": h.act,
		"count": int(worst.count), "peak_hour": int(worst.peak), "days": bad,
	})
}

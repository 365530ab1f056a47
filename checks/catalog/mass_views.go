package catalog

import (
	"slices"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
)

// fewestViewDays is how many days of opening cards make a habit.
const fewestViewDays = 5

// massViews asks of everybody who opens cards whether on some day there were many times more of them
// than on the person's usual working day. Days without any, such as weekends, do not make the usual
// day smaller; who hardly ever opens cards has no usual day, and the floor alone counts.
func massViews(p *checks.Pass) checks.Visit {
	h := newHabits(p, facts.ActView)
	floor, factor := p.Params["view_floor"].(int), p.Params["view_factor"].(int)
	judge := func(a *actorDays, d dayCount) judgement {
		count := int(d.count)
		if count < floor {
			return usual
		}
		others, days := h.around(a, d.ago)
		switch {
		case len(others) >= fewestViewDays && 2*count < factor*twiceMedian(others):
			return usual
		case days < fewestDays:
			return unclear
		}
		return conspicuous
	}
	return checks.Visit{
		On:   map[facts.Kind]func(*checks.Subject){facts.KindActivity: h.activity},
		Done: func() checks.Outcome { return h.judgeAll(judge) },
	}
}

// twiceMedian is the median doubled, which is a whole number for an even count as well.
func twiceMedian(list []int) int {
	slices.Sort(list)
	n := len(list)
	return list[n/2] + list[(n-1)/2]
}

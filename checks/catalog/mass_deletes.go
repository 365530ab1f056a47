package catalog

import (
	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
)

// massDeletes asks of everybody who deletes records whether one hour or day stands out: by a fixed
// limit, or by being many times what the same person deletes on average.
func massDeletes(p *checks.Pass) checks.Visit {
	h := newHabits(p, facts.ActDelete)
	hour, day := p.Params["del_hour"].(int), p.Params["del_day"].(int)
	floor, factor := p.Params["del_floor"].(int), p.Params["del_factor"].(int)
	judge := func(a *actorDays, d dayCount) judgement {
		count := int(d.count)
		switch {
		case int(d.peak) > hour || count > day:
			return conspicuous
		case count < floor:
			return usual
		}
		others, days := h.around(a, d.ago)
		if days < fewestDays {
			return unclear
		}
		sum := 0
		for _, n := range others {
			sum += n
		}
		if count*days > factor*sum { // count > factor × mean, without a fraction
			return conspicuous
		}
		return usual
	}
	return checks.Visit{
		On:   map[facts.Kind]func(*checks.Subject){facts.KindActivity: h.activity},
		Done: func() checks.Outcome { return h.judgeAll(judge) },
	}
}

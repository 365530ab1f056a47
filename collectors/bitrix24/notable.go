package bitrix24

import (
	"cmp"
	"slices"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

const (
	maxPerKind     = 500 // single events kept of one kind, the newest
	maxPerInactive = 20  // failed log-ins kept of an account that is switched off
	maxSubjects    = 5000
)

// notable keeps single events within bounds: of each kind, or of each account tried, the newest.
type notable struct {
	kinds    map[string]*ring
	subjects map[string]*ring
	dropped  int
}

// ring keeps the newest events; they come nearly in order.
type ring struct {
	events []*facts.Event
	total  int
}

func (r *ring) put(e *facts.Event, most int) (dropped bool) {
	r.total++
	r.events = append(r.events, e)
	if len(r.events) <= most {
		return false
	}
	oldest := 0
	for i, x := range r.events {
		if x.At.Before(r.events[oldest].At) {
			oldest = i
		}
	}
	r.events = slices.Delete(r.events, oldest, oldest+1)
	return true
}

// add keeps an event among the newest of its kind.
func (n *notable) add(e *facts.Event) {
	if n.put(&n.kinds, e.Type, e, maxPerKind) {
		n.dropped++
	}
}

// last keeps an event among the newest of the account that it is about. That older ones go is meant, not a loss.
func (n *notable) last(subject string, keep int, e *facts.Event) {
	if _, known := n.subjects[subject]; !known && len(n.subjects) >= maxSubjects {
		n.dropped++
		return
	}
	n.put(&n.subjects, subject, e, keep)
}

func (n *notable) put(rings *map[string]*ring, key string, e *facts.Event, most int) bool {
	if *rings == nil {
		*rings = map[string]*ring{}
	}
	r := (*rings)[key]
	if r == nil {
		r = &ring{}
		(*rings)[key] = r
	}
	return r.put(e, most)
}

// all lists the events by time.
func (n *notable) all() []*facts.Event {
	var all []*facts.Event
	for _, rings := range []map[string]*ring{n.kinds, n.subjects} {
		for _, r := range rings {
			all = append(all, r.events...)
		}
	}
	slices.SortFunc(all, func(a, b *facts.Event) int { return cmp.Or(a.At.Compare(b.At), compareIDs(a.ID, b.ID)) })
	return all
}

func newEvent(kind string, r *logRow, at time.Time, actor, subject, detail string) *facts.Event {
	e := &facts.Event{
		ID: string(r.ID), Source: sourceID, At: at, Type: kind, Actor: actor, Subject: subject, Detail: clean(detail),
	}
	if r.Address != "" && len(r.Address) <= maxAddress {
		e.Address = facts.Of(string(r.Address))
	}
	return e
}

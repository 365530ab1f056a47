package checks

import (
	"context"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// collectOwners notes whom the records refer to that come after the users.
func (j *joins) collectOwners(ctx context.Context, s facts.Snapshot) error {
	want := func(known ...facts.Known[string]) {
		for _, k := range known {
			if v, ok := k.Get(); ok && v != "" {
				j.wanted[normal(v)] = true
			}
		}
	}
	for c, err := range facts.Each[*facts.Credential](ctx, s) {
		if err != nil {
			return err
		}
		want(c.Owner)
	}
	for i, err := range facts.Each[*facts.Integration](ctx, s) {
		if err != nil {
			return err
		}
		want(i.Owner)
	}
	for h, err := range facts.Each[*facts.Handler](ctx, s) {
		if err != nil {
			return err
		}
		want(h.Owner)
	}
	for g, err := range facts.Each[*facts.Group](ctx, s) {
		if err != nil {
			return err
		}
		want(g.Owner)
	}
	for l, err := range facts.Each[*facts.PublicLink](ctx, s) {
		if err != nil {
			return err
		}
		want(l.Creator)
	}
	for m, err := range facts.Each[*facts.Mailbox](ctx, s) {
		if err != nil {
			return err
		}
		want(m.Owner)
	}
	for a, err := range facts.Each[*facts.Asset](ctx, s) {
		if err != nil {
			return err
		}
		want(a.Holder)
	}
	for e, err := range facts.Each[*facts.Session](ctx, s) {
		if err != nil {
			return err
		}
		want(facts.Of(e.User))
	}
	for e, err := range facts.Each[*facts.Event](ctx, s) {
		if err != nil {
			return err
		}
		want(facts.Of(e.Actor), facts.Of(e.Subject))
	}
	return nil
}

func age(v *View, from string) {
	if d, ok := v.Value(from); ok {
		v.Set("age_days", d, v.QualityOf(from))
	}
}

// owner completes what a record says of the account it belongs to: <role>_name, _active, _admin,
// _kind, _departed. What the record knows itself stays.
func (j *joins) owner(v *View, role, ref string) {
	if ref == "" {
		return
	}
	a := j.users[normal(ref)]
	if a == nil {
		// Not an account of the CRM; the HR list may still know the person.
		j.departure(v, role+"_departed", j.find(ref, ref, ""), strings.Contains(ref, "@") && j.wouldMatch(ref, ""))
		return
	}
	put := func(name string, k facts.Known[bool]) {
		name = role + name
		if _, known := v.Value(name); known {
			return
		}
		if b, ok := k.Get(); ok {
			v.Set(name, b, k.Quality())
		} else {
			v.Lack(name, k.Reason())
		}
	}
	put("_active", a.active)
	put("_admin", a.admin)
	put("_departed", a.departed)
	if _, known := v.Value(role + "_name"); !known && a.name != "" {
		v.Set(role+"_name", a.name, facts.Observed)
	}
	if _, known := v.Value(role + "_kind"); !known && a.kind != "" {
		v.Set(role+"_kind", a.kind, facts.Observed)
	}
}

func (j *joins) answer(v *View, a *facts.Answer) {
	if !a.At.IsZero() {
		v.Set("age_days", daysBetween(a.At, j.now), facts.Declared)
	}
	list, ok := a.List.Get()
	if !ok {
		return
	}
	gone, reason := 0, facts.Reason("")
	for _, e := range list {
		p := j.find(e, e, e)
		switch {
		case p == nil || p.ambiguous || !p.known:
			reason = facts.NotSupported
			if !j.hasRoster {
				reason = facts.NotConfigured
			}
		case !p.employed:
			gone++
		}
	}
	if reason != "" && gone == 0 {
		v.Lack("anyone_departed", reason)
		v.Lack("departed_count", reason)
		return
	}
	v.Set("anyone_departed", gone > 0, facts.Declared)
	v.Set("departed_count", gone, facts.Declared)
}

// endpoint derives how long the certificate is still valid and from when on that is too short: a
// certificate of a few weeks cannot be asked to last three.
func endpoint(v *View, e *facts.Endpoint) {
	if days, ok := v.Int("not_after_days"); ok {
		v.Set("days_left", -days, e.NotAfter.Quality())
	}
	if life, ok := e.LifetimeDays.Get(); ok {
		v.Set("warn_days", max(7, life/3), e.LifetimeDays.Quality())
	}
}

func (j *joins) event(v *View, e *facts.Event) {
	j.owner(v, "actor", e.Actor)
	j.owner(v, "subject", e.Subject)
	if a := j.users[normal(e.Subject)]; a != nil {
		if gone, known := a.departed.Get(); known && gone && !a.left.IsZero() {
			v.Set("after_departure", e.At.After(a.left.Add(24*time.Hour)), facts.Observed)
		} else if known && !gone {
			v.Set("after_departure", false, facts.Observed)
		}
	}
}

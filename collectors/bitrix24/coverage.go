package bitrix24

import (
	"errors"
	"fmt"
	"slices"

	"github.com/crmaudit/crmaudit/facts"
)

const hiddenPeople = "people without a department, many of them dismissed, are shown to administrators alone"

// cover writes how much of everything was delivered.
func (r *run) cover(outcomes []outcome) error {
	var all []facts.Coverage
	for i, s := range steps {
		switch {
		case s.kind == facts.KindForm:
			continue // two steps share the kind
		case s.field != "":
			all = append(all, r.fieldCoverage(s, outcomes[i])...)
		case s.kind == facts.KindUser:
			all = append(all, r.userCoverage(s, outcomes[i])...)
		case s.kind == facts.KindActivity:
			all = append(all, r.logCoverage(s, outcomes[i])...)
		default:
			all = append(all, r.coverage(s, outcomes[i].err, r.written[s.kind]))
		}
	}
	all = append(all, r.formCoverage(outcomes))
	for _, p := range r.fields {
		all = append(all, facts.Coverage{
			Source: sourceID, Kind: p.kind, Field: p.field, State: facts.PartOnly, Reason: reason(p.err), Detail: r.say(p.err),
		})
	}
	return r.coverAll(append(all, r.gaps()...))
}

func (r *run) coverAll(all []facts.Coverage) error {
	for _, c := range all {
		r.incomplete = r.incomplete || c.State != facts.Full && c.Reason != facts.NotSupported
		if err := r.w.Cover(c); err != nil {
			return writeError{err}
		}
	}
	return nil
}

// say is an error as one line of a report, without secrets.
func (r *run) say(err error) string { return r.client.redact(clean(err.Error())) }

// coverage is the usual case: all records, or those that came before an error.
func (r *run) coverage(s step, err error, count int) facts.Coverage {
	c := facts.Coverage{Source: sourceID, Kind: s.kind, State: facts.Full, Count: count}
	switch broken := r.broken[s.kind]; {
	case err != nil:
		c.State, c.Reason, c.Detail = stateOf(count), reason(err), r.say(err)
		if c.Reason == facts.Denied {
			c.Right = r.right(s)
		}
	case broken > 0:
		c.State, c.Reason, c.Detail = stateOf(count), facts.Failed, fmt.Sprintf("%d rows could not be read", broken)
	}
	return c
}

func stateOf(count int) facts.State {
	if count > 0 {
		return facts.PartOnly
	}
	return facts.Missing
}

func (r *run) userCoverage(s step, o outcome) []facts.Coverage {
	r.broken[facts.KindUser] = r.users.broken
	c := r.coverage(s, o.err, r.written[facts.KindUser])
	if c.State != facts.Full {
		return []facts.Coverage{c}
	}
	switch {
	case !r.caller.admin.Or(false):
		c.State, c.Reason, c.Right, c.Detail = facts.PartOnly, facts.Denied, administrator, hiddenPeople
	case r.users.total > r.users.rows:
		c.State, c.Reason = facts.PartOnly, facts.Failed
		c.Detail = fmt.Sprintf("the portal counts %d accounts and listed %d", r.users.total, r.users.rows)
	}
	return append([]facts.Coverage{c}, r.narrowScope()...)
}

// narrowScope lists what the smaller scopes for users do not show.
func (r *run) narrowScope() []facts.Coverage {
	if r.scopes == nil || r.scopes["user"] {
		return nil
	}
	var all []facts.Coverage
	for _, field := range []string{"last_login", "created"} {
		all = append(all, facts.Coverage{
			Source: sourceID, Kind: facts.KindUser, Field: field, State: facts.Missing, Reason: facts.Denied, Right: "user",
			Detail: "the narrow scopes user_basic and user_brief do not show it",
		})
	}
	return all
}

// fieldCoverage speaks only of fields that are missing: the others follow their records.
func (r *run) fieldCoverage(s step, o outcome) []facts.Coverage {
	if o.err == nil {
		return nil
	}
	c := facts.Coverage{Source: sourceID, Kind: s.kind, Field: s.field, State: facts.PartOnly, Reason: reason(o.err), Detail: r.say(o.err)}
	if s.field == "invited" {
		c.State = facts.Missing
	}
	if c.Reason == facts.Denied {
		c.Right = r.right(s)
	}
	return []facts.Coverage{c}
}

// unseen are kinds of activity that the event log does not hold, so that their absence means nothing. Failed log-ins may
// be missing because the vendor's own network checks the password in the cloud.
var unseen = []string{facts.ActView, facts.ActExport, facts.ActDelete, facts.ActLoginFailed}

const notLogged = "the log does not hold views, exports and deletions of client records, and failed log-ins only if the portal itself refuses them"

// logCoverage never calls the activity complete: whoever looks for exports and finds none must not take that for proof.
func (r *run) logCoverage(s step, o outcome) []facts.Coverage {
	activity := r.coverage(s, o.err, r.written[facts.KindActivity])
	event := r.coverage(s, o.err, r.written[facts.KindEvent])
	event.Kind = facts.KindEvent
	if o.err != nil {
		enabled := activity
		enabled.Kind, enabled.Field, enabled.State, enabled.Count, enabled.Ask = facts.KindSetting, "log.enabled", facts.Missing, 0, "log_events"
		if r.log.open {
			enabled.State = facts.PartOnly
		}
		return []facts.Coverage{activity, event, enabled}
	}
	activity.State, activity.Reason = facts.PartOnly, facts.NotSupported
	activity.Detail = notLogged
	if r.log.oldest.After(r.fold.since) {
		activity.Detail = "the event log begins on " + r.log.oldest.Format("2006-01-02") + "; " + activity.Detail
	}
	switch {
	case r.fold.events.dropped > 0:
		event.State, event.Reason = facts.PartOnly, facts.Failed
		event.Detail = fmt.Sprintf("%d older events were counted but not kept one by one", r.fold.events.dropped)
	case r.fold.unreadable > 0:
		event.State, event.Reason = facts.PartOnly, facts.Failed
		event.Detail = fmt.Sprintf("%d changes of groups could not be read", r.fold.unreadable)
	case !r.fold.seen[facts.ActLoginFailed]:
		event.State, event.Reason = facts.PartOnly, facts.NotSupported
		event.Detail = "no failed log-in was seen; in the cloud they may never reach the log of the portal"
	}
	return append([]facts.Coverage{activity, event}, r.logEntries(event)...)
}

// logEntries vouches for the kinds of entries that the log holds, one by one. Failed log-ins count
// as recorded once one was seen: in the cloud they may never reach the log of the portal.
func (r *run) logEntries(event facts.Coverage) []facts.Coverage {
	var all []facts.Coverage
	vouch := func(kind string, recorded bool) {
		c := facts.Coverage{Source: sourceID, Kind: facts.KindActivity, Field: kind, State: facts.Full}
		if !recorded {
			c.State, c.Reason, c.Ask = facts.Missing, facts.NotSupported, "log_events"
		}
		all = append(all, c)
		// Log-ins and plain changes of groups are only counted; of the rest the single events were kept, if none was lost.
		if recorded && event.Reason != facts.Failed && kind != facts.ActLogin && kind != facts.ActGrant && kind != facts.ActPassword && kind != facts.ActUserEdit {
			c.Kind = facts.KindEvent
			all = append(all, c)
		}
	}
	for _, kind := range recorded {
		vouch(kind, true)
	}
	for _, kind := range unseen {
		vouch(kind, r.fold.seen[kind])
	}
	return all
}

// recorded are kinds of entries that every portal with an event log writes. Attacks and the work of webhooks are counted
// when seen, but nothing vouches for them: whether they are written depends on the portal.
var recorded = []string{facts.ActLogin, facts.ActLoginAs, facts.ActGrant, facts.ActAdminGrant, facts.ActSettings, facts.ActPassword, facts.ActUserEdit, facts.ActLogCleared}

// formCoverage joins the two sources of public forms.
func (r *run) formCoverage(outcomes []outcome) facts.Coverage {
	var worst *facts.Coverage
	for i, s := range steps {
		if s.kind != facts.KindForm {
			continue
		}
		c := r.coverage(s, outcomes[i].err, r.written[facts.KindForm])
		if c.State != facts.Full && worst == nil {
			c.Detail = s.name + ": " + c.Detail
			worst = &c
		} else if c.State != facts.Full {
			worst.Detail += "; " + s.name + ": " + c.Detail
			return *worst
		}
	}
	if worst == nil {
		return facts.Coverage{Source: sourceID, Kind: facts.KindForm, State: facts.Full, Count: r.written[facts.KindForm]}
	}
	worst.State = facts.PartOnly // the other source delivered all it has
	return *worst
}

// giveUp covers every kind with the one reason why the portal could not be read at all.
func (r *run) giveUp(err error) error {
	var all []facts.Coverage
	for _, kind := range Source().Provides {
		all = append(all, facts.Coverage{Source: sourceID, Kind: kind, State: facts.Missing, Reason: reason(err), Detail: r.say(err)})
	}
	gaps := slices.DeleteFunc(r.gaps(), func(c facts.Coverage) bool { return c.Kind == facts.KindSetting && c.Field == "" })
	if covered := r.coverAll(append(all, gaps...)); covered != nil {
		return covered
	}
	return err
}

// needed are the scopes that the steps use; what a credential holds beyond them is more than the audit needs.
func neededScopes() []string {
	needed := []string{"basic"}
	for _, s := range steps {
		needed = append(needed, s.scopes...)
	}
	return needed
}

// describe tells the footprint of the audit.
func (r *run) describe(collected error) error {
	var excess []string
	for scope := range r.scopes {
		if !slices.Contains(neededScopes(), scope) {
			excess = append(excess, scope)
		}
	}
	slices.Sort(excess)
	requests := r.requests + r.client.http.Stats().Requests
	if r.client.oauth != nil {
		requests += r.client.oauth.http.Stats().Requests
	}
	return r.w.Describe(func(s *facts.SourceInfo) {
		s.ID, s.Kind, s.Where, s.Status = sourceID, sourceID, r.access.host, "ok"
		s.Requests, s.Credential, s.Excess = requests, r.access.masked, excess
		s.Notes = append(s.Notes, r.notes...)
		var broken writeError
		switch {
		case collected == nil && r.incomplete:
			s.Status = "partial"
		case collected == nil:
		case errors.As(collected, &broken) || r.written[facts.KindUser] > 0:
			s.Status = "partial"
		default:
			s.Status = "failed"
		}
		if collected != nil {
			s.Problem = r.say(collected)
		}
	})
}

package bitrix24

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/transport"
)

// step is one area of facts: what gives it, what it needs, how it is read and what it begins with.
type step struct {
	name   string
	kind   facts.Kind
	field  string     // "" the records of the kind
	also   facts.Kind // a second kind of records from the same place
	scopes []string   // one of them is needed, the best first
	admin  bool       // for administrators alone
	gives  string
	read   func(*run, context.Context) error
	first  command // the call it begins with, or a small one that shows whether it would work
	last   bool    // the accounts are complete afterwards
}

var userScopes = []string{"user", "user_basic", "user_brief"}

// steps in the order of collection: accounts first, since all others refer to them.
var steps = []step{
	{
		name: "users", kind: facts.KindUser, scopes: userScopes, read: (*run).readUsers,
		gives: "accounts, active and dismissed, with their last log-in", first: command{"user.get", userPage(0, 0)},
	},
	{
		name: "devices", kind: facts.KindUser, field: "last_activity", scopes: []string{"im"}, read: (*run).readDevices,
		gives: "the last activity of each account, in the mobile application too", first: command{"im.user.list.get", params{"ID": []string{portalCreator}}},
	},
	{
		name: "invitations", kind: facts.KindUser, field: "invited", scopes: userScopes, read: (*run).readInvitations,
		gives: "invitations that were not accepted", first: command{"user.search", invitationList.from(0)},
	},
	{
		name: "departments", kind: facts.KindUser, field: "departments", scopes: []string{"department"}, read: (*run).readDepartments,
		gives: "names of departments", first: command{"department.get", departmentList.from(0)},
	},
	{
		name: "bots", kind: facts.KindUser, field: "kind", scopes: []string{"imbot"}, read: (*run).readBots,
		gives: "chat bots among the accounts", first: command{"imbot.bot.list", nil},
	},
	{
		name: "event log", kind: facts.KindActivity, also: facts.KindEvent, scopes: []string{"main"}, admin: true, read: (*run).readLog,
		gives: "log-ins, failed log-ins, changes of rights and settings", last: true,
	},
	{
		name: "groups", kind: facts.KindGroup, scopes: []string{"sonet_group", "socialnetwork"}, read: (*run).collectGroups,
		gives: "workgroups with their owners, members and guests", first: command{"sonet_group.get", groupList.from(0)},
	},
	{
		name: "consents", kind: facts.KindConsent, scopes: []string{"userconsent"}, read: (*run).collectConsents,
		gives: "texts of consents", first: command{"userconsent.agreement.list", nil},
	},
	{
		name: "forms", kind: facts.KindForm, scopes: []string{"crm"}, read: (*run).collectForms,
		gives: "public CRM forms and their consent boxes", first: command{"crm.webform.list", nil},
	},
	{
		name: "chats", kind: facts.KindForm, scopes: []string{"imopenlines"}, read: (*run).collectChats,
		gives: "open channels and the consent shown to visitors", first: command{"imopenlines.config.list.get", linePage(0)},
	},
}

// outcome is what a step came to.
type outcome struct{ err error }

// fatal is the error that no later step could escape, or nil.
func (o outcome) fatal() error {
	var broken writeError
	if errors.As(o.err, &broken) || hopeless(o.err) || unreachable(o.err) {
		return o.err
	}
	return nil
}

// unreachable: the transport has tried several times, so the next step would only wait as long again.
func unreachable(err error) bool {
	kind, ok := transport.KindOf(err)
	return ok && kind == transport.Unreachable
}

// attempt runs a step unless the credential is known to lack its scope.
func (r *run) attempt(ctx context.Context, s step) outcome {
	switch {
	case ctx.Err() != nil:
		return outcome{fmt.Errorf("%w: %w", errStopped, ctx.Err())}
	case !r.may(s.scopes):
		return outcome{noScope(s)}
	}
	r.progress(s.name, 0, 0)
	err := s.read(r, ctx)
	if err != nil {
		r.logger().Warn("step incomplete", "step", s.name, "error", err)
	}
	return outcome{err}
}

func noScope(s step) error {
	return &refusal{
		method: s.name, status: http.StatusForbidden, code: "insufficient_scope",
		message: fmt.Sprintf("the credential lacks the scope %s", strings.Join(s.scopes, " or ")),
	}
}

// right names what is missing when the portal denied a step: the scope, or the person's rights when the scope is there.
func (r *run) right(s step) string {
	if r.scopes != nil && r.may(s.scopes) {
		return administrator
	}
	return s.scopes[0]
}

// administrator is the right of the person, as opposed to the scopes of the credential.
const administrator = "administrator"

// Probe implements collectors.Prober.
func (c *Collector) Probe(ctx context.Context) ([]facts.Coverage, error) {
	r, err := c.start(facts.NewMemory())
	if err != nil {
		return nil, err
	}
	defer r.close()
	if err := r.connect(ctx); err != nil {
		return nil, err
	}
	var all []facts.Coverage
	for _, s := range steps {
		all = append(all, r.forecast(s, r.try(ctx, s))...)
	}
	return append(all, r.gaps()...), nil
}

// try is the error that a step would begin with.
func (r *run) try(ctx context.Context, s step) error {
	switch {
	case !r.may(s.scopes):
		return noScope(s)
	case s.first.method == "":
		r.fold = newFold(r.now, r.zone, r.users)
		_, err := (&logReader{run: r, fold: r.fold}).oldest(ctx)
		return err
	}
	_, err := r.client.call(ctx, s.first.method, s.first.params)
	return err
}

// forecast is the coverage to be expected of a step whose cheapest call came to err.
func (r *run) forecast(s step, err error) []facts.Coverage {
	c := facts.Coverage{Source: sourceID, Kind: s.kind, Field: s.field, State: facts.Full, Detail: s.gives}
	if err != nil {
		c.State, c.Reason, c.Detail = facts.Missing, reason(err), s.gives+": "+r.client.redact(clean(err.Error()))
		if c.Reason == facts.Denied {
			c.Right = r.right(s)
		}
	} else if s.kind == facts.KindUser && s.field == "" && !r.caller.admin.Or(false) {
		c.State, c.Reason, c.Right, c.Detail = facts.PartOnly, facts.Denied, administrator, s.gives+": "+hiddenPeople
	}
	if s.also == "" {
		all := []facts.Coverage{c}
		if err == nil && s.kind == facts.KindUser && s.field == "" {
			all = append(all, r.narrowScope()...)
		}
		return all
	}
	second := c
	second.Kind = s.also
	if err == nil && s.kind == facts.KindActivity {
		c.State, c.Reason, c.Detail = facts.PartOnly, facts.NotSupported, notLogged // see logCoverage
	}
	return []facts.Coverage{c, second}
}

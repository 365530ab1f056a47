package bitrix24

import (
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures/b24sim"
	"github.com/crmaudit/crmaudit/internal/fail"
)

func without(scope string) []string {
	return slices.DeleteFunc(slices.Clone(allScopes), func(s string) bool { return s == scope })
}

func TestMissingScopeIsCoverage(t *testing.T) {
	for _, tt := range []struct {
		scope string
		kind  facts.Kind
		field string
		state facts.State
	}{
		{"user", facts.KindUser, "", facts.PartOnly}, // the bot is still listed
		{"im", facts.KindUser, "last_activity", facts.PartOnly},
		{"imbot", facts.KindUser, "kind", facts.PartOnly},
		{"department", facts.KindUser, "departments", facts.PartOnly},
		{"main", facts.KindActivity, "", facts.Missing},
		{"main", facts.KindEvent, "", facts.Missing},
		{"main", facts.KindSetting, "log.enabled", facts.Missing},
		{"sonet_group", facts.KindGroup, "", facts.Missing},
		{"userconsent", facts.KindConsent, "", facts.Missing},
		{"crm", facts.KindForm, "", facts.PartOnly},
		{"imopenlines", facts.KindForm, "", facts.PartOnly},
	} {
		t.Run(tt.scope+"/"+string(tt.kind), func(t *testing.T) {
			p := portal()
			p.Webhook.Scopes = without(tt.scope)
			m := newRig(t, p).mustCollect()
			c := covered(t, m.About.Coverage, tt.kind, tt.field)
			require.Equal(t, []any{tt.state, facts.Denied, tt.scope}, []any{c.State, c.Reason, c.Right})
			require.Contains(t, c.Detail, tt.scope)
			if tt.scope != "user" {
				require.GreaterOrEqual(t, len(m.ByKind[facts.KindUser]), 7, "the rest goes on")
			}
		})
	}
}

// The portal may refuse a scope only when it is used, and with either status.
func TestRefusalsOfBothStatuses(t *testing.T) {
	for _, status := range []int{http.StatusForbidden, http.StatusUnauthorized} {
		p := portal()
		p.Webhook.Admin = false
		m := newRig(t, p, b24sim.WithRefusals(b24sim.Refusals{Access: status})).mustCollect()
		c := covered(t, m.About.Coverage, facts.KindActivity, "")
		require.Equal(t, []any{facts.Missing, facts.Denied, administrator}, []any{c.State, c.Reason, c.Right})
	}
}

func TestNotAnAdministrator(t *testing.T) {
	p := portal()
	p.Webhook.Admin = false
	m := newRig(t, p).mustCollect()
	users := byKey[*facts.User](t, m)
	require.NotContains(t, users, "6", "no department: hidden from the others")
	require.Equal(t, facts.Of(false), users["7"].Admin)
	c := covered(t, m.About.Coverage, facts.KindUser, "")
	require.Equal(t, []any{facts.PartOnly, facts.Denied, administrator}, []any{c.State, c.Reason, c.Right})
	require.Contains(t, m.About.Sources[0].Notes, "the credential does not belong to an administrator: the audit is incomplete")
}

func TestNarrowUserScope(t *testing.T) {
	p := portal()
	p.Webhook.Scopes = append(without("user"), "user_basic")
	m := newRig(t, p).mustCollect()
	require.Equal(t, facts.Denied, byKey[*facts.User](t, m)["1"].LastLogin.Reason())
	require.Equal(t, "user", covered(t, m.About.Coverage, facts.KindUser, "last_login").Right)
}

func TestPortalWithoutEventLog(t *testing.T) {
	p := portal()
	p.EventLog.Missing = true
	m := newRig(t, p).mustCollect()
	require.Equal(t, facts.NotSupported, covered(t, m.About.Coverage, facts.KindActivity, "").Reason)
	require.Len(t, m.ByKind[facts.KindUser], 8)
}

func TestPlanWithoutREST(t *testing.T) {
	p := portal()
	p.Plan = "free"
	m, err := newRig(t, p).collect()
	require.ErrorContains(t, err, "the Bitrix24 plan of this portal has no REST interface")
	require.Equal(t, fail.Usage, fail.Code(err))
	require.Contains(t, fail.Hint(err), "commercial plan")
	for _, kind := range Source().Provides {
		c := covered(t, m.About.Coverage, kind, "")
		require.Equal(t, []any{facts.Missing, facts.NotOnPlan}, []any{c.State, c.Reason})
	}
	require.Equal(t, "failed", m.About.Sources[0].Status)
}

func TestCredentialNotAccepted(t *testing.T) {
	for name, change := range map[string]func(*b24sim.Portal){
		"revoked": func(p *b24sim.Portal) { p.Webhook.Secret = "an0thers3cret" },
		"expired": func(p *b24sim.Portal) { p.Webhook.Expires = daysAgo(1) },
	} {
		t.Run(name, func(t *testing.T) {
			p := portal()
			change(p)
			m, err := newRig(t, p).collect()
			require.ErrorContains(t, err, "wrong, expired or revoked")
			require.Contains(t, fail.Hint(err), "create a new incoming webhook")
			require.Equal(t, facts.Missing, covered(t, m.About.Coverage, facts.KindUser, "").State)
		})
	}
}

func TestRevokedOnTheWay(t *testing.T) {
	refuse := func(method string, call int) b24sim.Fault {
		return b24sim.Fault{Method: method, Kind: b24sim.FaultStatus, Status: http.StatusUnauthorized, Code: "INVALID_CREDENTIALS", Call: call}
	}
	r := newRig(t, portal(), b24sim.WithFaults(refuse("sonet_group.user.get", 0), refuse("scope", 2)))
	m, err := r.collect()
	require.ErrorContains(t, err, "wrong, expired or revoked")
	require.Len(t, m.ByKind[facts.KindUser], 8, "what was read is kept")
	require.NotEmpty(t, m.ByKind[facts.KindActivity])
	require.Len(t, m.ByKind[facts.KindGroup], 2)
	require.Equal(t, facts.Missing, covered(t, m.About.Coverage, facts.KindConsent, "").State)
	require.Equal(t, "partial", m.About.Sources[0].Status)

	m = newRig(t, portal(), b24sim.WithFaults(refuse("sonet_group.user.get", 0))).mustCollect()
	require.Equal(t, facts.Denied, covered(t, m.About.Coverage, facts.KindGroup, "guests").Reason, "the credential is alive, the right is missing")
}

func TestProbe(t *testing.T) {
	r := newRig(t, portal())
	all, err := r.collector.Probe(t.Context())
	require.NoError(t, err)
	require.Empty(t, r.server.Writes())
	require.LessOrEqual(t, len(r.server.Requests()), 2)
	for _, kind := range []facts.Kind{facts.KindUser, facts.KindEvent, facts.KindGroup, facts.KindConsent} {
		require.Equal(t, facts.Full, covered(t, all, kind, "").State, "%s", kind)
	}
	require.Equal(t, facts.NotSupported, covered(t, all, facts.KindActivity, "").Reason, "the log lacks exports")
	require.Equal(t, "sessions", covered(t, all, facts.KindSession, "").Ask)
}

func TestProbeNamesMissingRights(t *testing.T) {
	p := portal()
	p.Webhook.Scopes, p.Webhook.Admin = without("userconsent"), false
	all, err := newRig(t, p).collector.Probe(t.Context())
	require.NoError(t, err)
	consent := covered(t, all, facts.KindConsent, "")
	require.Equal(t, []any{facts.Missing, facts.Denied, "userconsent"}, []any{consent.State, consent.Reason, consent.Right})
	require.Contains(t, consent.Detail, "texts of consents")
	require.Equal(t, administrator, covered(t, all, facts.KindActivity, "").Right)
	require.Equal(t, facts.PartOnly, covered(t, all, facts.KindUser, "").State)
}

func TestProbeOfADeadPortal(t *testing.T) {
	r := newRig(t, portal())
	require.NoError(t, r.running.Close())
	_, err := r.collector.Probe(t.Context())
	require.ErrorContains(t, err, "refused the connection")
	require.NotEmpty(t, fail.Hint(err))
}

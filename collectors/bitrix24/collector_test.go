package bitrix24

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

func TestUsers(t *testing.T) {
	users := byKey[*facts.User](t, newRig(t, portal()).mustCollect())

	require.NotContains(t, users, "12", "integrators are hidden by the portal")
	require.Len(t, users, 8)
	owner := users["1"]
	require.Equal(t, "Ольга Ковалёва", owner.Name.Or(""))
	require.Equal(t, "owner@romashka.example", owner.Email.Or(""))
	require.Equal(t, facts.With(true, facts.Inferred), owner.PortalOwner)
	require.Equal(t, []string{"Ромашка"}, owner.Departments.Or(nil))
	require.True(t, owner.Admin.IsZero(), "administrators cannot be listed")
	require.True(t, users["4"].PortalOwner.IsZero(), "nothing follows for the others")

	require.Equal(t, facts.With(true, facts.Inferred), users["4"].Admin, "the log shows him entering group 1")
	require.Equal(t, facts.Of(true), users["7"].Admin, "the portal says so of the caller")
	require.Equal(t, daysAgo(20).UTC(), users["4"].LastActivity.Or(time.Time{}), "the mobile application counts")
	require.Equal(t, daysAgo(100).UTC(), users["5"].LastActivity.Or(time.Time{}), "a wall clock is that of the portal")

	require.Equal(t, facts.With(true, facts.Inferred), users["7"].TwoFactor)
	require.True(t, users["1"].TwoFactor.IsZero(), "not seen is not absent")

	require.Equal(t, facts.UserHuman, users["5"].Type.Or(""))
	require.Equal(t, facts.Of(facts.UserExternal), users["8"].Type)
	require.Equal(t, facts.Inferred, users["6"].Type.Quality(), "dismissed people lose their departments and look like guests")
	require.Equal(t, facts.UserBot, users["10"].Type.Or(""))

	require.Equal(t, facts.Of(true), users["9"].Invited)
	require.Equal(t, facts.Of(false), users["1"].Invited)
	at, known := users["9"].LastLogin.Get()
	require.True(t, known && at.IsZero(), "known never to have logged in")
	require.Equal(t, facts.Of(""), users["1"].ExternalAuth)
}

func TestOrderIsThatOfNumbers(t *testing.T) {
	var ids []string
	for _, u := range records[*facts.User](t, newRig(t, portal()).mustCollect()) {
		ids = append(ids, u.ID)
	}
	require.Equal(t, []string{"1", "4", "5", "6", "7", "8", "9", "10"}, ids)
}

func TestEventLog(t *testing.T) {
	m := newRig(t, portal()).mustCollect()
	activity := byKey[*facts.Activity](t, m)
	day := func(n int) string { return daysAgo(n).UTC().Format(time.DateOnly) }

	require.Contains(t, activity, "1/"+day(60)+"/login")
	require.Contains(t, activity, "1/"+day(50)+"/admin_grant")
	require.Contains(t, activity, "1/"+day(40)+"/login_as", "the administrator acted")
	require.NotContains(t, activity, "4/"+day(40)+"/login", "the other did not log in")
	require.Contains(t, activity, "7/"+day(30)+"/api")
	require.NotContains(t, activity, "7/"+day(30)+"/login", "a webhook at work is no log-in")
	require.Contains(t, activity, "5/"+day(20)+"/login_failed", "failures count for the account that was tried")
	require.Contains(t, activity, "/"+day(18)+"/login_failed", "of an unknown login")
	seven := activity["7/"+day(2)+"/login"]
	require.Equal(t, "Вера Гончар", seven.ActorName)
	require.Equal(t, uint32(1<<9), seven.Hours, "12:00 in Moscow is 9:00 UTC")
	require.Equal(t, []int{1, 1, 1, 1}, []int{seven.Count, seven.Addresses, seven.PeakHour, seven.Peak10Min})

	var kinds []string
	for _, e := range records[*facts.Event](t, m) {
		kinds = append(kinds, e.Type+" "+e.Actor+">"+e.Subject)
	}
	require.Equal(t, []string{"admin_grant 1>4", "login_as 1>4", "login_failed >5", "login_failed >5"}, kinds)
}

func TestLogSettings(t *testing.T) {
	settings := byKey[*facts.Setting](t, newRig(t, portal()).mustCollect())
	require.Equal(t, facts.Of(true), settings["log.enabled"].Bool)
	require.Equal(t, facts.Of(60.0), settings["log.oldest_event_days"].Number)
	require.Equal(t, facts.Of(2.0), settings["log.logins_seen"].Number)
	require.Equal(t, facts.Of(true), settings["log.login_has_address"].Bool)
	require.Equal(t, facts.Of(true), settings["log.login_has_device"].Bool)
	require.Equal(t, facts.With([]string{"login", "login_failed", "rights"}, facts.Partial), settings["log.events"].List)
}

func TestOldestEventBeyondTheWindow(t *testing.T) {
	p := portal()
	p.Events = append(p.Events, loginEvent(daysAgo(200), 1, "external", "203.0.113.5"))
	r := newRig(t, p)
	m := r.mustCollect()
	require.Equal(t, facts.Of(200.0), byKey[*facts.Setting](t, m)["log.oldest_event_days"].Number)
	require.NotContains(t, byKey[*facts.Activity](t, m), "1/"+daysAgo(200).UTC().Format(time.DateOnly)+"/login")
	require.NotContains(t, covered(t, m.About.Coverage, facts.KindActivity, "").Detail, "begins on")
}

func TestAnEmptyLogProvesNothing(t *testing.T) {
	p := portal()
	p.Events = nil
	settings := byKey[*facts.Setting](t, newRig(t, p).mustCollect())
	require.NotContains(t, settings, "log.enabled")
	require.NotContains(t, settings, "log.login_has_address")
	require.Equal(t, facts.Of(0.0), settings["log.logins_seen"].Number)
}

func TestGroups(t *testing.T) {
	groups := byKey[*facts.Group](t, newRig(t, portal()).mustCollect())
	require.Len(t, groups, 2, "hidden ones too")
	g := groups["3"]
	require.Equal(t, "5", g.Owner.Or(""))
	require.Equal(t, facts.Of(false), g.OwnerActive)
	require.Equal(t, facts.Of(1), g.Guests)
	require.Equal(t, facts.Of(3), g.Members)
	require.Equal(t, facts.Of(true), g.Open)
	require.Equal(t, facts.Of(false), groups["11"].Visible)
}

func TestConsentsAndForms(t *testing.T) {
	m := newRig(t, portal()).mustCollect()
	consents := byKey[*facts.Consent](t, m)
	require.Equal(t, facts.Of(true), consents["1"].Stock)
	require.Equal(t, facts.Of(false), consents["1"].Operator)
	require.Equal(t, facts.Of(false), consents["2"].Stock)
	require.Equal(t, facts.Of(true), consents["2"].Operator)
	require.Equal(t, facts.Of(true), consents["2"].Purpose)
	require.Equal(t, facts.Of(true), consents["2"].Withdrawn)

	forms := byKey[*facts.Form](t, m)
	require.Len(t, forms, 4)
	require.Equal(t, facts.Of(true), forms["form:1"].PreTicked)
	require.Equal(t, facts.Of(true), forms["form:1"].Required)
	require.Equal(t, facts.Of(true), forms["form:1"].CollectsPeople)
	require.Equal(t, facts.Of(false), forms["form:2"].HasConsent)
	require.Equal(t, facts.Of(false), forms["form:2"].CollectsPeople)
	require.Equal(t, facts.Of(false), forms["chat:1"].HasConsent)
	require.Equal(t, facts.Of(true), forms["chat:2"].HasConsent)
}

func TestFootprint(t *testing.T) {
	p := portal()
	p.Webhook.Scopes = append([]string{"telephony", "disk"}, allScopes...)
	r := newRig(t, p)
	m := r.mustCollect()
	s := m.About.Sources[0]
	require.Equal(t, "ok", s.Status)
	require.Equal(t, []string{"disk", "telephony"}, s.Excess)
	require.Equal(t, len(r.server.Requests()), s.Requests)
	require.Equal(t, "/rest/7/…kkey", s.Credential)
	require.Empty(t, m.ByKind[facts.KindCredential], "REST cannot list credentials")
}

func TestCoverage(t *testing.T) {
	all := newRig(t, portal()).mustCollect().About.Coverage
	for _, kind := range Source().Provides {
		want := facts.Full
		if kind == facts.KindSetting || kind == facts.KindActivity {
			want = facts.PartOnly
		}
		require.Equal(t, want, covered(t, all, kind, "").State, "%s", kind)
	}
	for kind, ask := range map[facts.Kind]string{
		facts.KindSession: "sessions", facts.KindCredential: "credentials", facts.KindIntegration: "integrations", facts.KindHandler: "handlers",
		facts.KindPublicLink: "public_links", facts.KindRole: "roles", facts.KindBackup: "backups", facts.KindBackupPolicy: "backup_policy",
	} {
		c := covered(t, all, kind, "")
		require.Equal(t, []any{facts.Missing, facts.NotSupported, ask}, []any{c.State, c.Reason, c.Ask})
	}
	require.Equal(t, "administrators", covered(t, all, facts.KindUser, "admin").Ask)
	require.Equal(t, "two_factor_required", covered(t, all, facts.KindSetting, "auth.two_factor.required").Ask)
	require.Equal(t, facts.NotSupported, covered(t, all, facts.KindActivity, facts.ActExport).Reason)
}

func TestSameInputGivesSameBytes(t *testing.T) {
	snapshot := func() string {
		m := newRig(t, portal()).mustCollect()
		m.About.Sources[0].Where = "" // the port
		for _, f := range records[*facts.Form](t, m) {
			f.Host = facts.Known[string]{}
		}
		data, err := json.Marshal(m)
		require.NoError(t, err)
		return string(data)
	}
	require.Equal(t, snapshot(), snapshot())
}

func TestNoSecretLeaves(t *testing.T) {
	for name, p := range map[string]func() *rig{
		"good":    func() *rig { return newRig(t, portal()) },
		"revoked": func() *rig { p := portal(); p.Webhook.Secret = "an0thers3cret"; return newRig(t, p) },
	} {
		t.Run(name, func(t *testing.T) {
			r := p()
			m, err := r.collect()
			data, marshalErr := json.Marshal(m)
			require.NoError(t, marshalErr)
			require.NotContains(t, string(data), secret)
			require.NotContains(t, r.log.String(), secret)
			require.NotEmpty(t, r.log.String())
			if err != nil {
				require.NotContains(t, err.Error(), secret)
			}
		})
	}
}

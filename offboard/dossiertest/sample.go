// Package dossiertest makes dossiers for the tests of whoever prints them.
package dossiertest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/offboard"
)

// Now is the clock of the dossiers.
var Now = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

const email = "boss@x.example"

// Full is the dossier of somebody who left and kept n of everything that a dossier knows.
func Full(t testing.TB, n int) *offboard.Dossier {
	t.Helper()
	m := facts.NewMemory()
	m.About = facts.Info{Portal: "romashka", Platform: "bitrix24-box", URL: "https://crm.x.example", TakenAt: Now, Counts: map[facts.Kind]int{}}
	left := time.Date(2026, 10, 15, 0, 0, 0, 0, time.UTC)
	for _, k := range facts.Kinds {
		c := facts.Coverage{Source: "crm", Kind: k, State: facts.Full}
		if k == facts.KindActivity {
			c.State, c.Reason, c.Ask = facts.PartOnly, facts.NotSupported, "log_events"
		}
		require.NoError(t, m.Cover(c))
	}
	used, never := facts.Of(Now.Add(-48*time.Hour)), facts.Of(time.Time{})
	add := func(r facts.Record) { require.NoError(t, m.Write(r)) }
	add(&facts.Person{ID: email, Source: "roster", Name: facts.Of("Громов Виктор Павлович"), Emails: []string{email}, Phones: []string{"79000000001"}, External: "0001", Row: 2, Employed: facts.Of(false), Left: facts.Of(left)})
	add(&facts.User{
		ID: "1", Source: "crm", Name: facts.Of("Виктор Громов"), Email: facts.Of(email), Login: facts.Of("boss"), Position: facts.Of("Директор"), Active: facts.Of(true),
		Admin: facts.Of(true), PortalOwner: facts.Of(true), CanExport: facts.With(true, facts.Declared), CanDeleteAll: facts.With(true, facts.Inferred), Shared: facts.With(true, facts.Partial),
		Roles: facts.Of([]string{"Администраторы"}), Type: facts.Of(facts.UserHuman), LastLogin: used, LastActivity: never, TwoFactor: facts.Of(false), ExternalAuth: facts.Of("LDAP"), OwnsRecords: facts.Of(21),
	})
	for _, id := range []string{
		"departed_open_services", "departed_belongings", "data_officer", "key_holders", "backup_storage_owners", "backup_storage_access",
	} {
		add(&facts.Answer{ID: id, Source: "answers", List: facts.With([]string{email}, facts.Declared), At: Now, Evidence: "scan.png", By: "Анна"})
	}
	add(&facts.Answer{ID: "departed_second_factor", Source: "answers", List: facts.With([]string{"anna@x.example"}, facts.Declared), At: Now})
	add(&facts.Answer{ID: "registered_to_private_person", Source: "answers", List: facts.With([]string{"domain"}, facts.Declared), At: Now})
	add(&facts.Answer{ID: "shared_secrets", Source: "answers", At: Now, Rows: facts.With([]map[string]string{
		{"system": "Хостинг", "changed": "2026-02-01", "known_to": email}, {"system": "VPN", "changed": "never", "known_to": email},
	}, facts.Declared)})
	add(&facts.Answer{ID: "departures", Source: "answers", At: Now, Rows: facts.With([]map[string]string{{"user": email, "left": "2026-10-15", "blocked": "2026-10-20"}}, facts.Declared)})
	add(&facts.User{ID: "50", Source: "crm", Name: facts.Of("Борис Ольхов"), Active: facts.Of(true), Admin: facts.Of(false), Type: facts.Of(facts.UserExternal), Sponsor: facts.Of(email)})
	for i := range n {
		id := fmt.Sprint(i)
		add(&facts.Group{ID: id, Source: "crm", Name: facts.Of("Группа " + id), Owner: facts.Of("1"), Guests: facts.Of(2)})
		for _, kind := range []string{"web", "remembered", "mobile", "device", "link", "app_password"} {
			add(&facts.Session{ID: kind + id, Source: "crm", User: "1", Type: facts.Of(kind), LastSeen: used, Address: facts.Of("192.0.2.1"), Countries: facts.Of([]string{"RU"}), Device: facts.Of("Телефон")})
		}
		for _, kind := range []string{"webhook", "api_key", "oauth_app", "app_password"} {
			add(&facts.Credential{ID: kind + id, Source: "crm", Type: facts.Of(kind), Label: facts.Of("Обмен " + id), Owner: facts.Of("1"), Active: facts.Of(true), FullAccess: facts.Of(true), Scopes: facts.Of([]string{"crm", "user"}), LastUsed: used, Expires: never, Methods: facts.Of([]string{"crm.deal.list"})})
		}
		add(&facts.Credential{ID: "unused" + id, Source: "crm", Owner: facts.Of("1"), Active: facts.Of(true), LastUsed: never, Audit: true})
		add(&facts.Integration{ID: id, Source: "crm", Title: facts.Of("Приложение"), Vendor: facts.Of("Вендор"), Owner: facts.Of("1"), Active: facts.Of(true)})
		add(&facts.Handler{ID: id, Source: "crm", Scheme: facts.Of("https"), Host: facts.Of("h.example"), Event: facts.Of("ONCRMLEADADD"), Owner: facts.Of("1")})
		add(&facts.PublicLink{ID: id, Source: "crm", Object: facts.Of("Прайс"), Creator: facts.Of("1"), Expires: never, HasPassword: facts.Of(false), Downloads: facts.Of(3)})
		add(&facts.Mailbox{ID: id, Source: "crm", Address: facts.Of(email), Owner: facts.Of("1"), Server: facts.Of("mail.x.example"), Active: facts.Of(true)})
		for _, kind := range []string{"equipment", "licence", "key"} {
			add(&facts.Asset{ID: kind + id, Source: "answers", Type: facts.With(kind, facts.Declared), Title: facts.With("Ноутбук", facts.Declared), Holder: facts.With(email, facts.Declared)})
		}
		add(&facts.Backup{ID: id, Source: "answers", Location: facts.With("Диск", facts.Declared), StorageOwner: facts.With("departed", facts.Declared), Finished: facts.Of(left), Encrypted: facts.Of(false)})
		for _, kind := range []string{
			facts.ActView, facts.ActExport, facts.ActDelete, facts.ActLogin, facts.ActLoginFailed, facts.ActLoginAs, facts.ActGrant, facts.ActAdminGrant, facts.ActSettings,
			facts.ActPassword, facts.ActUserEdit, facts.ActAPI, facts.ActAttack, facts.ActLogCleared,
		} {
			add(&facts.Activity{Actor: "1", Source: "crm", Day: left.AddDate(0, 0, 2+i%30), Type: kind, Count: 1 + i, Addresses: 1})
		}
		add(&facts.Event{ID: "a" + id, Source: "crm", At: Now, Type: facts.ActGrant, Actor: "1", Address: facts.Of("192.0.2.1")})
		add(&facts.Event{ID: "b" + id, Source: "crm", At: Now, Type: facts.ActPassword, Actor: "50", Subject: "1"})
	}
	return compile(t, m)
}

// Blind is a dossier of somebody of whom only the HR list knows.
func Blind(t testing.TB) *offboard.Dossier {
	t.Helper()
	m := facts.NewMemory()
	m.About.TakenAt = Now
	require.NoError(t, m.Write(&facts.Person{ID: email, Source: "roster", Name: facts.Of("Громов Виктор"), Emails: []string{email}, Row: 2, Employed: facts.Of(false)}))
	return compile(t, m)
}

func compile(t testing.TB, s facts.Snapshot) *offboard.Dossier {
	t.Helper()
	d, err := offboard.Compile(context.Background(), s, offboard.Options{Person: []string{email}, Now: Now, Tool: "crmaudit test"})
	require.NoError(t, err)
	return d
}

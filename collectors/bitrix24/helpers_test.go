package bitrix24

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures/b24sim"
	"github.com/crmaudit/crmaudit/internal/transport"
)

const secret = "s3cr3tw3bh00kkey"

var moscow = time.FixedZone("MSK", 3*60*60)

// today is the clock of the simulated portals.
var today = time.Date(2026, 11, 16, 12, 0, 0, 0, moscow)

func daysAgo(n int) time.Time { return today.AddDate(0, 0, -n) }

var allScopes = []string{"user", "department", "im", "imbot", "main", "userconsent", "crm", "imopenlines", "sonet_group"}

// portal is a small company with one of everything that the collector has to tell apart.
func portal() *b24sim.Portal {
	long := daysAgo(900)
	return &b24sim.Portal{
		Host: "romashka.bitrix24.example", Now: today, Plan: "professional",
		Webhook:     b24sim.Webhook{UserID: 7, Secret: secret, Scopes: allScopes, Admin: true},
		Departments: []b24sim.Department{{ID: 1, Name: "Ромашка"}, {ID: 2, Name: "Продажи", Parent: 1}},
		Users: []b24sim.User{
			{ID: 1, Active: true, Name: "Ольга", LastName: "Ковалёва", Email: "Owner@romashka.example", Departments: []int{1}, DateRegister: long, LastLogin: daysAgo(3), LastActivity: daysAgo(1)},
			{ID: 4, Active: true, Name: "Борис", LastName: "Ткач", Email: "boris@romashka.example", Departments: []int{2}, DateRegister: long, LastLogin: daysAgo(200), LastActivity: daysAgo(190), MobileLast: daysAgo(20)},
			{ID: 5, Active: false, Name: "Марк", LastName: "Мороз", Email: "mark@romashka.example", Departments: []int{2}, DateRegister: long, LastLogin: daysAgo(100), LastActivity: daysAgo(100), ActivityForm: b24sim.DateSQL},
			{ID: 6, Active: false, Name: "Жанна", LastName: "Савчук", Email: "zhanna@romashka.example", DateRegister: long, LastLogin: daysAgo(300)},
			{ID: 7, Active: true, Name: "Вера", LastName: "Гончар", Email: "vera@romashka.example", Departments: []int{1, 2}, DateRegister: long, LastLogin: daysAgo(1), LastActivity: daysAgo(0)},
			{ID: 8, Active: true, Name: "Гость", LastName: "Подрядчик", Email: "guest@partner.example", Type: "extranet", DateRegister: long, LastLogin: daysAgo(10)},
			{ID: 9, Active: true, Name: "Новый", LastName: "Сотрудник", Email: "new@romashka.example", Departments: []int{2}, DateRegister: daysAgo(40), ConfirmCode: "a1b2c3d4"},
			{ID: 10, Active: true, Name: "Бот", Email: "", Bot: true, Type: "bot"},
			{ID: 12, Active: true, Name: "Иван", LastName: "Интегратор", Email: "i@integrator.example", Departments: []int{1}, Integrator: true},
		},
		Bots: []b24sim.Bot{{ID: 10, Name: "Бот", Code: "helper"}},
		Groups: []b24sim.Group{
			{ID: 3, Name: "Тендеры", Owner: 5, Opened: true, Activity: daysAgo(9), Members: []b24sim.Member{{User: 5, Role: "A"}, {User: 8, Role: "K"}, {User: 7, Role: "K"}}},
			{ID: 11, Name: "Скрытая", Owner: 1, Hidden: true, Activity: daysAgo(2), Members: []b24sim.Member{{User: 1, Role: "A"}}},
		},
		Agreements: []b24sim.Agreement{
			{ID: 1, Name: "Пример согласия", Language: "ru", Standard: true, Text: "Я даю согласие оператору %COMPANY_NAME%, %COMPANY_ADDRESS% с целью %PURPOSES%."},
			{ID: 2, Name: "Согласие клиента", Language: "ru", Text: "Даю согласие ООО «Ромашка», ИНН 7700000001, на обработку в целях исполнения договора. Согласие можно отозвать письмом."},
		},
		Forms: []b24sim.Form{
			{ID: 1, Name: "Заявка", Fields: []b24sim.FormField{{Name: "CONTACT_PHONE", Type: "phone"}}, Agreements: []b24sim.FormAgreement{{ID: 2, Label: "Согласен", Required: true, Checked: true}}},
			{ID: 2, Name: "Опрос", Fields: []b24sim.FormField{{Name: "LEAD_COMMENTS", Type: "text"}}},
		},
		OpenLines: []b24sim.OpenLine{{ID: 1, Name: "Чат на сайте"}, {ID: 2, Name: "Телеграм", AgreementID: 2}},
		Events: []b24sim.Event{
			loginEvent(daysAgo(60), 1, "external", "203.0.113.5"),
			{At: daysAgo(50), Type: "USER_GROUP_CHANGED", UserID: 1, Item: "4", Address: "203.0.113.5", Description: map[string]any{"before": []int{3}, "after": []int{1, 3}}},
			{At: daysAgo(40), Type: "USER_AUTHORIZE", UserID: 4, Address: "203.0.113.5", UserAgent: "Mozilla", Description: map[string]any{"userId": 4, "previousUserId": 1, "method": "loginAs"}},
			{At: daysAgo(30), Type: "USER_AUTHORIZE", Module: "rest", UserID: 7, Address: "198.51.100.7", Description: map[string]any{"userId": 7, "method": "rest"}},
			{At: daysAgo(20), Type: "USER_LOGIN", Item: "mark@romashka.example", Address: "192.0.2.66", UserAgent: "curl"},
			{At: daysAgo(19), Type: "USER_LOGIN_BLOCKED", Item: "MARK@romashka.example", Address: "192.0.2.66", UserAgent: "curl"},
			{At: daysAgo(18), Type: "USER_LOGIN", Item: "nobody@romashka.example", Address: "192.0.2.67", UserAgent: "curl"},
			{At: daysAgo(2), Type: "USER_AUTHORIZE", UserID: 7, Address: "203.0.113.9", UserAgent: "Mozilla", Description: map[string]any{"userId": 7, "method": "password", "otpUsed": true}},
		},
	}
}

func loginEvent(at time.Time, user int, method, address string) b24sim.Event {
	return b24sim.Event{At: at, Type: "USER_AUTHORIZE", UserID: user, Address: address, UserAgent: "Mozilla", Description: map[string]any{"userId": user, "method": method}}
}

// clock moves only when somebody sleeps, so that waiting costs a test no time.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(max(d, 0))
	return ctx.Err()
}

// rig is a simulated portal on loopback and a collector for it.
type rig struct {
	t         *testing.T
	server    *b24sim.Server
	running   *b24sim.Running
	clock     *clock
	collector *Collector
	log       *bytes.Buffer
}

func newRig(t *testing.T, p *b24sim.Portal, options ...b24sim.Option) *rig {
	t.Helper()
	r := &rig{t: t, clock: newClock(), log: &bytes.Buffer{}}
	r.server = b24sim.New(p, append([]b24sim.Option{b24sim.WithClock(r.clock.now)}, options...)...)
	running, err := b24sim.StartHTTP(t.Context(), r.server)
	require.NoError(t, err)
	t.Cleanup(func() { _ = running.Close() })
	r.running = running
	r.open(&Config{Webhook: running.URL + "/rest/7/" + secret + "/", Days: 90})
	return r
}

func (r *rig) open(cfg *Config) {
	r.t.Helper()
	c, err := Source().Open(collectors.Env{
		Dir: r.t.TempDir(), Now: func() time.Time { return today }, Log: slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}, cfg)
	require.NoError(r.t, err)
	r.collector = c.(*Collector)
	r.collector.tokenBase = r.running.URL + "/oauth/"
	r.collector.tune = func(t *transport.Config) { t.Clock, t.Sleep, t.Retries = r.clock.now, r.clock.sleep, 2 }
}

// collect runs the collector and asserts what must hold for every portal.
func (r *rig) collect() (*facts.Memory, error) {
	r.t.Helper()
	m := facts.NewMemory()
	err := r.collector.Collect(r.t.Context(), m)
	require.Empty(r.t, r.server.Writes())
	require.Len(r.t, m.About.Sources, 1)
	return m, err
}

func (r *rig) mustCollect() *facts.Memory {
	r.t.Helper()
	m, err := r.collect()
	require.NoError(r.t, err)
	return m
}

func records[T facts.Record](t *testing.T, m *facts.Memory) []T {
	t.Helper()
	var all []T
	for record, err := range facts.Each[T](t.Context(), m) {
		require.NoError(t, err)
		all = append(all, record)
	}
	return all
}

func byKey[T facts.Record](t *testing.T, m *facts.Memory) map[string]T {
	t.Helper()
	all := map[string]T{}
	for _, record := range records[T](t, m) {
		require.NotContains(t, all, record.Key(), "keys are unique")
		all[record.Key()] = record
	}
	return all
}

// covered finds the coverage of a kind or field.
func covered(t *testing.T, all []facts.Coverage, kind facts.Kind, field string) facts.Coverage {
	t.Helper()
	var found []facts.Coverage
	for _, c := range all {
		if c.Kind == kind && c.Field == field {
			found = append(found, c)
		}
	}
	require.Len(t, found, 1, "coverage of %s %s", kind, field)
	return found[0]
}

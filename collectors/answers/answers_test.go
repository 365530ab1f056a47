package answers

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/questions"
)

var now = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func env(dir string) collectors.Env {
	return collectors.Env{Dir: dir, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)}
}

// collect reads the file of testdata into memory.
func collect(t *testing.T, file string) *facts.Memory {
	t.Helper()
	config := Source().NewConfig().(*Config)
	config.File = file
	c, err := Source().Open(env("testdata"), config)
	require.NoError(t, err)
	m := facts.NewMemory()
	require.NoError(t, c.Collect(context.Background(), m))
	return m
}

func records[T facts.Record](t *testing.T, m *facts.Memory) map[string]T {
	t.Helper()
	found := map[string]T{}
	for r, err := range facts.Each[T](context.Background(), m) {
		require.NoError(t, err)
		found[r.Key()] = r
	}
	return found
}

func coverage(m *facts.Memory, k facts.Kind, field string) facts.Coverage {
	for _, c := range m.About.Coverage {
		if c.Kind == k && c.Field == field {
			return c
		}
	}
	return facts.Coverage{}
}

func day(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestPlainAnswers(t *testing.T) {
	m := collect(t, "answers.yaml")
	got := records[*facts.Answer](t, m)

	admins := got["administrators"]
	require.Equal(t, "user.admin", admins.Fills)
	require.Equal(t, declared([]string{"anna@romashka.example", "7", "Иван Сидоров"}), admins.List)
	require.Equal(t, "Анна Петрова, директор", admins.By)
	require.Equal(t, day("2026-11-20"), admins.At)
	require.Equal(t, "admins.png", admins.Evidence)
	require.Equal(t, facts.Coverage{Kind: facts.KindUser, Field: "admin", State: facts.Full}, coverage(m, facts.KindUser, "admin"))

	require.Equal(t, "!user.two_factor", got["without_two_factor"].Fills)
	require.Equal(t, declared([]string{}), got["without_two_factor"].List)
	require.Equal(t, declared([]string{"anna@romashka.example"}), got["portal_owner"].List)
	require.Equal(t, declared(time.Time{}), got["log_review"].Date)
	require.Equal(t, declared(87.5), got["nda_percent"].Number)
	require.Equal(t, declared("uz4"), got["protection_level"].Text)
	require.Equal(t, "Иван Сидоров", got["backups"].By)
	require.Equal(t, day("2026-11-19"), got["backups"].At)
	require.True(t, got["credentials"].Rows.IsZero(), "rows that became records are not repeated")
}

func TestSettings(t *testing.T) {
	got := records[*facts.Setting](t, collect(t, "answers.yaml"))
	require.Len(t, got, 4)
	require.Equal(t, declared(true), got["auth.two_factor.required"].Bool)
	require.Equal(t, declared(180.0), got["log.retention_days"].Number)
	require.Equal(t, declared([]string{"new_device", "mass_export"}), got["alerts.types"].List)
	require.Equal(t, declared([]string{"203.0.113.7", "2001:db8::/32"}), got["network.ip_allowlist"].List)
}

func TestTablesBecomeRecords(t *testing.T) {
	m := collect(t, "answers.yaml")

	creds := records[*facts.Credential](t, m)
	require.Len(t, creds, 2)
	site := creds["Сайт"]
	require.Equal(t, declared("webhook"), site.Type)
	require.Equal(t, declared("anna@romashka.example"), site.Owner)
	require.Equal(t, declared([]string{"crm", "user"}), site.Scopes)
	require.Equal(t, declared(false), site.FullAccess)
	require.Equal(t, declared(day("2025-03-12")), site.Created)
	require.Equal(t, declared(time.Time{}), site.LastUsed)
	require.Equal(t, declared(time.Time{}), site.Expires)
	require.Equal(t, declared(""), creds["Телефония"].Owner, "none is known to be nobody")
	require.True(t, creds["Телефония"].Active.IsZero(), "an empty cell is not known")

	handler := records[*facts.Handler](t, m)["http://hooks.example:8080"]
	require.Equal(t, declared("http"), handler.Scheme)
	require.Equal(t, declared("hooks.example:8080"), handler.Host)

	sessions := records[*facts.Session](t, m)
	require.Len(t, sessions, 2)
	require.Equal(t, "7", sessions["7 #2"].User)

	require.Equal(t, declared(true), records[*facts.Backup](t, m)["Облако компании / 2026-11-19"].Encrypted)
	policy := records[*facts.BackupPolicy](t, m)["backup_policy"]
	require.Equal(t, declared(24), policy.EveryHours)
	require.Equal(t, declared(time.Time{}), policy.RestoreTested)

	require.Equal(t, facts.Coverage{Kind: facts.KindAsset, State: facts.Full}, coverage(m, facts.KindAsset, ""), "an empty table means there is none")
	require.Equal(t, 2, coverage(m, facts.KindCredential, "").Count)
	require.Equal(t, facts.Coverage{Kind: facts.KindPublicLink, State: facts.Missing, Reason: facts.NotAnswered, Ask: "public_links"}, coverage(m, facts.KindPublicLink, ""))
}

func TestRolesSpellOutTheirPermissions(t *testing.T) {
	roles := records[*facts.Role](t, collect(t, "answers.yaml"))
	require.Equal(t, declared(12), roles["Менеджеры"].Members)
	require.Equal(t, declared(true), roles["Руководители"].Management)
	list, _ := roles["Руководители"].Permissions.Get()
	require.Len(t, list, 13)
	require.Contains(t, list, facts.Permission{Object: "deal", Action: "read", Scope: "all"})
	require.Contains(t, list, facts.Permission{Object: "contact", Action: "delete", Scope: "group"})
	require.Contains(t, list, facts.Permission{Object: "setting", Action: "settings", Scope: "all"})
	list, _ = roles["Менеджеры"].Permissions.Get()
	require.Contains(t, list, facts.Permission{Object: "lead", Action: "export", Scope: "none"})
	require.Contains(t, list, facts.Permission{Object: "setting", Action: "settings", Scope: "none"})
}

func TestTablesWithoutRecordsStayRows(t *testing.T) {
	m := collect(t, "answers.yaml")
	got := records[*facts.Answer](t, m)
	require.Equal(t, declared([]map[string]string{{"system": "Хостинг", "changed": "never", "known_to": "anna@romashka.example; Иван Сидоров"}}), got["shared_secrets"].Rows)
	require.Equal(t, declared([]map[string]string{{"user": "dev@agency.example", "kind": "external", "sponsor": "", "expires": "2027-01-31"}}), got["external_accounts"].Rows)
	require.Equal(t, facts.Full, coverage(m, facts.KindUser, "sponsor").State)
}

func TestAnswersThatDoNotCount(t *testing.T) {
	m := collect(t, "answers.yaml")
	got := records[*facts.Answer](t, m)
	for id, why := range map[string]string{
		"training": questions.Stale, "crm_rules": questions.NoEvidence, "last_audit": questions.Ahead, "breach_plan": "", "breach_drill": "",
	} {
		assert.Nil(t, got[id])
		want := facts.Coverage{Kind: facts.KindAnswer, Field: id, State: facts.Missing, Reason: facts.NotAnswered, Detail: why, Ask: id}
		assert.Equal(t, want, coverage(m, facts.KindAnswer, id))
	}
	overall := coverage(m, facts.KindAnswer, "")
	require.Equal(t, facts.PartOnly, overall.State)
	require.Equal(t, len(got), overall.Count)
}

func TestAgeOfAnAnswer(t *testing.T) {
	whole := answer{by: "A", evidence: "E"}
	for _, c := range []struct {
		at, want string
	}{
		{"2026-11-23", ""}, // already tomorrow in the east
		{"2026-11-24", questions.Ahead},
		{"2026-08-14", ""}, // 100 days
		{"2026-08-13", questions.Stale},
	} {
		a := whole
		a.at = day(c.at)
		assert.Equal(t, c.want, a.refuse(now.Add(2*time.Hour), 100), c.at)
	}
	assert.Equal(t, questions.NoDate, whole.refuse(now, 100))
	assert.Equal(t, questions.NoAuthor, (&answer{evidence: "E", at: now}).refuse(now, 100))
}

func TestStarterFileIsReadAndAnswersNothing(t *testing.T) {
	qs, err := questions.Load()
	require.NoError(t, err)
	for _, l := range lang.All {
		data, err := questions.Template(l)
		require.NoError(t, err)
		given, problems := read("answers.yaml", data, qs, now)
		require.Empty(t, problems)
		require.Empty(t, given)
		require.Empty(t, lint("answers.yaml", data, now))
	}
}

func TestSameFileSameFacts(t *testing.T) {
	first, err := json.Marshal(collect(t, "answers.yaml"))
	require.NoError(t, err)
	second, err := json.Marshal(collect(t, "answers.yaml"))
	require.NoError(t, err)
	require.Equal(t, string(first), string(second))
}

func TestProbeListsEveryQuestion(t *testing.T) {
	c, err := Source().Open(env("testdata"), &Config{File: "answers.yaml", MaxAgeDays: 100})
	require.NoError(t, err)
	list, err := c.(collectors.Prober).Probe(context.Background())
	require.NoError(t, err)
	require.Equal(t, collect(t, "answers.yaml").About.Coverage, list)
}

func TestConfiguration(t *testing.T) {
	for name, c := range map[string]struct {
		config any
		want   string
	}{
		"no file":    {&Config{MaxAgeDays: 100}, "the answers source needs a file"},
		"no age":     {&Config{File: "answers.yaml"}, "max_age_days is 0, it must be between 1 and 366"},
		"lost":       {&Config{File: "lost.yaml", MaxAgeDays: 100}, "read the answers in lost.yaml"},
		"wrong type": {"answers.yaml", "got a string for its configuration"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Source().Open(env("testdata"), c.config)
			require.ErrorContains(t, err, c.want)
		})
	}
	_, err := Source().Open(env("testdata"), &Config{File: "lost.yaml", MaxAgeDays: 100})
	require.ErrorIs(t, err, os.ErrNotExist)
	require.Equal(t, fail.Usage, fail.Code(err))
	path, err := filepath.Abs("testdata/answers.yaml")
	require.NoError(t, err)
	_, err = Source().Open(env("elsewhere"), &Config{File: path, MaxAgeDays: 100})
	require.NoError(t, err)
}

func TestCollectingStopsWhenCancelled(t *testing.T) {
	c, err := Source().Open(env("testdata"), &Config{File: "answers.yaml", MaxAgeDays: 100})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorIs(t, c.Collect(ctx, facts.NewMemory()), context.Canceled)
}

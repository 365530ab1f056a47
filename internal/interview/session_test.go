package interview

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors/answers"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

var staff = []Account{
	{"1", "anna@x.example", "Анна Лебедева"}, {"2", "andrey@x.example", "Андрей Рудин"}, {"3", "", "Робот\u202eтобоР"}, {"4", "boris@x.example", "Борис Павлов"},
}

// one asks a single question over a pipe and gives what the file holds then, and what was shown.
func one(t *testing.T, f *File, id string, typed ...string) (command, string) {
	t.Helper()
	w, err := loadWords(f.Lang)
	require.NoError(t, err)
	var out bytes.Buffer
	s := &Session{Lang: f.Lang, File: f, Accounts: staff}
	talk := &talk{Session: s, console: newConsole(t.Context(), strings.NewReader(strings.Join(typed, "\n")+"\n"), &out, w), now: today, by: "Anna", saved: map[string]bool{}}
	q := question(t, id)
	items, err := catalogue()
	require.NoError(t, err)
	for _, i := range items {
		if i.Question.ID == q.ID {
			talk.queue = []Item{i}
		}
	}
	what, err := talk.ask(t.Context(), talk.queue[0])
	require.NoError(t, err)
	return what, flat(out.String())
}

// flat undoes the folding of lines.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestEveryType(t *testing.T) {
	for _, c := range []struct {
		id    string
		typed []string
		want  string // the value as it is written
		shown string // part of what is said on the way
	}{
		{"password_manager", []string{"maybe", "да"}, "yes", "Please answer yes or no."},
		{"password_manager", []string{"Ні"}, "no", ""},
		{"backup_places", []string{"many", "101", "3"}, "3", "A number from 0 to 100 is needed."},
		{"restore_hours", []string{"-4", "2,5"}, "2.5", "A number is needed"},
		{"log_review", []string{"yesterday", "2030-01-01", "20.11.2026"}, "2026-11-20", "That date is still to come."},
		{"log_review", []string{"никогда"}, "never", ""},
		{"protection_level", []string{"9", "4"}, "uz3", "That is not on the list"},
		{"protection_level", []string{"UZ1"}, "uz1", ""},
		{"alerts", []string{"1, 9", "1, mass_export;1"}, "[new_device, mass_export]", "That is not on the list"},
		{"alerts", []string{"0"}, "[]", ""},
		{"ip_allowlist", []string{"", "10.0.0.1", "- 10.0.0.2", "10.0.0.1", ""}, "[10.0.0.1, 10.0.0.2]", "An empty answer says nothing"},
		{"ip_allowlist", []string{"10.0.0.1", "10.0.0.9", "b", ""}, "[10.0.0.1]", ""},
		{"ip_allowlist", []string{"10.0.0.9", "b", "", "10.0.0.1", ""}, "[10.0.0.1]", "An empty answer says nothing"},
		{"ip_allowlist", []string{"a; b", "none"}, "[]", "without semicolons"},
		{"administrators", []string{"boris", "an", "2", "рудин", "робот", ""}, `[boris@x.example, andrey@x.example, "3"]`, "1 anna@x.example (Анна Лебедева)"},
		{"administrators", []string{"ghost@x.example", "ghost@x.example", ""}, "[ghost@x.example]", "The CRM has no such account."},
		{"administrators", []string{"gost", "", "anna@x.example", ""}, "[anna@x.example]", ""},
		{"administrators", []string{"нет"}, "[]", ""},
		{"portal_owner", []string{"4"}, "[boris@x.example]", "→ boris@x.example (Борис Павлов)"},
		{"data_officer", []string{"Пётр Внешний", ""}, "[Пётр Внешний]", ""},
		{"backup_policy", []string{"", "yes", "24,5", "24", "", "-", "never", "1", "no"}, "- {scheduled: yes, every_hours: 24, restore_tested: never, alert_on_failure: no}", "A whole number is needed"},
		{"backup_policy", []string{"0"}, "[]", ""},
		{"handlers", []string{"example.com", "https://Hooks.example/rest/1/abc?x", "order", "none", ""}, `- {url: "https://hooks.example", event: order, owner: none}`, "The beginning of an address is needed"},
		{"shared_secrets", []string{"VPN", "", "2026-01-05", "anna, борис", ""}, `- {system: VPN, changed: 2026-01-05, known_to: [anna@x.example, boris@x.example]}`, "This column is required."},
		{"shared_secrets", []string{"VNP", "b", "", "VPN", "2026-01-05", "anna", ""}, `- {system: VPN, changed: 2026-01-05, known_to: [anna@x.example]}`, "An empty answer says nothing"},
		// Back inside a table: to the column before, and over the end of a row.
		{"shared_secrets", []string{"VNP", "b", "VPN", "2026-01-05", "anna", "b", "boris", ""}, `- {system: VPN, changed: 2026-01-05, known_to: [boris@x.example]}`, "Row 1: VPN, 2026-01-05, anna@x.example"},
	} {
		if c.id == "backup_policy" && len(c.typed) > 1 {
			// scheduled, every_hours (a fraction first), generations and retention left out, restore test, alert
			c.typed = []string{"", "yes", "24,5", "24", "", "-", "never", "maybe", "no"}
		}
		t.Run(c.id+" "+strings.Join(c.typed, "|"), func(t *testing.T) {
			f := newFile(t, "")
			what, shown := one(t, f, c.id, append(c.typed, "proof.png")...)
			require.Equal(t, none, what, shown)
			require.Contains(t, shown, c.shown)
			s, err := f.Sheet()
			require.NoError(t, err)
			g, ok := s.Given(c.id)
			require.True(t, ok, shown)
			require.Empty(t, g.Why)
			require.Equal(t, "proof.png", g.Evidence)
			var want yamlfile.Node
			require.NoError(t, yamlfile.Decode("want", []byte(c.want), &want))
			assert.True(t, same(want.Content[0], g.Value), "%s\n%s", shown, f.content(t))
			require.Empty(t, answers.Lint(f.Path, today))
			require.NotContains(t, shown, "\u202e", "a name drives the terminal")
		})
	}
}

func TestCommands(t *testing.T) {
	for typed, want := range map[string]command{"s": skip, "Ы": skip, "і": skip, "-": unknown, "—": unknown, "b": back, "И": back, "q": quit, "й": quit} {
		f := newFile(t, "")
		what, shown := one(t, f, "password_manager", "?", typed)
		assert.Equal(t, want, what, typed)
		assert.Contains(t, shown, "AUT-010 ", "the help names the checks")
		assert.NoFileExists(t, f.Path, "nothing was answered")
	}
}

func TestSecretsAreRefused(t *testing.T) {
	secret := "https://x.bitrix24.example/rest/1/a1b2c3d4e5f6g7h8/"
	f := newFile(t, "")
	what, shown := one(t, f, "guest_access", secret, "Отчёт", "", "пароль: Qwerty123!", "запись 5")
	require.Equal(t, none, what)
	require.Equal(t, 2, strings.Count(shown, "looks like a password"))
	require.NotContains(t, shown, "a1b2c3d4e5f6g7h8")
	require.NotContains(t, f.content(t), "rest/1")
	require.NotContains(t, f.content(t), "Qwerty")
	require.Contains(t, f.content(t), "value: [Отчёт]\n    evidence: запись 5\n")
}

func TestAnAnswerThatNoLongerCountsMayStay(t *testing.T) {
	old := "version: 1\nanswered_by: Anna\nanswers:\n  alerts: {value: [new_device], at: 2026-01-10, evidence: alerts.png}\n"
	f := newFile(t, old)
	what, shown := one(t, f, "alerts", "", "")
	require.Equal(t, none, what)
	require.Contains(t, shown, "On record: ")
	require.Contains(t, shown, "2026-01-10; Anna; alerts.png — does not count: it is too old")
	require.Contains(t, f.content(t), "alerts: {value: [new_device], at: 2026-11-22, evidence: alerts.png")

	f = newFile(t, old)
	what, _ = one(t, f, "alerts", "+", "4", "new.png")
	require.Equal(t, none, what)
	require.Contains(t, f.content(t), "alerts: {value: [new_device, admin_granted], at: 2026-11-22, evidence: new.png")

	f = newFile(t, old)
	what, _ = one(t, f, "alerts", "4", "q")
	require.Equal(t, quit, what)
	require.Equal(t, old, f.content(t), "a draft replaces no answer that has evidence")
}

func TestWhatWasTypedBeforeLeavingIsADraft(t *testing.T) {
	f := newFile(t, "")
	what, _ := one(t, f, "shared_secrets", "VPN", "2026-01-05", "anna", "CRM", "q")
	require.Equal(t, quit, what)
	require.Contains(t, f.content(t), "- {system: VPN, changed: 2026-01-05, known_to: [anna@x.example]}")
	require.NotContains(t, f.content(t), "evidence")

	// Next time it is there to be added to; without evidence it still does not count.
	what, shown := one(t, f, "shared_secrets", "+", "CRM", "2026-02-01", "boris", "", "-")
	require.Equal(t, none, what)
	require.Contains(t, shown, "rows: 1; 2026-11-22; Anna — does not count: there is no evidence. Enter keeps it, + adds to it")
	require.Contains(t, shown, "Saved, but it does not count without evidence.")
	require.Contains(t, f.content(t), "- {system: CRM, changed: 2026-02-01, known_to: [boris@x.example]}")

	// Back from the evidence: the rows are kept.
	what, _ = one(t, f, "shared_secrets", "", "b", "", "list.pdf")
	require.Equal(t, none, what)
	require.Equal(t, 2, strings.Count(f.content(t), "- {system"))
	require.Contains(t, f.content(t), "evidence: list.pdf")
}

// small is an audit without sources, in which everything is open.
func small(t *testing.T) *Case {
	t.Helper()
	cfg := &config.Audit{Version: 1, Portal: config.Portal{ID: "x", Platform: "bitrix24-cloud"}, Jurisdictions: []string{"ua"}, Profile: "express", Language: lang.EN}
	return &Case{Config: cfg, Questions: load(t), Tool: "test 1.0.0", Now: today}
}

func interviewed(t *testing.T, ctx context.Context, f *File, in io.Reader) (string, error) {
	t.Helper()
	var out bytes.Buffer
	c := small(t)
	c.Snapshot = c.nothing()
	err := (&Session{In: in, Out: &out, Lang: lang.EN, Case: c, File: f, Accounts: staff}).Run(ctx)
	return out.String(), err
}

func TestInterviewGoesOnWhereItStopped(t *testing.T) {
	f := newFile(t, "")
	shown, err := interviewed(t, t.Context(), f, strings.NewReader("\ns\nAnna, director\nb\ns\nb\nnone\nlist.png\nq\n"))
	require.NoError(t, err)
	require.Contains(t, shown, "Answers without a name do not count.")
	require.Contains(t, shown, "This is the first question.")
	require.Contains(t, shown, "Answers saved: 1. Skipped: 0. Not known: 0.")
	require.Contains(t, shown, "Run the same command to go on.")
	first := f.content(t)
	require.Contains(t, first, "answered_by: Anna, director\n")

	shown, err = interviewed(t, t.Context(), f, strings.NewReader("\n-\n"))
	require.NoError(t, err)
	require.Contains(t, shown, "name and position [Anna, director]> ")
	require.Contains(t, shown, "Answers saved: 0. Skipped: 0. Not known: 1.")
	require.Equal(t, first, f.content(t), "not knowing is recorded as nothing")
	line, _, _ := strings.Cut(first[strings.Index(first, "  # ")+4:], "\n")
	require.NotContains(t, strings.Join(strings.Fields(shown), " "), line, "what is answered is not asked again")
}

func TestInterruptedInterviewKeepsItsAnswers(t *testing.T) {
	f := newFile(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	in, keyboard := io.Pipe()
	defer func() { _ = keyboard.Close() }()
	go func() {
		_, _ = io.WriteString(keyboard, "Anna\nnone\nlist.png\n")
		_, _ = io.WriteString(keyboard, "?\n") // taken only after the answer was saved
		cancel()
	}()
	_, err := interviewed(t, ctx, f, in)
	require.Equal(t, fail.Interrupted, fail.Code(err))
	require.ErrorContains(t, err, "what was answered is in "+f.Path)
	require.Contains(t, f.content(t), "value: []\n    evidence: list.png\n")
}

func TestTooLongALineEndsTheInterview(t *testing.T) {
	_, err := interviewed(t, t.Context(), newFile(t, ""), strings.NewReader("Anna\n"+strings.Repeat("x ", maxLine)))
	require.ErrorIs(t, err, errTooLong)
}

func TestWhichQuestionsAreOpen(t *testing.T) {
	for _, c := range []struct {
		scenario     string
		atLeast      int
		asks, leaves []string
	}{
		{"leaky", 80, []string{"administrators", "backups", "shared_accounts", "rkn_registered"}, []string{"ua_notified", "exposed_files", "admin_panel_open"}},
		{"box", 60, []string{"exposed_files", "open_databases", "external_accounts"}, []string{"administrators", "roles", "credentials", "without_two_factor", "ua_notified"}},
	} {
		k := collected(t, c.scenario)
		nothing := readSheet(t, []byte("version: 1\n"), k.Now)
		open, err := k.Open(t.Context(), nothing)
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(open), c.atLeast)
		require.Subset(t, ids(open), c.asks)
		for _, id := range c.leaves {
			require.NotContains(t, ids(open), id, c.scenario)
		}
		inOrder(t, open)
		all, err := k.All(t.Context())
		require.NoError(t, err)
		require.Subset(t, ids(all), ids(open))
		rest, err := k.Open(t.Context(), sheetOf(t, c.scenario, k.Now))
		require.NoError(t, err)
		require.Less(t, len(rest), 10)
	}
}

// inOrder: every topic stands together, and within it no question comes after a less grave one.
func inOrder(t *testing.T, open []Item) {
	t.Helper()
	seen, last := map[string]bool{}, Item{}
	for _, i := range open {
		if last.Question == nil || last.Question.Group != i.Question.Group {
			require.False(t, seen[i.Question.Group], "%s comes twice", i.Question.Group)
			seen[i.Question.Group] = true
		} else {
			require.LessOrEqual(t, last.worst(), i.worst(), i.Question.ID)
		}
		last = i
	}
}

func TestEverythingAnsweredIsSaid(t *testing.T) {
	k := collected(t, "tidy")
	data, err := os.ReadFile("../../fixtures/tidy/answers.yaml")
	require.NoError(t, err)
	f := newFile(t, string(data))
	f.Now, f.Lang = k.Now, lang.UK
	var out bytes.Buffer
	require.NoError(t, (&Session{In: strings.NewReader(""), Out: &out, Lang: lang.UK, Case: k, File: f}).Run(t.Context()))
	require.Equal(t, "Запитань не лишилося: на все, що потрібно перевіркам від людини, є відповіді.\n", out.String())
}

// The answers in a snapshot give way to those of the sheet, and nothing else does.
func TestWithAnswersExchangesOnlyAnswers(t *testing.T) {
	k := collected(t, "tidy")
	s, err := WithAnswers(t.Context(), k.Snapshot, readSheet(t, []byte("version: 1\n"), k.Now))
	require.NoError(t, err)
	count := func(s facts.Snapshot, kind facts.Kind) (n int) {
		for _, err := range s.Records(t.Context(), kind) {
			require.NoError(t, err)
			n++
		}
		return n
	}
	require.NotZero(t, count(k.Snapshot, facts.KindAnswer))
	require.Zero(t, count(s, facts.KindAnswer))
	require.Equal(t, count(k.Snapshot, facts.KindUser), count(s, facts.KindUser))
	require.Len(t, s.Info().Sources, len(k.Snapshot.Info().Sources))
}

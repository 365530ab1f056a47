package offboard_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/offboard"
)

var now = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func itoa(n int) string { return strconv.Itoa(n) }

func on(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC)
}

// portal is a small portal: records, and full coverage of their kinds and of those that are named.
func portal(records []facts.Record, full ...facts.Kind) *facts.Memory {
	m := facts.NewMemory()
	m.About.TakenAt, m.About.Portal = now, "romashka"
	covered := map[facts.Kind]bool{}
	for _, r := range records {
		_ = m.Write(r)
		covered[r.Kind()] = true
	}
	for _, k := range full {
		covered[k] = true
	}
	for _, k := range facts.Kinds {
		if covered[k] {
			_ = m.Cover(facts.Coverage{Source: "crm", Kind: k, State: facts.Full})
		}
	}
	return m
}

func user(id, name, email string, change ...func(*facts.User)) *facts.User {
	u := &facts.User{
		ID: id, Source: "crm", Name: facts.Of(name), Email: facts.Of(email), Active: facts.Of(true), Admin: facts.Of(false),
		PortalOwner: facts.Of(false), Type: facts.Of(facts.UserHuman), OwnsRecords: facts.Of(0), CanExport: facts.Of(false),
	}
	for _, c := range change {
		c(u)
	}
	return u
}

func admin(u *facts.User) { u.Admin = facts.Of(true) }

func person(row int, name, email string, left time.Time) *facts.Person {
	p := &facts.Person{ID: email, Source: "roster", Name: facts.Of(name), Row: row, Employed: facts.Of(left.IsZero())}
	if email != "" {
		p.Emails = []string{email}
	}
	if !left.IsZero() {
		p.Left = facts.Of(left)
	}
	return p
}

func compile(t *testing.T, s facts.Snapshot, people ...string) *offboard.Dossier {
	t.Helper()
	d, err := offboard.Compile(t.Context(), s, offboard.Options{Person: people, Now: now})
	require.NoError(t, err)
	return d
}

func TestPersonWithoutAccount(t *testing.T) {
	s := portal([]facts.Record{
		person(2, "Иванов Пётр", "p@x.example", on(10, 1)), user("1", "Анна", "a@x.example", admin),
		&facts.Asset{ID: "n", Source: "answers", Title: facts.With("Ноутбук", facts.Declared), Holder: facts.With("p@x.example", facts.Declared), Returned: facts.With(false, facts.Declared)},
	}, facts.KindSession, facts.KindCredential)
	d := compile(t, s, "Иванов Пётр")
	require.Empty(t, d.Person.Accounts)
	require.Equal(t, "row-2", d.Person.Slug)
	require.Equal(t, offboard.LeftAlready, d.Leaving.Status)
	require.Equal(t, offboard.Yes, d.Section(offboard.SectionAccounts).Seen, "all accounts were seen, none is his")
	require.Equal(t, offboard.No, d.Control.Admin)
	require.Equal(t, []string{"asset:n"}, itemIDs(d, offboard.Open))
	require.NotContains(t, stepIDs(d), "close/block_account")
	require.Contains(t, stepIDs(d), "assets/assets")
}

// A login may be chosen to look like the number of somebody else's account.
func TestLoginThatIsSomebodysID(t *testing.T) {
	token := &facts.Credential{ID: "t", Source: "crm", Owner: facts.Of("1"), Active: facts.Of(true)}
	d := compile(t, portal([]facts.Record{
		user("1", "Анна", "a@x.example", admin), user("7", "Некто", "n@x.example", func(u *facts.User) { u.Login = facts.Of("1") }), token,
	}), "user:7")
	require.Zero(t, d.Section(offboard.SectionTokens).Total, "the token is of account 1")

	d = compile(t, portal([]facts.Record{
		user("7", "Некто", "n@x.example", func(u *facts.User) { u.Login = facts.Of("1") }), token,
	}), "user:7")
	require.Equal(t, 1, d.Section(offboard.SectionTokens).Total, "nobody else is meant")
}

func TestAccountWithoutHRRow(t *testing.T) {
	s := portal([]facts.Record{
		person(2, "Анна", "a@x.example", time.Time{}), user("1", "Анна", "a@x.example", admin), user("7", "Некто", "n@x.example"),
		&facts.Activity{Actor: "7", Day: on(11, 3), Type: facts.ActLogin, Source: "crm", Count: 1},
	})
	d := compile(t, s, "user:7")
	require.Empty(t, d.Person.Staff)
	require.Equal(t, offboard.LeftUnknown, d.Leaving.Status)
	require.Nil(t, d.After.From)
	require.False(t, d.After.Any(), "nothing is after a day that nobody knows")

	d, err := offboard.Compile(t.Context(), s, offboard.Options{Person: []string{"user:7"}, Now: now, Left: on(11, 2)})
	require.NoError(t, err)
	require.Equal(t, "given", d.Leaving.From)
	require.Len(t, d.After.Activity, 1)

	d, err = offboard.Compile(t.Context(), s, offboard.Options{Person: []string{"user:7"}, Now: now, Left: on(11, 3)})
	require.NoError(t, err)
	require.Empty(t, d.After.Activity, "the last day itself is a day of work")

	d, err = offboard.Compile(t.Context(), s, offboard.Options{Person: []string{"user:7"}, Now: now, Left: on(12, 1)})
	require.NoError(t, err)
	require.Equal(t, offboard.LeftPlanned, d.Leaving.Status)

	_, err = offboard.Compile(t.Context(), s, offboard.Options{Person: []string{"user:7"}, Now: now, Left: time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC)})
	require.Equal(t, fail.Usage, fail.Code(err))
}

func TestOnlyAdministrator(t *testing.T) {
	boss := user("1", "Анна", "a@x.example", admin, func(u *facts.User) { u.PortalOwner = facts.Of(true) })
	gone := person(3, "Борис", "b@x.example", on(9, 1))
	idle := func(u *facts.User) { u.Active = facts.Of(false) }
	unclear := func(u *facts.User) { u.Admin = facts.Unknown[bool](facts.NotSupported) }
	program := func(u *facts.User) { u.Type = facts.Of(facts.UserService) }
	for name, c := range map[string]struct {
		others []facts.Record
		want   offboard.Ternary
	}{
		"nobody else":                {nil, offboard.Yes},
		"no administrator":           {[]facts.Record{user("2", "Борис", "b@x.example")}, offboard.Yes},
		"a blocked administrator":    {[]facts.Record{user("2", "Борис", "b@x.example", admin, idle)}, offboard.Yes},
		"a departed administrator":   {[]facts.Record{gone, user("2", "Борис", "b@x.example", admin)}, offboard.Yes},
		"an administrating program":  {[]facts.Record{user("2", "Обмен", "b@x.example", admin, program)}, offboard.Yes},
		"somebody nobody knows of":   {[]facts.Record{user("2", "Борис", "b@x.example", unclear)}, offboard.Unknown},
		"a second administrator":     {[]facts.Record{user("2", "Борис", "b@x.example", admin)}, offboard.No},
		"a second one and a mystery": {[]facts.Record{user("2", "Борис", "b@x.example", admin), user("3", "В", "v@x.example", unclear)}, offboard.No},
	} {
		d := compile(t, portal(append([]facts.Record{boss}, c.others...)), "a@x.example")
		assert.Equal(t, c.want, d.Control.OnlyAdmin, name)
		first := stepIDs(d)[0]
		switch c.want {
		case offboard.Yes:
			assert.Equal(t, "secure/second_admin", first, name)
		case offboard.Unknown:
			assert.Equal(t, "secure/second_admin?", first, name)
		default:
			assert.Equal(t, "secure/portal_owner", first, name)
		}
		checkSteps(t, d)
	}
	partial := portal([]facts.Record{boss})
	partial.About.Coverage = []facts.Coverage{{Source: "crm", Kind: facts.KindUser, State: facts.PartOnly, Reason: facts.Failed}}
	require.Equal(t, offboard.Unknown, compile(t, partial, "1").Control.OnlyAdmin, "a list that was cut short proves nothing")
}

func TestWhoIsMeant(t *testing.T) {
	s := portal([]facts.Record{
		person(2, "Иванов Иван", "i@x.example", on(10, 1)), person(3, "Иванов Пётр", "p@x.example", time.Time{}),
		user("1", "Иван Иванов", "i@x.example"), user("2", "Пётр Иванов", "p@x.example"), user("3", "Семён Ёлкин", "s@x.example"),
		&facts.User{ID: "2", Source: "shop", Name: facts.Of("Пётр И."), Email: facts.Of("P@X.example")},
		&facts.User{ID: "3", Source: "shop", Name: facts.Of("Чужой"), Email: facts.Of("other@x.example")},
	})
	for selector, refs := range map[string][]string{
		"i@x.example": {"user:1"}, "row:3": {"user:2", "user:2"}, "Ёлкин": {"user:3"}, "елкин семен": {"user:3"}, "user:crm/3": {"user:3"}, "user:shop/3": {"user:3"},
		"user:2": {"user:2", "user:2"},
	} {
		d := compile(t, s, selector)
		var have []string
		for _, a := range d.Person.Accounts {
			have = append(have, a.Ref)
		}
		assert.Equal(t, refs, have, selector)
	}
	for selector, want := range map[string]struct{ message, hint string }{
		"Иванов":                     {"fits several people: Иванов И. i…@x.example (row:2) = Иван И. i…@x.example (user:crm/1); Иванов П. p…@x.example (row:3)", "--person twice"},
		"3":                          {"fits several people", "user:ID"},
		"user:77":                    {`nobody in this snapshot is "user:77"`, "row:N"},
		"Ивановв":                    {"nobody", "did you mean"},
		"somebody@elsewhere.invalid": {"nobody", "give an e-mail"},
		"":                           {"names nobody", "--person"},
	} {
		_, err := offboard.Compile(t.Context(), s, offboard.Options{Person: []string{selector}, Now: now})
		require.Equal(t, fail.Usage, fail.Code(err), selector)
		assert.Contains(t, strings.ReplaceAll(err.Error(), "\u00a0", " "), want.message, selector)
		assert.Contains(t, fail.Hint(err), want.hint, selector)
		assert.NotContains(t, err.Error(), "i@x.example", "contacts are masked")
	}
	both := compile(t, s, "user:crm/3", "user:shop/3")
	require.Len(t, both.Person.Accounts, 2, "whoever asks may state that two accounts are one person's")
}

// An account id means the account of its own CRM, a name only whoever alone bears it.
func TestWhoseRecord(t *testing.T) {
	s := portal([]facts.Record{
		user("2", "Пётр Иванов", "p@x.example"), user("3", "Пётр Иванов", "q@x.example"),
		&facts.User{ID: "9", Source: "shop", Name: facts.Of("Другой"), Email: facts.Of("z@x.example")},
		&facts.Credential{ID: "a", Source: "crm", Owner: facts.Of("2"), Active: facts.Of(true)},
		&facts.Credential{ID: "b", Source: "shop", Owner: facts.Of("2"), Active: facts.Of(true)},
		&facts.Credential{ID: "c", Source: "answers", Owner: facts.Of("P@x.example"), Active: facts.Of(false)},
		&facts.Credential{ID: "d", Source: "answers", Owner: facts.Of("2"), Expires: facts.Of(on(10, 1)), Active: facts.Of(true)},
		&facts.Credential{ID: "e", Source: "answers", Owner: facts.Of("Пётр Иванов"), Active: facts.Of(true)},
		&facts.Credential{ID: "f", Source: "crm", Owner: facts.Of("2")},
	})
	d := compile(t, s, "user:2")
	require.Equal(t, []string{"user:2", "credential:a"}, itemIDs(d, offboard.Open))
	require.Equal(t, []string{"credential:c", "credential:d"}, itemIDs(d, offboard.Closed))
	require.Equal(t, []string{"credential:f"}, itemIDs(d, offboard.Unsure))
	var details []string
	for _, u := range d.Unseen {
		details = append(details, u.Gap.Detail)
	}
	require.Contains(t, details, "same_name")
}

// A contact that two people of the list share decides nothing about the last day of work.
func TestSharedContact(t *testing.T) {
	s := portal([]facts.Record{
		person(2, "Иванов Иван", "office@x.example", on(10, 1)), person(3, "Петров Пётр", "office@x.example", time.Time{}), user("1", "Офис", "office@x.example"),
	})
	d := compile(t, s, "user:1")
	require.Equal(t, offboard.LeftUnknown, d.Leaving.Status)
	require.Len(t, d.Person.Staff, 2)
	require.True(t, d.Person.Staff[0].Shared)
}

// What people left behind was asked of those who had left by then.
func TestAnswersAboutTheDeparted(t *testing.T) {
	answered := func(at time.Time) *facts.Memory {
		return portal([]facts.Record{
			&facts.Answer{ID: "departed_open_services", Source: "answers", List: facts.With([]string{}, facts.Declared), At: at},
			person(2, "Иванов Иван", "i@x.example", on(10, 15)), user("1", "Иван", "i@x.example"),
		})
	}
	require.Equal(t, offboard.Yes, compile(t, answered(on(11, 1)), "user:1").Section(offboard.SectionServices).Seen)
	m := answered(on(9, 1))
	m.About.Coverage = m.About.Coverage[1:] // as a source tells it: of the question, not of answers as a whole
	_ = m.Cover(facts.Coverage{Source: "answers", Kind: facts.KindAnswer, Field: "departed_open_services", State: facts.Full, Count: 1})
	require.NotEqual(t, offboard.Yes, compile(t, m, "user:1").Section(offboard.SectionServices).Seen)
}

func TestEmptySnapshot(t *testing.T) {
	_, err := offboard.Compile(t.Context(), portal(nil), offboard.Options{Person: []string{"user:1"}, Now: now})
	require.EqualError(t, err, `nobody in this snapshot is "user:1"`)

	// Nobody gave anything but the person: nothing may look as if it were closed.
	m := facts.NewMemory()
	m.About.TakenAt = now
	_ = m.Write(person(2, "Иванов Иван", "i@x.example", on(10, 1)))
	d := compile(t, m, "row:2")
	require.Equal(t, offboard.Unknown, d.Control.OnlyAdmin)
	require.Equal(t, offboard.Unknown, d.Control.PortalOwner)
	for _, id := range offboard.SectionIDs {
		assert.NotEqual(t, offboard.Yes, d.Section(id).Seen, id)
	}
	for _, want := range []string{"secure/second_admin?", "secure/portal_owner?", "close/block_account?", "close/close_services?", "tokens/find_tokens?", "keys/change_secrets?", "keys/collect_keys?", "keys/backup_storage?", "assets/assets?"} {
		assert.Contains(t, stepIDs(d), want)
	}
}

func hostile() *facts.Memory {
	evil := "\x1b[31m<script>alert(1)</script>\u202e\xff" + strings.Repeat("Ы", 500)
	u := user(evil, evil, "x@x.example")
	return portal([]facts.Record{
		u, &facts.Credential{ID: evil, Source: evil, Owner: facts.Of("x@x.example"), Label: facts.Of(evil), Scopes: facts.Of([]string{evil}), Active: facts.Of(true)},
		&facts.Session{ID: evil, Source: "crm", User: evil, Device: facts.Of(evil), Address: facts.Of(evil)},
		&facts.Handler{ID: evil, Source: "crm", Owner: facts.Of(evil), Host: facts.Of(evil)},
		&facts.Event{ID: evil, Source: "crm", Actor: evil, Type: evil, At: now, Address: facts.Of(evil)},
		&facts.Activity{Actor: evil, Source: "crm", Type: evil, Day: now, Count: 1},
	})
}

func TestHostileStrings(t *testing.T) {
	d, err := offboard.Compile(t.Context(), hostile(), offboard.Options{Person: []string{"x@x.example"}, Now: now, Left: on(10, 1)})
	require.NoError(t, err)
	require.Regexp(t, `^[a-z0-9-]{1,48}$`, d.Person.Slug)
	var data bytes.Buffer
	require.NoError(t, d.WriteJSON(&data))
	require.True(t, json.Valid(data.Bytes()))
	for _, bad := range []string{"\\u001b", "\u202e", strings.Repeat("Ы", 250)} {
		require.NotContains(t, data.String(), bad)
	}
	require.Len(t, d.After.Events, 1)
	require.Len(t, d.After.Activity, 1)
}

// A hundred thousand accounts pass by; none is kept.
func TestMemoryDoesNotGrowWithUsers(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a hundred thousand users")
	}
	records := make([]facts.Record, 0, 100_001)
	for i := range 100_000 {
		records = append(records, user(itoa(i), fmt.Sprintf("Имя %d", i), fmt.Sprintf("u%d@x.example", i)))
	}
	s := portal(records)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	d := compile(t, s, "user:77777")
	runtime.GC()
	runtime.ReadMemStats(&after)
	require.Len(t, d.Person.Accounts, 1)
	require.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(20<<20))
	runtime.KeepAlive(s)
}

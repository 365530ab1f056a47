package bitrix24

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

var foldDay = time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)

func row(n int, at time.Time, kind, user, item, address, description string) *logRow {
	return &logRow{
		ID: id(fmt.Sprint(n)), At: date{state: dateGiven, at: at, zoned: true}, Type: text(kind), Module: "main", User: id(user), Item: text(item),
		Address: text(address), Agent: "Mozilla", Description: text(description),
	}
}

func newTestFold() *fold {
	b := newBook()
	b.add(userRow{ID: "5", Email: "gone@romashka.example", Active: flag{facts.Of(false)}})
	b.add(userRow{ID: "6", Email: "here@romashka.example", Active: flag{facts.Of(true)}})
	return newFold(foldDay.AddDate(0, 0, -30), time.UTC, b)
}

func TestPeaksAndAddresses(t *testing.T) {
	f := newTestFold()
	at := foldDay.Add(9 * time.Hour)
	for i := range 30 { // half a minute apart: 20 in the first ten minutes
		f.add(row(i+1, at.Add(time.Duration(i)*30*time.Second), "USER_AUTHORIZE", "6", "", fmt.Sprintf("203.0.113.%d", i%3), `{"method":"external"}`))
	}
	f.add(row(31, at.Add(2*time.Hour), "USER_AUTHORIZE", "6", "", "203.0.113.9", `{}`))
	all := f.activities()
	require.Len(t, all, 1)
	require.Equal(t, &facts.Activity{
		Actor: "6", Day: foldDay, Type: facts.ActLogin, Source: sourceID, Count: 31, Hours: 1<<9 | 1<<11, Addresses: 4, PeakHour: 30, Peak10Min: 20,
	}, all[0])
}

func TestDaysCloseAndStragglersCount(t *testing.T) {
	f := newTestFold()
	for day := range 10 {
		f.add(row(day+1, foldDay.AddDate(0, 0, day), "USER_EDIT", "6", "", "", ""))
		assert.LessOrEqual(t, len(f.open), 3, "only the last days are kept minute by minute")
	}
	f.add(row(11, foldDay.Add(5*time.Hour), "USER_EDIT", "6", "", "", ""))
	first := f.activities()[0]
	require.Equal(t, 2, first.Count)
	require.Equal(t, uint32(1|1<<5), first.Hours)
}

func TestWindowAndUnreadableTimes(t *testing.T) {
	f := newTestFold()
	f.add(row(1, foldDay.AddDate(0, 0, -31), "USER_EDIT", "6", "", "", ""))
	f.add(&logRow{ID: "2", Type: "USER_EDIT"})
	require.Empty(t, f.activities())
	require.Equal(t, 0, f.rows)
	require.Equal(t, 1, f.unreadableTime)
}

func TestSecondFactor(t *testing.T) {
	for description, want := range map[string]bool{
		`{"userId":6,"method":"password","otpUsed":true}`: true,
		`{"userId":6,"method":"otp"}`:                     true,
		`{"userId":6,"otpUsed":"Y"}`:                      true,
		`{"userId":6,"method":"password"}`:                false,
		`{"userId":6,"otpUsed":false}`:                    false,
		`not JSON`:                                        false,
		``:                                                false,
	} {
		f := newTestFold()
		f.add(row(1, foldDay, "USER_AUTHORIZE", "6", "", "", description))
		seen := f.persons["6"] != nil && f.persons["6"].secondFactor
		assert.Equal(t, want, seen, description)
	}
}

func TestAdminByLastChange(t *testing.T) {
	for _, tt := range []struct {
		name         string
		changes      []string
		known, admin bool
		grants       int
	}{
		{"given", []string{`{"before":[3],"after":[1,3]}`}, true, true, 1},
		{"given as text", []string{`{"before":["3"],"after":["1"]}`}, true, true, 1},
		{"given as rows", []string{`{"before":[],"after":[{"GROUP_ID":"1"}]}`}, true, true, 1},
		{"kept", []string{`{"before":[1,3],"after":[1,4]}`}, true, true, 0},
		{"taken again", []string{`{"before":[3],"after":[1,3]}`, `{"before":[1,3],"after":[3]}`}, true, false, 1},
		{"other groups", []string{`{"before":[3],"after":[11]}`}, false, false, 0},
		{"serialised", []string{`a:1:{i:0;s:1:"3";} => a:2:{i:0;s:1:"1";i:1;s:1:"3";}`}, true, true, 1},
		{"difference", []string{`+(1) -(12)`}, true, true, 1},
		{"unreadable", []string{`changed`}, false, false, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newTestFold()
			for i, c := range tt.changes {
				f.add(row(i+1, foldDay.Add(time.Duration(i)*time.Minute), "USER_GROUP_CHANGED", "6", "5", "", c))
			}
			require.Equal(t, []bool{tt.known, tt.admin}, []bool{f.persons["5"].adminKnown, f.persons["5"].admin})
			require.Len(t, f.events.all(), tt.grants)
			require.Equal(t, tt.name == "unreadable", f.unreadable == 1)
		})
	}
}

func TestFailuresAreKeptWithinBounds(t *testing.T) {
	f := newTestFold()
	for i := range 100 {
		at := foldDay.Add(time.Duration(i) * time.Minute)
		f.add(row(3*i+1, at, "USER_LOGIN", "", "Gone@Romashka.example", "192.0.2.1", ""))
		f.add(row(3*i+2, at, "USER_LOGIN", "", "here@romashka.example", "192.0.2.1", ""))
		f.add(row(3*i+3, at, "USER_LOGIN", "", fmt.Sprintf("guess%d", i), "192.0.2.1", ""))
	}
	bySubject := map[string]int{}
	for _, e := range f.events.all() {
		bySubject[e.Subject]++
	}
	require.Equal(t, map[string]int{"5": maxPerInactive, "6": 1}, bySubject)
	require.Equal(t, 100, f.persons["5"].failed)
	require.Len(t, f.activities(), 3, "guessed logins do not multiply actors")
	require.Zero(t, f.events.dropped)
}

func TestNotableKeepsTheNewest(t *testing.T) {
	f := newTestFold()
	for i := range maxPerKind + 10 {
		f.add(row(i+1, foldDay.Add(time.Duration(i)*time.Minute), "USER_AUTHORIZE", "6", "", "", `{"method":"loginAs","previousUserId":1}`))
	}
	all := f.events.all()
	require.Len(t, all, maxPerKind)
	require.Equal(t, "11", all[0].ID)
	require.Equal(t, 10, f.events.dropped)
}

// Attacks are counted for whoever made the request; they are no log-ins, and nothing vouches for them.
func TestAttacksAreOnlyCounted(t *testing.T) {
	f := newTestFold()
	f.add(row(1, foldDay, "SECURITY_FILTER_SQL", "", "", "192.0.2.1", "text"))
	f.add(row(2, foldDay, "USER_LOGOUT", "6", "6", "192.0.2.1", ""))
	require.Equal(t, []*facts.Activity{
		{Day: foldDay, Type: facts.ActAttack, Source: sourceID, Count: 1, Hours: 1, Addresses: 1, PeakHour: 1, Peak10Min: 1},
	}, f.activities())
	require.Empty(t, f.events.all())
	require.Zero(t, f.logins)
	for _, kinds := range [][]string{recorded, unseen} {
		require.NotContains(t, kinds, facts.ActAttack)
	}
}

func FuzzLogRow(f *testing.F) {
	f.Add("USER_AUTHORIZE", "6", `{"userId":6,"method":"loginAs","previousUserId":1,"otpUsed":true}`)
	f.Add("USER_GROUP_CHANGED", "5", `{"before":[1,"2",{"GROUP_ID":3}],"after":[]}`)
	f.Add("USER_GROUP_CHANGED", "5", `a:1:{i:0;s:1:"1";} => a:0:{}`)
	f.Add("USER_GROUP_CHANGED", "5", `+(1)-(2)`)
	f.Add("USER_LOGIN", "gone@romashka.example", "\x00{")
	f.Fuzz(func(t *testing.T, kind, item, description string) {
		fold := newTestFold()
		fold.add(row(1, foldDay, kind, "6", item, "192.0.2.1", description))
		require.LessOrEqual(t, len(fold.activities()), 1)
		require.LessOrEqual(t, len(fold.events.all()), 1)
	})
}

func BenchmarkFold(b *testing.B) {
	f := newTestFold()
	r := row(1, foldDay, "USER_AUTHORIZE", "6", "", "203.0.113.5", `{"userId":6,"method":"password","otpUsed":true}`)
	b.ReportAllocs()
	for b.Loop() {
		f.add(r)
	}
}

func TestABurstDoesNotKeepToTheClock(t *testing.T) {
	f := newTestFold()
	at := foldDay.Add(9*time.Hour + 5*time.Minute)
	for i := range 24 { // from 9:05 to 9:14, across the tenth minute
		f.add(row(i+1, at.Add(time.Duration(i)*25*time.Second), "USER_LOGIN", "6", "here@romashka.example", "203.0.113.7", ""))
	}
	all := f.activities()
	require.Len(t, all, 1)
	require.Equal(t, 24, all[0].Peak10Min)
}

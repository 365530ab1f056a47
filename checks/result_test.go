package checks

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/fail"
)

func TestAlteredResultIsRefused(t *testing.T) {
	r := &Result{Schema: ResultSchema, Tool: "crmaudit test", Score: Score{Value: 42, Grade: "E"}, Findings: []Finding{}}
	data, err := r.Seal()
	require.NoError(t, err)
	again, err := ReadResult("result.json", bytes.NewReader(data))
	require.NoError(t, err)
	require.InDelta(t, 42, again.Score.Value, 1e-9)

	_, err = ReadResult("result.json", strings.NewReader(strings.Replace(string(data), `"score": 42`, `"score": 92`, 1)))
	require.ErrorContains(t, err, "result.json is damaged or was altered")
	require.Equal(t, fail.Integrity, fail.Code(err))

	_, err = ReadResult("result.json", bytes.NewReader(data[:len(data)/2]))
	require.Equal(t, fail.Integrity, fail.Code(err))
	_, err = ReadResult("result.json", strings.NewReader(`{"schema_version": 99}`))
	require.Equal(t, fail.Integrity, fail.Code(err), "it has no seal")
	_, err = ReadResult("x.crmsnap", strings.NewReader("PK\x03\x04"))
	require.EqualError(t, err, "x.crmsnap is not a result")
	require.Equal(t, fail.Usage, fail.Code(err), "a wrong name is no damage")
	other, err := (&Result{Schema: ResultSchema + 1, Tool: "crmaudit 9"}).Seal()
	require.NoError(t, err)
	_, err = ReadResult("result.json", bytes.NewReader(other))
	require.ErrorContains(t, err, "written by another version of the program (crmaudit 9)")
	require.Equal(t, fail.Usage, fail.Code(err))
}

func FuzzReadResult(f *testing.F) {
	data, err := (&Result{Schema: ResultSchema}).Seal()
	require.NoError(f, err)
	f.Add(data)
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = ReadResult("x", bytes.NewReader(data)) })
}

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestWaivers(t *testing.T) {
	now := day("2026-11-22").Add(9 * time.Hour)
	list := []Waiver{
		{Check: "ACC-002", Subject: "user:1", Since: day("2026-06-01"), Expires: day("2027-05-01")},
		{Check: "ACC-002", Subject: "user:2", Since: day("2026-06-01"), Expires: day("2026-11-21")},
		{Check: "OLD-001", Subject: "all", Since: day("2026-06-01"), Expires: day("2026-12-01")},
		{Check: "ACC-009", Subject: "all", Since: day("2026-06-01"), Expires: day("2027-01-01")},
		{Check: "ACC-004", Subject: "all", Since: day("2026-12-01"), Expires: day("2027-01-01")},
	}
	w := newWaivers(list, map[string]string{"OLD-001": "ACC-003"}, now)
	require.True(t, w.accepts("ACC-002", "user:1"))
	require.False(t, w.accepts("ACC-002", "user:2"), "expired")
	require.False(t, w.accepts("ACC-002", "user:3"))
	require.True(t, w.accepts("ACC-003", "user:9"), "by a former id")
	require.False(t, w.accepts("ACC-004", "user:9"), "not yet in force")
	states := []string{}
	for _, s := range w.states {
		states = append(states, s.State)
	}
	require.Equal(t, []string{WaiverActive, WaiverExpired, WaiverSoon, WaiverUnused, WaiverUnused}, states)

	last := newWaivers(list[1:2], nil, day("2026-11-21").Add(23*time.Hour))
	require.True(t, last.accepts("ACC-002", "user:2"), "the day of expiry is still covered")
}

// A risk that was accepted anew is no longer expired, in whichever order the two stand.
func TestRenewedWaiver(t *testing.T) {
	now := day("2026-11-22")
	old := Waiver{Check: "ACC-002", Subject: "user:1", Since: day("2026-01-01"), Expires: day("2026-06-30")}
	anew := Waiver{Check: "ACC-002", Subject: "user:1", Since: day("2026-07-01"), Expires: day("2027-06-30")}
	for _, list := range [][]Waiver{{old, anew}, {anew, old}} {
		w := newWaivers(list, nil, now)
		require.True(t, w.accepts("ACC-002", "user:1"))
		states := []string{w.states[0].State, w.states[1].State}
		require.ElementsMatch(t, []string{WaiverUnused, WaiverActive}, states)
	}
}

func TestDraftedWaiver(t *testing.T) {
	now := day("2026-11-22").Add(20 * time.Hour)
	row := func(ref string, waived bool) SubjectRow { return SubjectRow{Ref: ref, Waived: waived} }
	for _, c := range []struct {
		name    string
		f       Finding
		subject string
	}{
		{"one", Finding{K: 1, Subjects: []SubjectRow{row("user:1", false)}}, "user:1"},
		{"two", Finding{K: 2, Subjects: []SubjectRow{row("user:1", false), row("user:2", false)}}, "all"},
		{"one is left", Finding{K: 2, Subjects: []SubjectRow{row("user:1", true), row("user:2", false)}}, "user:2"},
		{"only counted", Finding{K: 3, Subjects: []SubjectRow{row("answer:x", false)}}, "all"},
		{"accepted", Finding{K: 1, Waived: true, Subjects: []SubjectRow{row("user:1", true)}}, ""},
		{"too many", Finding{K: 6}, ""},
	} {
		c.f.Check = "ACC-002"
		w := c.f.draft(now)
		if c.subject == "" {
			require.Nil(t, w, c.name)
			continue
		}
		require.Equal(t, &Waiver{Check: "ACC-002", Subject: c.subject, Since: day("2026-11-22"), Expires: day("2027-02-20")}, w, c.name)
	}
}

func TestLoadWaivers(t *testing.T) {
	whole := "version: 1\nwaivers:\n  - {check: ACC-002, subject: all, owner: A, approver: B, reason: C, since: 2026-01-01, expires: 2026-12-31}\n"
	list, err := LoadWaivers("waivers.yaml", []byte(whole))
	require.NoError(t, err)
	require.Len(t, list, 1)
	for old, want := range map[string]string{
		"owner: A, ": "owner is missing", "approver: B, ": "approver is missing", "reason: C, ": "reason is missing", "subject: all, ": "subject is missing",
		"since: 2026-01-01, ": "since is missing", ", expires: 2026-12-31": "expires is missing",
	} {
		_, err := LoadWaivers("waivers.yaml", []byte(strings.Replace(whole, old, "", 1)))
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "waiver 1")
	}
	_, err = LoadWaivers("waivers.yaml", []byte(strings.Replace(whole, "2026-12-31", "2028-12-31", 1)))
	require.ErrorContains(t, err, "more than 12 months")
	_, err = LoadWaivers("waivers.yaml", []byte(strings.Replace(whole, "owner", "ownr", 1)))
	require.ErrorContains(t, err, `unknown key "ownr"`)
}

func FuzzLoadWaivers(f *testing.F) {
	f.Add("version: 1\nwaivers:\n  - {check: ACC-002, subject: all, owner: A, approver: B, reason: C, since: 2026-01-01, expires: 2026-12-31}\n")
	f.Fuzz(func(t *testing.T, source string) {
		list, err := LoadWaivers("fuzz.yaml", []byte(source))
		for _, w := range list {
			require.NoError(t, err)
			require.NoError(t, w.validate())
		}
	})
}

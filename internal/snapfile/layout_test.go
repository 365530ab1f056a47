package snapfile

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

func newTestLayout(t testing.TB, k facts.Kind) *layout {
	l, err := newLayout(k)
	require.NoError(t, err)
	return l
}

// sameAsJSON decodes a line, which encoding/json must understand alike; nil when neither does.
func sameAsJSON(t *testing.T, l *layout, line []byte) facts.Record {
	t.Helper()
	want := reflect.New(l.record.Type()).Interface().(facts.Record)
	wantErr := decodeStrict(line, want)
	got, err := l.decode(line)
	if wantErr != nil || line[0] != '{' {
		require.Error(t, err, "%s", line)
		return nil
	}
	require.NoError(t, err, "%s", line)
	require.Equal(t, want, got, "%s", line)
	return got
}

// random is a record of the kind with any values, most of them not usual.
func random(t testing.TB, k facts.Kind, r *rand.Rand) facts.Record {
	record, err := facts.New(k)
	require.NoError(t, err)
	for _, value := range reflect.ValueOf(record).Elem().Fields() {
		switch p := value.Addr().Interface().(type) {
		case *string:
			*p = text(r)
		case *int:
			*p = int(number(r))
		case *uint32:
			*p = uint32(number(r))
		case *bool:
			*p = r.IntN(2) == 0
		case *time.Time:
			*p = moment(r)
		case *[]string:
			*p = list(r, text)
		case *map[string]string:
			*p = object(r)
		case *facts.Known[string]:
			*p = known(r, text)
		case *facts.Known[bool]:
			*p = known(r, func(r *rand.Rand) bool { return r.IntN(2) == 0 })
		case *facts.Known[int]:
			*p = known(r, func(r *rand.Rand) int { return int(number(r)) })
		case *facts.Known[int64]:
			*p = known(r, number)
		case *facts.Known[float64]:
			*p = known(r, func(r *rand.Rand) float64 {
				return pick(r, 0, math.Copysign(0, -1), 0.5, 3, 1e21, -1e-7, r.NormFloat64())
			})
		case *facts.Known[time.Time]:
			*p = known(r, moment)
		case *facts.Known[[]string]:
			*p = known(r, func(r *rand.Rand) []string { return list(r, text) })
		case *facts.Known[[]map[string]string]:
			*p = known(r, func(r *rand.Rand) []map[string]string { return list(r, object) })
		case *facts.Known[[]facts.Permission]:
			*p = known(r, func(r *rand.Rand) []facts.Permission {
				return list(r, func(r *rand.Rand) facts.Permission { return facts.Permission{Object: text(r), Scope: text(r)} })
			})
		default:
			t.Fatalf("no random value for a %s", value.Type())
		}
	}
	return record
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func text(r *rand.Rand) string {
	any := make([]byte, r.IntN(6))
	for i := range any {
		any[i] = byte(r.Uint32())
	}
	return pick(r, "", "", "7", "bitrixbox", "Анна Петрова", "a\x7fb", "日本\U0001f600", "\ufffd", `"`, `\`, `\u0041`, "<b>&", "\u2028", "x\u2029", "\x00\n\t", "\xff", "я\xd1", `","id":"8`, "null", "[]", string(any))
}

func number(r *rand.Rand) int64 {
	return pick(r, 0, 1, -1, 40, math.MaxInt32, math.MaxUint32, math.MaxInt64, math.MinInt64, 999999999999999999, 1000000000000000000, r.Int64())
}

func moment(r *rand.Rand) time.Time {
	at := time.Unix(r.Int64N(4e9), 0).UTC()
	return pick(r, time.Time{}, at, at.Add(time.Duration(r.Int64N(1e9))), at.In(time.FixedZone("", 7200)), at.In(time.FixedZone("x", -16200)), at.AddDate(8000, 0, 0), time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC))
}

func list[T any](r *rand.Rand, of func(*rand.Rand) T) []T {
	some := make([]T, r.IntN(4))
	for i := range some {
		some[i] = of(r)
	}
	return pick(r, nil, some, some)
}

func object(r *rand.Rand) map[string]string {
	return pick(r, nil, map[string]string{}, map[string]string{text(r): text(r), text(r): text(r)})
}

func known[T any](r *rand.Rand, of func(*rand.Rand) T) facts.Known[T] {
	return pick(r, facts.Known[T]{}, facts.Of(of(r)), facts.Of(of(r)), facts.With(of(r), facts.Inferred), facts.With(of(r), facts.Declared), facts.With(of(r), facts.Partial),
		facts.With(of(r), facts.Quality(text(r))), facts.Unknown[T](facts.NotOnPlan), facts.Unknown[T](facts.Reason(text(r))))
}

// Whatever a record has in it, its line is that of encoding/json, which reads it alike.
func TestLinesAreThoseOfJSON(t *testing.T) {
	for i, k := range facts.Kinds {
		l, r := newTestLayout(t, k), rand.New(rand.NewPCG(uint64(i), 1))
		for n := range 2000 {
			record := random(t, k, r)
			if n == 0 {
				record, _ = facts.New(k)
			}
			got, err := l.encode(nil, record, "crm")
			want, wantErr := json.Marshal(record)
			if wantErr != nil {
				require.Error(t, err)
				continue
			}
			require.NoError(t, err)
			require.Equal(t, string(want), string(got))
			sameAsJSON(t, l, got)
			if len(got) > 2 {
				got[r.IntN(len(got)-1)+1] = byte(r.Uint32())
				sameAsJSON(t, l, got)
			}
		}
	}
}

// Usual lines take the short way: a change that sends them to encoding/json costs minutes.
func TestUsualLinesAreNotLeftToJSON(t *testing.T) {
	for _, r := range usual() {
		l := newTestLayout(t, r.Kind())
		line := asJSON(t, r)
		require.True(t, l.parse([]byte(line)), line)
		require.Equal(t, r, l.record.Addr().Interface())
		var line2 []byte
		require.Zero(t, testing.AllocsPerRun(10, func() { line2, _ = l.encode(line2[:0], r, "crm") }))
		for i := range line {
			require.False(t, l.parse([]byte(line[:i])), line[:i])
		}
	}
}

// What is not exactly the usual line is read by encoding/json, which may refuse it.
func TestUnusualLines(t *testing.T) {
	usual := asJSON(t, &facts.Activity{Actor: "7", ActorName: "x", Day: taken.Truncate(24 * time.Hour), Type: facts.ActLogin, Source: "s", Count: 10, Hours: 5, Addresses: 2})
	l := newTestLayout(t, facts.KindActivity)
	for _, change := range [][2]string{
		{`10`, `010`}, {`10`, `1e1`}, {`10`, `10.0`}, {`10`, `"10"`}, {`10`, `1234567890123456789`}, {`10`, `-0`}, {`10`, ``}, {`2026-11-22`, `2026-11-31`}, {`}`, `} `}, {`}`, `}}`}, {`}`, `,}`},
		{`"count"`, `"Count"`}, {`,"hours":5`, `,"other":5`}, {`,"hours":5`, `,"addresses":5`}, {`"hours":5`, `"hours":4294967296`}, {`{"actor"`, `{ "actor"`}, {`{"actor"`, `{,"actor"`}, {`{"actor"`, `"actor"`}, {`"x"`, `"\u0078"`}, {`"x"`, `null`},
	} {
		changed := strings.Replace(usual, change[0], change[1], 1)
		require.NotEqual(t, usual, changed)
		require.False(t, l.parse([]byte(changed)), changed)
		sameAsJSON(t, l, []byte(changed))
		sameAsJSON(t, l, []byte(usual))
	}
}

func TestLayoutOfAnotherKind(t *testing.T) {
	_, err := newLayout("planet")
	require.ErrorContains(t, err, "planet")
	_, err = newTestLayout(t, facts.KindUser).encode(nil, &facts.Role{}, "crm")
	require.ErrorContains(t, err, "*facts.Role")
}

// usual are records as a large portal has many of.
func usual() []facts.Record {
	day := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	return []facts.Record{
		&facts.Activity{Actor: "201", Day: day, Type: facts.ActLogin, Source: "crm", Count: 1, Hours: 2048, Addresses: 1},
		&facts.Activity{Actor: "address 203.0.113.9", ActorName: "Анна", Day: day, Type: facts.ActLoginFailed, Source: "crm", Count: 40, PeakHour: 30, Peak10Min: 20},
		&facts.Session{ID: "device-5082", Source: "crm", User: "5082", Type: facts.Of("device"), Created: facts.Of(day), LastSeen: facts.Of(day), Device: facts.Of("desktop"), Countries: facts.Of([]string{"RU", "KZ"})},
		&facts.Event{ID: "failed-31442", Source: "crm", At: day, Type: facts.ActLoginFailed, Subject: "31442", Address: facts.Of("198.51.39.223")},
		&facts.User{
			ID: "5046", Source: "crm", Name: facts.Of("Человек Номер4956"), Login: facts.Of("person_4956"), Email: facts.Of("person_4956@romashka.example"), Phone: facts.Of(""), Position: facts.Of(""),
			Active: facts.Of(true), Blocked: facts.Of(false), Admin: facts.Of(false), AdminUntil: facts.Of(time.Time{}), Type: facts.With(facts.UserHuman, facts.Inferred), Roles: facts.Of([]string{}),
			Created: facts.Of(day), LastLogin: facts.Of(day), LastActivity: facts.Of(day), TwoFactor: facts.Of(false), TwoFactorExempt: facts.Of(false), PasswordChanged: facts.Unknown[time.Time](facts.NotSupported),
			PasswordMinLength: facts.Of(6), PasswordMaxDays: facts.Of(0), LoginAttempts: facts.Of(0), LockoutMinutes: facts.Of(0), IdleMinutes: facts.Of(24), RememberDays: facts.Of(90), ExternalAuth: facts.Of(""),
			CanExport: facts.Of(true), CanDeleteAll: facts.Of(true), PortalOwner: facts.Of(false), OwnsRecords: facts.Of(0), RecentRecords: facts.Of(0), Locale: facts.Of("s1"),
		},
	}
}

func BenchmarkLines(b *testing.B) {
	for i, r := range usual() {
		l := newTestLayout(b, r.Kind())
		line, err := l.encode(nil, r, "crm")
		require.NoError(b, err)
		b.Run(fmt.Sprintf("encode/%d-%s", i, r.Kind()), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				line, _ = l.encode(line[:0], r, "crm")
			}
		})
		b.Run(fmt.Sprintf("decode/%d-%s", i, r.Kind()), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = l.decode(line)
			}
		})
	}
}

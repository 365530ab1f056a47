package law

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/lang"
)

func mustLoad(t testing.TB) *Library {
	t.Helper()
	l, err := Load()
	require.NoError(t, err)
	return l
}

func pack(t testing.TB, l *Library, jurisdiction string) *Pack {
	t.Helper()
	for _, p := range l.packs {
		if p.Jurisdiction == jurisdiction {
			return p
		}
	}
	t.Fatalf("no pack %s", jurisdiction)
	return nil
}

func TestPacksAreThere(t *testing.T) {
	l := mustLoad(t)
	require.Len(t, l.packs, 4)
	for jurisdiction, least := range map[string]int{"ru": 90, "ua": 20, "eu": 24, Any: 160} {
		require.GreaterOrEqual(t, len(pack(t, l, jurisdiction).Provisions), least, jurisdiction)
	}
	for _, p := range l.packs {
		require.False(t, p.ReviewBy.Before(p.AsOf), p.Jurisdiction)
		for _, a := range p.Acts {
			require.NotEmpty(t, a.Source, a.ID)
			require.False(t, a.Edition.IsZero(), a.ID)
			require.False(t, a.Edition.After(p.AsOf), a.ID)
		}
	}
	ru := pack(t, l, "ru")
	require.Equal(t, "2027-03-01", ru.ReviewBy.Format(time.DateOnly))
	require.Equal(t, "2026-07-26", ru.Edition.Format(time.DateOnly))
}

func TestPacksOfARun(t *testing.T) {
	var got []string
	for _, p := range mustLoad(t).Packs([]string{"ua", "ru"}) {
		got = append(got, p.Jurisdiction)
	}
	require.Equal(t, []string{"ua", "ru", Any}, got)
}

func TestReviewOverdue(t *testing.T) {
	l := mustLoad(t)
	for day, want := range map[string]int{"2026-11-22": 0, "2027-03-01": 0, "2027-03-02": 4} {
		now, err := time.Parse(time.DateOnly, day)
		require.NoError(t, err)
		require.Len(t, l.ReviewOverdue(now), want, day)
	}
	require.Empty(t, l.ReviewOverdue(time.Date(2027, 3, 1, 23, 59, 59, 0, time.UTC)))
}

func TestMarksOfFacts(t *testing.T) {
	l := mustLoad(t)
	for ref, want := range map[string]Mark{
		"ru.152fz.19.2.8":       Verified,
		"ru.152fz.19.2.6":       Secondary,
		"ru.152fz.12":           Recheck,
		"ru.pp1119.13.в":        Unverified,
		"ru.fstek21.РСБ.5":      Recheck,
		"ru.fstek21.ОЦЛ.5":      Unverified,
		"ru.koap13.11.12-14":    Verified,
		"ru.koap13.11.4-5":      Secondary,
		"ua.2297.24.1":          Verified,
		"ua.2297.7":             Unverified,
		"ua.order1-02-14.2-nda": Unverified,
		"eu.gdpr.32.1.b":        Verified,
		"cis.5.3":               Verified,
	} {
		r, ok := l.Resolve(ref)
		require.True(t, ok, ref)
		require.Equal(t, want, r.Verified(), ref)
	}
}

func TestUZ(t *testing.T) {
	l := mustLoad(t)
	for _, c := range []struct {
		category  Category
		subjects  int
		employees bool
		want      [3]int
		marks     [3]Mark
	}{
		{Special, 100_001, false, [3]int{1, 1, 2}, [3]Mark{Secondary, Secondary, Secondary}},
		{Special, 99_999, false, [3]int{1, 2, 3}, [3]Mark{Secondary, Secondary, Secondary}},
		{Special, 500_000, true, [3]int{1, 2, 3}, [3]Mark{Secondary, Secondary, Secondary}},
		{Biometric, 10, false, [3]int{1, 2, 3}, [3]Mark{Secondary, Secondary, Secondary}},
		{Biometric, 500_000, false, [3]int{1, 2, 3}, [3]Mark{Secondary, Secondary, Secondary}},
		{Other, 100_001, false, [3]int{1, 2, 3}, [3]Mark{Unverified, Unverified, Verified}},
		{Other, 100_000, false, [3]int{1, 2, 3}, [3]Mark{Unverified, Unverified, Verified}}, // the stricter row
		{Other, 99_999, false, [3]int{1, 3, 4}, [3]Mark{Unverified, Unverified, Verified}},
		{Other, 200_000, true, [3]int{1, 3, 4}, [3]Mark{Unverified, Unverified, Verified}},
		{Public, 100_001, false, [3]int{2, 2, 4}, [3]Mark{Unverified, Unverified, Verified}},
		{Public, 0, false, [3]int{2, 3, 4}, [3]Mark{Unverified, Unverified, Verified}},
	} {
		for i := range 3 {
			got, mark := l.UZ(c.category, c.subjects, c.employees, i+1)
			require.Equal(t, c.want[i], got, "%s, %d people, threats of type %d", c.category, c.subjects, i+1)
			require.Equal(t, c.marks[i], mark, "%s, %d people, threats of type %d", c.category, c.subjects, i+1)
		}
	}
	for _, outside := range []struct {
		category Category
		subjects int
		threat   int
	}{{"secret", 1, 3}, {Other, -1, 3}, {Other, 1, 0}, {Other, 1, 4}} {
		got, mark := l.UZ(outside.category, outside.subjects, false, outside.threat)
		require.Zero(t, got)
		require.Equal(t, Unverified, mark)
	}
}

func TestTextIn(t *testing.T) {
	text := Text{RU: "р", UK: "у", EN: "e"}
	require.Equal(t, "р", text.In(lang.RU))
	require.Equal(t, "у", text.In(lang.UK))
	require.Equal(t, "e", text.In(lang.EN))
}

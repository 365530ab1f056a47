package law

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
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

// TestActs pins which edition of each act was read, where, and how well that is confirmed.
func TestActs(t *testing.T) {
	want := []string{
		"cis 2024-06-25 8.1 verified github.com",
		"nist 2020-12-10 Rev. 5 verified github.com",
		"iso27001 2022-10-25 2022 verified github.com",
		"asvs 2025-05-30 5.0.0 verified github.com",
		"eu.gdpr 2016-04-27  verified gdpr-info.eu",
		"ru.152fz 2026-07-26 265-ФЗ verified pravo.gov.ru",
		"ru.pp1119 2012-11-01  secondary www.consultant.ru",
		"ru.fstek21 2020-05-14 68 recheck rukovodstvo.org",
		"ru.koap13.11 2026-07-26 247-ФЗ verified pravo.gov.ru",
		"ru.uk 2024-11-30 421-ФЗ verified www.advgazeta.ru",
		"ru.rkn179 2022-10-28  secondary rulaws.ru",
		"ua.2297 2024-02-22 3585-IX recheck qdpro.com.ua",
		"ua.order1-02-14 2014-01-08  unverified ombudsman.gov.ua",
		"ua.kupap 2013-07-03 383-VII recheck uteka.ua",
	}
	var got []string
	for _, p := range mustLoad(t).packs {
		for _, a := range p.Acts {
			source, err := url.Parse(a.Source)
			require.NoError(t, err, a.ID)
			got = append(got, fmt.Sprintf("%s %s %s %s %s", a.ID, a.Edition.Format(time.DateOnly), a.Version, a.Verified, source.Host))
		}
	}
	require.ElementsMatch(t, want, got)
}

// TestEveryEntryCanBeReliedOn tells that nothing in the packs is without its words in three languages, the edition and the
// source of its act, a mark and a day by which it must be read again.
func TestEveryEntryCanBeReliedOn(t *testing.T) {
	l := mustLoad(t)
	entries := 0
	entry := func(p *Pack, id string, act *Act, text Text, mark Mark) {
		entries++
		for _, in := range lang.All {
			assert.NotEmpty(t, text.In(in), "%s in %s", id, in)
		}
		assert.Contains(t, marks, mark, id)
		assert.False(t, act.Edition.IsZero(), id)
		assert.Regexp(t, `^https?://[^/ ]+\.[^/ ]+`, act.Source, id)
		assert.Contains(t, marks, act.Verified, id)
		assert.Equal(t, "2026-11-22", p.AsOf.Format(time.DateOnly), id)
		assert.Equal(t, "2027-03-01", p.ReviewBy.Format(time.DateOnly), id)
	}
	for _, p := range l.packs {
		for _, v := range p.Provisions {
			entry(p, v.ID, l.acts[v.Act], v.Summary, v.Verified)
		}
		for _, f := range p.Fines {
			entry(p, f.ID, l.acts[f.Act], f.Offence, f.Verified)
		}
	}
	require.Equal(t, len(l.provisions)+len(l.fines), entries)
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
		category Category
		people   People
		want     [3]int
		marks    [3]Mark
	}{
		{Special, Many, [3]int{1, 1, 2}, [3]Mark{Secondary, Secondary, Secondary}},
		{Special, Few, [3]int{1, 2, 3}, [3]Mark{Secondary, Secondary, Secondary}},
		{Special, Staff, [3]int{1, 2, 3}, [3]Mark{Secondary, Secondary, Secondary}},
		{Biometric, Few, [3]int{1, 2, 3}, [3]Mark{Secondary, Secondary, Secondary}},
		{Biometric, Many, [3]int{1, 2, 3}, [3]Mark{Secondary, Secondary, Secondary}},
		{Other, Many, [3]int{1, 2, 3}, [3]Mark{Unverified, Unverified, Verified}},
		{Other, Few, [3]int{1, 3, 4}, [3]Mark{Unverified, Unverified, Verified}},
		{Other, Staff, [3]int{1, 3, 4}, [3]Mark{Unverified, Unverified, Verified}},
		{Public, Many, [3]int{2, 2, 4}, [3]Mark{Unverified, Unverified, Verified}},
		{Public, Staff, [3]int{2, 3, 4}, [3]Mark{Unverified, Unverified, Verified}},
	} {
		for i := range 3 {
			got, mark := l.UZ(c.category, c.people, i+1)
			require.Equal(t, c.want[i], got, "%s, %s, threats of type %d", c.category, c.people, i+1)
			require.Equal(t, c.marks[i], mark, "%s, %s, threats of type %d", c.category, c.people, i+1)
		}
	}
	for _, outside := range []struct {
		category Category
		people   People
		threats  int
	}{{"secret", Few, 3}, {Other, "crowd", 3}, {Other, Few, 0}, {Other, Few, 4}} {
		got, mark := l.UZ(outside.category, outside.people, outside.threats)
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

package law

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/lang"
)

// koap1311 pins every amount of article 13.11 of the Russian code, in rubles:
// part | mark | citizens | officials | sole traders | organisations; v after an amount: verified by itself.
const koap1311 = `
1   | verified  | 10000-15000   | 50000-100000    | 50000-100000              | 150000-300000
1.1 | verified  | 15000-30000   | 100000-200000   | 300000-500000             | 300000-500000
2   | verified  | 10000-15000   | 100000-300000   | 100000-300000             | 300000-700000
2.1 | secondary | 15000-30000   | 300000-500000   | 500000-1000000            | 1000000-1500000 v
3   | verified  | 1500-3000     | 6000-12000      | 10000-20000               | 30000-60000
4   | secondary | 2000-4000     | 8000-12000      | 20000-30000               | 40000-80000 v
5   | secondary | 2000-4000     | 8000-20000      | 20000-40000               | 50000-90000
5.1 | secondary | 20000-30000   | 30000-50000     | 50000-100000              | 300000-500000
6   | secondary | 1500-4000     | 8000-20000      | 20000-40000               | 50000-100000
7   | secondary | -             | 6000-12000      | -                         | -
8   | verified  | 30000-50000   | 100000-200000   | 1000000-6000000           | 1000000-6000000
9   | secondary | 50000-100000  | 500000-800000   | 6000000-18000000 v        | 6000000-18000000 v
10  | verified  | 5000-10000    | 30000-50000     | 100000-300000             | 100000-300000
11  | secondary | 50000-100000  | 400000-800000   | 1000000-3000000 v         | 1000000-3000000 v
12  | verified  | 100000-200000 | 200000-400000   | 3000000-5000000           | 3000000-5000000
13  | verified  | 200000-300000 | 300000-500000   | 5000000-10000000          | 5000000-10000000
14  | verified  | 300000-400000 | 400000-600000   | 10000000-15000000         | 10000000-15000000
15  | verified  | 400000-600000 | 800000-1200000  | 1-3% 20000000-500000000   | 1-3% 20000000-500000000
16  | verified  | 300000-400000 | 1000000-1300000 | 10000000-15000000         | 10000000-15000000
17  | verified  | 400000-500000 | 1300000-1500000 | 15000000-20000000         | 15000000-20000000
18  | secondary | 500000-800000 | 1500000-2000000 | 1-3% 25000000-500000000   | 1-3% 25000000-500000000
`

// kupap18839 pins every amount of article 188-39 of the Ukrainian code, in hryvnias; it fines no organisation.
const kupap18839 = `
1 | verified | 1700-3400   | 3400-6800     | 3400-6800     | -
2 | verified | 3400-5100 u | 5100-17000 u  | 5100-17000 u  | -
4 | verified | 1700-8500   | 5100-17000    | 5100-17000    | -
5 | recheck  | 5100-8500 v | 17000-34000 v | 17000-34000 v | -
`

// gdpr83 pins the two tiers of article 83 of the GDPR, in euros.
const gdpr83 = `
4 | verified | - | - | up to 10000000 or 2% | up to 10000000 or 2%
5 | verified | - | - | up to 20000000 or 4% | up to 20000000 or 4%
`

func printed(a *Amount, of Mark) string {
	if a == nil {
		return "-"
	}
	s := fmt.Sprintf("%d-%d", a.Min, a.Max)
	switch a.Basis {
	case Revenue:
		s = fmt.Sprintf("%d-%d%% %s", a.PercentMin, a.PercentMax, s)
	case HigherOf:
		s = fmt.Sprintf("up to %d or %d%%", a.Max, a.PercentMax)
	}
	if a.Verified != of {
		s += " " + string(a.Verified)[:1]
	}
	return s
}

// TestFinesTables holds every fine of every law against the tables above: parts, columns, amounts, marks,
// the currency and the edition that a report prints with them.
func TestFinesTables(t *testing.T) {
	l := mustLoad(t)
	for _, c := range []struct{ jurisdiction, table, prefix, currency, edition, disclaimer string }{
		{"ru", koap1311, "ru.koap13.11.", "RUB", "2026-07-26", "This is not legal advice."},
		{"ua", kupap18839, "ua.kupap.188-39.", "UAH", "2013-07-03", "This is not legal advice."},
		{"eu", gdpr83, "eu.gdpr.83.", "EUR", "2016-04-27", "This is not legal advice."},
	} {
		p := pack(t, l, c.jurisdiction)
		rows := strings.Split(strings.TrimSpace(c.table), "\n")
		require.Len(t, p.Fines, len(rows), c.jurisdiction)
		require.Contains(t, p.Disclaimer.EN, c.disclaimer)
		for i, row := range rows {
			want := strings.Split(row, "|")
			for j := range want {
				want[j] = strings.TrimSpace(want[j])
			}
			f := p.Fines[i]
			got := []string{f.Part, string(f.Verified)}
			for _, a := range []*Amount{f.Citizen, f.Official, f.SoleTrader, f.Company} {
				got = append(got, printed(a, f.Verified))
				if a != nil {
					require.Equal(t, c.currency, a.Currency)
				}
			}
			require.Equal(t, want, got)
			require.Equal(t, c.prefix+f.Part, f.ID)
			require.Equal(t, c.edition, l.acts[f.Act].Edition.Format(time.DateOnly))
		}
	}
	require.Empty(t, pack(t, l, Any).Fines, "a catalogue punishes nobody")
}

// Who is fined, and whether only a repeated offence is, part by part.
func TestColumnsOfKoAP1311(t *testing.T) {
	for _, f := range pack(t, mustLoad(t), "ru").Fines {
		rule, repeated := Own, false
		switch f.Part {
		case "7":
			rule = PublicBodies
		case "10", "11", "12", "13", "14", "15", "16", "17", "18":
			rule = Commercial
		}
		switch f.Part {
		case "1.1", "2.1", "5.1", "9", "15", "18":
			repeated = true
		}
		as := ""
		if f.SoleTrader != nil && f.SoleTrader.Note != (Text{}) {
			as = f.SoleTrader.Note.EN[strings.LastIndex(f.SoleTrader.Note.EN, " as an ")+len(" as an "):]
		}
		require.Equal(t, soleTraderAs(f.Part), as, "part %s", f.Part)
		require.Equal(t, rule, f.AppliesTo, "part %s", f.Part)
		require.Equal(t, repeated, f.Repeated, "part %s", f.Part)
	}
}

// soleTraderAs is how the note explains a sole trader's amount, where the part does not name it itself.
func soleTraderAs(part string) string {
	switch part {
	case "1", "2":
		return "official."
	case "2.1", "3", "4", "5", "5.1", "6", "7":
		return ""
	}
	return "organisation (note 1 to the article)."
}

func TestFinesOfAClient(t *testing.T) {
	l := mustLoad(t)
	for _, c := range []struct {
		ref, jurisdiction string
		kind              Kind
		want              string // subject amount, …
	}{
		{"ru.koap13.11.12-14", "ru", Company, "company 3000000-5000000, company 5000000-10000000, company 10000000-15000000"},
		{"ru.koap13.11.12-14", "ru", Nonprofit, "official 200000-400000, official 300000-500000, official 400000-600000"},
		{"ru.koap13.11.10", "ru", SoleTrader, "sole_trader 100000-300000"},
		{"ru.koap13.11.10", "ru", PublicBody, "official 30000-50000"},
		{"ru.koap13.11.15", "ru", Company, "company 1-3% 20000000-500000000"},
		{"ru.koap13.11.1", "ru", SoleTrader, "sole_trader 50000-100000"},
		{"ru.koap13.11.1", "ru", Nonprofit, "company 150000-300000"},
		{"ru.koap13.11.8-9", "ru", SoleTrader, "sole_trader 1000000-6000000, sole_trader 6000000-18000000"},
		{"ru.koap13.11.7", "ru", Company, ""},
		{"ru.koap13.11.7", "ru", SoleTrader, ""},
		{"ru.koap13.11.7", "ru", Nonprofit, ""},
		{"ru.koap13.11.7", "ru", PublicBody, "official 6000-12000"},
		{"ru.koap13.11.1", "ua", Company, ""},
		{"ru.koap13.11.1", "ru", "person", ""},
		{"ru.152fz.19.2.8", "ru", Company, ""},
		{"ua.kupap.188-39", "ua", Company, "official 3400-6800, official 5100-17000, official 5100-17000, official 17000-34000"},
		{"ua.kupap.188-39", "ua", SoleTrader, "sole_trader 3400-6800, sole_trader 5100-17000, sole_trader 5100-17000, sole_trader 17000-34000"},
		{"ua.kupap.188-39.4", "ru", Company, ""},
		{"eu.gdpr.24", "eu", Company, ""},
		{"eu.gdpr.32.1.b", "eu", Company, "company up to 10000000 or 2%"},
		{"eu.gdpr.33", "eu", SoleTrader, "sole_trader up to 10000000 or 2%"},
		{"eu.gdpr.5.1.f", "eu", Company, "company up to 20000000 or 4%"},
		{"eu.gdpr.44", "eu", Nonprofit, "company up to 20000000 or 4%"},
	} {
		var got []string
		for _, f := range l.Fines([]string{c.ref}, c.jurisdiction, c.kind) {
			got = append(got, string(f.Subject)+" "+printed(&f.Amount, f.Amount.Verified))
		}
		require.Equal(t, c.want, strings.Join(got, ", "), "%s for %s", c.ref, c.kind)
	}
}

func TestFinesComeOnceInTheOrderOfTheLaw(t *testing.T) {
	l := mustLoad(t)
	var got []string
	for _, f := range l.Fines([]string{"ru.koap13.11.12-14", "cis.5.3", "ru.koap13.11.1", "ru.koap13.11.13", "bad"}, "ru", Company) {
		got = append(got, strings.ReplaceAll(f.Cite(lang.RU), lang.NBSP, " "))
	}
	require.Equal(t, []string{"КоАП РФ, ст. 13.11 ч. 1", "КоАП РФ, ст. 13.11 ч. 12", "КоАП РФ, ст. 13.11 ч. 13", "КоАП РФ, ст. 13.11 ч. 14"}, got)
}

// Article 24 of the GDPR is in neither tier, every other cited article is in exactly one.
func TestEveryCitedGDPRArticleHasOneTier(t *testing.T) {
	l := mustLoad(t)
	for _, v := range pack(t, l, "eu").Provisions {
		r, _ := l.Resolve(v.ID)
		want := 1
		if v.ID == "eu.gdpr.24" {
			want = 0
		}
		require.Len(t, r.Fines, want, v.ID)
	}
}

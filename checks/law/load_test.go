package law

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// small is a complete pack; each broken one below differs from it by one replacement.
const small = `jurisdiction: ru
title: {ru: а, uk: б, en: c}
edition: 2026-01-01
as_of: 2026-01-02
review_by: 2026-01-03
currency: RUB
fine_label: {ru: а, uk: б, en: c}
disclaimer: {ru: а, uk: б, en: c}
acts:
  - {id: ru.x, title: {ru: а, uk: б, en: c}, short: {ru: а, uk: б, en: c}, edition: 2026-01-01, source: "https://x.example", verified: verified, cite: {ru: "ч. {part}", uk: "ч. {part}", en: "({part})"}}
provisions:
  - {id: ru.x.1, act: ru.x, summary: {ru: а, uk: б, en: c}, levels: [1, 2]}
fines:
  - {id: ru.x.2, act: ru.x, part: "2", offence: {ru: а, uk: б, en: c}, verified: verified, company: {min: 1, max: 2}}
protection_levels:
  - {category: other, people: any, by_threat: [{level: 1, verified: verified}, {level: 2, verified: verified}, {level: 3, verified: verified}]}
`

func TestLoadSmallPack(t *testing.T) {
	l, err := load(map[string][]byte{"x.yaml": []byte(small)})
	require.NoError(t, err)
	r, ok := l.Resolve("ru.x.1")
	require.True(t, ok)
	require.Equal(t, Verified, r.Verified())
	require.Equal(t, Text{RU: "1", UK: "1", EN: "1"}, r.Provision.Ref)
	require.Equal(t, Amount{Basis: Fixed, Min: 1, Max: 2, Verified: Verified, Currency: "RUB"}, *l.fines["ru.x.2"].Company)
}

func TestLoadRefuses(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"jurisdiction: ru", "jurisdiction: xx", `law pack x.yaml: unknown jurisdiction "xx"`},
		{"title: {ru: а, uk: б", "title: {ru: а, uk: ''", "law pack x.yaml: no title in uk"},
		{"review_by: 2026-01-03\n", "", "law pack x.yaml: no review_by"},
		{"currency: RUB\n", "", "law pack x.yaml: fines need a currency"},
		{"currency: RUB", "currencies: RUB", `x.yaml:6: unknown key "currencies"`},
		{"disclaimer: {ru: а, ", "disclaimer: {", "law pack x.yaml: no disclaimer in ru"},
		{"{id: ru.x, ", "{id: ua.x, ", `law pack x.yaml: ru.x.1 belongs to act "ru.x", which the pack does not define`},
		{"https://x.example", "a book", `law pack x.yaml: act ru.x: source "a book" is not an address`},
		{"edition: 2026-01-01, source", "source", "law pack x.yaml: act ru.x: no edition"},
		{"verified: verified, cite", "verified: true, cite", `law pack x.yaml: act ru.x: unknown verified mark "true"`},
		{`en: "({part})"`, `en: "()"`, "law pack x.yaml: ru.x.2: act ru.x has no cite with {part} in en"},
		{"summary: {ru: а, uk: б, en: c}", "summary: {ru: а, uk: б}", "law pack x.yaml: ru.x.1: no summary in en"},
		{"[1, 2]", "[2, 1]", "law pack x.yaml: ru.x.1: levels must be ascending numbers from 1 to 4"},
		{"[1, 2]", "[0]", "law pack x.yaml: ru.x.1: levels must be ascending numbers from 1 to 4"},
		{"id: ru.x.2", "id: ru.x.1", "law pack x.yaml: ru.x.1 is defined twice"},
		{"id: ru.x.2", "id: ru.y.2", "law pack x.yaml: ru.y.2 does not start with its act ru.x"},
		{"id: ru.x.2", "id: ru.x.", "law pack x.yaml: ru.x. does not start with its act ru.x"},
		{`part: "2", `, "", "law pack x.yaml: ru.x.2: no part"},
		{`part: "2", `, `part: "2", applies_to: all, `, `law pack x.yaml: ru.x.2: unknown applies_to "all"`},
		{`part: "2", `, `part: "2", notes: {ru: а}, `, "law pack x.yaml: ru.x.2: no notes in uk"},
		{", company: {min: 1, max: 2}", "", "law pack x.yaml: ru.x.2: no amount"},
		{"{min: 1, max: 2}", "{min: 1, max: 2, note: {en: a}}", "law pack x.yaml: ru.x.2: no note in ru"},
		{"{min: 1, max: 2}", "{min: 3, max: 2}", "law pack x.yaml: ru.x.2: limits 3 to 2 are impossible"},
		{"{min: 1, max: 2}", "{min: 1, max: 2, percent_max: 3}", "law pack x.yaml: ru.x.2: a fixed amount has no percent"},
		{"{min: 1, max: 2}", "{basis: revenue, min: 1, max: 2}", "law pack x.yaml: ru.x.2: percents 0 to 0 are impossible"},
		{"{min: 1, max: 2}", "{basis: guess, min: 1, max: 2}", `law pack x.yaml: ru.x.2: unknown basis "guess"`},
		{"category: other", "category: odd", `law pack x.yaml: protection levels name an unknown category "odd"`},
		{"people: any", "people: some", "law pack x.yaml: protection levels of other: people must be many, few or any"},
		{"{level: 3, verified: verified}", "{level: 5, verified: verified}", "law pack x.yaml: protection levels of other: 5 is not from 1 to 4"},
		{", {level: 3, verified: verified}", "", "law pack x.yaml: protection levels of other need a cell for each of 3 types of threats"},
	} {
		require.Contains(t, small, c.old)
		_, err := load(map[string][]byte{"x.yaml": []byte(strings.Replace(small, c.old, c.new, 1))})
		require.EqualError(t, err, c.want)
	}
}

func TestLoadRefusesTwoPacksOfOneAct(t *testing.T) {
	_, err := load(map[string][]byte{"a.yaml": []byte(small), "b.yaml": []byte(small)})
	require.EqualError(t, err, "law pack b.yaml: act ru.x is defined twice")
}

package lang

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// spaced makes no-break spaces visible.
func spaced(s string) string { return strings.ReplaceAll(s, NBSP, "_") }

func TestPlural(t *testing.T) {
	forms := map[Lang][]string{RU: {"день", "дня", "дней"}, UK: {"день", "дні", "днів"}, EN: {"day", "days"}}
	for n, want := range map[int][3]string{
		0: {"дней", "днів", "days"}, 1: {"день", "день", "day"}, 2: {"дня", "дні", "days"}, 4: {"дня", "дні", "days"}, 5: {"дней", "днів", "days"},
		10: {"дней", "днів", "days"}, 11: {"дней", "днів", "days"}, 12: {"дней", "днів", "days"}, 14: {"дней", "днів", "days"}, 20: {"дней", "днів", "days"},
		21: {"день", "день", "days"}, 22: {"дня", "дні", "days"}, 25: {"дней", "днів", "days"}, 101: {"день", "день", "days"}, 104: {"дня", "дні", "days"},
		111: {"дней", "днів", "days"}, 112: {"дней", "днів", "days"}, 121: {"день", "день", "days"}, 1000: {"дней", "днів", "days"}, 1001: {"день", "день", "days"},
		1_000_011: {"дней", "днів", "days"}, 1_000_021: {"день", "день", "days"}, -1: {"день", "день", "day"}, -5: {"дней", "днів", "days"},
	} {
		for i, l := range All {
			assert.Equal(t, want[i], l.Plural(n, forms[l]...), "%s %d", l, n)
		}
	}
	require.Empty(t, RU.Plural(3))
	require.Equal(t, "шт.", RU.Plural(3, "шт."))
	require.Equal(t, "21_день", spaced(RU.Count(21, forms[RU]...)))
	require.Equal(t, "12_345_днів", spaced(UK.Count(12_345, forms[UK]...)))
	require.Equal(t, "1,001_days", spaced(EN.Count(1001, forms[EN]...)))
	for _, l := range All {
		require.Len(t, forms[l], l.Forms())
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int][2]string{
		0: {"0", "0"}, 7: {"7", "7"}, 999: {"999", "999"}, 1234: {"1234", "1,234"}, 12_345: {"12_345", "12,345"}, 123_456: {"123_456", "123,456"},
		1_234_567: {"1_234_567", "1,234,567"}, -42: {"−42", "-42"}, -12_345: {"−12_345", "-12,345"},
		math.MinInt64: {"−9_223_372_036_854_775_808", "-9,223,372,036,854,775,808"},
	} {
		assert.Equal(t, want[0], spaced(RU.Int(n)))
		assert.Equal(t, want[0], spaced(UK.Int(n)))
		assert.Equal(t, want[1], EN.Int(n))
	}
	for x, want := range map[float64][2]string{4.2: {"4,2", "4.2"}, 0: {"0,0", "0.0"}, -0.01: {"0,0", "0.0"}, -3.25: {"−3,2", "−3.2"}, 9.96: {"10,0", "10.0"}} {
		assert.Equal(t, want[0], RU.Decimal(x))
		assert.Equal(t, want[1], EN.Decimal(x))
	}
	require.Equal(t, "78_%", spaced(RU.Percent(78.4)))
	require.Equal(t, "78_%", spaced(UK.Percent(77.6)))
	require.Equal(t, "100%", EN.Percent(100))
}

func TestDates(t *testing.T) {
	at := time.Date(2026, 11, 22, 23, 30, 0, 0, time.FixedZone("", -3*3600)) // 23 November in UTC
	for l, want := range map[Lang][3]string{
		RU: {"23_ноября_2026_г.", "23.11.2026", "23.11.2026_02:30"},
		UK: {"23_листопада_2026_р.", "23.11.2026", "23.11.2026_02:30"},
		EN: {"23_November_2026", "2026-11-23", "2026-11-23_02:30"},
	} {
		assert.Equal(t, want, [3]string{spaced(l.Date(at)), l.ShortDate(at), spaced(l.Time(at))})
		assert.Equal(t, "—", l.Date(time.Time{}))
		assert.Equal(t, "—", l.ShortDate(time.Time{}))
		assert.Equal(t, "—", l.Time(time.Time{}))
	}
	require.Equal(t, "1_мая_2026_г.", spaced(RU.Date(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC))))
	for _, l := range All {
		for _, name := range months[l] {
			assert.NotEmpty(t, name, l)
		}
	}
}

func TestMoney(t *testing.T) {
	for _, c := range []struct {
		amount     int64
		currency   string
		ru, uk, en string
	}{
		{500, "RUB", "500_₽", "500_₽", "₽500"},
		{15_000, "RUB", "15_000_₽", "15_000_₽", "₽15,000"},
		{1_000_000, "RUB", "1_млн_₽", "1_млн_₽", "₽1_million"},
		{1_500_000, "RUB", "1,5_млн_₽", "1,5_млн_₽", "₽1.5_million"},
		{1_050_000, "RUB", "1_050_000_₽", "1_050_000_₽", "₽1,050,000"},
		{500_000_000, "RUB", "500_млн_₽", "500_млн_₽", "₽500_million"},
		{2_000_000_000, "RUB", "2_млрд_₽", "2_млрд_₽", "₽2_billion"},
		{1_050_000_000, "RUB", "1050_млн_₽", "1050_млн_₽", "₽1050_million"},
		{17_000, "UAH", "17_000_₴", "17_000_грн", "₴17,000"},
		{20_000_000, "EUR", "20_млн_€", "20_млн_€", "€20_million"},
		{100, "USD", "100_$", "100_$", "$100"},
		{1000, "CHF", "1000_CHF", "1000_CHF", "CHF_1,000"},
	} {
		assert.Equal(t, [3]string{c.ru, c.uk, c.en}, [3]string{spaced(RU.Money(c.amount, c.currency)), spaced(UK.Money(c.amount, c.currency)), spaced(EN.Money(c.amount, c.currency))})
	}
}

func TestList(t *testing.T) {
	for l, want := range map[Lang]string{RU: "а, б и в", UK: "а, б і в", EN: "а, б and в"} {
		assert.Equal(t, want, l.List([]string{"а", "б", "в"}))
		assert.Equal(t, "а", l.List([]string{"а"}))
		assert.Empty(t, l.List(nil))
	}
	require.Equal(t, "а и б", RU.List([]string{"а", "б"}))
}

func TestParse(t *testing.T) {
	for _, l := range All {
		got, err := Parse(string(l))
		require.NoError(t, err)
		require.Equal(t, l, got)
	}
	_, err := Parse("de")
	require.EqualError(t, err, `unknown language "de": use ru, uk or en`)
}

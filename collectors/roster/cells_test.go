package roster

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPhones(t *testing.T) {
	for cell, want := range map[string][]string{
		"8 (916) 123-45-67":            {"79161234567"},
		"+7 916 123 45 67":             {"79161234567"},
		"79161234567":                  {"79161234567"},
		"9161234567":                   {"79161234567"},
		"050 123-45-67":                {"380501234567"},
		"80501234567":                  {"380501234567"},
		"+38 (050) 123-45-67":          {"380501234567"},
		"00380501234567":               {"380501234567"},
		"+44 20 7946 0958":             {"442079460958"},
		"+86 139 1099 8888":            {"8613910998888"},
		"8 495 123-45-67 доб. 12":      {"74951234567"},
		"моб. 8 916 123-45-67 (Вибер)": {"79161234567"},
		"89161234567, 89161234568":     {"79161234567", "79161234568"},
		"89161234567\n0501234567":      {"79161234567", "380501234567"},
		"7.9161234567E+10":             {"79161234567"},
		"7,9161234567E+10":             {"79161234567"},
		"7,91612E+10":                  nil,
		"0000000000":                   nil,
		"12345678901234567890":         nil,
		"123 звонить 4567890":          nil,
		"=cmd|'/c calc'!A1":            nil,
	} {
		got, unread := phones(cell)
		assert.Equal(t, want, got, "%q", cell)
		assert.Equal(t, want == nil, unread, "%q", cell)
	}
	for _, cell := range []string{" — ", "вн. 123", ";"} {
		got, unread := phones(cell)
		assert.Empty(t, got, "%q", cell)
		assert.False(t, unread, "%q", cell)
	}
}

func TestEmails(t *testing.T) {
	for cell, want := range map[string][]string{
		"Ivan@Romashka.Example":                    {"ivan@romashka.example"},
		"a@x.example; b@x.example,c@x.example":     {"a@x.example", "b@x.example", "c@x.example"},
		"Иван Иванов <ivan@x.example>":             {"ivan@x.example"},
		"mailto:ivan@x.example":                    {"ivan@x.example"},
		"иван@почта.example.":                      {"иван@почта.example"},
		"ivan@localhost":                           nil,
		"ivan(at)x.example":                        nil,
		"@x.example":                               nil,
		"=HYPERLINK(\"mailto:a@x.example\",\"a\")": {"a@x.example"},
	} {
		got, unread := emails(cell)
		assert.Equal(t, want, got, "%q", cell)
		assert.Equal(t, want == nil, unread, "%q", cell)
	}
}

func TestDates(t *testing.T) {
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for _, cell := range []string{
		"22.11.2026", " 22.11.2026 г.", "22.11.2026р.", "2026-11-22", "2026/11/22", "22/11/26", "22-11-2026", "22.11.26", "22.11.2026 00:00:00",
		"2026-11-22T09:30:00Z", "2026-11-22T09:30:00.000+03:00", "46348", "46348.75",
	} {
		got, err := parseDate(cell, "", false)
		assert.NoError(t, err, "%q", cell)
		assert.Equal(t, day, got, "%q", cell)
	}
	for _, cell := range []string{"", "31.02.2026", "11/22/2026", "22.11", "2026", "завтра", "22.11.1826", "12345", "99999", "0000-00-00", "22.11.202", "1.1.1"} {
		_, err := parseDate(cell, "", false)
		assert.Error(t, err, "%q", cell)
	}
	got, err := parseDate("44886", "", true)
	require.NoError(t, err)
	require.Equal(t, day, got, "day numbers from 1904 are 1462 smaller")
	got, err = parseDate("1.2.69", "", false)
	require.NoError(t, err)
	require.Equal(t, 2069, got.Year())
	got, err = parseDate("1.2.70", "", false)
	require.NoError(t, err)
	require.Equal(t, 1970, got.Year())
}

func TestDateLayouts(t *testing.T) {
	for format, cells := range map[string][]string{
		"DD.MM.YYYY": {"22.11.2026"},
		"MM/DD/YYYY": {"11/22/2026"},
		"дд.мм.гг":   {"22.11.26"},
		"РРРР-ММ-ДД": {"2026-11-22"},
		"YYYYMMDD":   {"20261122"},
	} {
		layout, err := dateLayout(format)
		require.NoError(t, err, format)
		for _, cell := range cells {
			got, err := parseDate(cell, layout, false)
			assert.NoError(t, err, "%s as %s", cell, format)
			assert.Equal(t, "2026-11-22", got.Format(time.DateOnly))
		}
	}
	short, err := dateLayout("DD.MM.YYYY")
	require.NoError(t, err)
	got, err := parseDate("1.2.2026", short, false)
	require.NoError(t, err, "zeros may be left out")
	require.Equal(t, "2026-02-01", got.Format(time.DateOnly))
	for _, format := range []string{"MM/YYYY", "DD.MM", "день", "%d.%m.%Y"} {
		_, err := dateLayout(format)
		assert.Error(t, err, format)
	}
}

func TestPlain(t *testing.T) {
	for s, want := range map[string]string{
		" Ф.И.О. ":                 "ф и о",
		"Ім’я":                     "імя",
		"Имя (полное)":             "имя полное",
		"E‑mail":                   "e mail",
		"Увольне\u0301ние":         "увольне ние",
		"Телефо\u043d\u0438\u0306": "телефонй",
		"Ёлкин":                    "елкин",
		"№":                        "",
	} {
		assert.Equal(t, want, plain(s), "%q", s)
	}
}

func TestHeadersAreUnambiguous(t *testing.T) {
	owner := map[string]field{}
	for f, names := range headers {
		for _, h := range names {
			assert.Equal(t, h, plain(h), "as the table is compared")
			other, twice := owner[h]
			assert.False(t, twice, "%q is both %s and %s", h, f, other)
			owner[h] = f
		}
	}
}

package roster

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/phone"
)

// checkList reads any bytes as a list: an error for the user, or valid people with coverage.
func checkList(t *testing.T, data []byte, file string) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, file), data, 0o600))
	m, err := collect(dir, &Config{File: file})
	require.NotEmpty(t, m.About.Coverage)
	if err != nil {
		require.Equal(t, fail.Usage, fail.Code(err), "%v", err)
		require.Equal(t, facts.Missing, m.About.Coverage[0].State)
		return
	}
	seen := map[string]bool{}
	for _, p := range people(m) {
		require.NotEmpty(t, p.ID)
		require.False(t, seen[p.ID], "%q twice", p.ID)
		seen[p.ID] = true
		name := p.Name.Or("")
		require.True(t, utf8.ValidString(name))
		require.False(t, strings.ContainsFunc(name, unicode.IsControl))
	}
	require.Equal(t, len(seen), m.About.Coverage[0].Count)
}

func FuzzCSV(f *testing.F) {
	files, err := filepath.Glob("testdata/*.csv")
	require.NoError(f, err)
	for _, name := range files {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add([]byte("Name;Email\n\"A;a@x.example\n"))
	f.Add([]byte("sep=,\nName,Left\nA,46348\n"))
	f.Fuzz(func(t *testing.T, data []byte) { checkList(t, data, "staff.csv") })
}

func FuzzXLSX(f *testing.F) {
	good := workbook(f, nil, sheetOfThree...)
	f.Add("xl/worksheets/sheet1.xml", `<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>Name</v></c></row><row><c><v>A</v></c></row></sheetData></worksheet>`)
	f.Add("xl/sharedStrings.xml", `<sst><si><t>Name</t></si></sst>`)
	f.Add("xl/workbook.xml", `<workbook><workbookPr date1904="1"/><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>`)
	f.Fuzz(func(t *testing.T, part, text string) {
		checkList(t, repack(t, good, part, func(string) string { return text }), "staff.xlsx")
	})
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"22.11.2026", "2026-11-22T00:00:00Z", "22/11/26", "46348", "46348.5", "31.02.2026", "22.11.2026 г."} {
		f.Add(s, "")
		f.Add(s, "2.1.2006")
	}
	f.Fuzz(func(t *testing.T, cell, layout string) {
		for _, since1904 := range []bool{false, true} {
			d, err := parseDate(cell, layout, since1904)
			if err != nil {
				continue
			}
			require.Equal(t, day(d), d)
			again, err := parseDate(d.Format("02.01.2006"), "", since1904)
			require.NoError(t, err)
			require.Equal(t, d, again)
			require.Equal(t, time.UTC, d.Location())
		}
	})
}

func FuzzDateLayout(f *testing.F) {
	for _, s := range []string{"DD.MM.YYYY", "ГГГГ-ММ-ДД", "MM/YYYY", "D"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, format string) {
		layout, err := dateLayout(format)
		if err != nil || layout == "" {
			return
		}
		d := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
		back, err := parseDate(d.Format(layout), layout, false)
		require.NoError(t, err)
		require.Equal(t, d, back)
	})
}

func FuzzContacts(f *testing.F) {
	for _, s := range []string{"8 (916) 123-45-67", "+380501234567; 0501234568", "7.9161234567E+10", "Иван <ivan@x.example>, a@b.example"} {
		f.Add(s)
	}
	digits := regexp.MustCompile(`^[0-9]{10,15}$`)
	f.Fuzz(func(t *testing.T, cell string) {
		found, _ := phones(cell)
		for _, n := range found {
			require.Regexp(t, digits, n)
			require.Equal(t, n, phone.Normal("+"+n), "what is complete stays")
		}
		mails, _ := emails(cell)
		for _, m := range mails {
			require.Contains(t, m, "@")
			require.Equal(t, strings.ToLower(m), m)
		}
	})
}

func FuzzSuggest(f *testing.F) {
	f.Add("Иванова Мария", "Maria Ivanova")
	f.Add("Щ Ї", "x y z a b c d e")
	f.Fuzz(func(t *testing.T, person, user string) {
		for _, s := range Suggest(named(person), []string{user}) {
			require.LessOrEqual(t, s.Score, 1.0)
			require.GreaterOrEqual(t, s.Score, enough)
		}
	})
}

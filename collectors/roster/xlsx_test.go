package roster

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
)

// workbook makes an XLSX with the rows in the sheet; edit may change the rest.
func workbook(t testing.TB, edit func(*excelize.File), rows ...[]any) []byte {
	f := excelize.NewFile()
	defer f.Close()
	for i, r := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		require.NoError(t, err)
		require.NoError(t, f.SetSheetRow("Sheet1", cell, &r))
	}
	if edit != nil {
		edit(f)
	}
	var b bytes.Buffer
	require.NoError(t, f.Write(&b))
	return b.Bytes()
}

func collectXLSX(t testing.TB, data []byte, c Config) (*facts.Memory, error) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "staff.xlsx"), data, 0o600))
	c.File = "staff.xlsx"
	return collect(dir, &c)
}

var sheetOfThree = [][]any{
	{"ООО «Ромашка»"},
	{},
	{"ФИО", "E-mail", "Телефон", "Дата увольнения"},
	{"Иванова Мария", "ivanova@romashka.example", 79161234567},
	{"Петров Пётр", "petrov@romashka.example", "8 916 123-45-68", time.Date(2026, 10, 13, 0, 0, 0, 0, time.UTC)},
	{},
	{"Сидорова Анна", "sidorova@romashka.example", "", "31.12.2026"},
}

func TestXLSX(t *testing.T) {
	m, err := collectXLSX(t, workbook(t, func(f *excelize.File) {
		for _, name := range []string{"Архив", "Скрытый"} {
			_, err := f.NewSheet(name)
			require.NoError(t, err)
		}
		require.NoError(t, f.SetSheetVisible("Скрытый", false))
		require.NoError(t, f.SetCellFormula("Sheet1", "A8", `=WEBSERVICE("http://x.example")`))
	}, sheetOfThree...), Config{})
	require.NoError(t, err)
	got := people(m)
	require.Len(t, got, 3)
	require.Equal(t, &facts.Person{
		ID: "ivanova@romashka.example", Name: facts.Of("Иванова Мария"), Emails: []string{"ivanova@romashka.example"},
		Phones: []string{"79161234567"}, Employed: facts.Of(true), Row: 4,
	}, got[0])
	require.Equal(t, facts.Of(false), got[1].Employed)
	require.Equal(t, facts.Of(time.Date(2026, 10, 13, 0, 0, 0, 0, time.UTC)), got[1].Left)
	require.Equal(t, 7, got[2].Row)
	require.Equal(t, facts.Of(true), got[2].Employed)
	require.Equal(t, facts.Full, m.About.Coverage[0].State)
	require.Equal(t, []string{`sheets not read: "Архив"`}, m.About.Sources[0].Notes)
}

func TestXLSXSheets(t *testing.T) {
	data := workbook(t, func(f *excelize.File) {
		_, err := f.NewSheet("Штат")
		require.NoError(t, err)
		require.NoError(t, f.SetSheetRow("Штат", "A1", &[]any{"ФИО", "Почта"}))
		require.NoError(t, f.SetSheetRow("Штат", "A2", &[]any{"Белова Анна", "belova@romashka.example"}))
	}, sheetOfThree...)
	m, err := collectXLSX(t, data, Config{Sheet: "Штат"})
	require.NoError(t, err)
	require.Equal(t, "belova@romashka.example", people(m)[0].ID)
	_, err = collectXLSX(t, data, Config{Sheet: "Шат"})
	require.EqualError(t, err, `staff.xlsx has no sheet "Шат"`)
	require.Equal(t, `the sheets are "Sheet1", "Штат"`, fail.Hint(err))
}

func TestXLSXDatesFrom1904(t *testing.T) {
	yes := true
	m, err := collectXLSX(t, workbook(t, func(f *excelize.File) {
		require.NoError(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
	}, []any{"Name", "Email", "Left on"}, []any{"A", "a@x.example", 44886}), Config{})
	require.NoError(t, err)
	require.Equal(t, "2026-11-22", people(m)[0].Left.Or(time.Time{}).Format(time.DateOnly))
}

// repack changes the text of one part of a zip.
func repack(t testing.TB, data []byte, part string, change func(string) string) []byte {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		text, err := io.ReadAll(r)
		require.NoError(t, err)
		if f.Name == part {
			text = []byte(change(string(text)))
		}
		p, err := w.Create(f.Name)
		require.NoError(t, err)
		_, err = p.Write(text)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

// bomb is a zip with a part that claims to unpack to a terabyte.
func bomb(t testing.TB) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	_, err := w.CreateRaw(&zip.FileHeader{Name: "xl/workbook.xml", Method: zip.Deflate, UncompressedSize64: 1 << 40})
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func TestDamagedXLSX(t *testing.T) {
	good := workbook(t, nil, sheetOfThree...)
	const sheet = "xl/worksheets/sheet1.xml"
	for name, data := range map[string][]byte{
		"cut file":        good[:len(good)/2],
		"cut sheet":       repack(t, good, sheet, func(s string) string { return s[:strings.Index(s, `<row r="5"`)] }),
		"row number":      repack(t, good, sheet, func(s string) string { return strings.Replace(s, `r="7"`, `r="2000000000"`, 1) }),
		"negative row":    repack(t, good, sheet, func(s string) string { return strings.Replace(s, `r="7"`, `r="x"`, 1) }),
		"cell reference":  repack(t, good, sheet, func(s string) string { return strings.Replace(s, `r="A4"`, `r="ZZZZZZ4"`, 1) }),
		"page, not XML":   repack(t, good, sheet, func(string) string { return "<html><p>no<br></html>" }),
		"no workbook":     repack(t, good, "xl/workbook.xml", func(string) string { return "<workbook/>" }),
		"not a workbook":  repack(t, good, "xl/_rels/workbook.xml.rels", func(string) string { return "<x/>" }),
		"claims too much": bomb(t),
	} {
		t.Run(name, func(t *testing.T) {
			m, err := collectXLSX(t, data, Config{})
			require.Error(t, err)
			require.Equal(t, fail.Usage, fail.Code(err), "%v", err)
			require.NotEmpty(t, fail.Hint(err))
			require.Empty(t, people(m))
			require.Equal(t, facts.Missing, m.About.Coverage[0].State)
		})
	}
}

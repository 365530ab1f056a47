package roster

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
)

var update = flag.Bool("update", false, "rewrite the expected results")

func env(dir string) collectors.Env {
	return collectors.Env{Dir: dir, Now: func() time.Time { return time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC) }}
}

// collect reads a list in dir and gives what the audit gets of it.
func collect(dir string, c *Config) (*facts.Memory, error) {
	m := facts.NewMemory()
	col, err := Source().Open(env(dir), c)
	if err == nil {
		err = col.Collect(context.Background(), m)
	}
	return m, err
}

// list writes the text to a file and reads it as a list.
func listOf(t testing.TB, text string, c Config) (*facts.Memory, error) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "staff.csv"), []byte(text), 0o600))
	c.File = "staff.csv"
	return collect(dir, &c)
}

func people(m *facts.Memory) []*facts.Person {
	var all []*facts.Person
	for _, r := range m.ByKind[facts.KindPerson] {
		all = append(all, r.(*facts.Person))
	}
	return all
}

// TestLists compares each list of testdata with what it is to give; -update writes that anew.
func TestLists(t *testing.T) {
	files, err := filepath.Glob("testdata/*.csv")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			m, err := collect(".", &Config{File: file})
			require.NoError(t, err)
			var got bytes.Buffer
			for _, p := range people(m) {
				line, err := json.Marshal(p)
				require.NoError(t, err)
				fmt.Fprintf(&got, "%s\n", line)
			}
			for _, c := range m.About.Coverage {
				line, err := json.Marshal(c)
				require.NoError(t, err)
				fmt.Fprintf(&got, "coverage %s\n", line)
			}
			for _, n := range m.About.Sources[0].Notes {
				fmt.Fprintf(&got, "note %s\n", n)
			}
			want := strings.TrimSuffix(file, ".csv") + ".want"
			if *update {
				require.NoError(t, os.WriteFile(want, got.Bytes(), 0o600))
			}
			expected, err := os.ReadFile(want)
			require.NoError(t, err)
			require.Equal(t, string(expected), got.String())
		})
	}
}

func TestEmployment(t *testing.T) {
	yes, no, unknown := facts.Of(true), facts.Of(false), facts.Unknown[bool](facts.Failed)
	const both = "Name;Email;Status;Left on\nA;a@x.example;%s;%s\n"
	for name, c := range map[string]struct {
		list, status, left string
		want               facts.Known[bool]
	}{
		"works":                      {both, "работает", "", yes},
		"left yesterday":             {both, "", "21.11.2026", no},
		"last day is today":          {both, "", "22.11.2026", yes},
		"will leave":                 {both, "", "23.11.2026", yes},
		"left by status":             {both, "звільнена", "", no},
		"left by status, later date": {both, "уволен", "31.12.2026", no},
		"works by status, past date": {both, "работает", "01.01.2026", no},
		"both empty":                 {both, "", "", yes},
		"dash for no date":           {both, "декрет", "—", yes},
		"unknown word":               {both, "на проверке", "", unknown},
		"unknown word, later date":   {both, "на проверке", "31.12.2026", unknown},
		"unknown word, past date":    {both, "на проверке", "01.01.2026", no},
		"unreadable date":            {both, "работает", "скоро", unknown},
		"month first is not guessed": {both, "работает", "11/22/2026", unknown},
		"being dismissed":            {both, "увольняется", "", unknown},
		"no active":                  {both, "неактивен", "", no},
		"yes in a date column":       {both, "", "да", no},
		"no in a date column":        {both, "", "нет", yes},
		"word in a date column":      {both, "", "уволен", no},
		"empty status alone":         {"Name;Email;Status\nA;a@x.example;%s%s\n", "", "", facts.Unknown[bool](facts.NotSupported)},
		"flag yes":                   {"Name;Email;Active\nA;a@x.example;%s%s\n", "TRUE", "", yes},
		"flag no":                    {"Name;Email;Работает\nA;a@x.example;%s%s\n", "нет", "", no},
		"flag dash is not a no":      {"Name;Email;Работает\nA;a@x.example;%s%s\n", "-", "", facts.Unknown[bool](facts.NotSupported)},
		"no column at all":           {"Name;Email\nA%s%s;a@x.example\n", "", "", facts.Unknown[bool](facts.NotSupported)},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := listOf(t, fmt.Sprintf(c.list, c.status, c.left), Config{})
			require.NoError(t, err)
			require.Len(t, people(m), 1)
			require.Equal(t, c.want, people(m)[0].Employed)
			if c.want.Reason() == facts.Failed {
				require.Contains(t, m.About.Sources[0].Notes[0], "row 2: ")
				require.True(t, hasCoverage(m, "employed", facts.PartOnly, facts.Failed))
			}
		})
	}
}

func hasCoverage(m *facts.Memory, name string, s facts.State, r facts.Reason) bool {
	for _, c := range m.About.Coverage {
		if c.Kind == facts.KindPerson && c.Field == name && c.State == s && c.Reason == r {
			return true
		}
	}
	return false
}

func TestListsThatCannotBeUsed(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		config Config
		want   string
		hint   string
	}{
		"empty":            {text: "", want: "staff.csv is empty"},
		"blank":            {text: "\n \n;;\n", want: "staff.csv is empty"},
		"only headers":     {text: "ФИО;Почта\n", want: "lists nobody"},
		"unknown headers":  {text: "Кто;Куда\nА;Б\n", want: `its headers are "Кто", "Куда"`, hint: `columns: {name: "Кто"}`},
		"binary":           {text: "\x00\x01\x02", want: "neither text nor a table"},
		"old Excel":        {text: "\xd0\xcf\x11\xe0 rest", want: "old or a protected Excel"},
		"broken zip":       {text: "PK\x03\x04 rest", want: "not a readable Excel file"},
		"broken quotes":    {text: "Name;Email\n\"A\"b;a@x.example\n", want: "staff.csv:2: broken row"},
		"open quote":       {text: "Name;Email\nA;a@x.example\n\"B;b@x.example\nC;c@x.example\n", want: "staff.csv:3: broken row"},
		"too few cells":    {text: "sep=;\nName;Email\nA;a@x.example\nB\n", want: "staff.csv:4: the row has 1 columns, the headers have 2"},
		"too many cells":   {text: "Name;Email\nA;a@x.example;more\n", want: "staff.csv:2: the row has 3 columns, the headers have 2"},
		"two status":       {text: "Name;Статус;Состояние\nA;B;C\n", want: `"Статус" and "Состояние" both look like status`, hint: `columns: {status: "Состояние"}`},
		"mapped not there": {text: "Кто;Адрес почты\nA;a@x.example\n", config: Config{Columns: map[string]string{"email": "Адреса почты", "name": "Кто"}}, want: "Адрес почты", hint: `did you mean "Адрес почты"?`},
		"unknown field":    {text: "Name\nA\n", config: Config{Columns: map[string]string{"emial": "x"}}, want: `unknown field "emial"`, hint: `did you mean "email"?`},
		"no header":        {text: "Name\nA\n", config: Config{Columns: map[string]string{"email": " "}}, want: "no header is given for email"},
		"one for two":      {text: "Name\nA\n", config: Config{Columns: map[string]string{"email": "Кто", "name": "кто"}}, want: "for both email and name"},
		"date format":      {text: "Name\nA\n", config: Config{DateFormat: "MM/YYYY"}, want: `date_format "MM/YYYY"`, hint: "DD.MM.YYYY"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := listOf(t, c.text, c.config)
			require.ErrorContains(t, err, c.want)
			require.Equal(t, fail.Usage, fail.Code(err))
			require.NotEmpty(t, fail.Hint(err))
			require.Contains(t, fail.Hint(err), c.hint)
			require.Empty(t, people(m))
			for _, cover := range m.About.Coverage {
				require.Equal(t, facts.Missing, cover.State)
			}
		})
	}
	_, err := collect(t.TempDir(), &Config{File: "absent.csv"})
	require.EqualError(t, err, "open the HR list absent.csv: no such file or directory")
	require.Equal(t, fail.Usage, fail.Code(err))
	_, err = collect(".", &Config{})
	require.EqualError(t, err, "roster: no file is given")
}

func TestHugeFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "huge.csv")
	require.NoError(t, os.WriteFile(name, []byte("Name;Email\n"), 0o600))
	require.NoError(t, os.Truncate(name, 100<<20))
	_, err := collect(dir, &Config{File: "huge.csv"})
	require.ErrorContains(t, err, "larger than 64 MB")
	require.Equal(t, fail.Usage, fail.Code(err))
}

func TestMappedColumns(t *testing.T) {
	m, err := listOf(t, "Кто;Куда писать;Почта;Ушёл\nБелова Анна;a@x.example;private@x.example;10/31/2026\n", Config{
		Columns:    map[string]string{"name": "Кто", "email": "куда  писать", "left_on": "Ушел"},
		DateFormat: "MM/DD/YYYY",
	})
	require.NoError(t, err)
	p := people(m)[0]
	require.Equal(t, "Белова Анна", p.Name.Or(""))
	require.Equal(t, []string{"a@x.example"}, p.Emails, "a mapped field is read from its column alone")
	require.Equal(t, time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC), p.Left.Or(time.Time{}))
	require.Equal(t, facts.Of(false), p.Employed)
}

func TestDelimiters(t *testing.T) {
	for _, d := range []string{",", ";", "\t", "|"} {
		m, err := listOf(t, strings.ReplaceAll("Name~Email~Note, or; so\nBrown~a@x.example~\n", "~", d), Config{})
		if d == "," || d == ";" {
			assert.ErrorContains(t, err, "columns", "the header itself holds the delimiter %q", d)
			continue
		}
		require.NoError(t, err, "%q", d)
		assert.Equal(t, []string{"a@x.example"}, people(m)[0].Emails, "%q", d)
	}
}

func TestMergingStaysFast(t *testing.T) {
	var b strings.Builder
	b.WriteString("Name;Email;Email\n")
	for i := range 20_000 {
		fmt.Fprintf(&b, "A;same@x.example;a%d@x.example\n", i)
	}
	m, err := listOf(t, b.String(), Config{})
	require.NoError(t, err)
	ids := map[string]bool{}
	for _, p := range people(m) {
		require.LessOrEqual(t, len(p.Emails), mostMerged+2)
		ids[p.ID] = true
	}
	require.Len(t, ids, len(people(m)))
	require.Equal(t, facts.PartOnly, m.About.Coverage[0].State)
}

func TestProbe(t *testing.T) {
	col, err := Source().Open(env("testdata"), &Config{File: "no-status.csv"})
	require.NoError(t, err)
	cover, err := col.(collectors.Prober).Probe(context.Background())
	require.NoError(t, err)
	require.Equal(t, facts.Coverage{Kind: facts.KindPerson, State: facts.Full, Count: 2}, cover[0])
	_, err = Source().Open(env("."), "text")
	require.ErrorContains(t, err, "configuration is a string")
}

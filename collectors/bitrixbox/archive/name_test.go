package archive

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"
)

func TestReadNameInTheZoneOfTheServer(t *testing.T) {
	n := readName("20260801_030000_full_0123456789abcdef.tar.gz", time.FixedZone("", 3*3600))
	require.Equal(t, time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC), n.named)
}

func TestSplitPart(t *testing.T) {
	for file, want := range map[string]struct {
		set  string
		part int
	}{
		"a.tar.gz":             {"a.tar.gz", 0},
		"a.tar.gz.1":           {"a.tar.gz", 1},
		"A.ENC.GZ.12":          {"A.ENC.GZ", 12},
		"a.sql.65535":          {"a.sql", 65535},
		"a.tar.65536":          {"a.tar.65536", 0},
		"a.tar.01":             {"a.tar.01", 0},
		"a.tar.0":              {"a.tar.0", 0},
		"a.tar.4294967297":     {"a.tar.4294967297", 0},
		"report.2026":          {"report.2026", 0},
		".tar.1":               {".tar.1", 0},
		"a.tar.gz.1.2":         {"a.tar.gz.1.2", 0},
		"a\n.tar.3":            {"a\n.tar.3", 0},
		"a.tar.99999999999999": {"a.tar.99999999999999", 0},
	} {
		set, part := splitPart(file)
		require.Equal(t, want.set, set, file)
		require.Equal(t, want.part, part, file)
	}
}

func TestShown(t *testing.T) {
	for name, want := range map[string]string{
		"копия от пятницы.tar.gz": "копия от пятницы.tar.gz",
		"a\x1b[2J.tar":            `a\u{1b}[2J.tar`,
		"a\n.tar":                 `a\u{a}.tar`,
		"a\u202egz.rat":           `a\u{202e}gz.rat`,
		"a\xff.tar":               `a\xff.tar`,
		`a\xff.tar`:               `a\\xff.tar`,
		"a\ufffd.tar":             "a\ufffd.tar",
	} {
		require.Equal(t, want, shown(name))
	}
}

func FuzzArchiveName(f *testing.F) {
	for _, seed := range []string{"crm.example_20260801_030000_full_0123456789abcdef.tar.gz.3", "20260801_030000_12345678.enc.gz", "a.tar.4294967297", "a\x1b\xff\u202e.sql", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		set, part := splitPart(name)
		require.True(t, strings.HasPrefix(name, set))
		require.LessOrEqual(t, part, maxPart)
		n := readName(set, time.UTC)
		require.Contains(t, []string{TailRandom, TailWeak, TailNone, TailOwn}, n.tail)
		require.Equal(t, n.tail == TailOwn, n.named.IsZero())
		require.False(t, strings.ContainsFunc(shown(name), unicode.IsControl))
	})
}

func FuzzDenyRule(f *testing.F) {
	for _, seed := range []string{"Deny from all", "<Files x>\nRequire all denied\n</Files>", "</Files>\n<", "<>", "Require all denied\nAllow from all"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if deniesAll([]byte(text)) {
			require.True(t, strings.Contains(strings.ToLower(text), "den"))
			require.False(t, deniesAll([]byte(text+"\n</files>\nallow from all")))
		}
	})
}

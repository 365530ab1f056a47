package checks

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLifetimes(t *testing.T) {
	l, err := LoadLifetimes()
	require.NoError(t, err)
	for id, p := range l.Products {
		assert.NotEmpty(t, p.Name, id)
		assert.Regexp(t, "^https://", p.Source, id)
		assert.Contains(t, []string{"verified", "unverified"}, p.Verified, id)
		for branch, end := range p.Ends {
			assert.Regexp(t, `^\d+(\.\d+)?$`, branch, id)
			assert.False(t, end.IsZero(), "%s %s", id, branch)
		}
	}
	for _, c := range []struct{ product, version, end string }{
		{"php", "8.1.34", "2025-12-31"},
		{"php", "8.1", "2025-12-31"},
		{"php", "8.12.1", ""},
		{"php", "9.0.0", ""},
		{"php", "", ""},
		{"php", "unknown", ""},
		{"mariadb", "10.11.6-MariaDB-log", "2028-02-16"},
		{"mariadb", "5.5.5-10.6.12-MariaDB", "2026-07-06"},
		{"mariadb", "10.1.48", "2020-10-17"},
		{"mysql", " 8.0.36-0ubuntu0.22.04.1", "2026-04-30"},
		{"postgresql", "14.12 (Debian 14.12-1.pgdg120+1)", "2026-11-12"},
		{"postgresql", "9.6.24", "2021-11-11"},
		{"postgresql", "99", ""},
	} {
		end, known := l.Products[c.product].End(c.version)
		require.Equal(t, c.end != "", known, "%s %s", c.product, c.version)
		if known {
			require.Equal(t, c.end, end.Format(time.DateOnly), "%s %s", c.product, c.version)
		}
	}
}

func FuzzLifetimeEnd(f *testing.F) {
	l, err := LoadLifetimes()
	require.NoError(f, err)
	for _, s := range []string{"", "8.1.34", "5.5.5-10.6.12-MariaDB", "14", "99999999999999999999.1", "\xff.1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, version string) {
		for id, p := range l.Products {
			if end, known := p.End(version); known && end.IsZero() {
				t.Fatalf("%s %q ends on no day", id, version)
			}
		}
	})
}

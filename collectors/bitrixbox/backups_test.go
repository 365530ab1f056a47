package bitrixbox

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors/bitrixbox/archive"
	"github.com/crmaudit/crmaudit/collectors/bitrixbox/docroot"
	"github.com/crmaudit/crmaudit/facts"
)

func TestPublicName(t *testing.T) {
	for name, want := range map[string]string{
		"20260101_000000_full_0123456789abcdef.tar.gz":   "20260101_000000_full_….tar.gz",
		"20260101_000000_full_0123456789abcdef.tar.gz.2": "20260101_000000_full_….tar.gz.2",
		"20260101_000000_full_0123456789abcdef.TAR":      "20260101_000000_full_….TAR",
		"before-the-move.tar.gz":                         "before-the-move.tar.gz",
	} {
		require.Equal(t, want, publicName(name))
	}
}

// Nobody may be led to an archive that could not be read either.
func TestUnreadArchiveIsNotNamed(t *testing.T) {
	r := &run{Collector: &Collector{}, read: map[facts.Kind]int{}}
	r.site.root = &docroot.Report{}
	r.site.backups = &archive.Folder{Unread: []string{"20260101_000000_full_0123456789abcdef.tar.gz.1: permission denied"}}
	found := false
	for _, c := range r.rootCoverage() {
		require.NotContains(t, c.Detail, "0123456789abcdef")
		if c.Kind == facts.KindBackup {
			found = true
			require.Contains(t, c.Detail, "20260101_000000_full_….tar.gz.1: permission denied")
			require.Equal(t, facts.PartOnly, c.State)
		}
	}
	require.True(t, found)
}

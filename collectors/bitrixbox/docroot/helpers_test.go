package docroot

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/fixtures/boxsim"
)

var now = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)

// portal is the least that is recognised as one.
var portal = boxsim.DocFile{Path: "bitrix/modules/main/classes/general/version.php", Text: `<?php define("SM_VERSION", "25.100.300"); define("SM_VERSION_DATE", "2025-06-17 10:00:00");`}

// written writes a portal with these files and gives its folder.
func written(t *testing.T, files ...boxsim.DocFile) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "www")
	require.NoError(t, boxsim.WriteDocroot(dir, now, boxsim.Docroot{Files: append([]boxsim.DocFile{portal}, files...)}))
	return dir
}

func inspected(t *testing.T, dir string, o Options) *Report {
	t.Helper()
	o.Now = now
	r, err := Inspect(context.Background(), dir, o)
	require.NoError(t, err)
	return r
}

// keys are the paths and types of the files that draw attention.
func keys(r *Report) []string {
	found := []string{}
	for _, f := range r.Files {
		found = append(found, f.Key())
	}
	return found
}

// unprivileged skips a test that permissions would not stop.
func unprivileged(t *testing.T) {
	t.Helper()
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
}

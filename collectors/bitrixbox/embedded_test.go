package bitrixbox

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/fixtures/boxsim"
	"github.com/crmaudit/crmaudit/fixtures/dbserver"
)

var update = flag.Bool("update", false, "write the export that the demo carries anew")

// The demo has no database server, so it carries what the export script writes of the seeded portal.
func TestEmbeddedExport(t *testing.T) {
	const embedded = "../../fixtures/box/export/portal.csv"
	made, err := os.ReadFile(filepath.Join(exported(t, seededPortal(t, dbserver.MySQL, boxsim.Generation(25))), "portal.csv"))
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile(embedded, made, 0o644))
	}
	want, err := os.ReadFile(embedded)
	require.NoError(t, err)
	// The clock and the version of the server are those of the machine.
	require.Empty(t, differences(withoutServer(string(want)), withoutServer(string(made))), "go test ./collectors/bitrixbox -run TestEmbeddedExport -update")
}

var serverRows = regexp.MustCompile(`(?m)^server,"M.*$`)

func withoutServer(export string) string { return serverRows.ReplaceAllString(export, "") }

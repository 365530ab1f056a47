package bitrixbox

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/fixtures/boxsim"
	"github.com/crmaudit/crmaudit/fixtures/dbserver"
)

var update = flag.Bool("update", false, "write the exports that the demo carries anew")

// The demo has no database server, so it carries what the export script writes of each seeded portal.
func TestEmbeddedExport(t *testing.T) {
	scenarios, err := filepath.Glob("../../fixtures/*/rows.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, scenarios)
	for _, rows := range scenarios {
		folder := filepath.Dir(rows)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			described, err := boxsim.Open(os.DirFS(folder))
			require.NoError(t, err)
			p := seededScenario(t, filepath.Base(folder), dbserver.MySQL, boxsim.Generation(25))
			made, err := os.ReadFile(filepath.Join(exported(t, p), "portal.csv"))
			require.NoError(t, err)
			text := onServer(string(made), described.Database)
			embedded := filepath.Join(folder, "export", "portal.csv")
			if *update {
				require.NoError(t, os.WriteFile(embedded, []byte(text), 0o644))
			}
			want, err := os.ReadFile(embedded)
			require.NoError(t, err)
			require.Empty(t, differences(serverRows.ReplaceAllString(string(want), ""), serverRows.ReplaceAllString(text, "")),
				"go test ./collectors/bitrixbox -run TestEmbeddedExport -update")
			if described.Database.Product != "" {
				require.Equal(t, serverRows.FindString(text), serverRows.FindString(string(want)))
			}
		})
	}
}

// The clock and the version of the server are those of the machine.
var serverRows = regexp.MustCompile(`(?m)^server,"M.*$`)

// onServer puts the server that the portal describes in place of the machine's, on the audit's day.
func onServer(export string, server boxsim.Database) string {
	if server.Product == "" {
		return export
	}
	row := fmt.Sprintf(`server,"%s","%s","%d","%s"`, server.Product, server.Version, auditDay.Unix(), server.Zone)
	return serverRows.ReplaceAllLiteralString(export, row)
}

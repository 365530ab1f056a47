package bitrixbox

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures/boxsim"
	"github.com/crmaudit/crmaudit/fixtures/dbserver"
)

// A portal says the same on either server, but for the server itself and what the product saves of it.
func TestEnginesAgree(t *testing.T) {
	for _, g := range boxsim.Generations {
		t.Run(fmt.Sprint("main", g), func(t *testing.T) {
			my, _ := collectLive(t, seededPortal(t, dbserver.MySQL, g).config())
			pg, _ := collectLive(t, seededPortal(t, dbserver.Postgres, g).config())
			got := map[string]int{}
			for _, line := range differences(text(t, my), text(t, pg)) {
				kind := strings.Fields(line)[1]
				if i := strings.Index(line, `"backup.includes"`); i > 0 {
					kind += " backup.includes"
				}
				got[strings.Fields(line)[0]+" "+kind]++
			}
			require.Equal(t, map[string]int{
				"+1 component": 1, "-1 component": 1, "+1 setting backup.includes": 1, "-1 setting backup.includes": 1,
			}, got, differences(text(t, my), text(t, pg)))
			includes := func(m *facts.Memory) []string {
				return (&outcome{Memory: m}).setting("backup.includes").List.Or(nil)
			}
			require.Contains(t, includes(my), "database")
			require.NotContains(t, includes(pg), "database", "the product makes no copy of a database of PostgreSQL")
			require.Contains(t, my.About.Sources[0].Where, "mariadb.sock/portal")
			require.Contains(t, pg.About.Sources[0].Where, ".s.PGSQL.")
		})
	}
}

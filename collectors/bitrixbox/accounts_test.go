package bitrixbox

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Somebody may be in both groups of administrators, or in one of them again: the membership in force counts, and the longest.
func TestMembershipsOfAdministrators(t *testing.T) {
	past, soon, later := time.Unix(1, 0), time.Unix(2, 0), time.Unix(3, 0)
	type membership struct {
		inForce bool
		until   time.Time
	}
	for name, tt := range map[string]struct {
		rows  []membership
		admin bool
		until time.Time
	}{
		"none":                        {},
		"for ever":                    {[]membership{{true, time.Time{}}}, true, time.Time{}},
		"over":                        {[]membership{{false, past}}, false, past},
		"over, then for a while":      {[]membership{{false, past}, {true, soon}}, true, soon},
		"for a while, after one over": {[]membership{{true, soon}, {false, past}}, true, soon},
		"the longer one counts":       {[]membership{{true, later}, {true, soon}}, true, later},
		"and one without an end":      {[]membership{{true, soon}, {true, time.Time{}}, {true, later}}, true, time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			var a account
			for _, m := range tt.rows {
				a.administer(m.inForce, m.until)
			}
			require.Equal(t, tt.admin, a.admin)
			require.Equal(t, tt.until, a.adminUntil)
		})
	}
}

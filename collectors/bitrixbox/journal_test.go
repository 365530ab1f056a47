package bitrixbox

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures/dbserver"
)

// An entry that is written while the lists are read may be told one by one and yet be missing from the counts, which
// were begun before: then it is not taken away from them.
func TestEntryBetweenTwoLists(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine string) {
		p := scratch(t, dbserver.Shared(t, engine))
		enter := func(at, description string) {
			p.run(t, "INSERT INTO b_event_log (TIMESTAMP_X, AUDIT_TYPE_ID, MODULE_ID, ITEM_ID, USER_ID, REMOTE_ADDR, DESCRIPTION) "+
				"VALUES ('2026-11-22 "+at+"', 'USER_AUTHORIZE', 'main', '9', 9, '203.0.113.9', '"+description+"')")
		}
		const loginAs = `{"userId":9,"previousUserId":1,"method":"loginAs"}`
		enter("10:00:00", "")
		enter("10:30:00", loginAs)
		logins := func(watch func(string)) (own, as int) {
			out := collection(context.Background(), t, p.config(), nil, watch)
			require.NoError(t, out.err)
			for _, r := range out.ByKind[facts.KindActivity] {
				if a := r.(*facts.Activity); a.Day.Format(time.DateOnly) == "2026-11-22" {
					switch {
					case a.Type == facts.ActLogin && a.Actor == "9":
						own += a.Count
					case a.Type == facts.ActLoginAs && a.Actor == "1":
						as += a.Count
					}
				}
			}
			return own, as
		}
		own, as := logins(nil)
		require.Equal(t, []int{1, 1}, []int{own, as})

		waited := false
		own, as = logins(func(statement string) {
			if strings.Contains(statement, "loginAs") && !waited {
				waited = true
				time.Sleep(time.Second) // until the counts were made
				enter("11:00:00", loginAs)
			}
		})
		require.Equal(t, []int{1, 2}, []int{own, as})
	})
}

package bitrixlog

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

// examples of rows that are counted and of rows that are not.
var examples = map[string]string{
	"USER_AUTHORIZE": facts.ActLogin, "user_authorize": facts.ActLogin, "USER_LOGIN_NOT_FOUND": facts.ActLoginFailed, "GROUP_POLICY_CHANGED": facts.ActSettings,
	"MODULE_RIGHTS_CHANGED": facts.ActGrant, "EVENT_LOG_CLEARED": facts.ActLogCleared, "CLEAR_EVENT_LOG": facts.ActLogCleared, "MAIN_EVENT_LOG_DELETE": facts.ActLogCleared,
	"CRM_CONTACT_EXPORT": facts.ActExport, "CRM_DEAL_DELETE": facts.ActDelete, "CRM_VIEW": facts.ActView,
	"SECURITY_FILTER_SQL": facts.ActAttack, "SECURITY_FILTER_XSS2": facts.ActAttack, "SECURITY_REDIRECT": facts.ActAttack, "SECURITY_VIRUS": facts.ActAttack,
	"SECURITY_HOST_RESTRICTION": facts.ActAttack, "SECURITY_WWALL_UNSET": facts.ActAttack, "security_wwall_exit": facts.ActAttack,
	"SECURITY_OTP": NotCounted, "SECURITY_WWALL": NotCounted, "EVENT_LOG": NotCounted, "IBLOCK_ELEMENT_DELETE": NotCounted, "": NotCounted,
	LoggedOut: NotCounted, Blocked: NotCounted, BackupMade: NotCounted, BackupFailed: NotCounted,
}

func TestKinds(t *testing.T) {
	for auditType, want := range examples {
		assert.Equal(t, want, Kind(auditType, "main"), auditType)
	}
	require.Equal(t, facts.ActAPI, Kind(Authorized, "rest"))
	require.Equal(t, facts.ActSettings, Kind("MP_MODULE_INSTALLED", "rest"))
}

// What a database is asked for must hold every row that is counted.
func TestTypesAndPatternsMissNothing(t *testing.T) {
	types, patterns := AuditTypes(), Patterns()
	require.True(t, slices.IsSorted(types))
	require.Equal(t, []string{"%EVENT_LOG%", "CRM_%DELETE%", "CRM_%EXPORT%", "CRM_%VIEW%", "SECURITY_WWALL_%"}, patterns)
	for _, auditType := range types {
		assert.NotEqual(t, NotCounted, Kind(auditType, "main"), auditType)
	}
	for auditType, kind := range examples {
		if kind == NotCounted {
			assert.NotContains(t, types, auditType)
			continue
		}
		auditType = strings.ToUpper(auditType)
		asked := slices.Contains(types, auditType) || slices.ContainsFunc(patterns, func(p string) bool { return like(auditType, p) })
		assert.True(t, asked, auditType)
	}
}

// like is LIKE of SQL.
func like(s, pattern string) bool {
	return regexp.MustCompile("^" + strings.NewReplacer("%", ".*", "_", ".").Replace(pattern) + "$").MatchString(s)
}

func TestLogins(t *testing.T) {
	for description, want := range map[string]Login{
		`{"userId":6,"previousUserId":"1","method":"loginAs"}`: {User: "6", Previous: "1", As: true},
		`{"userId":6,"method":"password","otpUsed":true}`:      {User: "6", SecondFactor: true},
		`{"userId":" 06 ","method":"otp"}`:                     {User: "6", SecondFactor: true},
		`{"userId":6,"otpUsed":"Y"}`:                           {User: "6", SecondFactor: true},
		`{"userId":{},"method":["otp"],"otpUsed":1}`:           {SecondFactor: true},
		`{"userId":6,"method":"password"}`:                     {User: "6"},
		`{"userId":-6,"otpUsed":false}`:                        {},
		`{"userId":null,"previousUserId":0,"method":null}`:     {},
		`[]`:       {},
		`not JSON`: {},
		``:         {},
	} {
		assert.Equal(t, want, ReadLogin(description), description)
	}
}

func TestGroupChanges(t *testing.T) {
	for _, tt := range []struct {
		name, description             string
		readable, gives, keeps, takes bool
	}{
		{"given", `{"before":[3],"after":[1,3]}`, true, true, false, false},
		{"given as text", `{"before":["3"],"after":["1"]}`, true, true, false, false},
		{"given as rows", `{"before":[],"after":[{"GROUP_ID":"1"}]}`, true, true, false, false},
		{"given as a map", `{"before":{"2":3},"after":{"0":"1","2":{"GROUP_ID":3}}}`, true, true, false, false},
		{"given among what is no group", `{"before":"none","after":[null,[1],{},"x",1]}`, true, true, false, false},
		{"kept", `{"before":[1,3],"after":[1,4]}`, true, false, true, false},
		{"taken", `{"before":[1,3],"after":[3]}`, true, false, false, true},
		{"other groups", `{"before":[3],"after":[11]}`, true, false, false, false},
		{"serialised, given", `a:1:{i:0;s:1:"3";} => a:2:{i:0;s:1:"1";i:1;s:1:"3";}`, true, true, false, false},
		{"serialised numbers, kept", `a:2:{i:0;i:3;i:1;i:1;} => a:1:{i:0;i:1;}`, true, false, true, false},
		{"serialised, taken", `a:1:{i:0;s:1:"1";} => a:0:{}`, true, false, false, true},
		{"difference, given", `+(1) -(12)`, true, true, false, false},
		{"difference, taken", `+(12)/-(1)`, true, false, false, true},
		{"difference, other groups", `+(11)`, true, false, false, false},
		{"one list is missing", `{"before":[1],"after":null}`, false, false, false, false},
		{"unreadable", `changed`, false, false, false, false},
		{"empty", ``, false, false, false, false},
	} {
		c := ReadGroupChange(tt.description)
		got := []bool{c.Readable, c.GivesAdmin(), c.KeepsAdmin(), c.TakesAdmin()}
		assert.Equal(t, []bool{tt.readable, tt.gives, tt.keeps, tt.takes}, got, tt.name)
	}
}

func FuzzDescriptions(f *testing.F) {
	for _, seed := range []string{
		`{"userId":6,"method":"loginAs","previousUserId":1,"otpUsed":true}`, `{"before":[1,"2",{"GROUP_ID":3}],"after":{"4":1}}`,
		`a:1:{i:0;s:1:"1";} => a:0:{}`, `+(1)/-(2)`, `{"userId":"\ud800"}`, "\x00{", ``,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, description string) {
		l := ReadLogin(description)
		require.Equal(t, l.User, scalar(l.User).id())
		require.Equal(t, l.Previous, scalar(l.Previous).id())
		require.True(t, json.Valid([]byte(description)) || l == Login{}, "only JSON tells of a log-in")
		c := ReadGroupChange(description)
		said := 0
		for _, yes := range []bool{c.GivesAdmin(), c.KeepsAdmin(), c.TakesAdmin()} {
			if yes {
				said++
			}
		}
		require.LessOrEqual(t, said, 1)
		require.True(t, c.Readable || said == 0)
	})
}

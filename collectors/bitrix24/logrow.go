package bitrix24

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// logRow is one row of the event log.
type logRow struct {
	ID          id   `json:"id"`
	At          date `json:"timestampX"`
	Type        text `json:"auditTypeId"`
	Module      text `json:"moduleId"`
	Item        text `json:"itemId"`
	Address     text `json:"remoteAddr"`
	Agent       text `json:"userAgent"`
	User        id   `json:"userId"` // who acted; 0 or null for nobody
	Description text `json:"description"`
}

// logFields are the columns that are asked for; what a request contained is not among them.
var logFields = []string{"id", "timestampX", "auditTypeId", "moduleId", "itemId", "remoteAddr", "userAgent", "userId", "description"}

// What a row says, beyond the kinds of facts.Activity.
const notNotable = ""

// actOf maps the portal's audit types to kinds of activity; what is not listed is not counted.
var actOf = map[string]string{
	"USER_AUTHORIZE":               facts.ActLogin,
	"USER_LOGIN":                   facts.ActLoginFailed,
	"USER_LOGIN_NOT_FOUND":         facts.ActLoginFailed,
	"USER_LOGIN_BLOCKED":           facts.ActLoginFailed,
	"USER_LOGIN_INCORRECT_CAPTCHA": facts.ActLoginFailed,
	"USER_LOGINBYHASH":             facts.ActLoginFailed,
	"USER_INFO":                    facts.ActPassword, // a reset was requested
	"USER_PASSWORD_CHANGED":        facts.ActPassword,
	"USER_REGISTER":                facts.ActUserEdit,
	"USER_EDIT":                    facts.ActUserEdit,
	"USER_DELETE":                  facts.ActUserEdit,
	"USER_GROUP_CHANGED":           facts.ActGrant,
	"GROUP_ADDED":                  facts.ActGrant,
	"GROUP_UPDATED":                facts.ActGrant,
	"GROUP_DELETED":                facts.ActGrant,
	"MODULE_RIGHTS_CHANGED":        facts.ActGrant,
	"TASK_CHANGED":                 facts.ActGrant,
	"FILE_PERMISSION_CHANGED":      facts.ActGrant,
	"GROUP_POLICY_CHANGED":         facts.ActSettings,
	"MP_MODULE_INSTALLED":          facts.ActSettings,
	"MP_MODULE_UNINSTALLED":        facts.ActSettings,
	"MP_MODULE_DELETED":            facts.ActSettings,
}

// act is the kind of activity that a row tells of, or notNotable.
func (r *logRow) act() string {
	t := strings.ToUpper(string(r.Type))
	if kind, ok := actOf[t]; ok {
		if kind == facts.ActLogin && r.Module == "rest" {
			return facts.ActAPI // a webhook or an application at work, not a person signing in
		}
		return kind
	}
	switch {
	case strings.Contains(t, "EVENT_LOG") && (strings.Contains(t, "CLEAR") || strings.Contains(t, "DELETE")):
		return facts.ActLogCleared
	case strings.HasPrefix(t, "CRM_") && strings.Contains(t, "EXPORT"):
		return facts.ActExport
	case strings.HasPrefix(t, "CRM_") && strings.Contains(t, "DELETE"):
		return facts.ActDelete
	case strings.HasPrefix(t, "CRM_") && strings.Contains(t, "VIEW"):
		return facts.ActView
	}
	return notNotable
}

// login is the description of a USER_AUTHORIZE row; keys without a value are left out by the portal.
type login struct {
	User     id   `json:"userId"`
	Previous id   `json:"previousUserId"`
	Method   text `json:"method"`
	OTP      flag `json:"otpUsed"`
}

const (
	methodLoginAs = "loginAs" // an administrator went on as somebody else
	methodOTP     = "otp"     // how some versions write otpUsed
)

func (r *logRow) login() login {
	var l login
	_ = json.Unmarshal([]byte(r.Description), &l)
	return l
}

func (l login) secondFactor() bool { return l.OTP.yes() || l.Method == methodOTP }

// adminGroup is the group of administrators on every portal.
const adminGroup = "1"

// groupChange is the description of a USER_GROUP_CHANGED row. Old versions write only the difference.
type groupChange struct {
	readable      bool
	before, after []string
	whole         bool // before and after are complete lists
}

var (
	phpValue  = regexp.MustCompile(`s:\d+:"(\d+)"|i:\d+;i:(\d+)`)
	groupDiff = regexp.MustCompile(`([+-])\((\d+)\)`)
)

func (r *logRow) groupChange() groupChange {
	return parseGroupChange(string(r.Description))
}

func parseGroupChange(s string) groupChange {
	var g struct {
		Before *list[groupRef] `json:"before"`
		After  *list[groupRef] `json:"after"`
	}
	if json.Unmarshal([]byte(s), &g) == nil && g.Before != nil && g.After != nil {
		return groupChange{readable: true, whole: true, before: groupIDs(g.Before.items), after: groupIDs(g.After.items)}
	}
	if before, after, ok := strings.Cut(s, " => "); ok {
		return groupChange{readable: true, whole: true, before: phpIDs(before), after: phpIDs(after)}
	}
	var c groupChange
	for _, m := range groupDiff.FindAllStringSubmatch(s, -1) {
		c.readable = true
		if m[1] == "+" {
			c.after = append(c.after, m[2])
		} else {
			c.before = append(c.before, m[2])
		}
	}
	return c
}

// groupRef is a group as a number or as a row with GROUP_ID.
type groupRef struct{ id }

func (g *groupRef) UnmarshalJSON(data []byte) error {
	var row struct {
		ID id `json:"GROUP_ID"`
	}
	if json.Unmarshal(data, &row) == nil {
		g.id = row.ID
		return nil
	}
	return g.id.UnmarshalJSON(data)
}

func groupIDs(refs []groupRef) []string {
	ids := make([]string, len(refs))
	for i, r := range refs {
		ids[i] = string(r.id)
	}
	return ids
}

// phpIDs finds the values in a serialised PHP array of group numbers.
func phpIDs(s string) []string {
	var ids []string
	for _, m := range phpValue.FindAllStringSubmatch(s, -1) {
		ids = append(ids, m[1]+m[2])
	}
	return ids
}

func (g groupChange) givesAdmin() bool {
	return slices.Contains(g.after, adminGroup) && !slices.Contains(g.before, adminGroup)
}

func (g groupChange) takesAdmin() bool {
	return slices.Contains(g.before, adminGroup) && !slices.Contains(g.after, adminGroup)
}

// keepsAdmin: the account is still in the group after a change of other groups.
func (g groupChange) keepsAdmin() bool {
	return g.whole && slices.Contains(g.before, adminGroup) && slices.Contains(g.after, adminGroup)
}

// when is the moment of the row in UTC; ok is false when it cannot be read.
func (r *logRow) when(zone *time.Location) (time.Time, bool) { return r.At.in(zone).Get() }

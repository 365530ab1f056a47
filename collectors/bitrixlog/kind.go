package bitrixlog

import (
	"maps"
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
)

// Audit types that mean more than their kind of activity, or are told apart without being activity.
const (
	Authorized      = "USER_AUTHORIZE"        // its description is read by ReadLogin
	GroupsChanged   = "USER_GROUP_CHANGED"    // its description is read by ReadGroupChange
	PasswordChanged = "USER_PASSWORD_CHANGED" // of the account that the row is about
	Blocked         = "USER_BLOCKED"          // an account was blocked after failed log-ins; not counted
	LoggedOut       = "USER_LOGOUT"           // not counted
	BackupMade      = "BACKUP_SUCCESS"        // not counted
	BackupFailed    = "BACKUP_ERROR"          // not counted
)

// NotCounted is the kind of rows that are no activity.
const NotCounted = ""

// kinds of audit types; what neither they nor the rules name is not counted.
var kinds = map[string]string{
	Authorized:                     facts.ActLogin,
	"USER_LOGIN":                   facts.ActLoginFailed,
	"USER_LOGIN_NOT_FOUND":         facts.ActLoginFailed,
	"USER_LOGIN_BLOCKED":           facts.ActLoginFailed,
	"USER_LOGIN_INCORRECT_CAPTCHA": facts.ActLoginFailed,
	"USER_LOGINBYHASH":             facts.ActLoginFailed,
	"USER_INFO":                    facts.ActPassword, // a reset was requested
	PasswordChanged:                facts.ActPassword,
	"USER_REGISTER":                facts.ActUserEdit,
	"USER_EDIT":                    facts.ActUserEdit,
	"USER_DELETE":                  facts.ActUserEdit,
	GroupsChanged:                  facts.ActGrant,
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
	"SECURITY_FILTER_SQL":          facts.ActAttack,
	"SECURITY_FILTER_XSS":          facts.ActAttack,
	"SECURITY_FILTER_XSS2":         facts.ActAttack,
	"SECURITY_FILTER_PHP":          facts.ActAttack,
	"SECURITY_REDIRECT":            facts.ActAttack,
	"SECURITY_VIRUS":               facts.ActAttack,
	"SECURITY_HOST_RESTRICTION":    facts.ActAttack,
}

// rule gives a kind to the audit types that begin with a prefix and hold both parts.
type rule struct{ prefix, part, also, kind string }

// rules name families of audit types; the first that fits decides.
var rules = []rule{
	{part: "EVENT_LOG", also: "CLEAR", kind: facts.ActLogCleared},
	{part: "EVENT_LOG", also: "DELETE", kind: facts.ActLogCleared},
	{prefix: "CRM_", part: "EXPORT", kind: facts.ActExport},
	{prefix: "CRM_", part: "DELETE", kind: facts.ActDelete},
	{prefix: "CRM_", part: "VIEW", kind: facts.ActView},
	{prefix: "SECURITY_WWALL_", kind: facts.ActAttack},
}

func (r rule) fits(t string) bool {
	return strings.HasPrefix(t, r.prefix) && strings.Contains(t, r.part) && strings.Contains(t, r.also)
}

// Kind is the kind of activity, a facts.Act… constant, that a row of this audit type and module tells of, or NotCounted.
// Of log-ins and changes of groups the description may tell more.
func Kind(auditType, module string) string {
	t := strings.ToUpper(auditType)
	if kind, ok := kinds[t]; ok {
		if kind == facts.ActLogin && module == "rest" {
			return facts.ActAPI // a webhook or an application at work, not a person signing in
		}
		return kind
	}
	for _, r := range rules {
		if r.fits(t) {
			return r.kind
		}
	}
	return NotCounted
}

// AuditTypes lists the audit types that are counted and known by their full names, sorted.
func AuditTypes() []string { return slices.Sorted(maps.Keys(kinds)) }

// Patterns lists the families of audit types that are counted as patterns of LIKE in SQL, sorted. They may match a
// little too much, never too little: Kind has the last word.
func Patterns() []string {
	var all []string
	for _, r := range rules {
		pattern := r.prefix + "%"
		if r.part != "" {
			pattern += r.part + "%"
		}
		all = append(all, pattern)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

package bitrixbox

import (
	"slices"

	"github.com/crmaudit/crmaudit/collectors/bitrixlog"
	"github.com/crmaudit/crmaudit/facts"
)

// How many single entries of each sort are read, the newest.
const (
	maxNotable  = 2000
	maxLoginsAs = 1000
)

// logLists fold the journals where they are. Only what stands for itself is read entry by entry.
func logLists() []*list {
	failures := "TIMESTAMP_X >= @since AND AUDIT_TYPE_ID IN " + oneOf(types(func(kind string) bool { return kind == facts.ActLoginFailed })...)
	return []*list{
		{
			name: "log_first", module: "main", table: "b_event_log", about: "when the event log begins",
			columns: as("AT", "@epoch(TIMESTAMP_X)", "TIMESTAMP_X"), needs: "ID", order: "ID", limit: 1,
		},
		{
			name: "log_days", module: "main", table: "b_event_log", about: "entries per person, day and type",
			columns: columns(as("ACTOR", actor, "USER_ID ITEM_ID AUDIT_TYPE_ID"), as("DAY", "@day(TIMESTAMP_X)", "TIMESTAMP_X"),
				as("AUDIT_TYPE_ID", "@bytes(AUDIT_TYPE_ID)", "AUDIT_TYPE_ID"), as("REST", overREST, "MODULE_ID"), as("N", "COUNT(*)", "TIMESTAMP_X"), as("LAST", "MAX(ID)", "ID"),
				as("HOURS", "BIT_OR(1 << @hour(TIMESTAMP_X))", "TIMESTAMP_X"),
				as("ADDRESSES", "COUNT(DISTINCT REMOTE_ADDR)", "REMOTE_ADDR"),
				as("ADDRESSLESS", "SUM(CASE WHEN REMOTE_ADDR IS NULL OR REMOTE_ADDR = '' THEN 1 ELSE 0 END)", "REMOTE_ADDR")),
			where: "TIMESTAMP_X >= @since AND (AUDIT_TYPE_ID IN " + oneOf(types(func(kind string) bool { return kind != facts.ActLoginFailed })...) +
				" OR AUDIT_TYPE_ID LIKE '%EVENT_LOG%' OR AUDIT_TYPE_ID LIKE 'SECURITY_WWALL_%')",
			group: actor + ", @day(TIMESTAMP_X), @bytes(AUDIT_TYPE_ID), " + overREST,
			order: actor + ", @day(TIMESTAMP_X), @bytes(AUDIT_TYPE_ID), " + overREST, many: true,
		},
		{
			name: "log_failures", module: "main", table: "b_event_log", about: "failed log-ins per name that was tried, minute and address",
			columns: columns(as("ITEM_ID", "@lower(ITEM_ID)", "ITEM_ID"), as("MINUTE", "@minute(TIMESTAMP_X)", "TIMESTAMP_X"),
				as("REMOTE_ADDR", "@bytes(REMOTE_ADDR)", "REMOTE_ADDR"), as("N", "COUNT(*)", "TIMESTAMP_X")),
			where: failures, needs: "AUDIT_TYPE_ID", many: true,
			group: "@lower(ITEM_ID), @minute(TIMESTAMP_X), @bytes(REMOTE_ADDR)", order: "@lower(ITEM_ID), @minute(TIMESTAMP_X), @bytes(REMOTE_ADDR)",
		},
		{
			name: "log_sources", module: "main", table: "b_event_log", about: "the same, ordered by address, to find addresses that try many names",
			columns: columns(as("REMOTE_ADDR", "@bytes(REMOTE_ADDR)", "REMOTE_ADDR"), as("MINUTE", "@minute(TIMESTAMP_X)", "TIMESTAMP_X"),
				as("ITEM_ID", "@lower(ITEM_ID)", "ITEM_ID"), as("N", "COUNT(*)", "TIMESTAMP_X")),
			where: failures + " AND REMOTE_ADDR <> ''", needs: "AUDIT_TYPE_ID", many: true,
			group: "@bytes(REMOTE_ADDR), @minute(TIMESTAMP_X), @lower(ITEM_ID)", order: "@bytes(REMOTE_ADDR), @minute(TIMESTAMP_X), @lower(ITEM_ID)",
		},
		{
			name: "log_notable", module: "main", table: "b_event_log", about: "changes of rights and settings, one by one",
			columns: entry(),
			where:   "TIMESTAMP_X >= @since AND (AUDIT_TYPE_ID IN " + oneOf(notableTypes()...) + " OR AUDIT_TYPE_ID LIKE '%EVENT_LOG%')",
			order:   "ID DESC", limit: maxNotable,
		},
		{
			name: "log_logins_as", module: "main", table: "b_event_log", about: "administrators who went on as somebody else, one by one",
			columns: entry(),
			// Most entries are log-ins, so this goes through the log once, comparing bytes.
			where: "TIMESTAMP_X >= @since AND @bytes(AUDIT_TYPE_ID) = " + quote(bitrixlog.Authorized) + ` AND @bytes(DESCRIPTION) LIKE '%"loginAs"%'`,
			order: "ID DESC", limit: maxLoginsAs,
		},
		{
			name: "log_passwords", module: "main", table: "b_event_log", about: "when passwords were changed, for versions that keep no list of it",
			columns: columns(must("ITEM_ID"), as("LAST", "MAX(@epoch(TIMESTAMP_X))", "TIMESTAMP_X")), needs: "AUDIT_TYPE_ID",
			where: "AUDIT_TYPE_ID = " + quote(bitrixlog.PasswordChanged), group: "ITEM_ID", order: "ITEM_ID",
		},
		{
			name: "crm_hours", module: "crm", table: "b_crm_event", about: "views, exports and deletions of client records per person and hour",
			columns: columns(as("ACTOR", "COALESCE(CREATED_BY_ID, 0)", "CREATED_BY_ID"), as("DAY", "@day(DATE_CREATE)", "DATE_CREATE"), must("EVENT_TYPE"),
				as("HOUR", "@hour(DATE_CREATE)", "DATE_CREATE"), as("N", "COUNT(*)", "DATE_CREATE")),
			where: "DATE_CREATE >= @since AND EVENT_TYPE IN (3, 4, 5)", many: true,
			group: "COALESCE(CREATED_BY_ID, 0), @day(DATE_CREATE), EVENT_TYPE, @hour(DATE_CREATE)",
			order: "COALESCE(CREATED_BY_ID, 0), @day(DATE_CREATE), EVENT_TYPE, @hour(DATE_CREATE)",
		},
	}
}

const (
	// actor is who did it, by number; who logged in may be named only as what the entry is about.
	actor = "COALESCE(USER_ID, CASE WHEN AUDIT_TYPE_ID = 'USER_AUTHORIZE' THEN @id(ITEM_ID) END, 0)"
	// overREST tells webhooks and applications from people.
	overREST = "CASE WHEN MODULE_ID = 'rest' THEN 1 ELSE 0 END"
)

// entry are the columns of a single entry. Its description tells who became what; it holds no request.
func entry() []column {
	return columns(must("ID AUDIT_TYPE_ID"), as("AT", "@epoch(TIMESTAMP_X)", "TIMESTAMP_X"), must("ITEM_ID USER_ID REMOTE_ADDR DESCRIPTION"))
}

// types are the audit types whose kind is wanted.
func types(wanted func(kind string) bool) []string {
	return slices.DeleteFunc(bitrixlog.AuditTypes(), func(t string) bool { return !wanted(bitrixlog.Kind(t, "")) })
}

func notableTypes() []string {
	return append(types(func(kind string) bool { return kind == facts.ActSettings }), bitrixlog.GroupsChanged)
}

package bitrixbox

// accessLists ask for keys, applications, rights and mailboxes.
func accessLists() []*list {
	return []*list{
		{
			name: "app_passwords", module: "main", table: "b_app_password", about: "passwords of applications; no password",
			columns: columns(must("ID USER_ID"), may("APPLICATION_ID LAST_IP COMMENT"), times("DATE_CREATE DATE_LOGIN")), order: "ID",
		},
		{
			name: "webhooks", module: "rest", table: "b_rest_ap", about: "incoming webhooks; no secret",
			columns: columns(must("ID USER_ID ACTIVE"), may("TYPE TITLE COMMENT LAST_IP"), times("DATE_CREATE DATE_LOGIN")), order: "ID",
		},
		{
			name: "webhook_scopes", module: "rest", table: "b_rest_ap_permission", about: "what webhooks may do",
			columns: must("PASSWORD_ID PERM"), order: "PASSWORD_ID, PERM",
		},
		{
			name: "apps", module: "rest", table: "b_rest_app", about: "applications; no secret, key or token",
			columns: columns(must("ID ACTIVE"), may("CODE INSTALLED URL SCOPE STATUS APP_NAME"), times("DATE_FINISH DATE_INSTALL")), order: "ID",
		},
		{
			name: "app_log", since: 25, module: "rest", table: "b_rest_app_log", about: "who installed applications",
			columns: columns(must("APP_ID USER_ID"), may("ACTION_TYPE")), needs: "ACTION_TYPE TIMESTAMP_X", where: "ACTION_TYPE IN ('ADD', 'INSTALL')",
			order: "APP_ID, TIMESTAMP_X, USER_ID",
		},
		{
			name: "outgoing", module: "rest", table: "b_rest_event", about: "where events are sent; no token",
			columns: columns(must("ID EVENT_HANDLER"), may("APP_ID EVENT_NAME USER_ID")), order: "ID",
		},
		{
			name: "placements", since: 25, module: "rest", table: "b_rest_placement", about: "pages of others that are shown inside the portal",
			columns: columns(must("ID PLACEMENT_HANDLER"), may("APP_ID PLACEMENT USER_ID")), order: "ID",
		},
		{
			name: "integrations", since: 25, module: "rest", table: "b_rest_integration", about: "integrations made in the constructor; no token",
			columns: columns(must("ID USER_ID"), may("TITLE PASSWORD_ID APP_ID OUTGOING_HANDLER_URL WIDGET_HANDLER_URL")), order: "ID",
		},
		{
			name: "app_calls", since: 25, module: "rest", table: "b_rest_stat", about: "how often applications called which method",
			columns: columns(must("APP_ID METHOD_ID"), as("DAY", "CAST(STAT_DATE AS CHAR(10))", "STAT_DATE"), as("N", "SUM("+hours+")", hourColumns)),
			needs:   "STAT_DATE", where: "STAT_DATE >= @since", group: "APP_ID, METHOD_ID, STAT_DATE", order: "APP_ID, METHOD_ID, STAT_DATE",
		},
		{
			name: "methods", since: 25, module: "rest", table: "b_rest_stat_method", about: "names of those methods",
			columns: must("ID NAME"), order: "ID",
		},
		{
			name: "key_calls", since: 25, module: "rest", table: "b_rest_usage_stat", about: "how often webhooks and applications called which method",
			columns: columns(must("ENTITY_ID"), as("DAY", "CAST(STAT_DATE AS CHAR(10))", "STAT_DATE"), as("N", "SUM("+hours+")", hourColumns)),
			needs:   "STAT_DATE", where: "STAT_DATE >= @since", group: "ENTITY_ID, STAT_DATE", order: "ENTITY_ID, STAT_DATE",
		},
		{
			name: "key_methods", since: 25, module: "rest", table: "b_rest_usage_entity", about: "which webhook or application and which method that was",
			columns: columns(must("ID ENTITY_TYPE ENTITY_ID SUB_ENTITY_NAME")), order: "ID",
		},
		{
			name: "request_log", since: 25, module: "rest", table: "b_rest_log", about: "whether requests are written out in full; no content",
			columns: as("N", "COUNT(*)", "ID"),
		},
		{
			name: "mailboxes", module: "mail", table: "b_mail_mailbox", about: "connected mailboxes; no password",
			columns: columns(must("ID USER_ID"), may("EMAIL SERVER USE_TLS ACTIVE")), order: "ID",
		},
		{
			name: "roles", module: "crm", table: "b_crm_role", about: "CRM roles",
			columns: columns(must("ID NAME"), may("IS_SYSTEM CODE")), order: "ID",
		},
		{
			name: "role_members", module: "crm", table: "b_crm_role_relation", about: "whom they are given to",
			columns: must("ROLE_ID RELATION"), order: "ROLE_ID, RELATION",
		},
		{
			name: "role_rights", module: "crm", table: "b_crm_role_perms", about: "what they allow",
			columns: must("ROLE_ID ENTITY FIELD PERM_TYPE ATTR"), order: "ROLE_ID, ENTITY, PERM_TYPE, FIELD, ATTR",
		},
		{
			name: "access_codes", module: "crm", table: "b_user_access", about: "which people stand behind those groups and departments",
			columns: must("USER_ID ACCESS_CODE"), also: map[string]string{"b_crm_role_relation": "RELATION"},
			where: "ACCESS_CODE IN (SELECT RELATION FROM b_crm_role_relation)", order: "USER_ID, ACCESS_CODE",
		},
		{
			name: "public_links", module: "disk", table: "b_disk_external_link", about: "public links to files; neither the link nor its password",
			columns: columns(must("ID CREATED_BY"), times("DEATH_TIME CREATE_TIME"), may("DOWNLOAD_COUNT OBJECT_ID")), order: "ID",
		},
	}
}

// The statistics of REST keep a column for each hour.
const (
	hourColumns = "HOUR_0 HOUR_1 HOUR_2 HOUR_3 HOUR_4 HOUR_5 HOUR_6 HOUR_7 HOUR_8 HOUR_9 HOUR_10 HOUR_11 HOUR_12 HOUR_13 HOUR_14 HOUR_15 HOUR_16 HOUR_17 HOUR_18 HOUR_19 HOUR_20 HOUR_21 HOUR_22 HOUR_23"
	hours       = "HOUR_0 + HOUR_1 + HOUR_2 + HOUR_3 + HOUR_4 + HOUR_5 + HOUR_6 + HOUR_7 + HOUR_8 + HOUR_9 + HOUR_10 + HOUR_11 + HOUR_12 + HOUR_13 + HOUR_14 + HOUR_15 + HOUR_16 + HOUR_17 + HOUR_18 + HOUR_19 + HOUR_20 + HOUR_21 + HOUR_22 + HOUR_23"
)

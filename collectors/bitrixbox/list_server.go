package bitrixbox

// maxMalware findings of the vendor's malware scan are read.
const maxMalware = 1000

// serverLists ask for the server, the settings and the protection of the portal.
func serverLists() []*list {
	return []*list{
		{
			name: "server", about: "the database server: product, version, clock and time zone",
			columns: columns(as("PRODUCT", "@product", ""), as("VERSION", "@version", ""), as("NOW", "@now", ""), as("ZONE", "@zone", "")),
		},
		{
			name: "modules", module: "main", table: "b_module", about: "which modules are installed",
			columns: must("ID"), order: "ID",
		},
		{
			name: "options", module: "main", table: "b_option",
			about: "settings, by name; of the archive password and the key of the remote start only whether they are set",
			columns: columns(must("MODULE_ID NAME"), as("VALUE",
				"CASE WHEN NAME IN "+oneOf(secretOptions...)+" THEN CASE WHEN VALUE IS NULL OR VALUE = '' THEN '' ELSE 'set' END ELSE VALUE END",
				"NAME VALUE")),
			where: optionFilter(), order: "MODULE_ID, NAME",
		},
		{
			name: "groups", module: "main", table: "b_group", about: "groups of users with their security policy",
			columns: columns(must("ID ACTIVE NAME"), may("STRING_ID SECURITY_POLICY IS_SYSTEM")), order: "ID",
		},
		{
			name: "hooks", module: "main", table: "b_module_to_module", about: "which protections are switched on",
			columns: columns(must("FROM_MODULE_ID MESSAGE_ID"), may("TO_CLASS")), needs: "TO_MODULE_ID",
			where: "TO_MODULE_ID = 'security'", order: "FROM_MODULE_ID, MESSAGE_ID, TO_CLASS",
		},
		{
			name: "filter_masks", module: "security", table: "b_sec_filter_mask", about: "how many addresses the request filter leaves out",
			columns: as("N", "COUNT(*)", "FILTER_MASK"),
		},
		{
			name: "antivirus_exceptions", module: "security", table: "b_sec_white_list", about: "how many exceptions the web antivirus has",
			columns: as("N", "COUNT(*)", "WHITE_SUBSTR"),
		},
		{
			name: "ip_rules", module: "security", table: "b_sec_iprule", about: "limits of access by address",
			columns: columns(must("ID RULE_TYPE ACTIVE ADMIN_SECTION"), may("SITE_ID SORT"), times("ACTIVE_FROM ACTIVE_TO")), order: "ID",
		},
		{
			name: "ip_rule_addresses", module: "security", table: "b_sec_iprule_excl_ip", about: "addresses that those rules let through",
			columns: must("IPRULE_ID RULE_IP"), order: "IPRULE_ID, RULE_IP", limit: 10_000,
		},
		{
			name: "scanner", module: "security", table: "b_security_sitecheck", about: "the last run of the vendor's scanner",
			columns: columns(must("ID"), times("TEST_DATE"), may("RESULTS")), order: "ID DESC", limit: 1,
		},
		{
			name: "malware", since: 25, module: "security", table: "b_sec_xscan_results", about: "findings of the vendor's malware scan, without the code",
			columns: columns(must("id type src score")), where: "score > 0.7", order: "id", limit: maxMalware,
		},
		{
			name: "agents", module: "main", table: "b_agent", about: "when background jobs ran last",
			columns: as("LAST", "MAX(@epoch(LAST_EXEC))", "LAST_EXEC"), needs: "ACTIVE", where: "ACTIVE = 'Y'",
		},
		{
			name: "updates", since: 25, module: "main", table: "b_sm_version_history", about: "when updates were installed last",
			columns: columns(as("LAST", "MAX(@epoch(DATE_INSERT))", "DATE_INSERT"), as("N", "COUNT(*)", "DATE_INSERT")),
		},
		{
			name: "alerts", since: 25, module: "main", table: "b_log_notification", about: "which events raise an alert",
			columns: must("AUDIT_TYPE_ID"), needs: "ACTIVE", where: "ACTIVE = 'Y'", group: "AUDIT_TYPE_ID", order: "AUDIT_TYPE_ID",
		},
	}
}

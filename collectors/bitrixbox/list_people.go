package bitrixbox

// peopleLists ask for accounts, their groups, second factors and devices.
func peopleLists() []*list {
	return []*list{
		{
			name: "members", module: "main", table: "b_user_group", about: "who is in which group, and until when",
			columns: columns(must("USER_ID GROUP_ID"), times("DATE_ACTIVE_FROM DATE_ACTIVE_TO")), order: "USER_ID, GROUP_ID",
		},
		{
			name: "second_factors", module: "security", table: "b_sec_user", about: "state of two-factor authentication; no secret",
			columns: columns(must("USER_ID ACTIVE"), may("TYPE SKIP_MANDATORY"), times("DEACTIVATE_UNTIL")), order: "USER_ID",
		},
		{
			name: "password_dates", since: 25, module: "main", table: "b_user_password", about: "when passwords were changed; no password",
			columns: columns(must("USER_ID"), as("LAST", "MAX(@epoch(DATE_CHANGE))", "DATE_CHANGE")), group: "USER_ID", order: "USER_ID",
		},
		{
			name: "departments", module: "intranet", table: "b_uts_user", about: "departments of accounts; without one it is a guest's",
			columns: columns(must("VALUE_ID UF_DEPARTMENT")), order: "VALUE_ID",
		},
		{
			name: "users", module: "main", table: "b_user", about: "accounts; no password, hash, check word or confirmation code",
			columns: columns(must("ID LOGIN ACTIVE"), may("BLOCKED NAME LAST_NAME EMAIL PERSONAL_MOBILE WORK_POSITION EXTERNAL_AUTH_ID LID"),
				times("LAST_LOGIN DATE_REGISTER LAST_ACTIVITY_DATE")),
			order: "ID",
		},
		{
			name: "remembered", module: "main", table: "b_user_stored_auth", about: "devices that stay logged in; no hash",
			columns: columns(must("USER_ID"), times("DATE_REG LAST_AUTH"), may("TEMP_HASH IP_ADDR")), order: "USER_ID, DATE_REG, LAST_AUTH",
		},
		{
			name: "login_links", module: "main", table: "b_user_hit_auth", about: "links that log in without a password; no hash",
			columns: columns(must("USER_ID"), times("TIMESTAMP_X VALID_UNTIL")), order: "USER_ID, TIMESTAMP_X",
		},
		{
			name: "devices", since: 25, module: "main", table: "b_user_device", about: "devices that logged in",
			columns: columns(must("ID USER_ID"), may("DEVICE_TYPE")), order: "ID",
		},
		{
			name: "device_logins", since: 25, module: "main", table: "b_user_device_login", about: "from which countries they did",
			columns: columns(must("DEVICE_ID COUNTRY_ISO_CODE"), as("FIRST", "MIN(@epoch(LOGIN_DATE))", "LOGIN_DATE"),
				as("LAST", "MAX(@epoch(LOGIN_DATE))", "LOGIN_DATE")),
			group: "DEVICE_ID, COUNTRY_ISO_CODE", order: "DEVICE_ID, COUNTRY_ISO_CODE",
		},
		{
			name: "live_sessions", since: 25, module: "main", table: "b_user_session", about: "how many sessions are open; neither their ids nor their content",
			columns: columns(as("N", "COUNT(*)", "TIMESTAMP_X"), as("OLDEST", "MIN(@epoch(TIMESTAMP_X))", "TIMESTAMP_X")),
		},
		{
			name: "old_sessions", module: "security", table: "b_sec_session", about: "the same in older versions",
			columns: columns(as("N", "COUNT(*)", "TIMESTAMP_X"), as("OLDEST", "MIN(@epoch(TIMESTAMP_X))", "TIMESTAMP_X")),
		},
	}
}

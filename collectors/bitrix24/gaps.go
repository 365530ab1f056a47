package bitrix24

import "github.com/crmaudit/crmaudit/facts"

// gap is something that REST does not tell in the cloud, and the question to a person that replaces it.
type gap struct {
	kind  facts.Kind
	field string
	state facts.State
	ask   string
}

var cloudGaps = []gap{
	{facts.KindUser, "admin", facts.PartOnly, "administrators"}, // the caller's own, and what the event log reveals
	{facts.KindUser, "two_factor", facts.PartOnly, "without_two_factor"},
	{facts.KindUser, "two_factor_exempt", facts.Missing, "two_factor_unlimited_exemption"},
	{facts.KindUser, "can_export", facts.Missing, "can_export"},
	{facts.KindUser, "can_delete_all", facts.Missing, "roles"},
	{facts.KindUser, "portal_owner", facts.PartOnly, "portal_owner"},
	{facts.KindUser, "sponsor", facts.Missing, "external_accounts"},
	{facts.KindUser, "expires", facts.Missing, "external_accounts"},
	{facts.KindRole, "", facts.Missing, "roles"},
	{facts.KindSession, "", facts.Missing, "sessions"},
	{facts.KindCredential, "", facts.Missing, "credentials"},
	{facts.KindIntegration, "", facts.Missing, "integrations"},
	{facts.KindHandler, "", facts.Missing, "handlers"},
	{facts.KindPublicLink, "", facts.Missing, "public_links"},
	{facts.KindBackup, "", facts.Missing, "backups"},
	{facts.KindBackupPolicy, "", facts.Missing, "backup_policy"},
	{facts.KindSetting, "auth.two_factor.required", facts.Missing, "two_factor_required"},
	{facts.KindSetting, "auth.two_factor.grace_days", facts.Missing, "two_factor_grace_days"},
	{facts.KindSetting, "network.ip_allowlist", facts.Missing, "ip_allowlist"},
	{facts.KindSetting, "network.ip_admin_exempt", facts.Missing, "ip_admin_exempt"},
	{facts.KindSetting, "sso.enabled", facts.Missing, "single_sign_on"},
	{facts.KindSetting, "session.idle_minutes", facts.Missing, "session_idle_minutes"},
	{facts.KindSetting, "crm.phone_masking", facts.Missing, "phone_masking"},
	{facts.KindSetting, "storage.encrypted", facts.Missing, "encrypted_at_rest"},
	{facts.KindSetting, "log.events", facts.PartOnly, "log_events"},
	{facts.KindSetting, "log.retention_days", facts.Missing, "log_retention_days"},
	{facts.KindSetting, "log.forwarding", facts.Missing, "log_copy"},
	{facts.KindSetting, "alerts.types", facts.Missing, "alerts"},
	{facts.KindSetting, "activity.limits", facts.Missing, "activity_limits"},
	{facts.KindSetting, "password.min_length", facts.Missing, ""}, // the password belongs to the vendor's network profile
}

// gaps is the coverage of everything that no method gives.
func (r *run) gaps() []facts.Coverage {
	all := make([]facts.Coverage, 0, len(cloudGaps)+1)
	for _, g := range cloudGaps {
		all = append(all, facts.Coverage{
			Source: sourceID, Kind: g.kind, Field: g.field, State: g.state, Reason: facts.NotSupported, Ask: g.ask,
			Detail: "REST does not tell it",
		})
	}
	return append(all, facts.Coverage{
		Source: sourceID, Kind: facts.KindSetting, State: facts.PartOnly, Reason: facts.NotSupported,
		Detail: "REST tells of the event log alone", Count: r.written[facts.KindSetting],
	})
}

package bitrixbox

import (
	"strings"

	"github.com/crmaudit/crmaudit/facts"
)

// delivered are the facts that the database and the document root tell, by kind of record.
var delivered = []struct {
	kind  facts.Kind
	names string
}{
	{facts.KindSetting, `accounts.block_inactive_days agents.last_run alerts.types api.debug_log auth.two_factor.grace_days auth.two_factor.required
		backup.destination backup.encrypted backup.includes backup.key_recoverable backup.last_failed backup.scheduled log.events log.forwarding
		log.login_has_address log.logins_seen log.oldest_event_days log.retention_days login.captcha_attempts login.lockout_minutes login.max_attempts
		mail.copy_all network.admin_ip_allowlist network.admin_ip_rule password.complexity password.max_days password.min_length
		password.weak_blocked protection.antivirus protection.antivirus_notify_only protection.frame protection.host_restriction
		protection.integrity_checked protection.level protection.redirect protection.waf protection.waf_exclusions registration.captcha
		registration.open scanner.last_run scanner.problems session.idle_minutes session.remember_days sessions.live sessions.oldest
		updates.https updates.last_install`},
	{facts.KindRole, "admin assigned_to_everyone members name permissions"},
	{facts.KindUser, `active admin admin_until blocked can_delete_all can_export created email external_auth idle_minutes kind last_activity
		last_login locale lockout_minutes login login_attempts name owns_records password_changed password_max_days password_min_length phone
		portal_owner position recent_records remember_days two_factor two_factor_exempt two_factor_exempt_until two_factor_method`},
	{facts.KindSession, "address countries created device expires kind last_seen"},
	{facts.KindCredential, "active created day_reads expires full_access kind label last_address last_used methods owner purpose scopes"},
	{facts.KindIntegration, "active day_reads expires methods owner scopes title"},
	{facts.KindHandler, "event host owner scheme"},
	{facts.KindPublicLink, "created creator downloads expires object"},
	{facts.KindMailbox, "active address encryption owner server"},
	{facts.KindComponent, "licence_ends name released version"},
	{facts.KindFile, "bytes kind mode modified score web_root"},
	{facts.KindScan, "at scanner severity title"},
	{facts.KindBackup, "bytes complete encrypted encryption finished kind location off_site problem storage_owner verified web_root"},
	{facts.KindBackupPolicy, "every_hours generations retention_days scheduled"},
	{facts.KindForm, "active collects_people has_consent kind name pre_ticked"},
	{facts.KindConsent, "active language name operator purpose stock withdrawal"},
	{facts.KindDataVolume, "dormant oldest_activity records"},
	{facts.KindActivity, strings.Join(loggedKinds, " ")},
	{facts.KindEvent, "address " + strings.Join(singleKinds, " ")},
}

// delivers lists them as kind.name.
func delivers() []string {
	var list []string
	for _, d := range delivered {
		for name := range strings.FieldsSeq(d.names) {
			list = append(list, string(d.kind)+"."+name)
		}
	}
	for _, x := range new(run).rootSettings() {
		list = append(list, string(facts.KindSetting)+"."+x.name)
	}
	return list
}

// partly: copies that other programs make are not seen from the portal.
func partly() []string { return []string{string(facts.KindBackup)} }

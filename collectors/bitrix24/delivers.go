package bitrix24

import (
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
)

// delivered are the facts that REST tells, by kind of record.
var delivered = []struct {
	kind  facts.Kind
	names string
}{
	{facts.KindSetting, "log.enabled log.events log.login_has_address log.login_has_device log.logins_seen log.oldest_event_days"},
	{facts.KindUser, `active admin created departments email external_auth invited kind last_activity last_login name password_changed phone
		portal_owner position two_factor`},
	{facts.KindGroup, "active guests last_used members name open owner owner_active visible"},
	{facts.KindForm, "active collects_people consent_required has_consent host kind name pre_ticked"},
	{facts.KindConsent, "active language name operator purpose stock withdrawal"},
	{facts.KindActivity, "admin_grant grant log_cleared login login_as login_failed password settings user_edit"},
	{facts.KindEvent, "actor_active actor_name address admin_grant log_cleared login_as login_failed settings subject_name"},
}

// delivers lists them as kind.name.
func delivers() []string {
	var list []string
	for _, d := range delivered {
		for name := range strings.FieldsSeq(d.names) {
			list = append(list, string(d.kind)+"."+name)
		}
	}
	return list
}

// partly lists those that REST tells of some records only, and failed log-ins, which in the cloud may never reach the log.
func partly() []string {
	list := []string{string(facts.KindActivity) + "." + facts.ActLoginFailed, string(facts.KindEvent) + "." + facts.ActLoginFailed}
	for _, g := range cloudGaps {
		if g.state == facts.PartOnly {
			list = append(list, string(g.kind)+"."+g.field)
		}
	}
	slices.Sort(list)
	return list
}

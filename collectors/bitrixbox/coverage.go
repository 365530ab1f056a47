package bitrixbox

import (
	"cmp"
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
)

// rest says on which lists a kind of record, or one field of it, rests, and which question replaces it.
type rest struct {
	kind  facts.Kind
	field string
	lists string
	ask   string
}

var rests = []rest{
	{facts.KindUser, "", "users", ""},
	{facts.KindUser, "admin", "members", "administrators"},
	{facts.KindUser, "admin_until", "members", ""},
	{facts.KindUser, "two_factor", "second_factors options", "without_two_factor"},
	{facts.KindUser, "two_factor_exempt", "second_factors options", "two_factor_unlimited_exemption"},
	{facts.KindUser, "password_changed", "password_dates", ""},
	{facts.KindUser, "password_min_length", "groups members", ""},
	{facts.KindUser, "can_export", "roles role_members role_rights access_codes", "can_export"},
	{facts.KindUser, "can_delete_all", "roles role_members role_rights access_codes", "roles"},
	{facts.KindUser, "owns_records", "lead_owners deal_owners contact_owners company_owners", "departed_belongings"},
	{facts.KindUser, "recent_records", "lead_owners deal_owners contact_owners company_owners", "administrators_selling"},
	{facts.KindRole, "", "roles role_members role_rights", "roles"},
	{facts.KindSession, "", "remembered login_links", "sessions"},
	{facts.KindSession, "countries", "devices device_logins", ""},
	{facts.KindCredential, "", "webhooks app_passwords", "credentials"},
	{facts.KindCredential, "scopes", "webhook_scopes", ""},
	{facts.KindCredential, "day_reads", "key_calls key_methods", ""},
	{facts.KindIntegration, "", "apps", "integrations"},
	{facts.KindIntegration, "owner", "app_log", "integrations"},
	{facts.KindIntegration, "day_reads", "app_calls methods", ""},
	{facts.KindHandler, "", "outgoing placements integrations", "handlers"},
	{facts.KindMailbox, "", "mailboxes", ""},
	{facts.KindPublicLink, "", "public_links", "public_links"},
	{facts.KindScan, "", "scanner", ""},
	{facts.KindBackupPolicy, "", "options", "backup_policy"},
	{facts.KindForm, "", "forms form_agreements chats", "forms_without_proper_consent"},
	{facts.KindConsent, "", "agreements", ""},
	{facts.KindDataVolume, "", "lead_volume deal_volume contact_volume company_volume", ""},
	{facts.KindActivity, "", "log_days log_failures log_sources crm_hours", "log_events"},
	{facts.KindEvent, "", "log_notable log_logins_as log_failures", "log_events"},
}

// settingRests does the same for settings.
var settingRests = []rest{
	{facts.KindSetting, "auth.two_factor.required", "options", "two_factor_required"},
	{facts.KindSetting, "auth.two_factor.grace_days", "options", "two_factor_grace_days"},
	{facts.KindSetting, "log.events", "options", "log_events"},
	{facts.KindSetting, "log.retention_days", "options", "log_retention_days"},
	{facts.KindSetting, "log.forwarding", "options", "log_copy"},
	{facts.KindSetting, "mail.copy_all", "options", ""},
	{facts.KindSetting, "registration.open", "options", ""},
	{facts.KindSetting, "password.min_length", "groups members users", ""},
	{facts.KindSetting, "login.max_attempts", "groups members users", ""},
	{facts.KindSetting, "session.idle_minutes", "groups members users", "session_idle_minutes"},
	{facts.KindSetting, "protection.waf", "hooks", ""},
	{facts.KindSetting, "protection.level", "hooks options", ""},
	{facts.KindSetting, "network.admin_ip_rule", "ip_rules hooks", ""},
	{facts.KindSetting, "alerts.types", "alerts", "alerts"},
	{facts.KindSetting, "scanner.last_run", "scanner", ""},
	{facts.KindSetting, "api.debug_log", "request_log", ""},
	{facts.KindSetting, "log.oldest_event_days", "log_first", ""},
}

// unheld are facts that this edition keeps nowhere, or only in columns that hold secrets.
var unheld = []rest{
	{facts.KindUser, "sponsor", "", "external_accounts"},
	{facts.KindUser, "expires", "", "external_accounts"},
	{facts.KindUser, "invited", "", ""},
	{facts.KindPublicLink, "has_password", "", "public_links"},
	{facts.KindIntegration, "purpose", "", "integrations"},
	{facts.KindBackupPolicy, "restore_tested", "", "backup_policy"},
	{facts.KindSetting, "network.ip_allowlist", "", "ip_allowlist"},
	{facts.KindSetting, "network.ip_admin_exempt", "", "ip_admin_exempt"},
	{facts.KindSetting, "sso.enabled", "", "single_sign_on"},
	{facts.KindSetting, "crm.phone_masking", "", "phone_masking"},
	{facts.KindSetting, "storage.encrypted", "", "encrypted_at_rest"},
	{facts.KindSetting, "activity.limits", "", "activity_limits"},
}

const (
	noRoot   = "no document root was given"
	rootHint = "the document root (root: in audit.yaml)"
)

// cover says how much of everything was delivered.
func (r *run) cover() error {
	for name, g := range r.gaps { // by now the generation of the tables is known
		r.gaps[name] = r.explain(find(lists, name), g)
	}
	var all []facts.Coverage
	for _, x := range append(slices.Clone(rests), settingRests...) {
		all = append(all, r.restCoverage(x)...)
	}
	for _, x := range unheld {
		all = append(all, facts.Coverage{
			Source: r.kind, Kind: x.kind, Field: x.field, State: facts.Missing, Reason: facts.NotSupported, Ask: x.ask,
			Detail: "the portal keeps no record of it that an audit may read",
		})
	}
	all = append(all, r.rootCoverage()...)
	all = append(all, r.logCoverage()...)
	if o := &r.options; o.reason == "" && r.why("devices") == "" && !o.on("main", "user_device_history") {
		all = append(all, facts.Coverage{
			Source: r.kind, Kind: facts.KindSession, Field: "countries", State: facts.Missing, Reason: facts.NotSupported, Ask: "foreign_logins",
			Detail: "user_device_history is off",
		})
	}
	all = append(all, facts.Coverage{
		Source: r.kind, Kind: facts.KindSetting, State: facts.PartOnly, Reason: facts.NotSupported, Count: r.read[facts.KindSetting],
		Detail: "some settings are kept nowhere in the database",
	})
	return r.coverAll(all)
}

func (r *run) coverAll(all []facts.Coverage) error {
	for _, c := range all {
		if err := r.w.Cover(c); err != nil {
			return err
		}
	}
	return nil
}

// restCoverage is full when all lists were answered. Fields speak up only when something is missing.
func (r *run) restCoverage(x rest) []facts.Coverage {
	c := facts.Coverage{Source: r.kind, Kind: x.kind, Field: x.field, State: facts.Full}
	for _, name := range strings.Fields(x.lists) {
		g, missing := r.gaps[name]
		if !missing || r.harmless(g) {
			continue
		}
		c.State, c.Reason, c.Detail, c.Right, c.Ask = facts.Missing, g.reason, g.detail, g.right, x.ask
		break
	}
	if x.field != "" {
		if c.State == facts.Full {
			return nil
		}
		return []facts.Coverage{c}
	}
	c.Count = r.read[x.kind]
	if c.State == facts.Missing && c.Count > 0 {
		c.State = facts.PartOnly
	}
	return []facts.Coverage{c}
}

// harmless reports a list whose absence means that there is nothing to list: its module is not installed.
func (r *run) harmless(g gap) bool {
	l := find(lists, g.list)
	return g.reason == facts.NotSupported && l.module != "main" && r.modules != nil && !r.modules[l.module] && l.module != "crm"
}

// rootCoverage speaks of what the document root holds.
func (r *run) rootCoverage() []facts.Coverage {
	of := func(kind facts.Kind, field string, count int) facts.Coverage {
		return facts.Coverage{Source: r.kind, Kind: kind, Field: field, State: facts.Full, Count: count}
	}
	lack := func(c facts.Coverage, reason facts.Reason, detail, ask string) facts.Coverage {
		c.State, c.Reason, c.Detail, c.Ask = facts.Missing, reason, detail, ask
		if reason == facts.NotConfigured {
			c.Right = rootHint
		}
		if c.Count > 0 {
			c.State = facts.PartOnly
		}
		return c
	}
	file, component := of(facts.KindFile, "", r.read[facts.KindFile]), of(facts.KindComponent, "", r.read[facts.KindComponent])
	backup := of(facts.KindBackup, "", r.read[facts.KindBackup])
	version := of(facts.KindComponent, "version", 0)
	var all []facts.Coverage
	switch report := r.site.root; report {
	case nil:
		reason, detail := facts.NotConfigured, noRoot
		if r.site.rootErr != nil {
			reason, detail = facts.Failed, clean(r.site.rootErr.Error())
		}
		file, backup, version = lack(file, reason, detail, ""), lack(backup, reason, detail, "backups"), lack(version, reason, detail, "")
		for _, x := range r.rootSettings() {
			all = append(all, lack(of(facts.KindSetting, x.name, 0), reason, detail, ""))
		}
	default:
		if report.Truncated != "" || report.Unread > 0 || len(report.Dropped) > 0 {
			file = lack(file, facts.Failed, strings.TrimSpace("part of the document root could not be read "+report.Truncated), "")
			file.State = facts.PartOnly
		}
		if f := r.site.backups; f == nil {
			backup = lack(backup, facts.Failed, "the folder of backups could not be read", "backups")
		} else if f.Truncated != "" || len(f.Unread) > 0 {
			detail := "some files of the folder of backups could not be read"
			for _, unread := range f.Unread[:min(len(f.Unread), 3)] {
				detail += "; " + publicTrouble(unread)
			}
			backup = lack(backup, facts.Failed, detail, "backups")
			backup.State = facts.PartOnly
		} else {
			// Copies that are made outside of the portal are not seen from here.
			backup = lack(backup, facts.NotSupported, "copies that other programs make are not seen from here", "backups")
			backup.State = facts.PartOnly
		}
		for _, x := range r.rootSettings() {
			if _, known := x.value.Get(); !known {
				all = append(all, lack(of(facts.KindSetting, x.name, 0), cmp.Or(x.value.Reason(), facts.NotSupported), "the settings files do not state it", ""))
			}
		}
	}
	if g, missing := r.gaps["malware"]; missing && file.State == facts.Full && g.reason != facts.NotSupported {
		file.State, file.Reason, file.Detail, file.Right = facts.PartOnly, g.reason, g.detail, g.right
	}
	all = append(all, file, component, backup)
	if version.State != facts.Full {
		all = append(all, version)
	}
	return all
}

// logCoverage vouches for each kind of activity that the portal writes down. Where it does not, silence proves nothing.
func (r *run) logCoverage() []facts.Coverage {
	var all []facts.Coverage
	silent := false
	for _, kind := range loggedKinds {
		c := facts.Coverage{Source: r.kind, Kind: facts.KindActivity, Field: kind, State: facts.Full}
		on, why := r.logged(kind)
		switch state, g := r.delivered(listsOf(kind)...); {
		case state != facts.Full:
			c.State, c.Reason, c.Detail, c.Right, c.Ask = state, g.reason, g.detail, g.right, "log_events"
		case r.options.reason != "":
			c.State, c.Reason, c.Ask = facts.Missing, r.options.reason, "log_events"
		case !on:
			c.State, c.Reason, c.Detail, c.Ask = facts.Missing, facts.NotSupported, why, "log_events"
		}
		silent = silent || c.State != facts.Full
		all = append(all, c)
		if slices.Contains(singleKinds, kind) {
			e := c
			e.Kind = facts.KindEvent
			if e.State == facts.Full && (r.journal.cut && kind != facts.ActLoginFailed || kind == facts.ActAdminGrant && r.journal.unreadable > 0) {
				e.State, e.Reason, e.Detail = facts.PartOnly, facts.Failed, "some entries were too many or could not be read"
			}
			silent = silent || e.State != facts.Full
			all = append(all, e)
		}
	}
	if silent {
		for _, kind := range []facts.Kind{facts.KindActivity, facts.KindEvent} {
			all = append(all, facts.Coverage{
				Source: r.kind, Kind: kind, State: facts.PartOnly, Reason: facts.NotSupported, Count: r.read[kind], Ask: "log_events",
				Detail: "the portal does not write everything down",
			})
		}
	}
	return all
}

// delivered tells how far lists that are read together came, and what the first gap is.
func (r *run) delivered(names ...string) (facts.State, gap) {
	for i, name := range names {
		if g, missing := r.gaps[name]; missing && i == 0 {
			return facts.Missing, g
		} else if missing {
			return facts.PartOnly, g
		}
	}
	return facts.Full, gap{}
}

// giveUp covers every kind with the one reason why there was nothing to read.
func (r *run) giveUp(err error) error {
	var all []facts.Coverage
	for _, kind := range provides() {
		all = append(all, facts.Coverage{Source: r.kind, Kind: kind, State: facts.Missing, Reason: facts.Failed, Detail: clean(err.Error())})
	}
	if covered := r.coverAll(all); covered != nil {
		return covered
	}
	return r.describe()
}

// describe tells the footprint of the audit.
func (r *run) describe() error {
	return r.w.Describe(func(s *facts.SourceInfo) {
		s.ID, s.Kind = r.kind, r.kind
		if r.db != nil {
			s.Where, s.Requests = r.db.where(), r.db.asked()
		}
		for _, name := range sortedKeys(r.gaps) {
			if g := r.gaps[name]; g.reason != facts.NotSupported {
				r.note("%s", g.detail)
			}
		}
		s.Notes = append(s.Notes, unique(r.notes)...)
	})
}

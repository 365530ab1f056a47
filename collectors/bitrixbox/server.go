package bitrixbox

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// serverRow is the database server.
type serverRow struct {
	product, version, zone string
	now                    time.Time
}

// group is a group of users.
type group struct {
	id, code string
	active   bool
}

// Groups that have the same number or name on every portal.
const (
	adminGroup        = "1"
	portalAdminPrefix = "PORTAL_ADMINISTRATION"
	employeePrefix    = "EMPLOYEES_"
)

// maxClockSkew is how far the server's clock may differ before the audit says so.
const maxClockSkew = 5 * time.Minute

func (r *run) readServer(ctx context.Context) error {
	_, err := r.ask(ctx, "server", func(row row) error {
		r.server = serverRow{product: row.text("PRODUCT"), version: row.text("VERSION"), zone: row.text("ZONE"), now: moment(row.number("NOW"))}
		return nil
	})
	if err != nil {
		return err
	}
	if skew := r.server.now.Sub(r.window.now).Abs(); r.kind == KindLive && !r.server.now.IsZero() && skew > maxClockSkew {
		r.note("the clock of the database server differs from this machine's by %s; ages count from this machine's", skew.Round(time.Minute))
	}
	modules := map[string]bool{}
	ok, err := r.ask(ctx, "modules", func(row row) error {
		modules[row.text("ID")] = true
		return nil
	})
	if err != nil {
		return err
	}
	if ok {
		r.modules = modules
	}
	if _, err = r.ask(ctx, "options", func(row row) error {
		r.options.add(row.text("MODULE_ID"), row.text("NAME"), row.raw("VALUE"))
		return nil
	}); err != nil {
		return err
	}
	r.options.reason = r.why("options")
	if err := r.readGroups(ctx); err != nil {
		return err
	}
	r.hooks = map[string]bool{}
	_, err = r.ask(ctx, "hooks", func(row row) error {
		class := row.text("TO_CLASS")
		if at := strings.LastIndexAny(class, `\`); at >= 0 {
			class = class[at+1:]
		}
		r.hooks[lower(row.text("FROM_MODULE_ID")+"/"+row.text("MESSAGE_ID")+"/"+class)] = true
		return nil
	})
	return err
}

func (r *run) readGroups(ctx context.Context) error {
	r.groups, r.policies.texts = map[string]*group{}, map[string]string{}
	unreadable := 0
	_, err := r.ask(ctx, "groups", func(row row) error {
		g := &group{id: row.id("ID"), code: row.text("STRING_ID"), active: row.yes("ACTIVE")}
		r.groups[g.id] = g
		if text := row.raw("SECURITY_POLICY"); g.active && strings.TrimSpace(text) != "" {
			r.policies.texts[g.id] = text
			if p := basePolicy; !p.strengthen(text) {
				unreadable++
			}
		}
		return nil
	})
	r.policies.reason = r.why("groups")
	if unreadable > 0 {
		r.note("security policies of groups that are damaged in the database and could not be read: %d", unreadable)
	}
	return err
}

// employees reports that the group holds everybody who works here.
func (r *run) employees(id string) bool {
	g := r.groups[id]
	return id == everyone || g != nil && strings.HasPrefix(g.code, employeePrefix)
}

// administers reports a group of administrators: of the whole site, or of the portal alone, which Bitrix24
// keeps apart although both may do nearly everything.
func (r *run) administers(id string) bool {
	g := r.groups[id]
	return id == adminGroup || g != nil && strings.HasPrefix(g.code, portalAdminPrefix)
}

// hooked reports that a protection is switched on. Old versions end the class differently, so its end decides.
func (r *run) hooked(message, class string) bool {
	for hook := range r.hooks {
		if strings.HasPrefix(hook, "main/"+lower(message)+"/") && strings.HasSuffix(hook, lower(class)) {
			return true
		}
	}
	return false
}

// setting writes a setting; unknown ones are told by the coverage alone.
func (r *run) setting(s *facts.Setting) error {
	s.Source = r.kind
	return r.write(s)
}

// writeSettings gives what the options and the policies of people say, under their canonical names.
func (r *run) writeSettings(context.Context) error {
	var all []*facts.Setting
	number := func(name string, value int, isDefault bool) {
		all = append(all, &facts.Setting{Name: name, Number: facts.Of(float64(value)), Default: isDefault})
	}
	flag := func(name string, value, isDefault bool) {
		all = append(all, &facts.Setting{Name: name, Bool: facts.Of(value), Default: isDefault})
	}
	o := &r.options
	if o.reason == "" {
		required, known := r.secondFactorRequired()
		if known {
			_, isDefault := o.get("security", "otp_mandatory_using")
			flag("auth.two_factor.required", required, isDefault)
		}
		_, isDefault := o.get("security", "otp_mandatory_skip_days")
		number("auth.two_factor.grace_days", o.number("security", "otp_mandatory_skip_days"), isDefault)
		days, isDefault := o.get("main", "event_log_cleanup_days")
		if kept := o.number("main", "event_log_cleanup_days"); days != "" {
			if kept <= 0 { // nothing is cleaned up then
				kept = forEver
			}
			number("log.retention_days", kept, isDefault)
		}
		_, isDefault = o.get("main", "event_log_syslog")
		flag("log.forwarding", o.on("main", "event_log_syslog") || o.on("main", "event_log_filelog"), isDefault)
		_, isDefault = o.get("main", "all_bcc")
		flag("mail.copy_all", o.text("main", "all_bcc") != "", isDefault)
		_, isDefault = o.get("main", "new_user_registration")
		flag("registration.open", o.on("main", "new_user_registration"), isDefault)
		_, isDefault = o.get("main", "captcha_registration")
		flag("registration.captcha", o.on("main", "captcha_registration"), isDefault)
		_, isDefault = o.get("main", "inactive_users_block_days")
		number("accounts.block_inactive_days", o.number("main", "inactive_users_block_days"), isDefault)
		_, isDefault = o.get("main", "update_use_https")
		flag("updates.https", o.on("main", "update_use_https"), isDefault)
		all = append(all, &facts.Setting{Name: "log.events", List: facts.Of(r.loggedEvents())})
	}
	if p := r.site.policy; p != nil {
		_, set := r.policies.texts[everyone]
		number("password.min_length", p.length, !set)
		flag("password.complexity", p.complex(), !set)
		flag("password.weak_blocked", p.weak, !set)
		number("password.max_days", p.maxDays, !set)
		number("login.max_attempts", p.attempts(), !set)
		number("login.captcha_attempts", p.captcha, !set)
		number("login.lockout_minutes", p.blockMinutes, !set)
		number("session.idle_minutes", p.idle, !set)
		number("session.remember_days", p.remember/minutesPerDay, !set)
	}
	slices.SortFunc(all, func(a, b *facts.Setting) int { return strings.Compare(a.Name, b.Name) })
	for _, s := range all {
		if err := r.setting(s); err != nil {
			return err
		}
	}
	return nil
}

const (
	forEver       = 36_500 // days, where nothing is ever deleted
	minutesPerDay = 24 * 60
)

// secondFactorRequired reports that everybody has to enrol. Rights that name departments or single
// people leave it open.
func (r *run) secondFactorRequired() (required, known bool) {
	o := &r.options
	if !r.secondFactorWorks() || !o.on("security", "otp_mandatory_using") {
		return false, true
	}
	codes, ok := o.list("security", "otp_mandatory_rights")
	if !ok {
		return false, false
	}
	narrow := true
	for _, code := range codes {
		if code == "AU" || strings.HasPrefix(code, "G") && r.employees(code[1:]) {
			return true, true
		}
		narrow = narrow && (strings.HasPrefix(code, "G") || strings.HasPrefix(code, "U"))
	}
	return false, narrow
}

// secondFactorWorks reports that the portal asks for second factors at all.
func (r *run) secondFactorWorks() bool {
	return (r.modules == nil || r.modules["security"]) && r.options.on("security", "otp_enabled")
}

// loggedEvents lists which of the kinds that matter the portal writes down.
func (r *run) loggedEvents() []string {
	o := &r.options
	events := []string{}
	add := func(kind string, on bool) {
		if on {
			events = append(events, kind)
		}
	}
	crm := r.why("crm_hours") == ""
	add("login", o.on("main", "event_log_login_success"))
	add("login_failed", o.on("main", "event_log_login_fail"))
	add("rights", o.on("main", "event_log_user_groups"))
	add("export", crm && o.on("crm", "history_enable_export_event"))
	add("delete", crm && r.deletionsLogged())
	add("settings", o.on("main", "event_log_group_policy") && o.on("main", "event_log_module_access"))
	return events
}

func (r *run) deletionsLogged() bool {
	for _, object := range clientObjects {
		if !r.options.on("crm", "history_enable_"+object+"_rm_event") {
			return false
		}
	}
	return true
}

package bitrixbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/collectors/bitrixbox/docroot"
	"github.com/crmaudit/crmaudit/collectors/bitrixbox/php"
	"github.com/crmaudit/crmaudit/facts"
)

// readProtection gives the security panel, software, files, scans, roles of the network and the journal.
func (r *run) readProtection(ctx context.Context) error {
	for _, write := range []func(context.Context) error{
		r.writeHooks, r.writeIPRules, r.writeAlerts, r.writeRuntime, r.writeRootSettings, r.writeComponents, r.writeFiles, r.writeScan, r.writeJournal,
	} {
		if err := write(ctx); err != nil {
			return err
		}
	}
	return nil
}

// writeHooks tells which protections are switched on: each is a hook of the security module.
func (r *run) writeHooks(ctx context.Context) error {
	if r.why("hooks") != "" {
		return nil
	}
	exclusions, exceptions := 0, 0
	masks, err := r.ask(ctx, "filter_masks", func(row row) error { exclusions = int(row.number("N")); return nil })
	if err != nil {
		return err
	}
	if _, err := r.ask(ctx, "antivirus_exceptions", func(row row) error { exceptions = int(row.number("N")); return nil }); err != nil {
		return err
	}
	filter := r.hooked("OnBeforeProlog", "CSecurityFilter")
	redirect := r.hooked("OnBeforeLocalRedirect", "CSecurityRedirect")
	frame := r.hooked("OnPageStart", "CSecurityFrame")
	antivirus := r.hooked("OnPageStart", "CSecurityAntiVirus")
	settings := []*facts.Setting{
		{Name: "protection.antivirus", Bool: facts.Of(antivirus)},
		{Name: "protection.frame", Bool: facts.Of(frame)},
		{Name: "protection.host_restriction", Bool: facts.Of(r.hooked("OnPageStart", "HostRestriction"))},
		{Name: "protection.redirect", Bool: facts.Of(redirect)},
		{Name: "protection.waf", Bool: facts.Of(filter)},
	}
	if masks {
		settings = append(settings, &facts.Setting{Name: "protection.waf_exclusions", Number: facts.Of(float64(exclusions))})
	}
	if o := &r.options; o.reason == "" {
		_, isDefault := o.get("security", "antivirus_action")
		settings = append(settings,
			&facts.Setting{Name: "protection.antivirus_notify_only", Bool: facts.Of(o.text("security", "antivirus_action") == "notify_only"), Default: isDefault},
			&facts.Setting{Name: "protection.integrity_checked", Date: facts.Of(o.moment("security", "last_files_check"))},
			&facts.Setting{Name: "protection.level", Text: r.panelLevel(filter, redirect, frame, antivirus, exclusions, exceptions)})
	}
	for _, s := range settings {
		if err := r.setting(s); err != nil {
			return err
		}
	}
	return nil
}

// Levels of the vendor's panel; each asks for everything of the one before.
const (
	levelNone     = "none"
	levelStandard = "standard"
	levelHigh     = "high"
	levelVeryHigh = "very_high"
)

// panelEvents are the records of the event log that the panel asks for.
var panelEvents = []string{
	"logout", "login_success", "login_fail", "register", "register_fail", "password_request", "password_change", "user_delete", "user_groups",
	"group_policy", "module_access", "file_access", "task",
}

// panelLevel is the level that the portal reaches for certain. Where nobody could read what the standard level
// asks for, it is unknown; what a higher level asks for and nobody could read does not count as done.
func (r *run) panelLevel(filter, redirect, frame, antivirus bool, exclusions, exceptions int) facts.Known[string] {
	o := &r.options
	admins := r.policies.of([]string{adminGroup})
	strict := admins.known && admins.length >= 10 && admins.maxDays > 0 && admins.maxDays <= 90 && admins.idle <= 15 && admins.punctuation
	errorsOnly := o.number("main", "error_reporting") == 85 || o.number("main", "error_reporting") == 0
	if !filter || exclusions > 0 || admins.known && !strict || !o.on("main", "captcha_registration") || !errorsOnly {
		return facts.Of(levelNone)
	}
	if why := r.why("filter_masks", "groups"); why != "" || !admins.known {
		return facts.Unknown[string](cmp.Or(why, facts.Failed))
	}
	if r.site.root == nil {
		return facts.Unknown[string](facts.NotConfigured) // whether errors of the database are shown stands in a file
	}
	if debug, known := r.site.root.Settings.Debug.Get(); !known {
		return facts.Unknown[string](facts.Failed)
	} else if debug {
		return facts.Of(levelNone)
	}
	for _, event := range panelEvents {
		if !o.on("main", "event_log_"+event) {
			return facts.Of(levelStandard)
		}
	}
	if !frame || !redirect || r.sessionsInFiles() || !o.on("main", "use_session_id_ttl") || o.number("main", "session_id_ttl") <= 0 || !r.site.adminRule {
		return facts.Of(levelStandard)
	}
	checked := o.moment("security", "last_files_check")
	if !r.secondFactorWorks() || r.window.now.Sub(checked) > 7*24*time.Hour || !antivirus || o.text("security", "antivirus_action") == "notify_only" || exceptions > 0 ||
		r.why("antivirus_exceptions") != "" {
		return facts.Of(levelHigh)
	}
	return facts.Of(levelVeryHigh)
}

// sessionsInFiles reports that sessions are kept where PHP itself puts them, or may be. Where no settings file
// says it, an option of older versions does.
func (r *run) sessionsInFiles() bool {
	storage := r.site.root.Settings.SessionStorage
	if storage.Reason() == facts.NotSupported && r.options.on("security", "session") {
		return false
	}
	return storage.Or("file") == "file"
}

// readIPRules finds the rule that limits the administration to known addresses.
func (r *run) readIPRules(ctx context.Context) error {
	ruled := map[string]bool{}
	if _, err := r.ask(ctx, "ip_rules", func(row row) error {
		from, _ := row.time("ACTIVE_FROM")
		until, _ := row.time("ACTIVE_TO")
		inForce := row.yes("ACTIVE") && !from.After(r.window.now) && (until.IsZero() || until.After(r.window.now))
		if inForce && row.text("RULE_TYPE") == "A" && row.yes("ADMIN_SECTION") && row.text("SITE_ID") == "" {
			ruled[row.id("ID")] = true
		}
		return nil
	}); err != nil {
		return err
	}
	if _, err := r.ask(ctx, "ip_rule_addresses", func(row row) error {
		if ruled[row.id("IPRULE_ID")] {
			r.site.adminAddresses = append(r.site.adminAddresses, row.text("RULE_IP"))
		}
		return nil
	}); err != nil {
		return err
	}
	r.site.adminRule = len(ruled) > 0 && r.hooked("OnPageStart", "CSecurityIPRule")
	if switched, known := r.switchedOffByFile(); r.site.adminRule {
		r.site.adminRule, r.site.adminRuleOpen = !switched, !known
	}
	return nil
}

// switchedOffByFile reports that the file exists with which an administrator who locked himself out switches
// the rules off. Without the document root, or for a file outside of it, nobody here can tell.
func (r *run) switchedOffByFile() (off, known bool) {
	name := r.options.text("security", "ipcheck_disable_file")
	if name == "" {
		return false, r.options.reason == ""
	}
	inside := strings.TrimPrefix(name, r.root)
	if r.site.root == nil || filepath.IsAbs(inside) && inside == name && !strings.HasPrefix(name, "/bitrix/") && !strings.HasPrefix(name, "/upload/") {
		return false, false
	}
	root, err := os.OpenRoot(r.root)
	if err != nil {
		return false, false
	}
	defer func() { _ = root.Close() }()
	_, err = root.Stat(filepath.FromSlash(strings.TrimPrefix(inside, "/")))
	return err == nil, err == nil || errors.Is(err, fs.ErrNotExist)
}

// writeIPRules tells of that rule.
func (r *run) writeIPRules(context.Context) error {
	if r.why("ip_rules", "hooks") != "" || r.site.adminRuleOpen {
		return nil
	}
	if err := r.setting(&facts.Setting{Name: "network.admin_ip_rule", Bool: facts.Of(r.site.adminRule)}); err != nil {
		return err
	}
	if r.why("ip_rule_addresses") != "" {
		return nil
	}
	list := r.site.adminAddresses
	if !r.site.adminRule || list == nil {
		list = []string{}
	}
	// The rule binds the administration alone: whoever works with clients may come from anywhere.
	return r.setting(&facts.Setting{Name: "network.admin_ip_allowlist", List: facts.Of(list)})
}

// alertOf names what an alert is about in the words of the checks.
var alertOf = map[string]string{
	"USER_GROUP_CHANGED": "admin_granted", "GROUP_POLICY_CHANGED": "settings_changed", "MODULE_RIGHTS_CHANGED": "settings_changed",
	"USER_AUTHORIZE": "login", "USER_LOGIN": "login_failed", "CRM_EXPORT": "mass_export", "CRM_DELETE": "mass_delete",
}

func (r *run) writeAlerts(ctx context.Context) error {
	types := []string{}
	ok, err := r.ask(ctx, "alerts", func(row row) error {
		if name := alertOf[strings.ToUpper(row.text("AUDIT_TYPE_ID"))]; name != "" {
			types = append(types, name)
		}
		return nil
	})
	if err != nil || !ok {
		return err
	}
	if o := &r.options; o.on("main", "user_device_history") && o.on("main", "user_device_notify") {
		types = append(types, "new_device") // an alert of its own: each person is told about a new device
	}
	return r.setting(&facts.Setting{Name: "alerts.types", List: facts.Of(unique(types))})
}

// writeRuntime gives what runs behind the portal.
func (r *run) writeRuntime(ctx context.Context) error {
	for _, q := range []struct {
		list, setting string
		date          bool
	}{{"agents", "agents.last_run", true}, {"updates", "updates.last_install", true}, {"request_log", "api.debug_log", false}} {
		if _, err := r.ask(ctx, q.list, func(row row) error {
			s := &facts.Setting{Name: q.setting}
			if q.date {
				s.Date = facts.Of(moment(row.number("LAST")))
			} else {
				s.Bool = facts.Of(row.number("N") > 0)
			}
			return r.setting(s)
		}); err != nil {
			return err
		}
	}
	if r.modules != nil && !r.modules["rest"] { // nobody can ask anything, so nothing is written down
		return r.setting(&facts.Setting{Name: "api.debug_log", Bool: facts.Of(false)})
	}
	return nil
}

// rootSetting is what the settings files of the document root say of one setting.
type rootSetting struct {
	name  string
	value facts.Known[bool]
}

// rootSettings are all unknown where there is no document root to look at.
func (r *run) rootSettings() []rootSetting {
	var s docroot.Settings
	if r.site.root != nil {
		s = r.site.root.Settings
	}
	weak := facts.Unknown[bool](s.DatabasePasswordWeak.Reason())
	if list, ok := s.DatabasePasswordWeak.Get(); ok {
		weak = facts.Of(len(list) > 0)
	}
	return []rootSetting{
		{"debug.enabled", s.Debug}, {"debug.errors_shown", s.ErrorsShown}, {"debug.log_in_webroot", s.LogInWebRoot}, {"cookies.secure", s.CookiesSecure},
		{"cookies.http_only", s.CookiesHTTPOnly}, {"api.plain_http", s.PlainHTTPWebhooks}, {"database.superuser", s.Superuser}, {"database.password_weak", weak},
	}
}

func (r *run) writeRootSettings(context.Context) error {
	for _, x := range r.rootSettings() {
		if _, known := x.value.Get(); known {
			if err := r.setting(&facts.Setting{Name: x.name, Bool: x.value}); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeComponents gives the portal, its modules and the database with their versions.
func (r *run) writeComponents(context.Context) error {
	portal := &facts.Component{ID: "bitrix24", Source: r.kind, Name: facts.Of("1C-Bitrix24")}
	if r.site.root != nil {
		main := r.site.root.Versions.Main
		portal.Version, portal.Released = main.Version, main.Date
	}
	if r.options.reason == "" {
		if ends, err := time.Parse(time.DateOnly, r.options.text("main", "~support_finish_date")); err == nil {
			portal.LicenceEnds = facts.Of(ends)
		}
	}
	if err := r.write(portal); err != nil {
		return err
	}
	if r.server.product == "" {
		return nil
	}
	version, _, _ := strings.Cut(r.server.version, "-")
	version, _, _ = strings.Cut(version, " ")
	return r.write(&facts.Component{ID: lower(r.server.product), Source: r.kind, Name: facts.Of(r.server.product), Version: facts.Of(version)})
}

// scanSeverity by the vendor's word, misspelt as it is.
var scanSeverity = map[string]string{"LOW": "low", "MIDDLE": "medium", "HIGHT": "high", "HIGH": "high", "CRITICAL": "high"}

// writeScan passes on what the vendor's own scanner found in its last run. How it writes that down is not
// documented, so whatever cannot be read stays unknown and never counts as clean.
func (r *run) writeScan(ctx context.Context) error {
	found := false
	ok, err := r.ask(ctx, "scanner", func(row row) error {
		found = true
		at, _ := row.time("TEST_DATE")
		if err := r.setting(&facts.Setting{Name: "scanner.last_run", Date: facts.Of(at)}); err != nil {
			return err
		}
		scans, readable := readScans(row.raw("RESULTS"))
		for _, s := range scans {
			s.Source, s.Scanner, s.At = r.kind, facts.Of("bitrix security"), facts.Of(at)
			if err := r.write(s); err != nil {
				return err
			}
		}
		if !readable {
			r.gaps["scanner"] = gap{list: "scanner", reason: facts.Failed, detail: "the results of the vendor's scanner could not be read"}
			return nil
		}
		return r.setting(&facts.Setting{Name: "scanner.problems", Number: facts.Of(float64(len(scans)))})
	})
	if err != nil || !ok || found {
		return err
	}
	return r.setting(&facts.Setting{Name: "scanner.last_run", Date: facts.Of(time.Time{})})
}

// readScans finds, anywhere in the value, entries that have a severity. all is false when there may be more
// than that: a severity of another word, or nothing but values of which nobody knows what they say.
func readScans(text string) (scans []*facts.Scan, all bool) {
	value, err := php.Unserialize(text)
	if err != nil {
		return nil, false
	}
	seen := map[string]int{}
	otherWord, otherValue := false, false
	var walk func(any)
	walk = func(v any) {
		array, ok := v.(*php.Array)
		if !ok {
			otherValue = true
			return
		}
		get := func(keys ...string) string {
			for _, key := range keys {
				if x, ok := array.Get(key); ok {
					if s, ok := php.Text(x); ok && s != "" {
						return clean(s)
					}
				}
			}
			return ""
		}
		if word := get("critical", "CRITICAL", "severity"); word != "" {
			severity := scanSeverity[strings.ToUpper(word)]
			if severity == "" {
				otherWord = true
				return
			}
			id := get("code", "name", "test", "title")
			if id == "" {
				id = "test"
			}
			if seen[id]++; seen[id] > 1 {
				id = fmt.Sprintf("%s-%d", id, seen[id])
			}
			scans = append(scans, &facts.Scan{ID: id, Severity: facts.Of(severity), Title: facts.Of(get("title", "name", "code"))})
			return
		}
		for _, child := range array.All() {
			walk(child)
		}
	}
	walk(value)
	return scans, !otherWord && (len(scans) > 0 || !otherValue)
}

func decimal(s string) (float64, bool) {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
}

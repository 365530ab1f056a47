package bitrixbox

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors/bitrixbox/docroot"
	"github.com/crmaudit/crmaudit/facts"
)

func TestReadScans(t *testing.T) {
	const entry = `a:2:{s:4:"name";s:4:"test";s:8:"critical";s:6:"MIDDLE";}`
	for _, c := range []struct {
		text  string
		found int
		all   bool
	}{
		{"a:0:{}", 0, true},
		{`a:1:{s:4:"test";a:0:{}}`, 0, true},
		{"a:1:{i:0;" + entry + "}", 1, true},
		{`a:2:{s:4:"done";b:1;i:0;` + entry + "}", 1, true},
		{"a:2:{i:0;" + entry + `i:1;a:1:{s:8:"critical";s:7:"EXTREME";}}`, 1, false},
		{`a:1:{i:0;a:1:{s:5:"level";s:4:"HIGH";}}`, 0, false},
		{"N;", 0, false}, {"b:0;", 0, false}, {"", 0, false}, {"null", 0, false}, {"[]", 0, false}, {"a:1:{", 0, false},
	} {
		scans, all := readScans(c.text)
		require.Len(t, scans, c.found, c.text)
		require.Equal(t, c.all, all, c.text)
	}
}

func FuzzReadScans(f *testing.F) {
	f.Add(`a:1:{i:0;a:2:{s:4:"name";s:4:"test";s:8:"critical";s:5:"HIGHT";}}`)
	f.Fuzz(func(t *testing.T, text string) {
		ids := map[string]bool{}
		scans, _ := readScans(text)
		for _, s := range scans {
			require.NotEmpty(t, s.Severity.Or(""))
			ids[s.ID] = true
		}
		require.Len(t, ids, len(scans), "no problem hides another one")
	})
}

// strictest is a portal that reaches the highest level of the panel.
func strictest() *run {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	r := &run{Collector: &Collector{}, window: newWindow(now, 90), gaps: map[string]gap{}}
	r.policies.texts = map[string]string{adminGroup: `a:5:{s:15:"PASSWORD_LENGTH";s:2:"12";s:20:"PASSWORD_CHANGE_DAYS";s:2:"60";s:15:"SESSION_TIMEOUT";s:2:"15";s:20:"PASSWORD_PUNCTUATION";s:1:"Y";s:14:"LOGIN_ATTEMPTS";s:1:"3";}`}
	for _, name := range append([]string{"captcha_registration", "use_session_id_ttl"}, eventOptions()...) {
		r.options.add("main", name, "Y")
	}
	r.options.add("main", "session_id_ttl", "60")
	r.options.add("security", "otp_enabled", "Y")
	r.options.add("security", "last_files_check", "1795219200") // a day before
	r.site.adminRule = true
	r.site.root = &docroot.Report{}
	r.site.root.Settings.Debug = facts.Of(false)
	r.site.root.Settings.SessionStorage = facts.Of("redis")
	return r
}

func eventOptions() []string {
	names := make([]string, len(panelEvents))
	for i, event := range panelEvents {
		names[i] = "event_log_" + event
	}
	return names
}

// What nobody could read never raises the level.
func TestPanelLevel(t *testing.T) {
	denied := func(lists ...string) func(*run) {
		return func(r *run) {
			for _, name := range lists {
				r.gaps[name] = gap{list: name, reason: facts.Denied}
			}
		}
	}
	for name, c := range map[string]struct {
		change func(*run)
		want   string
		why    facts.Reason
	}{
		"everything":                  {func(*run) {}, levelVeryHigh, ""},
		"exclusions not readable":     {denied("filter_masks"), "", facts.Denied},
		"groups not readable":         {func(r *run) { r.policies.reason = facts.Denied; denied("groups")(r) }, "", facts.Denied},
		"policy damaged":              {func(r *run) { r.policies.texts[adminGroup] = "a:1:{" }, "", facts.Failed},
		"policy weak":                 {func(r *run) { r.policies.texts[adminGroup] = "a:0:{}" }, levelNone, ""},
		"no captcha, groups unknown":  {func(r *run) { r.options.add("main", "captcha_registration", "N"); denied("groups")(r) }, levelNone, ""},
		"no document root":            {func(r *run) { r.site.root = nil }, "", facts.NotConfigured},
		"rules not readable":          {func(r *run) { r.site.adminRule = false; denied("ip_rules")(r) }, levelStandard, ""},
		"no rule":                     {func(r *run) { r.site.adminRule = false }, levelStandard, ""},
		"exceptions not readable":     {denied("antivirus_exceptions"), levelHigh, ""},
		"sessions in files":           {func(r *run) { r.site.root.Settings.SessionStorage = facts.Of("file") }, levelStandard, ""},
		"sessions by default":         {sessions(facts.NotSupported, ""), levelStandard, ""},
		"sessions by an older option": {sessions(facts.NotSupported, "Y"), levelVeryHigh, ""},
		"sessions nobody could read":  {sessions(facts.Denied, "Y"), levelStandard, ""},
	} {
		r := strictest()
		c.change(r)
		level := r.panelLevel(true, true, true, true, 0, 0)
		require.Equal(t, c.want, level.Or(""), name)
		require.Equal(t, c.why, level.Reason(), name)
	}
}

func sessions(why facts.Reason, option string) func(*run) {
	return func(r *run) {
		r.site.root.Settings.SessionStorage = facts.Unknown[string](why)
		r.options.add("security", "session", option)
	}
}

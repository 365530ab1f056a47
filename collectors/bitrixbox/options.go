package bitrixbox

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/collectors/bitrixbox/php"
	"github.com/crmaudit/crmaudit/facts"
)

// secretOptions are read only as set or not set; the server itself replaces their values.
var secretOptions = []string{"dump_temporary_cache", "backup_secret_key"}

// defaults are in force where the table of options has no row. Source: the product's settings pages and
// default_option.php of main 25.1150, the same in 16 and 20 as far as they have the option.
var defaults = map[string]map[string]string{
	"main": {
		"event_log_login_success": "N", "event_log_login_fail": "N", "event_log_permissions_fail": "N", "event_log_register": "N",
		"event_log_password_request": "N", "event_log_password_change": "N", "event_log_user_edit": "N", "event_log_user_delete": "N",
		"event_log_user_groups": "N", "event_log_group_edit": "N", "event_log_group_policy": "N", "event_log_module_access": "N",
		"event_log_file_access": "N", "event_log_task": "N", "event_log_marketplace": "N", "event_log_logout": "N", "event_log_register_fail": "N",
		"event_log_block_user": "N", "event_log_cleanup_days": "7", "event_log_syslog": "N", "event_log_filelog": "N",
		"inactive_users_block_days": "0", "new_user_registration": "N", "captcha_registration": "N", "error_reporting": "85", "all_bcc": "",
		"update_use_https": "N", "use_session_id_ttl": "N", "session_id_ttl": "0", "~support_finish_date": "", "server_name": "",
		"dump_auto_enable_auto": "0", "dump_auto_interval_auto": "1", "dump_bucket_id_auto": "0", "dump_base_auto": "1", "dump_file_public_auto": "1",
		"dump_file_kernel_auto": "1", "dump_do_clouds_auto": "1", "dump_base_skip_log_auto": "0", "dump_max_file_size_auto": "0",
		"dump_integrity_check_auto": "0", "dump_delete_old_auto": "0", "dump_old_time_auto": "0", "dump_old_cnt_auto": "0",
		"dump_temporary_cache": "", "backup_secret_key": "", "last_backup_start_time": "0", "last_backup_end_time": "0", "skip_mask_auto": "0",
		"update_system_update": "", "user_device_history": "N", "user_device_notify": "N",
	},
	"security": {
		"otp_enabled": "N", "otp_mandatory_using": "N", "otp_mandatory_skip_days": "10", "otp_mandatory_rights": `a:1:{i:0;s:2:"G1";}`,
		"otp_allow_remember": "N", "antivirus_action": "replace", "ipcheck_disable_file": "", "last_files_check": "-1", "filter_action": "filter", "session": "N",
	},
	"crm": {
		"history_enable_export_event": "Y", "history_enable_view_event": "Y", "history_enable_lead_rm_event": "Y", "history_enable_deal_rm_event": "Y",
		"history_enable_contact_rm_event": "Y", "history_enable_company_rm_event": "Y",
	},
	"extranet": {"extranet_group": ""},
}

// optionFilter asks for the known options and for nothing else: the table holds many a secret.
func optionFilter() string {
	var parts []string
	for _, module := range sortedKeys(defaults) {
		parts = append(parts, "MODULE_ID = "+quote(module)+" AND NAME IN "+oneOf(sortedKeys(defaults[module])...))
	}
	return strings.Join(parts, " OR ")
}

// options are the settings of the portal.
type options struct {
	set    map[string]map[string]string
	reason facts.Reason // why they could not be read
}

func (o *options) add(module, name, value string) {
	if o.set == nil {
		o.set = map[string]map[string]string{}
	}
	if o.set[module] == nil {
		o.set[module] = map[string]string{}
	}
	o.set[module][name] = value
}

// get is the value in force, and whether it is the product's default.
func (o *options) get(module, name string) (value string, isDefault bool) {
	value, ok := defaults[module][name]
	if !ok {
		panic("bitrixbox: no option " + module + "/" + name) // it would not have been asked for
	}
	if v, set := o.set[module][name]; set {
		return v, false
	}
	return value, true
}

func (o *options) text(module, name string) string {
	v, _ := o.get(module, name)
	return clean(v)
}

func (o *options) on(module, name string) bool {
	v, _ := o.get(module, name)
	return v == "Y" || v == "1"
}

// number is the option as the product takes it: PHP reads the digits that a text begins with, and 0 without any.
func (o *options) number(module, name string) int {
	v, _ := o.get(module, name)
	n, _ := strconv.Atoi(leadingNumber.FindString(strings.TrimSpace(v)))
	return n
}

var leadingNumber = regexp.MustCompile(`^[+-]?[0-9]+`)

// moment is an option that holds seconds since 1970.
func (o *options) moment(module, name string) time.Time {
	v, _ := o.get(module, name)
	n, _ := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
	return moment(n)
}

// list is an option that holds a serialized list.
func (o *options) list(module, name string) ([]string, bool) {
	v, _ := o.get(module, name)
	value, err := php.Unserialize(v)
	if err != nil {
		return nil, false
	}
	array, ok := value.(*php.Array)
	if !ok {
		return nil, false
	}
	return array.Strings(), true
}

package bitrixbox

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDefaultsAreInForceWithoutARow(t *testing.T) {
	var o options
	for name, want := range map[string]int{"event_log_cleanup_days": 7, "inactive_users_block_days": 0, "error_reporting": 85} {
		require.Equal(t, want, o.number("main", name), name)
		_, isDefault := o.get("main", name)
		require.True(t, isDefault)
	}
	require.Equal(t, 10, o.number("security", "otp_mandatory_skip_days"))
	for name := range defaults["main"] {
		if len(name) > 10 && name[:10] == "event_log_" && name != "event_log_cleanup_days" {
			require.False(t, o.on("main", name), "nothing is logged unless somebody says so: %s", name)
		}
	}
	for _, name := range []string{"otp_enabled", "otp_mandatory_using", "otp_allow_remember", "session"} {
		require.False(t, o.on("security", name), name)
	}
	for _, name := range []string{"dump_base_auto", "dump_file_public_auto", "dump_file_kernel_auto", "dump_do_clouds_auto"} {
		require.True(t, o.on("main", name), name)
	}
	list, ok := o.list("security", "otp_mandatory_rights")
	require.True(t, ok)
	require.Equal(t, []string{"G1"}, list)
	require.True(t, o.moment("security", "last_files_check").IsZero())
	require.True(t, o.moment("main", "last_backup_end_time").IsZero())
}

func TestOptionsThatAreSet(t *testing.T) {
	var o options
	o.add("main", "event_log_cleanup_days", " 365 ")
	o.add("main", "event_log_login_success", "Y")
	o.add("main", "event_log_login_fail", "y")
	o.add("main", "dump_base_auto", "0")
	o.add("main", "inactive_users_block_days", "many")
	o.add("main", "last_backup_end_time", "1795338000")
	o.add("main", "all_bcc", "boss@\nexample.org")
	o.add("security", "otp_mandatory_rights", "a:2:{i:0;")
	o.add("security", "last_files_check", "99999999999999999999")
	require.Equal(t, 365, o.number("main", "event_log_cleanup_days"))
	_, isDefault := o.get("main", "event_log_cleanup_days")
	require.False(t, isDefault)
	require.True(t, o.on("main", "event_log_login_success"))
	require.False(t, o.on("main", "event_log_login_fail"), "the product knows the capital letter alone")
	require.False(t, o.on("main", "dump_base_auto"))
	require.Zero(t, o.number("main", "inactive_users_block_days"))
	require.Equal(t, time.Unix(1795338000, 0).UTC(), o.moment("main", "last_backup_end_time"))
	require.Equal(t, "boss@ example.org", o.text("main", "all_bcc"))
	_, ok := o.list("security", "otp_mandatory_rights")
	require.False(t, ok)
	require.True(t, o.moment("security", "last_files_check").IsZero())
	require.Panics(t, func() { o.get("main", "nobody_asked") })
}

// PHP reads the digits that a text begins with.
func TestNumbersOfOptions(t *testing.T) {
	for text, want := range map[string]int{"7": 7, " 7 ": 7, "14 days": 14, "-1": -1, "": 0, "none": 0, "99999999999999999999": 1<<63 - 1} {
		o := &options{}
		o.add("main", "event_log_cleanup_days", text)
		require.Equal(t, want, o.number("main", "event_log_cleanup_days"), text)
	}
}

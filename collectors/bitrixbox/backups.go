package bitrixbox

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/collectors/bitrixbox/archive"
	"github.com/crmaudit/crmaudit/facts"
)

// Where the portal's own backup goes.
const (
	bucketLocal  = 0
	bucketVendor = -1
)

// hung is how long a backup may run before the product itself calls it failed.
const hung = 24 * time.Hour

// readBackups gives the copies in the folder of backups and how the portal is set to make them.
func (r *run) readBackups(ctx context.Context) error {
	if r.site.backups != nil {
		names := map[string]int{}
		for _, s := range r.site.backups.Sets {
			b := r.backup(s)
			if names[b.ID]++; names[b.ID] > 1 {
				b.ID = fmt.Sprintf("%s (%d)", b.ID, names[b.ID])
			}
			if err := r.write(b); err != nil {
				return err
			}
		}
	}
	if _, err := r.ask(ctx, "vendor_copies", func(row row) error { return r.vendorCopy(row) }); err != nil {
		return err
	}
	if r.options.reason != "" {
		return nil
	}
	if err := r.write(r.backupPolicy()); err != nil {
		return err
	}
	return r.writeBackupJob()
}

// backup is a set of files. It lies beside the portal, so it is no copy elsewhere.
func (r *run) backup(s archive.Set) *facts.Backup {
	b := &facts.Backup{
		ID: publicName(s.Name), Source: r.kind, Location: facts.Of("/" + backupFolder), Type: facts.Of(contentOf(s.Kind, s.Format)), Finished: facts.Of(s.Modified.UTC()),
		Bytes: facts.Of(s.Bytes), OffSite: facts.Of(false), WebRoot: facts.Of(true), Problem: facts.Of(s.Problem), StorageOwner: facts.Of("company"),
	}
	switch {
	case s.Problem != "":
		b.Complete = facts.Of(false)
	case s.Checked == archive.CheckedNames:
		b.Complete = facts.Unknown[bool](facts.NotSupported)
	default:
		b.Complete = facts.Of(true)
	}
	if r.options.reason == "" { // the job tests what it wrote, if it is told to; of copies made by hand nobody knows
		b.Verified = facts.With(r.options.on("main", "dump_integrity_check_auto") && s.Problem == "", facts.Inferred)
	}
	if s.EncryptedKnown {
		b.Encrypted = facts.Of(s.Encrypted)
		if s.Encrypted {
			b.Encryption = facts.Of("bitrix " + s.HeaderVersion)
		}
	} else {
		b.Encrypted = facts.Unknown[bool](facts.Failed)
	}
	return b
}

// tail is the part of a name that keeps its address from being guessed.
var tail = regexp.MustCompile(`_([A-Za-z0-9]{8,32})((?:\.[A-Za-z]+)+(?:\.\d+)?)$`)

// publicName is the name of an archive without that tail: a report must not lead anybody to the file.
func publicName(name string) string { return clean(tail.ReplaceAllString(name, "_…$2")) }

// publicTrouble is why a file could not be read, with its name as it may be shown.
func publicTrouble(unread string) string {
	if at := strings.LastIndex(unread, ": "); at >= 0 {
		return publicName(unread[:at]) + unread[at:]
	}
	return publicName(unread)
}

func contentOf(kind, format string) string {
	if format == archive.FormatSQL || kind == "sql" {
		return "database"
	}
	return "full"
}

// vendorCopy is a copy in the vendor's cloud, as the portal remembers it. A table of its names has no more than that.
func (r *run) vendorCopy(row row) error {
	if row.text("NAME") != "backup_files" {
		return nil
	}
	return r.write(&facts.Backup{
		ID: "vendor/" + row.text("PARAM_KEY"), Source: r.kind, Location: facts.Of("1C-Bitrix cloud"), Type: facts.Of("vendor"),
		Bytes: facts.Of(row.number("PARAM_VALUE")), OffSite: facts.Of(true), Encrypted: facts.Of(true), // the product refuses to send others
		WebRoot: facts.Of(false),
	})
}

// backupPolicy is the schedule of the portal's own backup.
func (r *run) backupPolicy() *facts.BackupPolicy {
	o := &r.options
	scheduled := o.number("main", "dump_auto_enable_auto") > 0
	p := &facts.BackupPolicy{ID: "bitrix", Source: r.kind, Scheduled: facts.Of(scheduled), EveryHours: facts.Of(max(o.number("main", "dump_auto_interval_auto"), 1) * 24)}
	switch o.number("main", "dump_delete_old_auto") {
	case 0:
		p.Generations, p.RetentionDays = facts.Of(unlimited), facts.Of(forEver)
	case 1:
		p.Generations, p.RetentionDays = facts.Of(1), facts.Of(1)
	case 2:
		days := o.number("main", "dump_old_time_auto")
		p.RetentionDays, p.Generations = facts.Of(days), facts.Of(days/max(o.number("main", "dump_auto_interval_auto"), 1))
	case 4:
		copies := o.number("main", "dump_old_cnt_auto")
		p.Generations, p.RetentionDays = facts.Of(copies), facts.Of(copies*max(o.number("main", "dump_auto_interval_auto"), 1))
	}
	return p
}

// writeBackupJob gives what holds for the portal's own job alone, whatever else makes copies.
func (r *run) writeBackupJob() error {
	o := &r.options
	encrypted := o.text("main", "dump_temporary_cache") != ""
	destination := "bucket"
	switch bucket := o.number("main", "dump_bucket_id_auto"); {
	case bucket == bucketVendor && encrypted:
		destination = "vendor"
	case bucket <= bucketLocal: // without a password the product silently keeps the copy here
		destination = "local"
	}
	settings := []*facts.Setting{
		{Name: "backup.destination", Text: facts.Of(destination)},
		{Name: "backup.encrypted", Bool: facts.Of(encrypted)},
		{Name: "backup.includes", List: facts.Of(r.backupIncludes())},
		{Name: "backup.key_recoverable", Bool: facts.Of(encrypted)}, // the product keeps it so whenever there is one
		{Name: "backup.scheduled", Bool: facts.Of(o.number("main", "dump_auto_enable_auto") > 0)},
	}
	start, end := o.moment("main", "last_backup_start_time"), o.moment("main", "last_backup_end_time")
	if !start.IsZero() {
		running := r.window.now.Sub(start) < hung
		failed := start.After(end) && !running || r.site.backups != nil && r.site.backups.LockDead
		settings = append(settings, &facts.Setting{Name: "backup.last_failed", Bool: facts.Of(failed), Date: facts.Of(start)})
	}
	for _, s := range settings {
		if err := r.setting(s); err != nil {
			return err
		}
	}
	return nil
}

// unlimited is how many copies are kept where none is deleted.
const unlimited = 10_000

// backupIncludes lists what the scheduled copy holds. On PostgreSQL the product copies no database at all.
func (r *run) backupIncludes() []string {
	o := &r.options
	includes := []string{}
	if o.on("main", "dump_base_auto") && r.server.product != "PostgreSQL" {
		includes = append(includes, "database")
	}
	if o.on("main", "dump_file_public_auto") {
		includes = append(includes, "files")
	}
	if o.on("main", "dump_file_kernel_auto") {
		includes = append(includes, "program")
	}
	if o.on("main", "dump_do_clouds_auto") {
		includes = append(includes, "cloud_files")
	}
	if !o.on("main", "dump_base_skip_log_auto") {
		includes = append(includes, "log")
	}
	return includes
}

package facts

import "time"

// Kinds of folded activity and of single events.
const (
	ActView        = "view"
	ActExport      = "export"
	ActDelete      = "delete"
	ActLogin       = "login"
	ActLoginFailed = "login_failed"
	ActLoginAs     = "login_as" // an administrator worked as somebody else
	ActGrant       = "grant"    // rights or groups changed
	ActAdminGrant  = "admin_grant"
	ActSettings    = "settings"
	ActPassword    = "password"
	ActUserEdit    = "user_edit"
	ActAPI         = "api"
	ActAttack      = "attack" // a request that the protection of the CRM took for one
	ActLogCleared  = "log_cleared"
)

// Activity counts what one actor did on one day (UTC); log rows themselves are not kept.
type Activity struct {
	Actor     string    `json:"actor"` // user id; "" when the log names nobody
	ActorName string    `json:"actor_name,omitzero"`
	Day       time.Time `json:"day"`
	Type      string    `json:"kind"` // one of the Act… constants
	Source    string    `json:"source,omitzero"`
	Count     int       `json:"count"`
	Hours     uint32    `json:"hours,omitzero"` // bit h is set when something happened in hour h
	Addresses int       `json:"addresses,omitzero"`
	PeakHour  int       `json:"peak_hour,omitzero"`  // most in one hour
	Peak10Min int       `json:"peak_10min,omitzero"` // most in any ten minutes of the day
}

// Kind implements Record.
func (*Activity) Kind() Kind { return KindActivity }

// Key implements Record.
func (a *Activity) Key() string {
	return a.Actor + "/" + a.Day.UTC().Format("2006-01-02") + "/" + a.Type
}

// Event is a single notable entry of a log.
type Event struct {
	ID          string        `json:"id"`
	Source      string        `json:"source,omitzero"`
	At          time.Time     `json:"at"`
	Type        string        `json:"kind"`           // one of the Act… constants
	Actor       string        `json:"actor,omitzero"` // user id
	ActorName   Known[string] `json:"actor_name,omitzero"`
	ActorActive Known[bool]   `json:"actor_active,omitzero"`
	Subject     string        `json:"subject,omitzero"` // user id
	SubjectName Known[string] `json:"subject_name,omitzero"`
	Address     Known[string] `json:"address,omitzero"`
	Detail      string        `json:"detail,omitzero"`
}

// Kind implements Record.
func (*Event) Kind() Kind { return KindEvent }

// Key implements Record.
func (e *Event) Key() string { return e.ID }

// Backup is one copy.
type Backup struct {
	ID           string           `json:"id"`
	Source       string           `json:"source,omitzero"`
	Location     Known[string]    `json:"location,omitzero"`
	Type         Known[string]    `json:"kind,omitzero"` // full, database, export, vendor
	Finished     Known[time.Time] `json:"finished,omitzero"`
	Bytes        Known[int64]     `json:"bytes,omitzero"`
	Complete     Known[bool]      `json:"complete,omitzero"`
	Encrypted    Known[bool]      `json:"encrypted,omitzero"`
	Encryption   Known[string]    `json:"encryption,omitzero"`
	OffSite      Known[bool]      `json:"off_site,omitzero"`
	StorageOwner Known[string]    `json:"storage_owner,omitzero"` // company, person, contractor, departed
	Verified     Known[bool]      `json:"verified,omitzero"`
	WebRoot      Known[bool]      `json:"web_root,omitzero"` // lies below the folder that the web server publishes
	Problem      Known[string]    `json:"problem,omitzero"`  // why it is not complete: part_missing, truncated, unfinished; "" complete
}

// Kind implements Record.
func (*Backup) Kind() Kind { return KindBackup }

// Key implements Record.
func (b *Backup) Key() string { return b.ID }

// BackupPolicy is how copies are made.
type BackupPolicy struct {
	ID             string           `json:"id"`
	Source         string           `json:"source,omitzero"`
	Scheduled      Known[bool]      `json:"scheduled,omitzero"`
	EveryHours     Known[int]       `json:"every_hours,omitzero"`
	Generations    Known[int]       `json:"generations,omitzero"`
	RetentionDays  Known[int]       `json:"retention_days,omitzero"`
	RestoreTested  Known[time.Time] `json:"restore_tested,omitzero"`
	AlertOnFailure Known[bool]      `json:"alert_on_failure,omitzero"`
}

// Kind implements Record.
func (*BackupPolicy) Kind() Kind { return KindBackupPolicy }

// Key implements Record.
func (p *BackupPolicy) Key() string { return p.ID }

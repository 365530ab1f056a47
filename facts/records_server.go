package facts

import "time"

// Component is a piece of software that the CRM runs on, or the CRM itself.
type Component struct {
	ID       string           `json:"id"` // bitrix24, php, mariadb, mysql, postgresql, module.crm, …
	Source   string           `json:"source,omitzero"`
	Name     Known[string]    `json:"name,omitzero"`
	Version  Known[string]    `json:"version,omitzero"`
	Released Known[time.Time] `json:"released,omitzero"`
	// LicenceEnds is the day after which the vendor gives no updates; zero time: no such day.
	LicenceEnds Known[time.Time] `json:"licence_ends,omitzero"`
	Updated     Known[time.Time] `json:"updated,omitzero"` // when it was last updated here
}

// Kind implements Record.
func (*Component) Kind() Kind { return KindComponent }

// Key implements Record.
func (c *Component) Key() string { return c.ID }

// What a file draws attention by.
const (
	FileInstaller  = "installer"  // installs or restores a portal for whoever opens it
	FileDump       = "dump"       // a database dump
	FileArchive    = "archive"    // an archive of unknown content
	FileLog        = "log"        // a log or debug output
	FileVCS        = "vcs"        // version control data, with the whole source
	FileSecrets    = "secrets"    // settings with passwords under a name that the web server hands out
	FileDiagnostic = "diagnostic" // phpinfo, database administration and the like
	FileExecutable = "executable" // a program where only data belong
	FileWritable   = "writable"   // anybody on the server may change it
	FileReadable   = "readable"   // holds passwords, and anybody on the server may read it
	FileMalware    = "malware"    // the vendor's scanner calls it malicious
)

// File is a file of the installation that draws attention; its content is never recorded.
type File struct {
	Path     string           `json:"path"` // from the document root
	Source   string           `json:"source,omitzero"`
	Type     Known[string]    `json:"kind,omitzero"` // one of the File… constants
	Bytes    Known[int64]     `json:"bytes,omitzero"`
	Mode     Known[string]    `json:"mode,omitzero"` // permissions as ls prints them, such as -rw-r--r--
	Modified Known[time.Time] `json:"modified,omitzero"`
	WebRoot  Known[bool]      `json:"web_root,omitzero"` // lies below the folder that the web server publishes
	Score    Known[float64]   `json:"score,omitzero"`    // how sure the vendor's scanner is, 0 to 1
}

// Kind implements Record.
func (*File) Kind() Kind { return KindFile }

// Key implements Record.
func (f *File) Key() string { return f.Path + "#" + f.Type.Or("") }

// Scan is the verdict of one test of the vendor's own scanner.
type Scan struct {
	ID       string           `json:"id"` // the scanner's name of the test
	Source   string           `json:"source,omitzero"`
	Scanner  Known[string]    `json:"scanner,omitzero"`
	Severity Known[string]    `json:"severity,omitzero"` // low, medium, high
	Title    Known[string]    `json:"title,omitzero"`
	At       Known[time.Time] `json:"at,omitzero"`
}

// Kind implements Record.
func (*Scan) Kind() Kind { return KindScan }

// Key implements Record.
func (s *Scan) Key() string { return s.ID }

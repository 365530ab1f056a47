// Package offboard compiles a dossier of everything that still belongs to one person: accounts, rights,
// sessions, tokens, records, keys, equipment, what the accounts did after the last day of work, and in
// which order to close it all. What could not be seen is named and never taken for absent.
//
// The dossier is words-free, in one language for machines; package report words it for people. The
// snapshot is streamed: accounts of other people are counted, never kept.
package offboard

import (
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// SchemaVersion is the version of the dossier's JSON.
const SchemaVersion = 1

// Dossier is everything that a snapshot tells of one person.
type Dossier struct {
	SchemaVersion int       `json:"schema_version"`
	Tool          string    `json:"tool"`
	Portal        Portal    `json:"portal"`
	Snapshot      string    `json:"snapshot,omitzero"` // checksum of the data
	TakenAt       time.Time `json:"taken_at"`
	CompiledAt    time.Time `json:"compiled_at"`
	Person        Person    `json:"person"`
	Leaving       Leaving   `json:"leaving"`
	Control       Control   `json:"control"`
	Sections      []Section `json:"sections"`
	After         After     `json:"after_leaving"`
	Checklist     []Step    `json:"checklist"`
	Unseen        []Unseen  `json:"unseen"`
}

// Portal names the CRM.
type Portal struct {
	ID       string `json:"id"`
	Title    string `json:"title,omitzero"`
	URL      string `json:"url,omitzero"`
	Platform string `json:"platform,omitzero"`
}

// Person is who the dossier is about.
type Person struct {
	Name     string    `json:"name,omitzero"`
	Emails   []string  `json:"emails,omitzero"`
	Phones   []string  `json:"phones,omitzero"`
	Staff    []Staff   `json:"staff"`    // rows of the HR list
	Accounts []Account `json:"accounts"` // in every source
	Slug     string    `json:"slug"`     // names the files
}

// Staff is a row of the HR list.
type Staff struct {
	Ref      string     `json:"ref"` // row:14
	Source   string     `json:"source"`
	Name     string     `json:"name,omitzero"`
	External string     `json:"external_id,omitzero"`
	Employed *bool      `json:"employed,omitzero"`
	Left     *time.Time `json:"left_on,omitzero"`
	Shared   bool       `json:"shared_contact,omitzero"` // a contact of it belongs to somebody else too
}

// Account is an account of the person.
type Account struct {
	Ref    string `json:"ref"` // user:12
	Source string `json:"source"`
	Name   string `json:"name,omitzero"`
	Email  string `json:"email,omitzero"`
	Active *bool  `json:"active,omitzero"`
}

// Leaving is what is known of the last day of work.
type Leaving struct {
	Status string     `json:"status"` // one of the Left… constants
	Day    *time.Time `json:"last_day,omitzero"`
	From   string     `json:"from,omitzero"` // given, roster, answer
}

// Standings of a person.
const (
	LeftAlready = "left"
	LeftPlanned = "planned" // the last day lies ahead
	LeftNot     = "working" // the HR list says so and names no last day
	LeftUnknown = "unknown"
)

// Control tells who could run the CRM without this person.
type Control struct {
	Admin       Ternary `json:"admin"`        // the person administers it
	PortalOwner Ternary `json:"portal_owner"` // the person owns it
	OnlyAdmin   Ternary `json:"only_admin"`   // nobody else who works here and can log in administers it
	OtherAdmins int     `json:"other_admins"` // active, not departed, no programs
	Undecided   int     `json:"undecided"`    // active accounts of which nobody knows whether they administer
}

// Ternary is yes, no or unknown.
type Ternary string

// The values of a Ternary.
const (
	Yes     Ternary = "yes"
	No      Ternary = "no"
	Unknown Ternary = "unknown"
)

// State tells whether something is still to be closed.
type State string

// States of an item.
const (
	Open   State = "open"
	Closed State = "closed"  // blocked, expired, returned, changed since
	Unsure State = "unknown" // the sources do not tell
)

// Item is one thing that belongs to the person.
type Item struct {
	ID      string         `json:"id"` // kind:key, unique within the dossier
	What    string         `json:"what"`
	Type    string         `json:"kind"` // account, admin, webhook, notebook …
	State   State          `json:"state"`
	Source  string         `json:"source"`
	Quality facts.Quality  `json:"quality"`
	Since   *time.Time     `json:"since,omitzero"`
	After   bool           `json:"used_after_leaving,omitzero"`
	Details map[string]any `json:"details,omitzero"` // strings, numbers, dates, lists, yes or no
	Told    *Told          `json:"told,omitzero"`    // who told it, when a person did
}

// Told is the provenance of an answer.
type Told struct {
	By       string    `json:"by,omitzero"`
	At       time.Time `json:"at,omitzero"`
	Evidence string    `json:"evidence,omitzero"`
}

// Ids of the sections, in their order.
const (
	SectionAccounts     = "accounts"
	SectionRights       = "rights"
	SectionSessions     = "sessions"
	SectionTokens       = "tokens"
	SectionIntegrations = "integrations"
	SectionMail         = "mail"
	SectionLinks        = "links"
	SectionRecords      = "records"
	SectionServices     = "services"
	SectionKeys         = "keys"
	SectionBackups      = "backups"
	SectionAssets       = "assets"
)

// SectionIDs lists the sections in the order in which they are printed.
var SectionIDs = []string{
	SectionAccounts, SectionRights, SectionSessions, SectionTokens, SectionIntegrations, SectionMail, SectionLinks,
	SectionRecords, SectionServices, SectionKeys, SectionBackups, SectionAssets,
}

// Section is a group of items.
type Section struct {
	ID    string  `json:"id"`
	Seen  Ternary `json:"seen"` // yes: the list is complete; no: nothing could be seen; unknown: only part of it
	Open  int     `json:"open"`
	Total int     `json:"total"` // more than len(Items) when there are too many to keep
	Items []Item  `json:"items"`
}

// maxItems bounds the items that a section keeps; the rest is counted.
const maxItems = 1000

func (s *Section) add(i Item) {
	s.Total++
	if i.State == Open {
		s.Open++
	}
	if len(s.Items) < maxItems {
		s.Items = append(s.Items, i)
	}
}

// After is what the accounts and tokens did once the person had left.
type After struct {
	From     *time.Time `json:"from,omitzero"`     // the first day after the last day of work; absent when that is not known
	LogFrom  *time.Time `json:"log_from,omitzero"` // the first day that the log knows
	Activity []DayCount `json:"activity"`
	Events   []Event    `json:"events"`
	Uses     []Use      `json:"uses"`
	LeftOut  int        `json:"left_out,omitzero"` // entries beyond those that are kept
}

// Any reports whether anything happened.
func (a *After) Any() bool { return len(a.Activity)+len(a.Events)+len(a.Uses) > 0 }

// DayCount is how often an account did something on a day (UTC).
type DayCount struct {
	Day       time.Time `json:"day"`
	Type      string    `json:"kind"`
	Count     int       `json:"count"`
	Addresses int       `json:"addresses,omitzero"`
	Account   string    `json:"account"`
	Source    string    `json:"source"`
}

// Event is a single notable entry of a log.
type Event struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	Type    string    `json:"kind"`
	Role    string    `json:"role"` // actor: the person did it; subject: it was done to the account
	Address string    `json:"address,omitzero"`
	Source  string    `json:"source"`
}

// Use is the last trace of an account, a session or a token after the last day of work.
type Use struct {
	Item string    `json:"item"`
	What string    `json:"what"`
	Type string    `json:"kind"`
	At   time.Time `json:"at"`
}

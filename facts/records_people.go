package facts

import "time"

// Kinds of user account.
const (
	UserHuman    = "human"
	UserService  = "service"
	UserExternal = "external" // extranet, contractor, guest
	UserSystem   = "system"
	UserBot      = "bot"
)

// User is an account of the CRM.
type User struct {
	ID                   string            `json:"id"`
	Source               string            `json:"source,omitzero"`
	Name                 Known[string]     `json:"name,omitzero"`
	Login                Known[string]     `json:"login,omitzero"`
	Email                Known[string]     `json:"email,omitzero"`
	Phone                Known[string]     `json:"phone,omitzero"`
	Position             Known[string]     `json:"position,omitzero"`
	Active               Known[bool]       `json:"active,omitzero"`
	Blocked              Known[bool]       `json:"blocked,omitzero"`
	Admin                Known[bool]       `json:"admin,omitzero"`
	AdminUntil           Known[time.Time]  `json:"admin_until,omitzero"`
	Type                 Known[string]     `json:"kind,omitzero"` // one of the User… constants
	Departments          Known[[]string]   `json:"departments,omitzero"`
	Roles                Known[[]string]   `json:"roles,omitzero"`
	Created              Known[time.Time]  `json:"created,omitzero"`
	LastLogin            Known[time.Time]  `json:"last_login,omitzero"` // zero time: known never to have logged in
	LastActivity         Known[time.Time]  `json:"last_activity,omitzero"`
	TwoFactor            Known[bool]       `json:"two_factor,omitzero"`
	TwoFactorMethod      Known[string]     `json:"two_factor_method,omitzero"`
	TwoFactorExempt      Known[bool]       `json:"two_factor_exempt,omitzero"`
	TwoFactorExemptUntil Known[time.Time]  `json:"two_factor_exempt_until,omitzero"`
	PasswordChanged      Known[time.Time]  `json:"password_changed,omitzero"`
	PasswordMinLength    Known[int]        `json:"password_min_length,omitzero"` // demanded of this account
	PasswordMaxDays      Known[int]        `json:"password_max_days,omitzero"`   // 0 never expires
	LoginAttempts        Known[int]        `json:"login_attempts,omitzero"`      // wrong passwords until it is stopped, 0 no limit
	LockoutMinutes       Known[int]        `json:"lockout_minutes,omitzero"`     // 0 it is not locked
	IdleMinutes          Known[int]        `json:"idle_minutes,omitzero"`        // until a session ends by itself
	RememberDays         Known[int]        `json:"remember_days,omitzero"`       // how long a device stays logged in
	ExternalAuth         Known[string]     `json:"external_auth,omitzero"`       // who checks the password, "" the CRM itself
	Invited              Known[bool]       `json:"invited,omitzero"`             // invitation not accepted yet
	CanExport            Known[bool]       `json:"can_export,omitzero"`
	CanDeleteAll         Known[bool]       `json:"can_delete_all,omitzero"`
	PortalOwner          Known[bool]       `json:"portal_owner,omitzero"`
	OwnsRecords          Known[int]        `json:"owns_records,omitzero"`   // client records that this account is responsible for
	RecentRecords        Known[int]        `json:"recent_records,omitzero"` // of these, created in the last 30 days
	Sponsor              Known[string]     `json:"sponsor,omitzero"`        // employee who answers for an external or service account
	Expires              Known[time.Time]  `json:"expires,omitzero"`
	Locale               Known[string]     `json:"locale,omitzero"`
	Shared               Known[bool]       `json:"shared,omitzero"`            // several people log in with it
	RecoveryPersonal     Known[bool]       `json:"recovery_personal,omitzero"` // its access can be regained through a contact that is not the company's
	Extra                map[string]string `json:"extra,omitzero"`             // attributes of custom CRMs, for rules of packs
}

// Kind implements Record.
func (*User) Kind() Kind { return KindUser }

// Key implements Record.
func (u *User) Key() string { return u.ID }

// Role is a set of CRM rights.
type Role struct {
	ID                 string              `json:"id"`
	Source             string              `json:"source,omitzero"`
	Name               Known[string]       `json:"name,omitzero"`
	Members            Known[int]          `json:"members,omitzero"`
	Management         Known[bool]         `json:"management,omitzero"` // heads and controllers, declared by the client
	Admin              Known[bool]         `json:"admin,omitzero"`      // the role of those who set the CRM up
	AssignedToEveryone Known[bool]         `json:"assigned_to_everyone,omitzero"`
	Permissions        Known[[]Permission] `json:"permissions,omitzero"`
}

// Permission is one right of a role.
type Permission struct {
	Object string `json:"object"` // contact, company, deal, lead, setting, …
	Action string `json:"action"` // read, add, update, delete, export, import, settings, users, integrations
	Scope  string `json:"scope"`  // none, own, group, all
}

// Kind implements Record.
func (*Role) Kind() Kind { return KindRole }

// Key implements Record.
func (r *Role) Key() string { return r.ID }

// Group is a workgroup or project whose members share data, possibly with guests.
type Group struct {
	ID          string           `json:"id"`
	Source      string           `json:"source,omitzero"`
	Name        Known[string]    `json:"name,omitzero"`
	Owner       Known[string]    `json:"owner,omitzero"` // user id
	OwnerActive Known[bool]      `json:"owner_active,omitzero"`
	Active      Known[bool]      `json:"active,omitzero"`
	Visible     Known[bool]      `json:"visible,omitzero"` // everybody in the portal sees it
	Open        Known[bool]      `json:"open,omitzero"`    // anybody may join
	Guests      Known[int]       `json:"guests,omitzero"`  // external members
	Members     Known[int]       `json:"members,omitzero"`
	LastUsed    Known[time.Time] `json:"last_used,omitzero"`
}

// Kind implements Record.
func (*Group) Kind() Kind { return KindGroup }

// Key implements Record.
func (g *Group) Key() string { return g.ID }

// Session is a live or remembered log-in.
type Session struct {
	ID         string           `json:"id"` // never the session token itself
	Source     string           `json:"source,omitzero"`
	User       string           `json:"user"`
	UserName   Known[string]    `json:"user_name,omitzero"`
	UserActive Known[bool]      `json:"user_active,omitzero"`
	Type       Known[string]    `json:"kind,omitzero"` // web, remembered, mobile, app_password, link
	Created    Known[time.Time] `json:"created,omitzero"`
	LastSeen   Known[time.Time] `json:"last_seen,omitzero"`
	Expires    Known[time.Time] `json:"expires,omitzero"`
	Address    Known[string]    `json:"address,omitzero"`
	Device     Known[string]    `json:"device,omitzero"`
	Countries  Known[[]string]  `json:"countries,omitzero"` // ISO 3166 codes it was used from
}

// Kind implements Record.
func (*Session) Kind() Kind { return KindSession }

// Key implements Record.
func (s *Session) Key() string { return s.ID }

// Person is a row of the HR list.
type Person struct {
	ID       string           `json:"id"` // e-mail, else phone, else row
	Source   string           `json:"source,omitzero"`
	Name     Known[string]    `json:"name,omitzero"`
	Emails   []string         `json:"emails,omitzero"` // lower case
	Phones   []string         `json:"phones,omitzero"` // digits with the country code
	External string           `json:"external_id,omitzero"`
	Employed Known[bool]      `json:"employed,omitzero"`
	Left     Known[time.Time] `json:"left_on,omitzero"` // last day of work
	Row      int              `json:"row,omitzero"`     // line of the list, for evidence
}

// Kind implements Record.
func (*Person) Kind() Kind { return KindPerson }

// Key implements Record.
func (p *Person) Key() string { return p.ID }

// Asset is a piece of equipment or a licence in somebody's hands.
type Asset struct {
	ID       string           `json:"id"`
	Source   string           `json:"source,omitzero"`
	Type     Known[string]    `json:"kind,omitzero"` // equipment, licence, key
	Title    Known[string]    `json:"title,omitzero"`
	Holder   Known[string]    `json:"holder,omitzero"`
	Issued   Known[time.Time] `json:"issued,omitzero"`
	Returned Known[bool]      `json:"returned,omitzero"`
}

// Kind implements Record.
func (*Asset) Kind() Kind { return KindAsset }

// Key implements Record.
func (a *Asset) Key() string { return a.ID }

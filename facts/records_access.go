package facts

import "time"

// Credential is what opens the CRM without a person: an incoming webhook, an API key, an OAuth
// application, an application password. Its secret is never recorded.
type Credential struct {
	ID          string           `json:"id"`
	Source      string           `json:"source,omitzero"`
	Type        Known[string]    `json:"kind,omitzero"`  // webhook, api_key, oauth_app, app_password
	Label       Known[string]    `json:"label,omitzero"` // masked
	Owner       Known[string]    `json:"owner,omitzero"` // user id or e-mail
	OwnerName   Known[string]    `json:"owner_name,omitzero"`
	OwnerActive Known[bool]      `json:"owner_active,omitzero"`
	OwnerAdmin  Known[bool]      `json:"owner_admin,omitzero"`
	OwnerType   Known[string]    `json:"owner_kind,omitzero"`
	Purpose     Known[string]    `json:"purpose,omitzero"`
	Scopes      Known[[]string]  `json:"scopes,omitzero"`
	FullAccess  Known[bool]      `json:"full_access,omitzero"` // all or administrative scopes
	Created     Known[time.Time] `json:"created,omitzero"`
	LastUsed    Known[time.Time] `json:"last_used,omitzero"` // zero time: known never to have been used
	LastAddress Known[string]    `json:"last_address,omitzero"`
	Expires     Known[time.Time] `json:"expires,omitzero"` // zero time: known never to expire
	Active      Known[bool]      `json:"active,omitzero"`
	Methods     Known[[]string]  `json:"methods,omitzero"`   // what it called, most called first, at most ten
	DayReads    Known[int]       `json:"day_reads,omitzero"` // most calls in one day that read client records
	Audit       bool             `json:"audit,omitzero"`     // the credential that this audit itself uses
}

// Kind implements Record.
func (*Credential) Kind() Kind { return KindCredential }

// Key implements Record.
func (c *Credential) Key() string { return c.ID }

// Integration is an installed application or widget.
type Integration struct {
	ID       string           `json:"id"`
	Source   string           `json:"source,omitzero"`
	Title    Known[string]    `json:"title,omitzero"`
	Vendor   Known[string]    `json:"vendor,omitzero"`
	Owner    Known[string]    `json:"owner,omitzero"`
	Purpose  Known[string]    `json:"purpose,omitzero"`
	Scopes   Known[[]string]  `json:"scopes,omitzero"`
	Country  Known[string]    `json:"country,omitzero"`
	Active   Known[bool]      `json:"active,omitzero"`
	Expires  Known[time.Time] `json:"expires,omitzero"`   // end of the subscription; zero time: none
	Methods  Known[[]string]  `json:"methods,omitzero"`   // what it called, most called first, at most ten
	DayReads Known[int]       `json:"day_reads,omitzero"` // most calls in one day that read client records
}

// Kind implements Record.
func (*Integration) Kind() Kind { return KindIntegration }

// Key implements Record.
func (i *Integration) Key() string { return i.ID }

// Handler is an outgoing webhook: where the CRM sends its events.
type Handler struct {
	ID     string        `json:"id"`
	Source string        `json:"source,omitzero"`
	Host   Known[string] `json:"host,omitzero"`
	Scheme Known[string] `json:"scheme,omitzero"`
	Event  Known[string] `json:"event,omitzero"`
	Owner  Known[string] `json:"owner,omitzero"`
}

// Kind implements Record.
func (*Handler) Kind() Kind { return KindHandler }

// Key implements Record.
func (h *Handler) Key() string { return h.ID }

// PublicLink is a link that opens data without logging in.
type PublicLink struct {
	ID          string           `json:"id"` // never the token of the link
	Source      string           `json:"source,omitzero"`
	Object      Known[string]    `json:"object,omitzero"`
	Creator     Known[string]    `json:"creator,omitzero"`
	Created     Known[time.Time] `json:"created,omitzero"`
	Expires     Known[time.Time] `json:"expires,omitzero"` // zero time: known never to expire
	HasPassword Known[bool]      `json:"has_password,omitzero"`
	Downloads   Known[int]       `json:"downloads,omitzero"`
}

// Kind implements Record.
func (*PublicLink) Kind() Kind { return KindPublicLink }

// Key implements Record.
func (l *PublicLink) Key() string { return l.ID }

// Mailbox is a mailbox that the CRM reads or sends through.
type Mailbox struct {
	ID          string        `json:"id"`
	Source      string        `json:"source,omitzero"`
	Address     Known[string] `json:"address,omitzero"`
	Owner       Known[string] `json:"owner,omitzero"` // user id
	OwnerActive Known[bool]   `json:"owner_active,omitzero"`
	Server      Known[string] `json:"server,omitzero"`
	Encryption  Known[string] `json:"encryption,omitzero"` // one of the Mail… constants
	Active      Known[bool]   `json:"active,omitzero"`
}

// How a mailbox is reached.
const (
	MailVerified   = "verified"   // TLS, the certificate is checked
	MailUnverified = "unverified" // TLS with whoever answers
	MailPlain      = "plain"
)

// Kind implements Record.
func (*Mailbox) Kind() Kind { return KindMailbox }

// Key implements Record.
func (m *Mailbox) Key() string { return m.ID }

// Setting is one security-relevant option in its canonical name, such as auth.two_factor.required.
type Setting struct {
	Name    string           `json:"name"`
	Source  string           `json:"source,omitzero"`
	Bool    Known[bool]      `json:"bool,omitzero"`
	Number  Known[float64]   `json:"number,omitzero"`
	Text    Known[string]    `json:"text,omitzero"`
	List    Known[[]string]  `json:"list,omitzero"`
	Date    Known[time.Time] `json:"date,omitzero"`    // zero time: known never to have happened
	Default bool             `json:"default,omitzero"` // nobody set it: the product's default is in force
}

// Kind implements Record.
func (*Setting) Kind() Kind { return KindSetting }

// Key implements Record.
func (s *Setting) Key() string { return s.Name }

// Answer is what a person told in the questionnaire.
type Answer struct {
	ID     string           `json:"id"` // id of the question
	Source string           `json:"source,omitzero"`
	Fills  string           `json:"fills,omitzero"` // what the answer stands in for: user.admin, !user.two_factor, …
	Bool   Known[bool]      `json:"bool,omitzero"`
	Number Known[float64]   `json:"number,omitzero"`
	Text   Known[string]    `json:"text,omitzero"`
	Date   Known[time.Time] `json:"date,omitzero"` // zero time: known never to have happened
	List   Known[[]string]  `json:"list,omitzero"`
	// Rows is a table that is no kind of record: column to cell. Dates are 2026-11-22 or never,
	// yes and no are true and false, several values in a cell are joined by "; ".
	Rows     Known[[]map[string]string] `json:"rows,omitzero"`
	By       string                     `json:"by,omitzero"`
	At       time.Time                  `json:"at,omitzero"`
	Evidence string                     `json:"evidence,omitzero"`
}

// Kind implements Record.
func (*Answer) Kind() Kind { return KindAnswer }

// Key implements Record.
func (a *Answer) Key() string { return a.ID }

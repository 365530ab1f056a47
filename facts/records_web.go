package facts

import "time"

// Verification results of a certificate chain, the same for every trust store.
const (
	ChainOK            = "ok"
	ChainExpired       = "expired"
	ChainNotYetValid   = "not_yet_valid"
	ChainSelfSigned    = "self_signed"
	ChainUntrustedRoot = "untrusted_root"
	ChainIncomplete    = "incomplete_chain"
	ChainNameMismatch  = "name_mismatch"
	ChainWeakSignature = "weak_signature"
	ChainWrongUsage    = "wrong_usage"
	ChainNationalRoot  = "national_root" // trusted in one country only, browsers elsewhere warn
)

// Endpoint is one TLS host as a client on the network sees it.
type Endpoint struct {
	Host            string           `json:"host"` // host:port when the port is not 443
	Source          string           `json:"source,omitzero"`
	Address         Known[string]    `json:"address,omitzero"`
	Protocols       Known[[]string]  `json:"protocols,omitzero"`          // accepted, for instance TLS 1.2
	Obsolete        Known[[]string]  `json:"obsolete_protocols,omitzero"` // accepted ones below TLS 1.2
	WeakSuites      Known[[]string]  `json:"weak_suites,omitzero"`
	Verification    Known[string]    `json:"verification,omitzero"` // one of the Chain… constants
	NotBefore       Known[time.Time] `json:"not_before,omitzero"`
	NotAfter        Known[time.Time] `json:"not_after,omitzero"`
	LifetimeDays    Known[int]       `json:"lifetime_days,omitzero"`
	Issuer          Known[string]    `json:"issuer,omitzero"`
	Names           Known[[]string]  `json:"names,omitzero"`
	NameMatches     Known[bool]      `json:"name_matches,omitzero"`
	WeakKey         Known[bool]      `json:"weak_key,omitzero"`       // RSA under 2048 bits anywhere in the chain
	WeakSignature   Known[bool]      `json:"weak_signature,omitzero"` // SHA-1 or MD5 in the chain, roots excepted
	HTTPReachable   Known[bool]      `json:"http_reachable,omitzero"` // port 80 answers
	RedirectsHTTPS  Known[bool]      `json:"redirects_to_https,omitzero"`
	HSTS            Known[string]    `json:"hsts,omitzero"`         // the header as sent, "" none
	HSTSMaxAge      Known[int]       `json:"hsts_max_age,omitzero"` // seconds, 0 none
	FrameProtection Known[bool]      `json:"frame_protection,omitzero"`
	NoSniff         Known[bool]      `json:"no_sniff,omitzero"`
}

// Kind implements Record.
func (*Endpoint) Kind() Kind { return KindEndpoint }

// Key implements Record.
func (e *Endpoint) Key() string { return e.Host }

// Certificate is one certificate of a chain, in the order in which the server sent it.
type Certificate struct {
	Host        string    `json:"host"`
	Position    int       `json:"position"` // 0 is the server's own
	Source      string    `json:"source,omitzero"`
	Subject     string    `json:"subject,omitzero"`
	Issuer      string    `json:"issuer,omitzero"`
	Fingerprint string    `json:"sha256,omitzero"`
	NotBefore   time.Time `json:"not_before,omitzero"`
	NotAfter    time.Time `json:"not_after,omitzero"`
	Signature   string    `json:"signature,omitzero"`
	KeyType     string    `json:"key_type,omitzero"`
	KeyBits     int       `json:"key_bits,omitzero"`
	Names       []string  `json:"names,omitzero"`
	IsCA        bool      `json:"is_ca,omitzero"`
	SelfSigned  bool      `json:"self_signed,omitzero"`
}

// Kind implements Record.
func (*Certificate) Kind() Kind { return KindCertificate }

// Key implements Record.
func (c *Certificate) Key() string {
	return c.Host + "#" + string(rune('0'+min(max(c.Position, 0), 9)))
}

// WebPage is a page or path probed without logging in.
type WebPage struct {
	URL     string          `json:"url"` // without query
	Source  string          `json:"source,omitzero"`
	Status  Known[int]      `json:"status,omitzero"`
	Exposes Known[string]   `json:"exposes,omitzero"` // what sensitive content was recognised, "" none
	Cookies Known[[]string] `json:"weak_cookies,omitzero"`
}

// Kind implements Record.
func (*WebPage) Kind() Kind { return KindWebPage }

// Key implements Record.
func (p *WebPage) Key() string { return p.URL }

// Form is a public place where people leave their data: a web form or a chat.
type Form struct {
	ID             string        `json:"id"`
	Source         string        `json:"source,omitzero"`
	Type           Known[string] `json:"kind,omitzero"` // form, chat
	Name           Known[string] `json:"name,omitzero"`
	Active         Known[bool]   `json:"active,omitzero"`
	Host           Known[string] `json:"host,omitzero"`
	CollectsPeople Known[bool]   `json:"collects_people,omitzero"` // asks for a name, phone or e-mail
	HasConsent     Known[bool]   `json:"has_consent,omitzero"`
	PreTicked      Known[bool]   `json:"pre_ticked,omitzero"`
	Required       Known[bool]   `json:"consent_required,omitzero"`
}

// Kind implements Record.
func (*Form) Kind() Kind { return KindForm }

// Key implements Record.
func (f *Form) Key() string { return f.ID }

// Consent is a consent text kept in the CRM.
type Consent struct {
	ID        string        `json:"id"`
	Source    string        `json:"source,omitzero"`
	Name      Known[string] `json:"name,omitzero"`
	Active    Known[bool]   `json:"active,omitzero"`
	Stock     Known[bool]   `json:"stock,omitzero"`    // the vendor's sample, not filled in
	Operator  Known[bool]   `json:"operator,omitzero"` // names who processes the data
	Purpose   Known[bool]   `json:"purpose,omitzero"`
	Withdrawn Known[bool]   `json:"withdrawal,omitzero"` // says how to withdraw
	Language  Known[string] `json:"language,omitzero"`
}

// Kind implements Record.
func (*Consent) Kind() Kind { return KindConsent }

// Key implements Record.
func (c *Consent) Key() string { return c.ID }

// DataVolume counts the records of one type; the records themselves are never copied.
type DataVolume struct {
	Object       string           `json:"object"` // contact, lead, company, deal
	Source       string           `json:"source,omitzero"`
	Records      Known[int]       `json:"records,omitzero"`
	Dormant      Known[int]       `json:"dormant,omitzero"` // without activity for longer than the retention period
	OldestActive Known[time.Time] `json:"oldest_activity,omitzero"`
}

// Kind implements Record.
func (*DataVolume) Kind() Kind { return KindDataVolume }

// Key implements Record.
func (v *DataVolume) Key() string { return v.Object }

package bitrix24

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// userRow is an account as user.get shows it.
type userRow struct {
	ID           id        `json:"ID"`
	Active       flag      `json:"ACTIVE"`
	Name         text      `json:"NAME"`
	LastName     text      `json:"LAST_NAME"`
	Email        text      `json:"EMAIL"`
	Mobile       text      `json:"PERSONAL_MOBILE"`
	WorkPhone    text      `json:"WORK_PHONE"`
	Position     text      `json:"WORK_POSITION"`
	LastLogin    date      `json:"LAST_LOGIN"`
	Registered   date      `json:"DATE_REGISTER"`
	LastActivity date      `json:"LAST_ACTIVITY_DATE"`
	Departments  *list[id] `json:"UF_DEPARTMENT"`
	Type         text      `json:"USER_TYPE"`
}

// userFields are the columns that are asked for; nothing else about a person is needed.
var userFields = []string{
	"ID", "ACTIVE", "NAME", "LAST_NAME", "EMAIL", "PERSONAL_MOBILE", "WORK_PHONE", "WORK_POSITION", "LAST_LOGIN", "DATE_REGISTER",
	"LAST_ACTIVITY_DATE", "UF_DEPARTMENT", "USER_TYPE",
}

// imRow is an account as the messenger shows it: it knows the last activity where user.get writes {}.
type imRow struct {
	ID           id   `json:"id"`
	Extranet     flag `json:"extranet"`
	Bot          flag `json:"bot"`
	Connector    flag `json:"connector"`
	ExternalAuth text `json:"external_auth_id"`
	LastActivity date `json:"last_activity_date"`
	Mobile       date `json:"mobile_last_date"`
	Desktop      date `json:"desktop_last_date"`
}

// botRow is a chat bot; its number is that of its account.
type botRow struct {
	ID   id   `json:"ID"`
	Name text `json:"NAME"`
}

// book is all accounts of the portal, as far as they have been read.
type book struct {
	byID   map[string]*account
	logins map[string]string // e-mail in lower case → id; in the cloud people log in by e-mail
	total  int               // what the portal counted, 0 when it did not
	rows   int               // what it listed
	broken int               // rows that could not be read
}

// account is what the sources inside the portal say about one account.
type account struct {
	row     userRow
	im      *imRow
	bot     *botRow
	invited facts.Known[bool]
}

func newBook() *book {
	return &book{byID: map[string]*account{}, logins: map[string]string{}}
}

func (b *book) add(row userRow) {
	b.byID[string(row.ID)] = &account{row: row}
	if login := strings.ToLower(string(row.Email)); login != "" {
		if _, taken := b.logins[login]; !taken {
			b.logins[login] = string(row.ID)
		}
	}
}

// ids lists the accounts by number.
func (b *book) ids() []string { return slices.SortedFunc(maps.Keys(b.byID), compareIDs) }

func (b *book) byLogin(login string) (string, bool) {
	found, ok := b.logins[strings.ToLower(strings.TrimSpace(login))]
	return found, ok
}

func (b *book) active(user string) facts.Known[bool] {
	if a := b.byID[user]; a != nil {
		return a.row.Active.Known
	}
	return facts.Known[bool]{}
}

func (b *book) name(user string) string {
	if a := b.byID[user]; a != nil {
		return a.name()
	}
	return ""
}

// external tells guests from staff; unknown when the account is not listed.
func (b *book) external(user string) bool {
	a := b.byID[user]
	return a != nil && a.kind().Or("") == facts.UserExternal
}

func (a *account) name() string {
	return strings.TrimSpace(string(a.row.Name) + " " + string(a.row.LastName))
}

// systemAuth are providers of accounts that no person logs in to.
var systemAuth = []string{
	"email", "__controller", "replica", "imconnector", "sale", "saleanonymous", "shop", "call", "document_editor", "calendar_sharing",
}

// kind tells people from guests and machines. Without departments an account counts as a guest to the portal, which for
// a dismissed employee may be wrong.
func (a *account) kind() facts.Known[string] {
	auth, connector, bot := "", false, a.bot != nil
	if a.im != nil {
		auth, connector, bot = string(a.im.ExternalAuth), a.im.Connector.yes(), bot || a.im.Bot.yes()
	}
	switch {
	case bot || auth == "bot" || a.row.Type == "bot":
		return facts.Of(facts.UserBot)
	case auth == "rest_system":
		return facts.Of(facts.UserService)
	case connector || slices.Contains(systemAuth, auth):
		return facts.Of(facts.UserSystem)
	}
	switch a.row.Type {
	case "employee":
		return facts.Of(facts.UserHuman)
	case "extranet":
		if a.row.Active.yes() {
			return facts.Of(facts.UserExternal)
		}
		return facts.With(facts.UserExternal, facts.Inferred)
	case "email", "imconnector", "shop", "replica", "sale", "call":
		return facts.Of(facts.UserSystem)
	}
	return a.guessKind()
}

// guessKind serves versions that do not say the type.
func (a *account) guessKind() facts.Known[string] {
	switch {
	case a.im != nil && a.im.Extranet.yes():
		return facts.Of(facts.UserExternal)
	case a.row.Departments == nil:
		return facts.Known[string]{}
	case len(a.row.Departments.items) == 0:
		return facts.With(facts.UserExternal, facts.Inferred)
	}
	return facts.With(facts.UserHuman, facts.Inferred)
}

// lastLogin is when the account logged in, the zero time when it never did.
func (a *account) lastLogin(zone *time.Location, fullScope bool) facts.Known[time.Time] {
	switch d := a.row.LastLogin; d.state {
	case dateGiven:
		return d.in(zone)
	case dateEmpty:
		return facts.Of(time.Time{})
	case dateAbsent:
		if fullScope { // the portal leaves the field out for accounts that never logged in
			return facts.With(time.Time{}, facts.Inferred)
		}
		return facts.Unknown[time.Time](facts.Denied)
	}
	return facts.Known[time.Time]{}
}

// lastActivity is the newest of what user.get and the messenger say.
func (a *account) lastActivity(zone *time.Location) facts.Known[time.Time] {
	dates := []date{a.row.LastActivity}
	if a.im != nil {
		dates = append(dates, a.im.LastActivity, a.im.Mobile, a.im.Desktop)
	}
	var newest facts.Known[time.Time]
	for _, d := range dates {
		if at, ok := d.in(zone).Get(); ok && at.After(newest.Or(time.Time{})) {
			newest = facts.Of(at)
		}
	}
	return newest
}

// externalAuth is who checks the password, "" the portal itself.
func (a *account) externalAuth() facts.Known[string] {
	switch {
	case a.im == nil || a.im.ExternalAuth == "":
		return facts.Known[string]{}
	case a.im.ExternalAuth == "default":
		return facts.Of("")
	}
	return facts.Of(string(a.im.ExternalAuth))
}

// departments are named as far as names are known.
func (a *account) departments(names map[string]string) facts.Known[[]string] {
	if a.row.Departments == nil {
		return facts.Known[[]string]{}
	}
	named := make([]string, 0, len(a.row.Departments.items))
	for _, d := range a.row.Departments.items {
		if d != "" {
			named = append(named, cmp.Or(names[string(d)], string(d)))
		}
	}
	return facts.Of(named)
}

// record is the fact of one account.
func (a *account) record(zone *time.Location, departments map[string]string, fullScope bool) *facts.User {
	u := &facts.User{
		ID: string(a.row.ID), Source: sourceID,
		Name: text(a.name()).known(), Email: text(strings.ToLower(string(a.row.Email))).known(),
		Phone: text(cmp.Or(a.row.Mobile, a.row.WorkPhone)).known(), Position: a.row.Position.known(),
		Active: a.row.Active.Known, Type: a.kind(), Departments: a.departments(departments),
		Created: a.row.Registered.in(zone), LastLogin: a.lastLogin(zone, fullScope), LastActivity: a.lastActivity(zone),
		ExternalAuth: a.externalAuth(), Invited: a.invited,
	}
	if u.ID == portalCreator {
		u.PortalOwner = facts.With(true, facts.Inferred)
	}
	return u
}

// portalCreator is the number of the account that created the portal. It owns the portal until the ownership is handed
// over, which changes no number; nothing follows from it for the others.
const portalCreator = "1"

// record is the fact of a bot that user.get does not list.
func (b *botRow) record() *facts.User {
	return &facts.User{ID: string(b.ID), Source: sourceID, Name: b.Name.known(), Type: facts.Of(facts.UserBot), Active: facts.Of(true)}
}

package bitrixbox

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/collectors/bitrixbox/php"
	"github.com/crmaudit/crmaudit/facts"
)

// account is what the tables beside that of users say of one; most have little, so it stays small.
type account struct {
	groups          []string  // active ones, in force today
	admin           bool      // in force today
	wasAdmin        bool      // there is a membership, whether in force or not
	adminUntil      time.Time // zero: no end
	factor          *factor
	passwordChanged time.Time
	changedInferred bool
	employed        bool // has a place in the structure of the company
	departmentsBad  bool // the cell could not be read
	canExport       bool
	canDeleteAll    bool
	owns, recent    int
	login           string
	active          bool
	person          bool // staff or guest, no machine
	human           bool
	policy          *mergedPolicy
}

// knownPolicy reports that the account was read and its policy could be.
func (a *account) knownPolicy() bool { return a.policy != nil && a.policy.known }

// factor is the state of two-factor authentication of one account.
type factor struct {
	active, excused bool
	method          string
	until           time.Time // switched off until then
}

// machines are accounts that are no people: the product's own list of external types.
var machines = map[string]string{
	"bot": facts.UserBot, "email": facts.UserSystem, "__controller": facts.UserSystem, "replica": facts.UserSystem, "imconnector": facts.UserSystem,
	"sale": facts.UserSystem, "saleanonymous": facts.UserSystem, "shop": facts.UserSystem, "call": facts.UserSystem,
	"document_editor": facts.UserSystem, "calendar_sharing": facts.UserSystem,
	"rest_system": facts.UserSystem, // owner of the integrations of people who were dismissed
}

func (r *run) account(id string) *account {
	a := r.accounts[id]
	if a == nil {
		a = &account{}
		r.accounts[id] = a
	}
	return a
}

// readAccounts reads everything that the table of users does not hold itself.
func (r *run) readAccounts(ctx context.Context) error {
	if r.accounts == nil {
		r.accounts = map[string]*account{}
	}
	for _, read := range []func(context.Context) error{r.readMembers, r.readFactors, r.readPasswordDates, r.readDepartments, r.readOwners} {
		if err := read(ctx); err != nil {
			return err
		}
	}
	return nil
}

// administer notes a membership in a group of administrators. Of several the one in force counts, and the longest.
func (a *account) administer(inForce bool, until time.Time) {
	switch {
	case a.admin && !inForce:
		return
	case inForce && !a.admin, !a.wasAdmin:
		a.adminUntil = until
	case until.IsZero() || !a.adminUntil.IsZero() && until.After(a.adminUntil):
		a.adminUntil = until
	}
	a.admin, a.wasAdmin = inForce, true
}

func (r *run) readMembers(ctx context.Context) error {
	_, err := r.ask(ctx, "members", func(row row) error {
		id, user := row.id("GROUP_ID"), row.id("USER_ID")
		from, _ := row.time("DATE_ACTIVE_FROM")
		until, _ := row.time("DATE_ACTIVE_TO")
		begun := from.IsZero() || !from.After(r.window.now)
		inForce := begun && (until.IsZero() || !until.Before(r.window.now))
		g := r.groups[id]
		inForce = inForce && (g == nil || g.active)
		if r.administers(id) {
			r.account(user).administer(inForce, until)
		}
		// Most people are in the same few groups, and only those matter that say something.
		if inForce && (r.policies.texts[id] != "" || r.employees(id)) {
			a := r.account(user)
			a.groups = append(a.groups, id)
		}
		return nil
	})
	return err
}

func (r *run) readFactors(ctx context.Context) error {
	_, err := r.ask(ctx, "second_factors", func(row row) error {
		until, _ := row.time("DEACTIVATE_UNTIL")
		r.account(row.id("USER_ID")).factor = &factor{
			active: row.yes("ACTIVE"), excused: row.yes("SKIP_MANDATORY"), method: strings.Clone(row.text("TYPE")), until: until,
		}
		return nil
	})
	return err
}

// readPasswordDates takes the list of old passwords, and the event log where a version keeps no such list.
func (r *run) readPasswordDates(ctx context.Context) error {
	if _, err := r.ask(ctx, "password_dates", func(row row) error {
		r.account(row.id("USER_ID")).passwordChanged = moment(row.number("LAST"))
		return nil
	}); err != nil {
		return err
	}
	_, err := r.ask(ctx, "log_passwords", func(row row) error {
		if a := r.account(row.id("ITEM_ID")); a.passwordChanged.IsZero() {
			a.passwordChanged, a.changedInferred = moment(row.number("LAST")), true
		}
		return nil
	})
	return err
}

func (r *run) readDepartments(ctx context.Context) error {
	damaged := 0
	_, err := r.ask(ctx, "departments", func(row row) error {
		text := strings.TrimSpace(row.raw("UF_DEPARTMENT"))
		if text == "" {
			return nil
		}
		a := r.account(row.id("VALUE_ID"))
		value, err := php.Unserialize(text)
		array, ok := value.(*php.Array)
		if err != nil || !ok {
			damaged++
			a.departmentsBad = true
			return nil
		}
		for _, d := range array.Strings() {
			if n, err := strconv.Atoi(d); err == nil && n > 0 {
				a.employed = true
			}
		}
		return nil
	})
	if damaged > 0 {
		r.note("lists of departments that are damaged in the database and could not be read: %d", damaged)
	}
	return err
}

func (r *run) readOwners(ctx context.Context) error {
	for _, object := range clientObjects {
		if _, err := r.ask(ctx, object+"_owners", func(row row) error {
			a := r.account(row.id("ASSIGNED_BY_ID"))
			a.owns += int(row.number("N"))
			a.recent += int(row.number("RECENT"))
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// readUsers writes the accounts. By now everything about them is known.
func (r *run) readUsers(ctx context.Context) error {
	_, err := r.ask(ctx, "users", func(row row) error {
		id := row.id("ID")
		if id == "" {
			return nil
		}
		if r.tables = olderTables; row.has("BLOCKED") {
			r.tables = modernTables
		}
		u := r.user(id, row)
		if p := r.accounts[id]; p.human && p.active && p.knownPolicy() {
			r.site.join(p.policy.policy)
		}
		return r.write(u)
	})
	if err != nil {
		return err
	}
	return r.writeRoles()
}

// user joins a row with what the other tables said.
func (r *run) user(id string, row row) *facts.User {
	a := r.account(id)
	a.login, a.active = strings.Clone(lower(row.text("LOGIN"))), row.yes("ACTIVE") // a part of the row would keep the whole
	slices.Sort(a.groups)
	a.policy = r.policies.of(a.groups)
	kind := r.kindOf(row, a)
	a.human = kind.Or("") == facts.UserHuman
	a.person = a.human || kind.Or("") == facts.UserExternal
	u := &facts.User{
		ID: id, Source: r.kind, Login: facts.Of(row.text("LOGIN")), Active: facts.Of(a.active), Type: kind,
		Name: facts.Of(strings.TrimSpace(row.text("NAME") + " " + row.text("LAST_NAME"))), Email: row.known("EMAIL"), Phone: row.known("PERSONAL_MOBILE"), Position: row.known("WORK_POSITION"),
		Blocked: row.flag("BLOCKED"), Created: row.since("DATE_REGISTER"), LastLogin: row.when("LAST_LOGIN"), LastActivity: row.when("LAST_ACTIVITY_DATE"),
		ExternalAuth: facts.Of(outside(row.text("EXTERNAL_AUTH_ID"))), Locale: row.known("LID"),
		PortalOwner: facts.Of(id == "1"), // who installed the portal, and whom it takes for its owner
	}
	if name, _ := u.Name.Get(); name == "" {
		u.Name = facts.Of(row.text("LOGIN"))
	}
	if reason := r.why("members"); reason != "" {
		u.Admin, u.AdminUntil = facts.Unknown[bool](reason), facts.Unknown[time.Time](reason)
	} else {
		u.Admin, u.AdminUntil = facts.Of(a.admin), facts.Of(a.adminUntil)
	}
	r.factorOf(u, a)
	r.policyOf(u, a)
	r.workOf(u, a)
	return u
}

// outside is who checks the password, "" the portal itself.
func outside(id string) string {
	if id == "default" {
		return ""
	}
	return id
}

// kindOf tells people from machines, and staff from guests, who have no department.
func (r *run) kindOf(row row, a *account) facts.Known[string] {
	if kind, ok := machines[lower(row.text("EXTERNAL_AUTH_ID"))]; ok {
		return facts.Of(kind)
	}
	switch {
	case r.why("departments") != "", a.departmentsBad:
		return facts.With(facts.UserHuman, facts.Inferred)
	case a.employed, a.admin, slices.ContainsFunc(a.groups, r.employees):
		return facts.Of(facts.UserHuman) // staff may lack a place in the structure
	}
	return facts.Of(facts.UserExternal)
}

func (r *run) factorOf(u *facts.User, a *account) {
	if reason := r.why("options", "second_factors"); reason != "" {
		if reason == facts.NotSupported && r.modules != nil && !r.modules["security"] {
			u.TwoFactor, u.TwoFactorExempt = facts.Of(false), facts.Of(false) // there is no such feature
			return
		}
		u.TwoFactor, u.TwoFactorExempt = facts.Unknown[bool](reason), facts.Unknown[bool](reason)
		return
	}
	f := a.factor
	on := f != nil && f.active && r.secondFactorWorks()
	u.TwoFactor = facts.Of(on)
	if on {
		u.TwoFactorMethod = facts.Of(f.method)
	}
	excused := f != nil && !f.active && (f.excused || f.until.After(r.window.now))
	u.TwoFactorExempt = facts.Of(excused)
	if excused {
		u.TwoFactorExemptUntil = facts.Of(f.until)
	}
}

func (r *run) policyOf(u *facts.User, a *account) {
	if !a.policy.known {
		reason := r.policies.reason
		if reason == "" {
			reason = facts.Failed
		}
		u.PasswordMinLength = facts.Unknown[int](reason)
		return
	}
	p := a.policy.policy
	u.PasswordMinLength, u.PasswordMaxDays = facts.Of(p.length), facts.Of(p.maxDays)
	u.LoginAttempts, u.LockoutMinutes = facts.Of(p.attempts()), facts.Of(p.blockMinutes)
	u.IdleMinutes, u.RememberDays = facts.Of(p.idle), facts.Of(p.remember/minutesPerDay)
}

// workOf is what the account may do with client records, and how many are its own.
func (r *run) workOf(u *facts.User, a *account) {
	if !a.passwordChanged.IsZero() {
		u.PasswordChanged = facts.Of(a.passwordChanged)
		if a.changedInferred {
			u.PasswordChanged = facts.With(a.passwordChanged, facts.Inferred)
		}
	}
	if reason := r.why("roles", "role_members", "role_rights"); reason != "" {
		u.CanExport, u.CanDeleteAll = facts.Unknown[bool](reason), facts.Unknown[bool](reason)
	} else {
		// Administrators of the portal need no role.
		u.CanExport, u.CanDeleteAll = facts.Of(a.canExport || a.admin || a.person && r.rights.allExport), facts.Of(a.canDeleteAll || a.admin || a.person && r.rights.allDelete)
	}
	if reason := r.why("lead_owners", "deal_owners", "contact_owners", "company_owners"); reason != "" {
		u.OwnsRecords, u.RecentRecords = facts.Unknown[int](reason), facts.Unknown[int](reason)
	} else {
		u.OwnsRecords, u.RecentRecords = facts.Of(a.owns), facts.Of(a.recent)
	}
}

package offboard

import (
	"time"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/phrase"
)

// record adds what belongs to the person among the records that follow the accounts.
func (c *compiler) record(r facts.Record) {
	switch r := r.(type) {
	case *facts.Group:
		if c.mine(r.Owner, r.Source) && r.Active.Or(true) {
			i := c.item(r, r.Source, r.Name.Or(r.ID), "group", Open, r.Owner.Quality())
			put(&i, "guests", r.Guests)
			put(&i, "last_used", r.LastUsed)
			c.section(SectionRecords).add(i)
		}
	case *facts.Session:
		c.session(r)
	case *facts.Credential:
		c.credential(r)
	case *facts.Integration:
		c.integration(r)
	case *facts.Handler:
		if c.mine(r.Owner, r.Source) {
			i := c.item(r, r.Source, r.Scheme.Or("")+"://"+r.Host.Or("?"), "handler", Open, r.Owner.Quality())
			put(&i, "event", r.Event)
			c.section(SectionIntegrations).add(i)
		}
	case *facts.PublicLink:
		c.link(r)
	case *facts.Mailbox:
		if c.mine(r.Owner, r.Source) {
			active, known := r.Active.Get()
			i := c.item(r, r.Source, r.Address.Or(r.ID), "mailbox", stateOf(active, known), r.Owner.Quality())
			put(&i, "server", r.Server)
			c.section(SectionMail).add(i)
		}
	case *facts.Backup:
		// The answer says that the disk is somebody's who left, not whose; another one may rule the person out.
		_, named := c.answered["backup_storage_owners"]
		if r.StorageOwner.Or("") == "departed" && c.d.Leaving.Status == LeftAlready && (!named || c.section(SectionBackups).Total > 0) {
			i := c.item(r, r.Source, r.Location.Or(r.ID), "backup", Unsure, r.StorageOwner.Quality())
			put(&i, "finished", r.Finished)
			put(&i, "encrypted", r.Encrypted)
			c.section(SectionBackups).add(i)
		}
	case *facts.Asset:
		if c.mine(r.Holder, r.Source) {
			returned, known := r.Returned.Get()
			i := c.item(r, r.Source, r.Title.Or(r.ID), r.Type.Or("equipment"), stateOf(!returned, known), r.Holder.Quality())
			i.Since = dateOf(r.Issued)
			c.section(SectionAssets).add(i)
		}
	case *facts.Activity:
		c.activity(r)
	case *facts.Event:
		c.event(r)
	}
}

// account adds an account and what it may do.
func (c *compiler) account(u *facts.User, v *checks.View) {
	a := Account{Ref: "user:" + checks.TidyKey(u.ID), Source: checks.Tidy(u.Source), Name: checks.Tidy(u.Name.Or("")), Email: checks.Tidy(u.Email.Or(""))}
	active, known := v.Bool("active")
	if known {
		a.Active = &active
	}
	c.d.Person.Accounts = append(c.d.Person.Accounts, a)
	state := stateOf(active, known)
	if blocked, _ := v.Bool("blocked"); blocked {
		state = Closed
	}
	i := c.item(u, u.Source, u.Name.Or(u.ID), "account", state, v.QualityOf("active"))
	i.Since = dateOf(u.Created)
	put(&i, "id", facts.Of(u.ID))
	put(&i, "login", u.Login)
	put(&i, "email", u.Email)
	put(&i, "position", u.Position)
	put(&i, "last_login", u.LastLogin)
	put(&i, "last_activity", u.LastActivity)
	put(&i, "external_auth", u.ExternalAuth)
	if on, known := v.Bool("two_factor"); known {
		i.Details["two_factor"] = on
	}
	c.section(SectionAccounts).add(i)
	c.rights(u, v, state)
	if n, known := u.OwnsRecords.Get(); known && n > 0 {
		records := c.item(u, u.Source, u.Name.Or(u.ID), "client_records", Open, u.OwnsRecords.Quality())
		records.Details["count"] = n
		c.section(SectionRecords).add(records)
	} else if !known {
		c.lacking["owns_records"] = u.OwnsRecords.Reason()
	}
}

// rights adds the rights that make an account worth having. Those of somebody who can still come back
// through them stay open on a blocked account too.
func (c *compiler) rights(u *facts.User, v *checks.View, account State) {
	for _, name := range []string{"admin", "portal_owner", "can_export", "can_delete_all", "shared"} {
		has, known := v.Bool(name)
		if !known {
			c.lacking[name] = v.Why(name)
			continue
		}
		if !has {
			continue
		}
		state := account
		if name == "admin" || name == "portal_owner" || name == "shared" {
			state = Open
		}
		i := c.item(u, u.Source, u.Name.Or(u.ID), name, state, v.QualityOf(name))
		c.section(SectionRights).add(i)
	}
	if roles, known := u.Roles.Get(); known && len(roles) > 0 {
		i := c.item(u, u.Source, u.Name.Or(u.ID), "roles", account, u.Roles.Quality())
		put(&i, "roles", u.Roles)
		c.section(SectionRights).add(i)
	}
}

// sponsored adds an account of somebody outside or of a program that the person answers for.
func (c *compiler) sponsored(u *facts.User) {
	sponsor := c.people.User(u).String("sponsor")
	if active, known := u.Active.Get(); sponsor == "" || known && !active || !c.who.means(sponsor, "") {
		return
	}
	i := c.item(u, u.Source, phrase.ShortName(u.Name.Or(u.ID)), "sponsored", Open, c.people.User(u).QualityOf("sponsor"))
	put(&i, "id", facts.Of(u.ID))
	c.section(SectionRecords).add(i)
}

func (c *compiler) session(s *facts.Session) {
	if !c.who.means(s.User, s.Source) {
		return
	}
	i := c.item(s, s.Source, s.Device.Or(s.ID), s.Type.Or("web"), openUntil(s.Expires, c.now), facts.Observed)
	i.Since = dateOf(s.Created)
	put(&i, "last_seen", s.LastSeen)
	put(&i, "expires", s.Expires)
	put(&i, "address", s.Address)
	put(&i, "countries", s.Countries)
	c.used(&i, s.LastSeen)
	c.section(SectionSessions).add(i)
}

func (c *compiler) credential(t *facts.Credential) {
	if !c.mine(t.Owner, t.Source) {
		return
	}
	active, known := t.Active.Get()
	state := stateOf(active, known)
	if openUntil(t.Expires, c.now) == Closed {
		state = Closed
	}
	i := c.item(t, t.Source, t.Label.Or(t.ID), t.Type.Or("token"), state, t.Owner.Quality())
	i.Since = dateOf(t.Created)
	put(&i, "purpose", t.Purpose)
	put(&i, "full_access", t.FullAccess)
	put(&i, "scopes", t.Scopes)
	put(&i, "last_used", t.LastUsed)
	put(&i, "address", t.LastAddress)
	put(&i, "expires", t.Expires)
	put(&i, "methods", t.Methods)
	if t.Audit {
		i.Details["audit"] = true
	}
	c.used(&i, t.LastUsed)
	c.section(SectionTokens).add(i)
}

func (c *compiler) integration(n *facts.Integration) {
	if !c.mine(n.Owner, n.Source) {
		return
	}
	active, known := n.Active.Get()
	i := c.item(n, n.Source, n.Title.Or(n.ID), "integration", stateOf(active, known), n.Owner.Quality())
	put(&i, "vendor", n.Vendor)
	put(&i, "purpose", n.Purpose)
	put(&i, "scopes", n.Scopes)
	put(&i, "methods", n.Methods)
	c.section(SectionIntegrations).add(i)
}

func (c *compiler) link(l *facts.PublicLink) {
	if !c.mine(l.Creator, l.Source) {
		return
	}
	i := c.item(l, l.Source, l.Object.Or(l.ID), "link", openUntil(l.Expires, c.now), l.Creator.Quality())
	i.Since = dateOf(l.Created)
	put(&i, "expires", l.Expires)
	put(&i, "has_password", l.HasPassword)
	put(&i, "downloads", l.Downloads)
	c.section(SectionLinks).add(i)
}

// mine reports whether a record names the person as its owner.
func (c *compiler) mine(owner facts.Known[string], source string) bool {
	ref, known := owner.Get()
	return known && c.who.means(ref, source)
}

// item begins an item; rights of an account carry its key and their own name.
func (c *compiler) item(r facts.Record, source, what, kind string, state State, q facts.Quality) Item {
	id := string(r.Kind()) + ":" + checks.TidyKey(r.Key())
	if r.Kind() == facts.KindUser && kind != "account" {
		id += "#" + kind
	}
	if c.ids[id]++; c.ids[id] > 1 { // the same key in another source
		id += "@" + checks.Tidy(source) + "/" + itoa(c.ids[id])
	}
	if q == "" {
		q = facts.Observed
	}
	return Item{ID: id, What: checks.Tidy(what), Type: checks.Tidy(kind), State: state, Source: checks.Tidy(source), Quality: q, Details: map[string]any{}}
}

// used notes a trace that is younger than the last day of work.
func (c *compiler) used(i *Item, at facts.Known[time.Time]) {
	t := at.Or(time.Time{})
	if i.After = c.gone(t); !i.After {
		return
	}
	if len(c.d.After.Uses) == maxItems {
		c.d.After.LeftOut++
	} else {
		c.d.After.Uses = append(c.d.After.Uses, Use{Item: i.ID, What: i.What, Type: i.Type, At: t.UTC()})
	}
}

// put keeps a detail that is known and says something; never stands for a moment that never was.
func put[T any](i *Item, name string, k facts.Known[T]) {
	v, known := k.Get()
	if !known {
		return
	}
	switch x := any(v).(type) {
	case string:
		if x != "" {
			i.Details[name] = checks.Tidy(x)
		}
	case []string:
		list := make([]string, 0, len(x))
		for _, s := range x[:min(len(x), 50)] {
			list = append(list, checks.Tidy(s))
		}
		if len(list) > 0 {
			i.Details[name] = list
		}
	case time.Time:
		if x.IsZero() {
			i.Details[name] = "never"
		} else {
			i.Details[name] = x.UTC()
		}
	default:
		i.Details[name] = x
	}
}

func stateOf(open, known bool) State {
	switch {
	case !known:
		return Unsure
	case open:
		return Open
	}
	return Closed
}

// openUntil is open unless the end has come; what has no end that anybody knows of is open too.
func openUntil(end facts.Known[time.Time], now time.Time) State {
	if t, known := end.Get(); known && !t.IsZero() && !t.After(now) {
		return Closed
	}
	return Open
}

func dateOf(k facts.Known[time.Time]) *time.Time {
	if t := k.Or(time.Time{}); !t.IsZero() {
		return moment(t)
	}
	return nil
}

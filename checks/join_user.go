package checks

import (
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/phone"
)

func normal(s string) string {
	if isNormal(s) {
		return s
	}
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
}

func (j *joins) user(v *View, u *facts.User) {
	keys := keysOf(u)
	j.declared(v, keys)
	age(v, "created_days")
	if email, ok := u.Email.Get(); ok && email != "" {
		name, domain, _ := strings.Cut(strings.ToLower(email), "@")
		v.Set("email_name", name, u.Email.Quality())
		v.Set("email_domain", domain, u.Email.Quality())
	}
	idle(v, u, j.now)
	p, wouldMatch := j.find(u.Email.Or(""), u.Phone.Or(""), u.Extra["external_id"]), j.wouldMatch(u.Email.Or(""), u.Phone.Or(""))
	j.roster(v, p, wouldMatch)
	left := j.departure(v, "departed", p, wouldMatch)
	if !left.IsZero() {
		v.Set("left_on", left, facts.Observed)
		v.Set("left_on_days", daysBetween(left, j.now), facts.Observed)
	}
	if kind, ok := as[string](v, "kind"); ok {
		departed, _ := v.Bool("departed")
		v.Set("company", kind == facts.UserHuman && !departed, v.QualityOf("kind"))
	}
	j.remember(v, u, keys, left)
}

// wouldMatch reports that somebody with these contacts would have been found in the HR list if they
// stood there: a list without e-mail addresses says nothing about an account known by its address alone.
func (j *joins) wouldMatch(email, number string) bool {
	return j.rosterFull && (email != "" && j.rosterEmails || phone.Normal(number) != "" && j.rosterPhones)
}

// roster says whether the HR list has the person.
func (j *joins) roster(v *View, p *person, wouldMatch bool) {
	switch {
	case p != nil || j.hasRoster && wouldMatch:
		v.Set("in_roster", p != nil, facts.Observed)
	case !j.hasRoster:
		v.Lack("in_roster", facts.NotConfigured)
	default:
		v.Lack("in_roster", facts.NotSupported)
	}
}

// departure says under the name whether the person has left, and gives the leaving date.
func (j *joins) departure(v *View, name string, p *person, wouldMatch bool) time.Time {
	switch {
	case p != nil && p.ambiguous:
		v.Lack(name, facts.Failed)
	case p != nil && !p.known:
		v.Lack(name, facts.NotSupported)
	case p != nil:
		v.Set(name, !p.employed, facts.Observed)
		if !p.employed {
			return p.left
		}
	case !j.hasRoster:
		v.Lack(name, facts.NotConfigured)
	case !wouldMatch:
		v.Lack(name, facts.NotSupported)
	default:
		v.Set(name, false, facts.Observed)
	}
	return time.Time{}
}

func (j *joins) find(email, number, external string) *person {
	_, p := j.match(email, number, external)
	return p
}

// match finds somebody of the HR list, and the contact by which the list knows them.
func (j *joins) match(email, number, external string) (key string, p *person) {
	if key := strings.ToLower(email); email != "" && j.people[key] != nil {
		return key, j.people[key]
	}
	if digits := phone.Normal(number); digits != "" {
		if p := j.people["+"+digits]; p != nil {
			return "+" + digits, p
		}
	}
	if external != "" {
		if p := j.people["id:"+external]; p != nil {
			return "id:" + external, p
		}
	}
	return "", nil
}

// idle derives how long nobody has used the account. Only when both the last log-in and the last
// activity are known is silence proved; one of them alone may show life but never its absence.
func idle(v *View, u *facts.User, now time.Time) {
	login, hasLogin := u.LastLogin.Get()
	activity, hasActivity := u.LastActivity.Get()
	last := login
	if activity.After(last) {
		last = activity
	}
	quality := weaker(u.LastLogin.Quality(), u.LastActivity.Quality())
	if hasLogin != hasActivity {
		quality = facts.Partial
	}
	switch {
	case !hasLogin && !hasActivity:
		return
	case last.IsZero():
		if hasLogin {
			v.Set("never_used", true, u.LastLogin.Quality())
		}
		return
	}
	v.Set("never_used", false, facts.Observed)
	v.Set("idle_days", daysBetween(last, now), quality)
}

// declared puts what answers say of this user, unless the source itself knows better.
func (j *joins) declared(v *View, keys userKeys) {
	for _, key := range keys.all() {
		if row := j.about[key]; key != "" && row != nil {
			row.matched = true
			declaredRow(v, row.cells, j.now)
		}
	}
	for _, d := range j.lists {
		on := false
		for _, key := range keys.all() {
			if _, listed := d.entries[key]; listed && key != "" {
				d.entries[key] = true
				on = true
			}
		}
		said := on == d.listed
		have, _ := v.Bool(d.field)
		switch q := v.QualityOf(d.field); {
		case q == facts.Observed || q == facts.Declared:
		case q == facts.Inferred && have && !said && d.field == "admin":
			// The log shows that somebody made this account an administrator; the list leaves it out.
			v.Lack(d.field, facts.Failed)
		default:
			v.Set(d.field, said, facts.Declared)
		}
	}
}

// declaredRow puts what a row of a table says of the user: what kind of account it is, who answers
// for it, when it ends. A cell that was left out says nothing; nobody answers where it is empty.
func declaredRow(v *View, row map[string]string, now time.Time) {
	for _, column := range []string{"kind", "sponsor"} {
		switch text, said := row[column]; {
		case !said:
		case text == "" || text == "none":
			v.Set(column, "", facts.Declared)
		default:
			v.Set(column, text, facts.Declared)
		}
	}
	switch text := row["expires"]; text {
	case "":
	case "never":
		setDate(v, "expires", time.Time{}, facts.Declared, now)
	default:
		if day, err := time.Parse(time.DateOnly, text); err == nil {
			setDate(v, "expires", day, facts.Declared, now)
		}
	}
}

// unmatched lists what an answer says of people that no account belongs to, by field of users.
func (j *joins) unmatched(fields []factName) []Gap {
	var gaps []Gap
	for _, d := range j.lists {
		used := mentions(fields, d.field)
		for _, matched := range d.entries {
			if used && !matched {
				gaps = append(gaps, Gap{Fact: "user." + d.field, Reason: facts.Failed, Ask: d.question, Detail: "unmatched"})
				break
			}
		}
	}
	for _, row := range j.about {
		if !row.matched && mentions(fields, "sponsor", "expires") {
			return append(gaps, Gap{Fact: "user.sponsor", Reason: facts.Failed, Ask: row.question, Detail: "unmatched"})
		}
	}
	return gaps
}

func mentions(fields []factName, names ...string) bool {
	for _, f := range fields {
		if f.variable == string(facts.KindUser) && contains(names, f.name) {
			return true
		}
	}
	return false
}

// remember keeps an account that later records refer to.
func (j *joins) remember(v *View, u *facts.User, keys userKeys, left time.Time) {
	if !j.wanted[keys.id] && (keys.email == "" || !j.wanted[keys.email]) && !j.wanted[keys.name] {
		return
	}
	known := func(name string) facts.Known[bool] {
		if b, ok := v.Bool(name); ok {
			return facts.With(b, v.QualityOf(name))
		}
		return facts.Unknown[bool](v.Why(name))
	}
	a := &account{name: u.Name.Or(""), active: known("active"), admin: known("admin"), departed: known("departed"), left: left, kind: v.String("kind")}
	j.users[keys.id] = a
	if keys.email != "" && j.wanted[keys.email] {
		j.users[keys.email] = a
	}
	if keys.name != "" && j.wanted[keys.name] {
		j.users[keys.name] = a
	}
}

// isNormal recognises what most ids and addresses are anyway: no capitals, no blanks, plain ASCII.
func isNormal(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || c >= 'A' && c <= 'Z' {
			return false
		}
	}
	return true
}

// userKeys are the names by which other records and answers mean an account, made comparable; "" is none.
type userKeys struct{ id, email, login, name string }

func keysOf(u *facts.User) userKeys {
	return userKeys{normal(u.ID), normal(u.Email.Or("")), normal(u.Login.Or("")), normal(u.Name.Or(""))}
}

func (k userKeys) all() [4]string { return [4]string{k.email, k.id, k.login, k.name} }

package checks

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// joins knows, across sources, what a single record cannot say of itself: who has left the company,
// whom an answer names, who owns a credential. It keeps people of the HR list and those accounts
// that other records refer to, never all users.
type joins struct {
	now time.Time

	hasRoster    bool
	rosterFull   bool
	rosterEmails bool // every person of the list has an e-mail address
	rosterPhones bool
	people       map[string]*person // by e-mail, phone (+digits) and external id

	lists []*declaredList       // answers that fill a field of users
	about map[string]*aboutUser // rows of an answer that fills several fields, by user

	wanted map[string]bool     // user ids and e-mails that some record refers to
	users  map[string]*account // those of them that were seen, by id and by e-mail
}

// aboutUser is a row of the table of external and service accounts.
type aboutUser struct {
	question string
	cells    map[string]string
	matched  bool
}

type person struct {
	employed  bool
	known     bool
	left      time.Time
	ambiguous bool
}

type account struct {
	name          string
	active, admin facts.Known[bool]
	departed      facts.Known[bool]
	left          time.Time
	kind          string
}

// declaredList is an answer of the kind "who are the administrators": it declares one field of all users.
type declaredList struct {
	question string
	field    string
	listed   bool // value for those on the list; the others get the opposite
	entries  map[string]bool
}

func newJoins(now time.Time) *joins {
	return &joins{now: now, people: map[string]*person{}, about: map[string]*aboutUser{}, wanted: map[string]bool{}, users: map[string]*account{}}
}

// prepare reads the kinds that are small and that users are joined with.
func (j *joins) prepare(ctx context.Context, s facts.Snapshot) error {
	j.rosterEmails, j.rosterPhones = true, true
	for _, c := range s.Info().Coverage {
		switch {
		case c.Kind != facts.KindPerson:
		case c.Field == "" && c.State != facts.Missing:
			j.hasRoster = true
			j.rosterFull = c.State == facts.Full
		case c.Field == "emails":
			j.rosterEmails = c.State == facts.Full
		case c.Field == "phones":
			j.rosterPhones = c.State == facts.Full
		}
	}
	for p, err := range facts.Each[*facts.Person](ctx, s) {
		if err != nil {
			return err
		}
		j.hasRoster = true
		j.addPerson(p)
	}
	for a, err := range facts.Each[*facts.Answer](ctx, s) {
		if err != nil {
			return err
		}
		j.addAnswer(a)
	}
	return j.collectOwners(ctx, s)
}

func (j *joins) addPerson(p *facts.Person) {
	employed, known := p.Employed.Get()
	row := &person{employed: employed, known: known, left: p.Left.Or(time.Time{})}
	for _, key := range personKeys(p) {
		if have := j.people[key]; have != nil && (have.employed != row.employed || have.known != row.known) {
			have.ambiguous = true // the same contact belongs to somebody who works here and somebody who left
			continue
		}
		j.people[key] = row
	}
}

func personKeys(p *facts.Person) []string {
	var keys []string
	for _, e := range p.Emails {
		keys = append(keys, strings.ToLower(e))
	}
	for _, n := range p.Phones {
		keys = append(keys, "+"+n)
	}
	if p.External != "" {
		keys = append(keys, "id:"+p.External)
	}
	return keys
}

func (j *joins) addAnswer(a *facts.Answer) {
	if a.Fills == "" {
		return
	}
	if rows, ok := a.Rows.Get(); ok && strings.HasPrefix(a.Fills, "user.") {
		for _, row := range rows {
			j.about[normal(row["user"])] = &aboutUser{question: a.ID, cells: row}
		}
		return
	}
	field, negated := strings.CutPrefix(a.Fills, "!")
	field, ok := strings.CutPrefix(field, "user.")
	list, known := a.List.Get()
	if !ok || !known {
		return
	}
	d := &declaredList{question: a.ID, field: field, listed: !negated, entries: map[string]bool{}}
	for _, e := range list {
		d.entries[normal(e)] = false
	}
	j.lists = append(j.lists, d)
}

func normal(s string) string {
	if isNormal(s) {
		return s
	}
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
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

// collectOwners notes whom the records refer to that come after the users.
func (j *joins) collectOwners(ctx context.Context, s facts.Snapshot) error {
	want := func(known ...facts.Known[string]) {
		for _, k := range known {
			if v, ok := k.Get(); ok && v != "" {
				j.wanted[normal(v)] = true
			}
		}
	}
	for c, err := range facts.Each[*facts.Credential](ctx, s) {
		if err != nil {
			return err
		}
		want(c.Owner)
	}
	for i, err := range facts.Each[*facts.Integration](ctx, s) {
		if err != nil {
			return err
		}
		want(i.Owner)
	}
	for h, err := range facts.Each[*facts.Handler](ctx, s) {
		if err != nil {
			return err
		}
		want(h.Owner)
	}
	for g, err := range facts.Each[*facts.Group](ctx, s) {
		if err != nil {
			return err
		}
		want(g.Owner)
	}
	for l, err := range facts.Each[*facts.PublicLink](ctx, s) {
		if err != nil {
			return err
		}
		want(l.Creator)
	}
	for a, err := range facts.Each[*facts.Asset](ctx, s) {
		if err != nil {
			return err
		}
		want(a.Holder)
	}
	for e, err := range facts.Each[*facts.Session](ctx, s) {
		if err != nil {
			return err
		}
		want(facts.Of(e.User))
	}
	for e, err := range facts.Each[*facts.Event](ctx, s) {
		if err != nil {
			return err
		}
		want(facts.Of(e.Actor), facts.Of(e.Subject))
	}
	return nil
}

// complete adds to a view what the joins know. Users must pass before what refers to them.
func (j *joins) complete(v *View, r facts.Record) {
	switch r := r.(type) {
	case *facts.User:
		j.user(v, r)
	case *facts.Session:
		j.owner(v, "user", r.User)
		age(v, "created_days")
	case *facts.Credential:
		j.owner(v, "owner", r.Owner.Or(""))
		age(v, "created_days")
	case *facts.Integration:
		j.owner(v, "owner", r.Owner.Or(""))
	case *facts.Handler:
		j.owner(v, "owner", r.Owner.Or(""))
		if host, ok := r.Host.Get(); ok {
			if h, _, err := net.SplitHostPort(host); err == nil {
				host = h
			}
			_, err := netip.ParseAddr(strings.Trim(host, "[]"))
			v.Set("raw_address", err == nil, r.Host.Quality())
		}
	case *facts.Group:
		j.owner(v, "owner", r.Owner.Or(""))
	case *facts.PublicLink:
		j.owner(v, "creator", r.Creator.Or(""))
	case *facts.Asset:
		j.owner(v, "holder", r.Holder.Or(""))
	case *facts.Backup:
		age(v, "finished_days")
	case *facts.Answer:
		j.answer(v, r)
	case *facts.Endpoint:
		endpoint(v, r)
	case *facts.Activity:
		v.Set("weekday", int(r.Day.UTC().Weekday()), facts.Observed)
		v.Set("days_ago", daysBetween(r.Day, j.now), facts.Observed)
	case *facts.Event:
		j.event(v, r)
	}
}

func age(v *View, from string) {
	if d, ok := v.Values[from]; ok {
		v.Set("age_days", d, v.QualityOf(from))
	}
}

func (j *joins) user(v *View, u *facts.User) {
	keys := userKeys{normal(u.ID), normal(u.Email.Or("")), normal(u.Login.Or("")), normal(u.Name.Or(""))}
	j.declared(v, keys)
	age(v, "created_days")
	if email, ok := u.Email.Get(); ok && email != "" {
		name, domain, _ := strings.Cut(strings.ToLower(email), "@")
		v.Set("email_name", name, u.Email.Quality())
		v.Set("email_domain", domain, u.Email.Quality())
	}
	idle(v, u, j.now)
	p := j.find(u.Email.Or(""), u.Phone.Or(""), u.Extra["external_id"])
	left := j.departure(v, "departed", p, j.wouldMatch(u.Email.Or(""), u.Phone.Or("")))
	if !left.IsZero() {
		v.Set("left_on", left, facts.Observed)
		v.Set("left_on_days", daysBetween(left, j.now), facts.Observed)
	}
	if kind, ok := v.Values["kind"].(string); ok {
		departed, _ := v.Bool("departed")
		v.Set("company", kind == facts.UserHuman && !departed, v.QualityOf("kind"))
	}
	j.remember(v, u, keys, left)
}

// userKeys are the names by which other records and answers mean an account, made comparable; "" is none.
type userKeys struct{ id, email, login, name string }

func (k userKeys) all() [4]string { return [4]string{k.email, k.id, k.login, k.name} }

// wouldMatch reports that somebody with these contacts would have been found in the HR list if they
// stood there: a list without e-mail addresses says nothing about an account known by its address alone.
func (j *joins) wouldMatch(email, phone string) bool {
	return j.rosterFull && (email != "" && j.rosterEmails || onlyDigits(phone) != "" && j.rosterPhones)
}

// departure sets in_roster and departed of a user and gives the leaving date.
func (j *joins) departure(v *View, name string, p *person, wouldMatch bool) time.Time {
	switch {
	case p != nil && p.ambiguous:
		v.Set("in_roster", true, facts.Observed)
		v.Lack(name, facts.Failed)
	case p != nil:
		v.Set("in_roster", true, facts.Observed)
		if !p.known {
			v.Lack(name, facts.NotSupported)
			return time.Time{}
		}
		v.Set(name, !p.employed, facts.Observed)
		if !p.employed {
			return p.left
		}
	case !j.hasRoster:
		v.Lack("in_roster", facts.NotConfigured)
		v.Lack(name, facts.NotConfigured)
	case !wouldMatch:
		v.Lack("in_roster", facts.NotSupported)
		v.Lack(name, facts.NotSupported)
	default:
		v.Set("in_roster", false, facts.Observed)
		v.Set(name, false, facts.Observed)
	}
	return time.Time{}
}

func (j *joins) find(email, phone, external string) *person {
	if p := j.people[strings.ToLower(email)]; email != "" && p != nil {
		return p
	}
	if digits := onlyDigits(phone); digits != "" {
		if p := j.people["+"+digits]; p != nil {
			return p
		}
	}
	if external != "" {
		return j.people["id:"+external]
	}
	return nil
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
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

var expiry = datesOf("expires")

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
		v.Set("expires", time.Time{}, facts.Declared)
		dateValues(v, expiry, time.Time{}, facts.Declared, now)
	default:
		if day, err := time.Parse(time.DateOnly, text); err == nil {
			v.Set("expires", day, facts.Declared)
			dateValues(v, expiry, day, facts.Declared, now)
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
		return facts.Unknown[bool](v.Missing[name])
	}
	a := &account{name: u.Name.Or(""), active: known("active"), admin: known("admin"), departed: known("departed"), left: left, kind: v.String("kind")}
	j.users[keys.id] = a
	if keys.email != "" {
		j.users[keys.email] = a
	}
	if keys.name != "" && j.wanted[keys.name] {
		j.users[keys.name] = a
	}
}

// owner completes what a record says of the account it belongs to: <role>_name, _active, _admin,
// _kind, _departed. What the record knows itself stays.
func (j *joins) owner(v *View, role, ref string) {
	if ref == "" {
		return
	}
	a := j.users[normal(ref)]
	if a == nil {
		// Not an account of the CRM; the HR list may still know the person.
		j.departure(v, role+"_departed", j.find(ref, ref, ""), strings.Contains(ref, "@") && j.wouldMatch(ref, ""))
		delete(v.Values, "in_roster")
		return
	}
	put := func(name string, k facts.Known[bool]) {
		if _, known := v.Values[role+name]; known {
			return
		}
		if b, ok := k.Get(); ok {
			v.Set(role+name, b, k.Quality())
		} else {
			v.Lack(role+name, k.Reason())
		}
	}
	put("_active", a.active)
	put("_admin", a.admin)
	put("_departed", a.departed)
	if _, known := v.Values[role+"_name"]; !known && a.name != "" {
		v.Set(role+"_name", a.name, facts.Observed)
	}
	if _, known := v.Values[role+"_kind"]; !known && a.kind != "" {
		v.Set(role+"_kind", a.kind, facts.Observed)
	}
}

func (j *joins) answer(v *View, a *facts.Answer) {
	if !a.At.IsZero() {
		v.Set("age_days", daysBetween(a.At, j.now), facts.Declared)
	}
	list, ok := a.List.Get()
	if !ok {
		return
	}
	gone, reason := 0, facts.Reason("")
	for _, e := range list {
		p := j.find(e, e, e)
		switch {
		case p == nil || p.ambiguous || !p.known:
			reason = facts.NotSupported
			if !j.hasRoster {
				reason = facts.NotConfigured
			}
		case !p.employed:
			gone++
		}
	}
	if reason != "" && gone == 0 {
		v.Lack("anyone_departed", reason)
		v.Lack("departed_count", reason)
		return
	}
	v.Set("anyone_departed", gone > 0, facts.Declared)
	v.Set("departed_count", gone, facts.Declared)
}

// endpoint derives how long the certificate is still valid and from when on that is too short: a
// certificate of a few weeks cannot be asked to last three.
func endpoint(v *View, e *facts.Endpoint) {
	if days, ok := v.Values["not_after_days"].(int); ok {
		v.Set("days_left", -days, e.NotAfter.Quality())
	}
	if life, ok := e.LifetimeDays.Get(); ok {
		v.Set("warn_days", max(7, life/3), e.LifetimeDays.Quality())
	}
}

func (j *joins) event(v *View, e *facts.Event) {
	v.Set("days_ago", daysBetween(e.At, j.now), facts.Observed)
	j.owner(v, "actor", e.Actor)
	j.owner(v, "subject", e.Subject)
	if a := j.users[normal(e.Subject)]; a != nil {
		if gone, known := a.departed.Get(); known && gone && !a.left.IsZero() {
			v.Set("after_departure", e.At.After(a.left.Add(24*time.Hour)), facts.Observed)
		} else if known && !gone {
			v.Set("after_departure", false, facts.Observed)
		}
	}
}

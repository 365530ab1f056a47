package bitrix24

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/collectors/bitrixlog"
	"github.com/crmaudit/crmaudit/facts"
)

// fold turns the rows of the event log, as they stream by, into daily counts, notable events and what they reveal
// about single accounts. Its memory grows with actors and days, not with rows: the minutes of a day are kept only
// until the day is over.
type fold struct {
	since time.Time
	zone  *time.Location
	known accounts

	open   map[dayKey]*openDay
	closed map[dayKey]*facts.Activity
	newest time.Time

	events  notable
	persons map[string]*trace
	seen    map[string]bool // kinds of activity

	rows, logins               int
	addressless, deviceless    int // log-ins without
	firstAt                    time.Time
	unreadableTime, unreadable int // rows without a time; grants whose description cannot be read
}

// accounts is what the fold asks about accounts.
type accounts interface {
	byLogin(login string) (id string, ok bool)
	active(id string) facts.Known[bool]
}

// trace is what the log reveals about one account.
type trace struct {
	secondFactor bool
	admin        bool // by its last change of groups
	adminKnown   bool
	password     time.Time
	failed       int
}

type dayKey struct {
	actor string
	day   int64 // days since 1970
	kind  string
}

const (
	maxAddresses = 256 // distinct addresses told apart per actor, day and kind
	maxAddress   = 45  // characters of an IPv6 address
)

// openDay counts a day that may still get rows.
type openDay struct {
	count     int
	minutes   map[int]int // entries by minute of the day
	addresses map[string]struct{}
}

func newFold(since time.Time, zone *time.Location, known accounts) *fold {
	return &fold{
		since: since, zone: zone, known: known, events: notable{}, persons: map[string]*trace{}, seen: map[string]bool{},
		open: map[dayKey]*openDay{}, closed: map[dayKey]*facts.Activity{},
	}
}

// add takes the next row; rows come in the order of their ids, which is nearly that of time.
func (f *fold) add(r *logRow) {
	at, ok := r.when(f.zone)
	if !ok {
		f.unreadableTime++
		return
	}
	if at.Before(f.since) {
		return
	}
	f.rows++
	if f.firstAt.IsZero() || at.Before(f.firstAt) {
		f.firstAt = at
	}
	switch kind := r.act(); kind {
	case bitrixlog.NotCounted:
	case facts.ActLogin:
		f.addLogin(r, at)
	case facts.ActLoginFailed:
		f.addFailure(r, at)
	case facts.ActGrant:
		f.addGrant(r, at)
	case facts.ActPassword:
		f.addPassword(r, at)
	default:
		f.count(string(r.User), kind, r, at)
		if kind == facts.ActSettings || kind == facts.ActLogCleared {
			f.note(kind, r, at, string(r.User), "", string(r.Type))
		}
	}
}

func (f *fold) addLogin(r *logRow, at time.Time) {
	l := r.login()
	user := cmp.Or(string(r.User), l.User, string(idOf(r.Item)))
	if l.As {
		f.count(l.Previous, facts.ActLoginAs, r, at)
		f.note(facts.ActLoginAs, r, at, l.Previous, user, "")
		return
	}
	f.logins++
	if r.Address == "" {
		f.addressless++
	}
	if r.Agent == "" {
		f.deviceless++
	}
	f.count(user, facts.ActLogin, r, at)
	if user != "" && l.SecondFactor {
		f.person(user).secondFactor = true
	}
}

// addFailure counts a failed log-in for the account that was tried; the row names it by its login.
func (f *fold) addFailure(r *logRow, at time.Time) {
	user, ok := f.known.byLogin(string(r.Item))
	if !ok {
		user = string(r.User)
	}
	f.count(user, facts.ActLoginFailed, r, at)
	if user == "" {
		return
	}
	f.person(user).failed++
	keep := 1 // the newest tells whether somebody still tries
	if active, known := f.known.active(user).Get(); known && !active {
		keep = maxPerInactive
	}
	f.events.last(user, keep, newEvent(facts.ActLoginFailed, r, at, "", user, strings.ToUpper(string(r.Type))))
}

func (f *fold) addGrant(r *logRow, at time.Time) {
	if !strings.EqualFold(string(r.Type), bitrixlog.GroupsChanged) {
		f.count(string(r.User), facts.ActGrant, r, at)
		return
	}
	subject, change := string(idOf(r.Item)), r.groupChange()
	if !change.Readable {
		f.unreadable++
	}
	kind := facts.ActGrant
	if change.GivesAdmin() {
		kind = facts.ActAdminGrant
		f.note(kind, r, at, string(r.User), subject, "")
	}
	f.count(string(r.User), kind, r, at)
	if subject == "" {
		return
	}
	switch t := f.person(subject); {
	case change.GivesAdmin(), change.KeepsAdmin():
		t.admin, t.adminKnown = true, true
	case change.TakesAdmin():
		t.admin, t.adminKnown = false, true
	}
}

func (f *fold) addPassword(r *logRow, at time.Time) {
	f.count(string(r.User), facts.ActPassword, r, at)
	if subject := string(idOf(r.Item)); subject != "" && strings.EqualFold(string(r.Type), bitrixlog.PasswordChanged) {
		if t := f.person(subject); at.After(t.password) {
			t.password = at
		}
	}
}

func (f *fold) person(user string) *trace {
	t := f.persons[user]
	if t == nil {
		t = &trace{}
		f.persons[user] = t
	}
	return t
}

func (f *fold) note(kind string, r *logRow, at time.Time, actor, subject, detail string) {
	f.events.add(newEvent(kind, r, at, actor, subject, detail))
}

// count books a row for its actor, day and kind.
func (f *fold) count(actor, kind string, r *logRow, at time.Time) {
	f.seen[kind] = true
	f.advance(at)
	key := dayKey{actor, at.Unix() / secondsPerDay, kind}
	if a := f.closed[key]; a != nil { // a straggler: counted, though no longer minute by minute
		a.Count++
		a.Hours |= 1 << at.Hour()
		return
	}
	d := f.open[key]
	if d == nil {
		d = &openDay{minutes: map[int]int{}, addresses: map[string]struct{}{}}
		f.open[key] = d
	}
	d.count++
	d.minutes[at.Hour()*60+at.Minute()]++
	if address := string(r.Address); address != "" && len(address) <= maxAddress && len(d.addresses) < maxAddresses {
		d.addresses[address] = struct{}{}
	}
}

const secondsPerDay = 24 * 60 * 60

// advance closes the days that lie more than a day behind the newest row.
func (f *fold) advance(at time.Time) {
	if !at.After(f.newest) {
		return
	}
	if at.Unix()/secondsPerDay != f.newest.Unix()/secondsPerDay {
		f.close(at.Unix()/secondsPerDay - 1)
	}
	f.newest = at
}

// close finishes all days before the given one.
func (f *fold) close(before int64) {
	for key, d := range f.open {
		if key.day < before {
			f.closed[key] = d.activity(key)
			delete(f.open, key)
		}
	}
}

func (d *openDay) activity(key dayKey) *facts.Activity {
	a := &facts.Activity{
		Actor: key.actor, Day: time.Unix(key.day*secondsPerDay, 0).UTC(), Type: key.kind, Source: sourceID,
		Count: d.count, Addresses: len(d.addresses),
	}
	var hours [24]int
	minutes := slices.Sorted(maps.Keys(d.minutes))
	first, inWindow := 0, 0
	for _, minute := range minutes {
		n := d.minutes[minute]
		hours[minute/60] += n
		a.Hours |= 1 << (minute / 60)
		// Ten minutes ending with this one, wherever they begin: a burst does not keep to the clock.
		inWindow += n
		for ; minutes[first] <= minute-10; first++ {
			inWindow -= d.minutes[minutes[first]]
		}
		a.Peak10Min = max(a.Peak10Min, inWindow)
	}
	a.PeakHour = slices.Max(hours[:])
	return a
}

// activities lists the counts by actor, day and kind; the fold takes no rows afterwards.
func (f *fold) activities() []*facts.Activity {
	f.close(1 << 40)
	all := slices.Collect(maps.Values(f.closed))
	slices.SortFunc(all, func(a, b *facts.Activity) int {
		return cmp.Or(compareIDs(a.Actor, b.Actor), a.Day.Compare(b.Day), cmp.Compare(a.Type, b.Type))
	})
	return all
}

// idOf reads a text as an id.
func idOf(t text) id {
	var i id
	_ = i.UnmarshalJSON([]byte(strings.TrimSpace(string(t))))
	return i
}

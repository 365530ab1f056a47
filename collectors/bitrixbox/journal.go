package bitrixbox

import (
	"cmp"
	"context"
	"fmt"
	"html"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/collectors/bitrixlog"
	"github.com/crmaudit/crmaudit/facts"
)

// journal is what the event log and the history of the CRM say.
type journal struct {
	first       time.Time // of all entries
	days        map[dayKey]*facts.Activity
	logins      int // of people, in the window
	addressless int
	events      []*facts.Event
	cut         bool // older notable entries were left in the database
	unreadable  int  // changes of groups
}

// dayKey is small: a busy portal has hundreds of thousands.
type dayKey struct {
	actor string
	day   int64
	kind  string
}

// readJournal takes the counts that the database made. Failed log-ins name accounts by login, so they are
// booked once the accounts are known.
func (r *run) readJournal(ctx context.Context) error {
	r.journal.days = map[dayKey]*facts.Activity{}
	if _, err := r.ask(ctx, "log_first", func(row row) error {
		r.journal.first = moment(row.number("AT"))
		return nil
	}); err != nil {
		return err
	}
	if _, err := r.ask(ctx, "log_days", r.bookDay); err != nil {
		return err
	}
	if _, err := r.ask(ctx, "log_logins_as", r.bookLoginAs); err != nil {
		return err
	}
	notable := 0
	if _, err := r.ask(ctx, "log_notable", func(row row) error {
		notable++
		return r.bookNotable(row)
	}); err != nil {
		return err
	}
	r.journal.cut = notable == maxNotable
	_, err := r.ask(ctx, "crm_hours", r.bookClientWork)
	return err
}

// day is the record of an actor, day and kind.
func (j *journal) day(source, actor, kind string, day int64) *facts.Activity {
	key := dayKey{actor, day, kind}
	a := j.days[key]
	if a == nil {
		a = &facts.Activity{Actor: actor, Day: time.Unix(day*secondsPerDay, 0).UTC(), Type: kind, Source: source}
		j.days[key] = a
	}
	return a
}

func (r *run) bookDay(row row) error {
	kind := bitrixlog.Kind(row.text("AUDIT_TYPE_ID"), row.text("MODULE_ID"))
	day := row.number("DAY")
	if kind == bitrixlog.NotCounted || kind == facts.ActLoginFailed || !plausible(day) {
		return nil
	}
	n := int(row.number("N"))
	if kind == facts.ActLogin {
		r.journal.logins += n
		r.journal.addressless += int(row.number("ADDRESSLESS"))
	}
	a := r.journal.day(r.kind, cmp.Or(row.id("USER_ID"), row.id("NAMED")), kind, day)
	a.Count += n
	a.Hours |= uint32(row.number("HOURS"))
	a.Addresses = max(a.Addresses, int(row.number("ADDRESSES")))
	return nil
}

// plausible reports a day between 1970 and 2100.
func plausible(day int64) bool { return day > 0 && day < 47_500 }

// bookLoginAs tells an administrator at work as somebody else from somebody who logs in. The counts of the
// database do not, so the log-in is taken back.
func (r *run) bookLoginAs(row row) error {
	at, login := moment(row.number("AT")), bitrixlog.ReadLogin(row.raw("DESCRIPTION"))
	if !login.As || at.IsZero() {
		return nil
	}
	subject := cmp.Or(login.User, row.id("ITEM_ID"), row.id("USER_ID"))
	day := at.Unix() / secondsPerDay
	for _, actor := range []string{row.id("USER_ID"), row.id("ITEM_ID")} {
		if a := r.journal.days[dayKey{actor, day, facts.ActLogin}]; a != nil {
			if a.Count--; a.Count == 0 {
				delete(r.journal.days, dayKey{actor, day, facts.ActLogin})
			}
			r.journal.logins--
			break
		}
	}
	a := r.journal.day(r.kind, login.Previous, facts.ActLoginAs, day)
	a.Count++
	a.Hours |= 1 << at.Hour()
	r.event(row, at, facts.ActLoginAs, login.Previous, subject, "")
	return nil
}

func (r *run) bookNotable(row row) error {
	at, auditType := moment(row.number("AT")), strings.ToUpper(row.text("AUDIT_TYPE_ID"))
	if at.IsZero() {
		return nil
	}
	if auditType != bitrixlog.GroupsChanged {
		if kind := bitrixlog.Kind(auditType, ""); kind != bitrixlog.NotCounted {
			r.event(row, at, kind, row.id("USER_ID"), "", auditType)
		}
		return nil
	}
	change := bitrixlog.ReadGroupChange(html.UnescapeString(row.raw("DESCRIPTION")))
	if !change.Readable {
		r.journal.unreadable++
	}
	if !change.GivesAdmin() {
		return nil
	}
	actor, day := row.id("USER_ID"), at.Unix()/secondsPerDay
	if a := r.journal.days[dayKey{actor, day, facts.ActGrant}]; a != nil { // counted there as any change of groups
		if a.Count--; a.Count == 0 {
			delete(r.journal.days, dayKey{actor, day, facts.ActGrant})
		}
	}
	a := r.journal.day(r.kind, actor, facts.ActAdminGrant, day)
	a.Count++
	a.Hours |= 1 << at.Hour()
	r.event(row, at, facts.ActAdminGrant, actor, row.id("ITEM_ID"), "")
	return nil
}

func (r *run) event(row row, at time.Time, kind, actor, subject, detail string) {
	e := &facts.Event{ID: row.id("ID"), Source: r.kind, At: at, Type: kind, Actor: actor, Subject: subject, Detail: detail}
	if address := row.text("REMOTE_ADDR"); address != "" {
		e.Address = facts.Of(address)
	}
	r.journal.events = append(r.journal.events, e)
}

// clientWork by the product's number.
var clientWork = map[int64]string{3: facts.ActView, 4: facts.ActExport, 5: facts.ActDelete}

func (r *run) bookClientWork(row row) error {
	kind, day, hour := clientWork[row.number("EVENT_TYPE")], row.number("DAY"), row.number("HOUR")
	if kind == "" || !plausible(day) || hour < 0 || hour > 23 {
		return nil
	}
	n := int(row.number("N"))
	a := r.journal.day(r.kind, row.id("CREATED_BY_ID"), kind, day)
	a.Count += n
	a.Hours |= 1 << hour
	a.PeakHour = max(a.PeakHour, n)
	return nil
}

// sprayed is how many different names somebody has to try from one address before the address counts as the actor.
const sprayed = 3

// bookFailures books failed log-ins for the accounts that were tried, and for addresses from which many were.
func (r *run) bookFailures(ctx context.Context) error {
	logins := map[string]string{}
	for id, a := range r.accounts {
		if a.login != "" {
			logins[a.login] = id
		}
	}
	accounts, addresses := newBursts(), newBursts()
	newest := map[string]*facts.Event{}
	if _, err := r.ask(ctx, "log_failures", func(row row) error {
		minute, n, address := row.number("MINUTE"), int(row.number("N")), row.text("REMOTE_ADDR")
		if !plausible(minute / minutesPerDay) {
			return nil
		}
		tried := logins[lower(row.text("ITEM_ID"))]
		if tried != "" {
			accounts.add(tried, "", minute, n, address)
			if e := newest[tried]; e == nil || e.At.Unix() < minute*60 {
				newest[tried] = &facts.Event{
					ID: "failed-" + tried, Source: r.kind, At: time.Unix(minute*60, 0).UTC(), Type: facts.ActLoginFailed, Subject: tried,
				}
				if address != "" {
					newest[tried].Address = facts.Of(address)
				}
			}
		} else {
			accounts.add("", row.text("ITEM_ID"), minute, n, address)
		}
		addresses.add(address, lower(row.text("ITEM_ID")), minute, n, address)
		return nil
	}); err != nil {
		return err
	}
	for key, day := range accounts.days {
		r.journal.days[dayKey{key.actor, key.day, facts.ActLoginFailed}] = day.activity(r.kind, key)
	}
	for key, day := range addresses.days {
		if key.actor != "" && len(day.names) >= sprayed {
			a := day.activity(r.kind, key)
			a.Actor, a.ActorName = "address "+key.actor, key.actor
			r.journal.days[dayKey{a.Actor, key.day, facts.ActLoginFailed}] = a
		}
	}
	for _, user := range slices.SortedFunc(maps.Keys(newest), compareIDs) {
		r.journal.events = append(r.journal.events, newest[user])
	}
	return nil
}

// bursts counts failures by minute, so that a burst is seen wherever the clock stands.
type bursts struct{ days map[dayKey]*burstDay }

type burstDay struct {
	minutes   map[int64]int
	addresses map[string]bool
	names     map[string]bool
}

// maxDistinct bounds what is told apart within one day.
const maxDistinct = 256

func newBursts() bursts { return bursts{days: map[dayKey]*burstDay{}} }

func (b bursts) add(actor, name string, minute int64, n int, address string) {
	key := dayKey{actor: actor, day: minute / minutesPerDay}
	d := b.days[key]
	if d == nil {
		d = &burstDay{minutes: map[int64]int{}, addresses: map[string]bool{}, names: map[string]bool{}}
		b.days[key] = d
	}
	d.minutes[minute] += n
	if address != "" && len(d.addresses) < maxDistinct {
		d.addresses[address] = true
	}
	if name != "" && len(d.names) < maxDistinct {
		d.names[name] = true
	}
}

func (d *burstDay) activity(source string, key dayKey) *facts.Activity {
	a := &facts.Activity{
		Actor: key.actor, Day: time.Unix(key.day*secondsPerDay, 0).UTC(), Type: facts.ActLoginFailed, Source: source, Addresses: len(d.addresses),
	}
	var hours [24]int
	minutes := slices.Sorted(maps.Keys(d.minutes))
	first, within := 0, 0
	for _, minute := range minutes {
		n := d.minutes[minute]
		hour := minute / 60 % 24
		a.Count += n
		a.Hours |= 1 << hour
		hours[hour] += n
		within += n
		for ; minutes[first] <= minute-10; first++ {
			within -= d.minutes[minutes[first]]
		}
		a.Peak10Min = max(a.Peak10Min, within)
	}
	a.PeakHour = slices.Max(hours[:])
	return a
}

// writeJournal gives everything in an order of its own.
func (r *run) writeJournal(ctx context.Context) error {
	if err := r.bookFailures(ctx); err != nil {
		return err
	}
	j := &r.journal
	for _, key := range slices.SortedFunc(maps.Keys(j.days), func(a, b dayKey) int {
		return cmp.Or(compareIDs(a.actor, b.actor), cmp.Compare(a.day, b.day), strings.Compare(a.kind, b.kind))
	}) {
		if err := r.write(j.days[key]); err != nil {
			return err
		}
	}
	slices.SortFunc(j.events, func(a, b *facts.Event) int { return cmp.Or(a.At.Compare(b.At), compareIDs(a.ID, b.ID)) })
	for _, e := range j.events {
		if err := r.write(e); err != nil {
			return err
		}
	}
	if r.why("log_days") == "" && r.options.reason == "" && r.options.on("main", "event_log_login_success") {
		if err := r.setting(&facts.Setting{Name: "log.logins_seen", Number: facts.Of(float64(j.logins))}); err != nil {
			return err
		}
		if j.logins > 0 {
			if err := r.setting(&facts.Setting{Name: "log.login_has_address", Bool: facts.Of(j.addressless == 0)}); err != nil {
				return err
			}
		}
	}
	if !j.first.IsZero() {
		days := int(r.window.now.Sub(j.first).Hours() / 24)
		return r.setting(&facts.Setting{Name: "log.oldest_event_days", Number: facts.Of(float64(max(days, 0)))})
	}
	return nil
}

// compareIDs puts numbers in their order and before other texts.
func compareIDs(a, b string) int {
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	switch {
	case errX == nil && errY == nil:
		return cmp.Compare(x, y)
	case errX == nil:
		return -1
	case errY == nil:
		return 1
	}
	return strings.Compare(a, b)
}

// logged reports whether the portal writes down a kind of activity at all: where it does not, silence proves nothing.
func (r *run) logged(kind string) (on bool, why string) {
	o := &r.options
	flag := func(module, name string) (bool, string) { return o.on(module, name), fmt.Sprintf("%s is off", name) }
	switch kind {
	case facts.ActLogin, facts.ActLoginAs:
		return flag("main", "event_log_login_success")
	case facts.ActLoginFailed:
		return flag("main", "event_log_login_fail")
	case facts.ActGrant, facts.ActAdminGrant:
		return flag("main", "event_log_user_groups")
	case facts.ActSettings:
		return flag("main", "event_log_group_policy")
	case facts.ActPassword:
		return flag("main", "event_log_password_change")
	case facts.ActUserEdit:
		return flag("main", "event_log_user_edit")
	case facts.ActView:
		return flag("crm", "history_enable_view_event")
	case facts.ActExport:
		return flag("crm", "history_enable_export_event")
	case facts.ActDelete:
		return r.deletionsLogged(), "the history of deletions is off for some client records"
	case facts.ActAttack:
		return r.hooked("OnBeforeProlog", "CSecurityFilter"), "the request filter is off"
	}
	return false, "the product does not log it"
}

// loggedKinds are the kinds of activity that the coverage speaks of one by one.
var loggedKinds = []string{
	facts.ActView, facts.ActExport, facts.ActDelete, facts.ActLogin, facts.ActLoginFailed, facts.ActLoginAs, facts.ActGrant, facts.ActAdminGrant,
	facts.ActSettings, facts.ActPassword, facts.ActUserEdit, facts.ActAttack,
}

// singleKinds are those of which the single entries are kept.
var singleKinds = []string{facts.ActLoginAs, facts.ActAdminGrant, facts.ActSettings, facts.ActLoginFailed}

// listOf is the list that a kind of activity is read from.
func listOf(kind string) string {
	switch kind {
	case facts.ActView, facts.ActExport, facts.ActDelete:
		return "crm_hours"
	case facts.ActLoginFailed:
		return "log_failures"
	case facts.ActLoginAs:
		return "log_logins_as"
	case facts.ActAdminGrant, facts.ActSettings:
		return "log_notable"
	}
	return "log_days"
}

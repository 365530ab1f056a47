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
	logins      int       // of people, in the window
	addressless int
	single      map[dayKey]*facts.Activity // of what is read entry by entry, so there are few
	retold      map[countKey][]int64       // ids of entries that single tells under another kind, by the count that holds them
	events      []*facts.Event
	cut         bool // older notable entries were left in the database
	unreadable  int  // changes of groups
}

// dayKey names the activity of an actor, day and kind.
type dayKey struct {
	actor string
	day   int64
	kind  string
}

// countKey names a count of the database.
type countKey struct {
	actor     string
	day       int64
	auditType string
}

// readJournal takes the counts that the database made. Failed log-ins name accounts by login, so they are
// booked once the accounts are known.
func (r *run) readJournal(ctx context.Context) error {
	j := &r.journal
	j.single, j.retold = map[dayKey]*facts.Activity{}, map[countKey][]int64{}
	if _, err := r.ask(ctx, "log_first", func(row row) error {
		j.first = moment(row.number("AT"))
		return nil
	}); err != nil {
		return err
	}
	notable, loginsAs := 0, 0
	if _, err := r.ask(ctx, "log_logins_as", func(row row) error {
		loginsAs++
		return r.bookLoginAs(row)
	}); err != nil {
		return err
	}
	if _, err := r.ask(ctx, "log_notable", func(row row) error {
		notable++
		return r.bookNotable(row)
	}); err != nil {
		return err
	}
	j.cut = notable == maxNotable || loginsAs == maxLoginsAs
	for _, list := range []struct {
		name string
		book func(*days, row) error
	}{{"log_days", (*days).bookLog}, {"crm_hours", (*days).bookClientWork}} {
		d := &days{run: r}
		if _, err := r.ask(ctx, list.name, func(row row) error { return list.book(d, row) }); err != nil {
			return err
		}
		if err := d.write(); err != nil {
			return err
		}
	}
	for _, key := range slices.SortedFunc(maps.Keys(j.single), func(a, b dayKey) int {
		return cmp.Or(compareIDs(a.actor, b.actor), cmp.Compare(a.day, b.day), strings.Compare(a.kind, b.kind))
	}) {
		if err := r.write(j.single[key]); err != nil {
			return err
		}
	}
	return nil
}

// plausible reports a day between 1970 and 2100.
func plausible(day int64) bool { return day > 0 && day < 47_500 }

// bookSingle counts an entry that is told one by one. The database has counted it too, as one of the counter's.
func (r *run) bookSingle(row row, at time.Time, actor, kind, counter string) {
	j, day := &r.journal, at.Unix()/secondsPerDay
	count := countKey{counter, day, strings.ToUpper(row.raw("AUDIT_TYPE_ID"))}
	j.retold[count] = append(j.retold[count], row.number("ID"))
	a := j.single[dayKey{actor, day, kind}]
	if a == nil {
		a = newActivity(r.kind, actor, kind, day)
		j.single[dayKey{actor, day, kind}] = a
	}
	a.Count++
	a.Hours |= 1 << at.Hour()
}

// retoldOf is how many entries of a count, the last of which has the id, are told one by one. An entry that was written
// while the lists were read may be in one of them only.
func (j *journal) retoldOf(count countKey, last int64) (n int) {
	for _, id := range j.retold[count] {
		if id <= last {
			n++
		}
	}
	return n
}

func newActivity(source, actor, kind string, day int64) *facts.Activity {
	return &facts.Activity{Actor: actor, Day: time.Unix(day*secondsPerDay, 0).UTC(), Type: kind, Source: source}
}

// bookLoginAs tells an administrator at work as somebody else from somebody who logs in. The counts of the
// database do not, so the log-in is taken back.
func (r *run) bookLoginAs(row row) error {
	at, login := moment(row.number("AT")), bitrixlog.ReadLogin(row.raw("DESCRIPTION"))
	if !login.As || at.IsZero() {
		return nil
	}
	subject := cmp.Or(login.User, row.id("ITEM_ID"), row.id("USER_ID"))
	r.bookSingle(row, at, login.Previous, facts.ActLoginAs, cmp.Or(row.id("USER_ID"), row.id("ITEM_ID")))
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
	actor := row.id("USER_ID")
	r.bookSingle(row, at, actor, facts.ActAdminGrant, actor)
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

// writeJournal gives what can only be told at the end.
func (r *run) writeJournal(ctx context.Context) error {
	tried, err := r.bookFailures(ctx)
	if err != nil {
		return err
	}
	if err := r.writeEvents(tried); err != nil {
		return err
	}
	j := &r.journal
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

// writeEvents gives single entries and the last failed log-in of each account by time. The latter may be as many as
// the accounts, so each is made when its turn comes.
func (r *run) writeEvents(tried []attempt) error {
	j := &r.journal
	slices.SortFunc(j.events, func(a, b *facts.Event) int { return cmp.Or(a.At.Compare(b.At), compareIDs(a.ID, b.ID)) })
	for _, e := range j.events {
		for len(tried) > 0 && tried[0].at().Before(e.At) {
			if err := r.write(tried[0].event(r.kind)); err != nil {
				return err
			}
			tried = tried[1:]
		}
		if err := r.write(e); err != nil {
			return err
		}
	}
	for _, t := range tried {
		if err := r.write(t.event(r.kind)); err != nil {
			return err
		}
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

// listsOf are the lists that a kind of activity is read from, the indispensable one first.
func listsOf(kind string) []string {
	switch kind {
	case facts.ActView, facts.ActExport, facts.ActDelete:
		return []string{"crm_hours"}
	case facts.ActLoginFailed:
		return []string{"log_failures", "log_sources"}
	case facts.ActLoginAs:
		return []string{"log_logins_as"}
	case facts.ActAdminGrant, facts.ActSettings:
		return []string{"log_notable"}
	}
	return []string{"log_days"}
}

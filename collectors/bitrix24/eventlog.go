package bitrix24

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

const tailMethod = "main.eventlog.tail"

// tailLimits are the page sizes to try; the portal documents 50 as its default and refuses or trims what is too much.
var tailLimits = []int{1000, 500, pageSize}

// logReader reads the event log by growing id.
type logReader struct {
	*run
	fold     *fold
	since    time.Time
	last     int64
	limit    int  // index in tailLimits
	all      bool // columns cannot be chosen here
	unwindow bool // the portal does not filter by time
	full     bool // the last page was as long as asked for
	rows     int
	damaged  int
}

// readLog folds the event log of the window. The first request asks for the oldest row of all, whatever its age: it
// tells at once whether the log is open to the audit and how far back it goes.
func (r *run) readLog(ctx context.Context) error {
	l := &logReader{run: r, fold: r.fold, since: r.fold.since}
	oldest, err := l.oldest(ctx)
	if err != nil {
		return err
	}
	r.log.open = true
	if len(oldest) > 0 {
		if at, ok := oldest[0].when(r.zone); ok {
			r.log.oldest = at
		}
		l.last = max(oldest[0].ID.number()-1, 0)
	}
	for {
		n, err := l.page(ctx)
		if err != nil {
			return err
		}
		if n == 0 {
			r.log.whole = true
			return l.complaint()
		}
	}
}

// oldest asks for the first row of all.
func (l *logReader) oldest(ctx context.Context) ([]logRow, error) {
	return l.tail(ctx, params{"field": "id", "order": "ASC", "value": 0, "limit": 1}, false)
}

// page reads the rows after the last one and tells how many may follow: 0 after an empty page, and after a short one
// when a full one came before. A short first page ends nothing, because the portal may trim what is asked for.
func (l *logReader) page(ctx context.Context) (n int, err error) {
	cursor := params{"field": "id", "order": "ASC", "value": l.last, "limit": tailLimits[l.limit]}
	rows, err := l.tail(ctx, cursor, true)
	if err != nil {
		return 0, err
	}
	for _, row := range rows {
		n := row.ID.number()
		if n <= l.last {
			return 0, errRepeats
		}
		l.last = n
		l.fold.add(&row)
	}
	l.rows += len(rows)
	l.progress("event log", l.rows, 0)
	if l.full && len(rows) < tailLimits[l.limit] {
		return 0, nil
	}
	l.full = len(rows) == tailLimits[l.limit]
	return len(rows), nil
}

// tail asks once, and again without what this version of the portal does not understand.
func (l *logReader) tail(ctx context.Context, cursor params, window bool) ([]logRow, error) {
	for {
		p := params{"cursor": cursor}
		if !l.all {
			p["select"] = logFields
		}
		filtered := window && !l.unwindow
		if filtered {
			p["filter"] = []any{[]any{"timestampX", ">=", l.since.In(l.zone).Format(time.RFC3339)}}
		}
		reply, err := l.client.callV3(ctx, tailMethod, p)
		var no *refusal
		switch {
		case err == nil:
			return l.decode(reply)
		case !errors.As(err, &no) || !no.badArguments():
			return nil, err
		case no.is("PAGINATION") && l.limit+1 < len(tailLimits) && cursor["limit"] != 1:
			l.limit++
			cursor["limit"] = tailLimits[l.limit]
		case !l.all && (no.is("SELECT") || no.is("UNKNOWNDTOPROPERTY")):
			l.all = true
		case filtered:
			l.unwindow = true
		default:
			return nil, err
		}
	}
}

func (l *logReader) decode(reply *reply) ([]logRow, error) {
	var page struct {
		Items *list[logRow] `json:"items"`
	}
	if err := json.Unmarshal(reply.Result, &page); err != nil || page.Items == nil {
		return nil, fmt.Errorf("%s: the answer has no rows", tailMethod)
	}
	rows := slices.DeleteFunc(page.Items.items, func(r logRow) bool { return r.ID == "" })
	if broken := page.Items.skipped + len(page.Items.items) - len(rows); broken > 0 {
		l.damaged += broken
		if len(rows) == 0 {
			return nil, fmt.Errorf("%s: no row has a readable number", tailMethod)
		}
	}
	return rows, nil
}

var errDamagedRows = errors.New("some rows of the event log could not be read")

func (l *logReader) complaint() error {
	if l.damaged+l.fold.unreadableTime > 0 {
		return errDamagedRows
	}
	return nil
}

// writeLog writes what the log came to.
func (r *run) writeLog() error {
	for _, a := range r.fold.activities() {
		a.ActorName = r.users.name(a.Actor)
		if err := r.write(a); err != nil {
			return err
		}
	}
	for _, e := range r.fold.events.all() {
		e.ActorName, e.SubjectName = text(r.users.name(e.Actor)).known(), text(r.users.name(e.Subject)).known()
		e.ActorActive = r.users.active(e.Actor)
		if err := r.write(e); err != nil {
			return err
		}
	}
	return r.writeLogSettings()
}

// eventNames are the words of the setting log.events for kinds of activity.
var eventNames = map[string]string{
	facts.ActLogin: "login", facts.ActLoginFailed: "login_failed", facts.ActGrant: "rights", facts.ActAdminGrant: "rights",
	facts.ActExport: "export", facts.ActDelete: "delete", facts.ActSettings: "settings",
}

// writeLogSettings tells of the log itself. What was seen in it is recorded; that something was not seen proves nothing.
func (r *run) writeLogSettings() error {
	f := r.fold
	var settings []*facts.Setting
	if f.rows > 0 || !r.log.oldest.IsZero() {
		settings = append(settings, &facts.Setting{Name: "log.enabled", Bool: facts.Of(true)})
	}
	seen := map[string]bool{}
	for kind := range f.seen {
		if name := eventNames[kind]; name != "" {
			seen[name] = true
		}
	}
	if len(seen) > 0 {
		settings = append(settings, &facts.Setting{Name: "log.events", List: facts.With(slices.Sorted(maps.Keys(seen)), facts.Partial)})
	}
	if r.log.whole {
		settings = append(settings, &facts.Setting{Name: "log.logins_seen", Number: facts.Of(float64(f.logins))})
	}
	if f.logins > 0 {
		settings = append(settings,
			&facts.Setting{Name: "log.login_has_address", Bool: facts.Of(mostly(f.logins, f.addressless))},
			&facts.Setting{Name: "log.login_has_device", Bool: facts.Of(mostly(f.logins, f.deviceless))})
	}
	if age := r.logAge(); !age.IsZero() {
		settings = append(settings, &facts.Setting{Name: "log.oldest_event_days", Number: age})
	}
	slices.SortFunc(settings, func(a, b *facts.Setting) int { return compareIDs(a.Name, b.Name) })
	for _, s := range settings {
		s.Source = sourceID
		if err := r.write(s); err != nil {
			return err
		}
	}
	return nil
}

// mostly: nine rows in ten have it; a few without are the portal's own.
func mostly(all, without int) bool { return without*10 <= all }

// logAge is the age of the oldest row in days: exact when the first request told it, else at least that of the oldest
// row within the window.
func (r *run) logAge() facts.Known[float64] {
	days := func(at time.Time) float64 { return float64(max(int(r.now.Sub(at)/(24*time.Hour)), 0)) }
	switch {
	case !r.log.oldest.IsZero():
		return facts.Of(days(r.log.oldest))
	case !r.fold.firstAt.IsZero():
		return facts.With(days(r.fold.firstAt), facts.Partial)
	}
	return facts.Known[float64]{}
}

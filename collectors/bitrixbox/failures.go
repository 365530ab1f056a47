package bitrixbox

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

const (
	sprayed     = 3   // different names tried from one address make the address the actor
	maxDistinct = 256 // bounds what is told apart within one day
)

// attempt is the last failed log-in of an account.
type attempt struct {
	user    string
	minute  int64
	address string
}

func (t attempt) at() time.Time { return time.Unix(t.minute*60, 0).UTC() }

func (t attempt) event(source string) *facts.Event {
	e := &facts.Event{ID: "failed-" + t.user, Source: source, At: t.at(), Type: facts.ActLoginFailed, Subject: t.user}
	if t.address != "" {
		e.Address = facts.Of(t.address)
	}
	return e
}

// bookFailures writes failed log-ins of the accounts that were tried, and of addresses from which many were. It gives
// the last of each account, by time.
func (r *run) bookFailures(ctx context.Context) ([]attempt, error) {
	last, err := r.bookTried(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.bookSources(ctx); err != nil {
		return nil, err
	}
	list := make([]attempt, 0, len(last))
	for _, t := range last {
		list = append(list, t)
	}
	slices.SortFunc(list, func(a, b attempt) int { return cmp.Or(cmp.Compare(a.minute, b.minute), compareIDs(a.user, b.user)) })
	return list, nil
}

// bookTried reads rows that come by name and minute, and holds one day of one account. Names that are no account's
// are counted together.
func (r *run) bookTried(ctx context.Context) (map[string]attempt, error) {
	logins := make(map[string]string, len(r.accounts))
	for id, a := range r.accounts {
		if a.login != "" {
			logins[a.login] = id
		}
	}
	last, strangers, own := map[string]attempt{}, map[int64]*burst{}, &burst{}
	if _, err := r.ask(ctx, "log_failures", func(row row) error {
		minute, n, address := row.number("MINUTE"), int(row.number("N")), row.text("REMOTE_ADDR")
		day := minute / minutesPerDay
		if !plausible(day) {
			return nil
		}
		user := logins[lower(row.text("ITEM_ID"))]
		if user == "" {
			if strangers[day] == nil {
				strangers[day] = &burst{day: day}
			}
			strangers[day].add(minute, n, address, "")
			return nil
		}
		if user != own.actor || day != own.day {
			if err := r.writeBurst(own); err != nil {
				return err
			}
			own.start(user, day)
		}
		own.add(minute, n, address, "")
		if minute > last[user].minute {
			last[user] = attempt{user, minute, address}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	if err := r.writeBurst(own); err != nil {
		return nil, err
	}
	for _, day := range slices.Sorted(maps.Keys(strangers)) {
		if err := r.writeBurst(strangers[day]); err != nil {
			return nil, err
		}
	}
	return last, nil
}

// bookSources reads rows that come by address and minute, and holds one day of one address.
func (r *run) bookSources(ctx context.Context) error {
	b := &burst{}
	write := func() error {
		if len(b.names) < sprayed {
			return nil
		}
		return r.writeBurst(b)
	}
	if _, err := r.ask(ctx, "log_sources", func(row row) error {
		minute, address := row.number("MINUTE"), row.text("REMOTE_ADDR")
		day := minute / minutesPerDay
		if !plausible(day) || address == "" {
			return nil
		}
		if address != b.actor || day != b.day {
			if err := write(); err != nil {
				return err
			}
			b.start(address, day)
		}
		b.add(minute, int(row.number("N")), address, lower(row.text("ITEM_ID")))
		return nil
	}); err != nil {
		return err
	}
	return write()
}

// burst counts the failures of one actor and day by minute, so that a burst is seen wherever the clock stands. The
// actor is an account, an address when names are counted, or nobody.
type burst struct {
	actor       string
	day         int64
	minutes     [minutesPerDay]int
	first, last int // minutes with failures lie from first to before last
	addresses   map[string]bool
	names       map[string]bool
}

// start empties it for another actor and day.
func (b *burst) start(actor string, day int64) {
	clear(b.minutes[b.first:b.last])
	clear(b.addresses)
	clear(b.names)
	b.actor, b.day, b.first, b.last = actor, day, 0, 0
}

func (b *burst) add(minute int64, n int, address, name string) {
	m := int(minute % minutesPerDay)
	if b.first == b.last {
		b.first, b.last = m, m+1
	}
	b.first, b.last = min(b.first, m), max(b.last, m+1)
	b.minutes[m] += n
	note(&b.addresses, address)
	note(&b.names, name)
}

func note(set *map[string]bool, word string) {
	if word == "" || len(*set) >= maxDistinct {
		return
	}
	if *set == nil {
		*set = map[string]bool{}
	}
	(*set)[word] = true
}

// writeBurst gives the activity of the day; a day on which nothing happened has none.
func (r *run) writeBurst(b *burst) error {
	a := newActivity(r.kind, b.actor, facts.ActLoginFailed, b.day)
	a.Addresses = len(b.addresses)
	if len(b.names) > 0 {
		a.Actor, a.ActorName = "address "+b.actor, b.actor
	}
	var hours [24]int
	within := 0
	for m := b.first; m < b.last; m++ {
		n := b.minutes[m]
		within += n
		if m-10 >= b.first {
			within -= b.minutes[m-10]
		}
		if n == 0 {
			continue
		}
		a.Count += n
		a.Hours |= 1 << (m / 60)
		hours[m/60] += n
		a.Peak10Min = max(a.Peak10Min, within)
		a.PeakHour = max(a.PeakHour, hours[m/60])
	}
	if a.Count <= 0 {
		return nil
	}
	return r.write(a)
}

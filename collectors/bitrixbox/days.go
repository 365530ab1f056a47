package bitrixbox

import (
	"strconv"
	"strings"

	"github.com/crmaudit/crmaudit/collectors/bitrixlog"
	"github.com/crmaudit/crmaudit/facts"
)

// days joins rows that come by actor and day. It holds one day of one actor: a busy portal has millions of them.
type days struct {
	*run
	id, day int64
	actor   string
	kinds   []*facts.Activity // of that day; there are few
}

// turn goes on to an actor and day.
func (d *days) turn(id, day int64) error {
	if id == d.id && day == d.day {
		return nil
	}
	if err := d.write(); err != nil {
		return err
	}
	if id != d.id {
		d.actor = ""
		if id > 0 {
			d.actor = strconv.FormatInt(id, 10)
		}
	}
	d.id, d.day = id, day
	return nil
}

func (d *days) kind(kind string) *facts.Activity {
	for _, a := range d.kinds {
		if a.Type == kind {
			return a
		}
	}
	a := newActivity(d.run.kind, d.actor, kind, d.day)
	d.kinds = append(d.kinds, a)
	return a
}

// write gives the day.
func (d *days) write() error {
	for _, a := range d.kinds {
		if err := d.run.write(a); err != nil {
			return err
		}
	}
	d.kinds = d.kinds[:0]
	return nil
}

func (d *days) bookLog(row row) error {
	module := ""
	if row.number("REST") > 0 {
		module = "rest"
	}
	kind, day := bitrixlog.Kind(row.raw("AUDIT_TYPE_ID"), module), row.number("DAY")
	if kind == bitrixlog.NotCounted || kind == facts.ActLoginFailed || !plausible(day) {
		return nil
	}
	if err := d.turn(row.number("ACTOR"), day); err != nil {
		return err
	}
	n := int(row.number("N"))
	if module == "" {
		n -= d.journal.retoldOf(countKey{d.actor, day, strings.ToUpper(row.raw("AUDIT_TYPE_ID"))}, row.number("LAST"))
	}
	if n <= 0 {
		return nil
	}
	if kind == facts.ActLogin {
		d.journal.logins += n
		d.journal.addressless += int(row.number("ADDRESSLESS"))
	}
	a := d.kind(kind)
	a.Count += n
	a.Hours |= uint32(row.number("HOURS"))
	a.Addresses = max(a.Addresses, int(row.number("ADDRESSES")))
	return nil
}

// clientWork by the product's number.
var clientWork = map[int64]string{3: facts.ActView, 4: facts.ActExport, 5: facts.ActDelete}

func (d *days) bookClientWork(row row) error {
	kind, day, hour := clientWork[row.number("EVENT_TYPE")], row.number("DAY"), row.number("HOUR")
	if kind == "" || !plausible(day) || hour < 0 || hour > 23 {
		return nil
	}
	if err := d.turn(row.number("ACTOR"), day); err != nil {
		return err
	}
	n := int(row.number("N"))
	a := d.kind(kind)
	a.Count += n
	a.Hours |= 1 << hour
	a.PeakHour = max(a.PeakHour, n)
	return nil
}

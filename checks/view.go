package checks

import (
	"cmp"
	"maps"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// View is a record as names and values: the JSON names of its fields plus what the engine derives.
// A field is read when somebody first asks for its name, because most rules ask for one or two before
// they turn to the next record. That makes a view a thing for one goroutine.
type View struct {
	Kind    facts.Kind
	entries map[string]*entry // by name; they stay from record to record
	turn    int               // counts the records
	record  facts.Record
	now     time.Time
	shown   map[string]any // what expressions see of it
}

// entry is what a view has under a name.
type entry struct {
	read  reader // nil for what the record does not tell by itself
	turn  int    // the record that the rest is about: an earlier one means that nobody has asked yet
	shown bool   // expressions see the value

	value   any
	quality facts.Quality // "": not known
	reason  facts.Reason  // why it is not
}

// newView is an empty view that knows only what is set.
func newView(k facts.Kind) *View {
	return &View{Kind: k, entries: map[string]*entry{}, shown: map[string]any{}}
}

// newRecordView is a view for records of the kind, one after the other.
func newRecordView(k facts.Kind, now time.Time) *View {
	v := newView(k)
	v.now = now
	for name, read := range readersOf(k) {
		v.entries[name] = &entry{read: read}
	}
	return v
}

// turnTo makes it the view of that record and forgets the one before.
func (v *View) turnTo(r facts.Record) {
	v.record = r
	v.turn++
	clear(v.shown)
}

// slot is where the entry of a name stands; what is in it may be about an earlier record.
func (v *View) slot(name string) *entry {
	e := v.entries[name]
	if e == nil {
		e = &entry{turn: v.turn}
		v.entries[name] = e
	}
	return e
}

// look is the entry of a name, about this record.
func (v *View) look(name string) *entry {
	e := v.slot(name)
	if e.turn != v.turn {
		*e = entry{read: e.read, turn: v.turn}
		if e.read != nil {
			e.value, e.quality, e.reason = e.read(v.record, v.now)
		}
	}
	return e
}

// Set puts a value of the given quality, whatever the record says.
func (v *View) Set(name string, value any, q facts.Quality) {
	e := v.slot(name)
	*e = entry{read: e.read, turn: v.turn, value: value, quality: cmp.Or(q, facts.Observed)}
}

// Lack takes a value away, whatever the record says, and tells why.
func (v *View) Lack(name string, r facts.Reason) {
	e := v.slot(name)
	*e = entry{read: e.read, turn: v.turn, reason: r}
}

// Value is a value and whether it is known.
func (v *View) Value(name string) (value any, known bool) {
	e := v.look(name)
	return e.value, e.quality != ""
}

// QualityOf is how well a value is known, "" when it is not.
func (v *View) QualityOf(name string) facts.Quality { return v.look(name).quality }

// Why is the reason why a value is not known, "" when it is or when nobody says.
func (v *View) Why(name string) facts.Reason { return v.look(name).reason }

// show lets expressions see a value and tells how well it is known, "" when it is not.
func (v *View) show(name string) facts.Quality {
	e := v.look(name)
	if e.quality != "" && !e.shown {
		v.shown[name], e.shown = e.value, true
	}
	return e.quality
}

// showAll lets expressions see everything that is known, and nothing else.
func (v *View) showAll() {
	clear(v.shown)
	maps.Copy(v.shown, v.all())
}

// all is everything that is known.
func (v *View) all() map[string]any {
	values := make(map[string]any, len(v.entries))
	for name := range v.entries {
		if value, known := v.Value(name); known {
			values[name] = value
		}
	}
	return values
}

// clone is the view for later: with all that it knows, and without a part in what becomes of it.
func (v *View) clone() *View {
	c := *v
	c.entries, c.shown = make(map[string]*entry, len(v.entries)), map[string]any{}
	for name := range v.entries {
		e := *v.look(name)
		e.shown = false
		c.entries[name] = &e
	}
	return &c
}

// as is a value of the type, and whether it is known and of that type.
func as[T any](v *View, name string) (T, bool) {
	x, ok := v.look(name).value.(T)
	return x, ok
}

// String is a value as text, "" when it is not known.
func (v *View) String(name string) string {
	s, _ := as[string](v, name)
	return s
}

// Bool is a yes-or-no value and whether it is known.
func (v *View) Bool(name string) (value, known bool) { return as[bool](v, name) }

// Int is a whole number and whether it is known.
func (v *View) Int(name string) (value int, known bool) { return as[int](v, name) }

// Time is a date, zero when it never happened, and whether it is known.
func (v *View) Time(name string) (value time.Time, known bool) { return as[time.Time](v, name) }

// Source is the source the record came from.
func (v *View) Source() string { return v.String("source") }

// Label is how the subject is called in a report; names of people are shortened when it is printed.
func (v *View) Label() string {
	for _, name := range []string{"name", "label", "title", "user_name", "host", "object", "actor_name", "url", "path", "server"} {
		if s := v.String(name); s != "" {
			return s
		}
	}
	if v.Kind == facts.KindEvent || v.Kind == facts.KindActivity {
		return v.String("subject_name") // an entry of a log that concerns nobody in particular has no name
	}
	if v.record == nil {
		return ""
	}
	return v.record.Key()
}

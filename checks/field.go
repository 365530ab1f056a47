package checks

import (
	"reflect"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// field is a field of the records of a kind, found by reflection.
type field struct {
	name  string
	index int
	known bool         // a facts.Known
	typ   reflect.Type // of the value itself
}

// isDate reports that rules may also ask whether it never happened and how many days ago it was.
func (f field) isDate() bool { return f.typ == reflect.TypeFor[time.Time]() }

type anyKnown interface {
	Any() (any, facts.Quality, facts.Reason)
}

func fieldsOf(k facts.Kind) []field {
	r, err := facts.New(k)
	if err != nil {
		panic(err) // the kinds are listed in facts; a test walks all of them
	}
	t := reflect.TypeOf(r).Elem()
	fields := make([]field, t.NumField())
	for i := range fields {
		of := t.Field(i)
		name, _, _ := strings.Cut(of.Tag.Get("json"), ",")
		f := field{name: name, index: i, typ: of.Type}
		if get, ok := of.Type.MethodByName("Get"); ok && of.Type.Implements(reflect.TypeFor[anyKnown]()) {
			f.known, f.typ = true, get.Type.Out(0)
		}
		fields[i] = f
	}
	return fields
}

// read gives the value of the field as the record has it.
func (f field) read(r facts.Record) (any, facts.Quality, facts.Reason) {
	v := reflect.ValueOf(r).Elem().Field(f.index)
	if f.known {
		return v.Addr().Interface().(anyKnown).Any()
	}
	return v.Interface(), facts.Observed, ""
}

// reader reads one value from a record: without a quality it is not known, perhaps for a reason.
type reader func(r facts.Record, now time.Time) (any, facts.Quality, facts.Reason)

// readersOf are the readers of all that a record of the kind tells by itself, by the names of rules.
func readersOf(k facts.Kind) map[string]reader {
	readers := reckoned(k)
	for _, f := range fieldsOf(k) {
		readers[f.name] = func(r facts.Record, now time.Time) (any, facts.Quality, facts.Reason) {
			value, quality, reason := f.read(r)
			return plain(value, now), quality, reason
		}
		if f.isDate() {
			readers[f.name+"_never"] = func(r facts.Record, _ time.Time) (any, facts.Quality, facts.Reason) {
				date, quality, _ := f.read(r)
				if quality == "" {
					return nil, "", ""
				}
				return date.(time.Time).IsZero(), quality, ""
			}
			readers[f.name+"_days"] = func(r facts.Record, now time.Time) (any, facts.Quality, facts.Reason) {
				date, quality, _ := f.read(r)
				if quality == "" || date.(time.Time).IsZero() {
					return nil, "", ""
				}
				return daysBetween(date.(time.Time), now), quality, ""
			}
		}
	}
	return readers
}

// reckoned are the derived values of records that come in great numbers: they follow from the record
// alone, so that they too can wait until somebody asks for them.
func reckoned(k facts.Kind) map[string]reader {
	switch k {
	case facts.KindActivity:
		return map[string]reader{
			"weekday": func(r facts.Record, _ time.Time) (any, facts.Quality, facts.Reason) {
				return int(r.(*facts.Activity).Day.UTC().Weekday()), facts.Observed, ""
			},
			"days_ago": func(r facts.Record, now time.Time) (any, facts.Quality, facts.Reason) {
				return daysBetween(r.(*facts.Activity).Day, now), facts.Observed, ""
			},
		}
	case facts.KindEvent:
		return map[string]reader{
			"days_ago": func(r facts.Record, now time.Time) (any, facts.Quality, facts.Reason) {
				return daysBetween(r.(*facts.Event).At, now), facts.Observed, ""
			},
		}
	}
	return map[string]reader{}
}

// setDate puts a date and what readersOf derives from one.
func setDate(v *View, name string, t time.Time, q facts.Quality, now time.Time) {
	v.Set(name, t, q)
	v.Set(name+"_never", t.IsZero(), q)
	if t.IsZero() {
		v.Lack(name+"_days", "")
	} else {
		v.Set(name+"_days", daysBetween(t, now), q)
	}
}

// daysBetween is how many whole days lie between, negative when to comes first.
func daysBetween(from, to time.Time) int {
	d := to.Sub(from)
	if d < 0 {
		return -int(-d / (24 * time.Hour))
	}
	return int(d / (24 * time.Hour))
}

// plain gives expressions the few types they know.
func plain(v any, now time.Time) any {
	switch x := v.(type) {
	case int64:
		return int(x)
	case []facts.Permission:
		list := make([]map[string]any, len(x))
		for i, p := range x {
			list[i] = map[string]any{"object": p.Object, "action": p.Action, "scope": p.Scope}
		}
		return list
	case []map[string]string:
		list := make([]map[string]any, len(x))
		for i, row := range x {
			list[i] = map[string]any{}
			for column, text := range row {
				list[i][column] = text
				if day, err := time.Parse(time.DateOnly, text); err == nil {
					list[i][column+"_days"] = daysBetween(day, now)
				}
			}
		}
		return list
	case []string:
		if x == nil {
			return []string{}
		}
	case facts.Kind:
		return string(x)
	}
	return v
}

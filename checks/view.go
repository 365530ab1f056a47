package checks

import (
	"reflect"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// View is a record as names and values: the JSON names of its fields plus what the engine derives.
// A name is in Values only when the fact is known; otherwise Missing may say why it is not.
type View struct {
	Kind    facts.Kind
	Values  map[string]any
	Quality map[string]facts.Quality // of values that are not observed
	Missing map[string]facts.Reason
	record  facts.Record
}

func newView(k facts.Kind) *View {
	return &View{Kind: k, Values: map[string]any{}, Quality: map[string]facts.Quality{}, Missing: map[string]facts.Reason{}}
}

// Set puts a value of the given quality.
func (v *View) Set(name string, value any, q facts.Quality) {
	v.Values[name] = value
	delete(v.Missing, name)
	if q == facts.Observed || q == "" {
		delete(v.Quality, name)
	} else {
		v.Quality[name] = q
	}
}

// Lack says why a value is missing.
func (v *View) Lack(name string, r facts.Reason) {
	delete(v.Values, name)
	delete(v.Quality, name)
	v.Missing[name] = r
}

// QualityOf is how well a value is known.
func (v *View) QualityOf(name string) facts.Quality {
	if _, ok := v.Values[name]; ok {
		return v.known(name)
	}
	return ""
}

// known is QualityOf for a value that is there.
func (v *View) known(name string) facts.Quality {
	if q, ok := v.Quality[name]; ok {
		return q
	}
	return facts.Observed
}

// String is a value as text, "" when it is not known.
func (v *View) String(name string) string {
	s, _ := v.Values[name].(string)
	return s
}

// Bool is a yes-or-no value and whether it is known.
func (v *View) Bool(name string) (value, known bool) {
	value, known = v.Values[name].(bool)
	return value, known
}

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

// viewer turns records of one kind into views by reflection, prepared once.
type viewer struct {
	kind   facts.Kind
	fields []viewField
}

type viewField struct {
	name  string
	index int
	known bool         // a facts.Known
	date  *dateNames   // nil for what is no date
	typ   reflect.Type // of the value itself
}

// dateNames are the values derived from a date.
type dateNames struct{ never, days string }

func datesOf(name string) *dateNames { return &dateNames{name + "_never", name + "_days"} }

type anyKnown interface {
	Any() (any, facts.Quality, facts.Reason)
}

var timeType = reflect.TypeFor[time.Time]()

func newViewer(k facts.Kind) viewer {
	r, err := facts.New(k)
	if err != nil {
		panic(err) // the kinds are listed in facts; a test walks all of them
	}
	t := reflect.TypeOf(r).Elem()
	v := viewer{kind: k}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		vf := viewField{name: name, index: i, typ: f.Type}
		if get, ok := f.Type.MethodByName("Get"); ok && f.Type.Implements(reflect.TypeFor[anyKnown]()) {
			vf.known, vf.typ = true, get.Type.Out(0)
		}
		if vf.typ == timeType {
			vf.date = datesOf(name)
		}
		v.fields = append(v.fields, vf)
	}
	return v
}

// fill writes the record into view, which must be empty.
func (vr viewer) fill(view *View, r facts.Record, now time.Time) {
	clear(view.Values)
	clear(view.Quality)
	clear(view.Missing)
	view.record = r
	rv := reflect.ValueOf(r).Elem()
	for _, f := range vr.fields {
		field := rv.Field(f.index)
		var value any
		quality := facts.Observed
		if f.known {
			var reason facts.Reason
			value, quality, reason = field.Addr().Interface().(anyKnown).Any()
			if quality == "" {
				if reason != "" {
					view.Missing[f.name] = reason
				}
				continue
			}
		} else {
			value = field.Interface()
		}
		view.Set(f.name, plain(value, now), quality)
		if f.date != nil {
			dateValues(view, f.date, value.(time.Time), quality, now)
		}
	}
}

// dateValues derives what rules ask of a date: how many whole days ago it was (negative: in the
// future), or that it never happened.
func dateValues(v *View, names *dateNames, t time.Time, q facts.Quality, now time.Time) {
	v.Set(names.never, t.IsZero(), q)
	if !t.IsZero() {
		v.Set(names.days, daysBetween(t, now), q)
	}
}

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

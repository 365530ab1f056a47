package collectortest

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
)

// Delivered lists the facts that a collection told of at least one record, in the words of
// collectors.Source.Delivers and sorted.
func Delivered(m *facts.Memory) []string {
	told := map[string]bool{}
	for kind, list := range m.ByKind {
		for _, record := range list {
			if s, is := record.(*facts.Setting); is {
				told["setting."+s.Name] = true
				continue
			}
			for _, name := range knownFields(record) {
				told[string(kind)+"."+name] = true
			}
		}
	}
	for _, c := range m.About.Coverage {
		log := c.Kind == facts.KindActivity || c.Kind == facts.KindEvent
		if log && c.Field != "" && c.State == facts.Full {
			told[string(c.Kind)+"."+c.Field] = true
		}
	}
	return slices.Sorted(maps.Keys(told))
}

// knownFields names the fields that a source may leave unknown and this record knows.
func knownFields(r facts.Record) []string {
	var names []string
	v := reflect.ValueOf(r).Elem()
	for i := range v.NumField() {
		known, is := v.Field(i).Addr().Interface().(interface {
			Any() (any, facts.Quality, facts.Reason)
		})
		if !is {
			continue
		}
		if _, quality, _ := known.Any(); quality != "" {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			names = append(names, name)
		}
	}
	return names
}

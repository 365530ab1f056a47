package yamlfile

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/nearest"
)

// strict compares a document with the type that it is decoded into, before that happens, and finds
// what the module would pass over: unknown keys below a node and fractions where whole numbers stand.
type strict struct {
	name string
	seen map[visit]bool // an alias leads to the same node again
}

type visit struct {
	node *Node
	typ  reflect.Type
}

func checkStrictly(name string, n *Node, t reflect.Type) error {
	s := &strict{name: name, seen: map[visit]bool{}}
	return s.check(n, t)
}

var (
	unmarshaler = reflect.TypeFor[Unmarshaler]()
	nodeType    = reflect.TypeFor[Node]()
	timeType    = reflect.TypeFor[time.Time]()
)

func (s *strict) check(n *Node, t reflect.Type) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if n == nil || t == nodeType || reflect.PointerTo(t).Implements(unmarshaler) || s.seen[visit{n, t}] {
		return nil // read by its own rules, or later
	}
	s.seen[visit{n, t}] = true
	switch n.Kind {
	case yaml.DocumentNode:
		return s.all(n.Content, t)
	case yaml.AliasNode:
		return s.check(n.Alias, t)
	case yaml.MappingNode:
		return s.mapping(n, t)
	case yaml.SequenceNode:
		if t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
			return s.all(n.Content, t.Elem())
		}
	case yaml.ScalarNode:
		return s.scalar(n, t)
	}
	return nil
}

func (s *strict) all(nodes []*Node, t reflect.Type) error {
	for _, n := range nodes {
		if err := s.check(n, t); err != nil {
			return err
		}
	}
	return nil
}

func (s *strict) mapping(n *Node, t reflect.Type) error {
	var fields map[string]reflect.Type
	switch {
	case t.Kind() == reflect.Struct && t != timeType:
		fields = fieldsOf(t)
	case t.Kind() != reflect.Map:
		return nil // the module says what is wrong with it
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		below, known := fields[key.Value]
		switch {
		case key.ShortTag() == "!!merge":
			below = t
		case fields == nil:
			below = t.Elem()
		case key.Kind != yaml.ScalarNode:
			continue
		case !known:
			return s.unknown(key, fields)
		}
		if err := s.check(value, below); err != nil {
			return err
		}
	}
	return nil
}

func (s *strict) unknown(key *Node, fields map[string]reflect.Type) error {
	hint := "remove the key or correct its name"
	if near := nearest.Of(key.Value, slices.Sorted(maps.Keys(fields))); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	return fail.New(fail.Usage, hint, "%s:%d: unknown key %q", s.name, key.Line, key.Value)
}

func (s *strict) scalar(n *Node, t reflect.Type) error {
	hint, problem := "", ""
	switch tag := n.ShortTag(); {
	case t == timeType && tag == "!!str":
		if _, err := time.Parse(time.RFC3339, n.Value); err != nil {
			hint, problem = "write the year first, without quotes", "cannot read text `%s` as a date (2026-11-22)"
		}
	case tag == "!!float" && t.Kind() >= reflect.Int && t.Kind() <= reflect.Uint64:
		hint, problem = "round it", "cannot read number `%s` as a whole number"
	}
	if problem == "" {
		return nil
	}
	return fail.New(fail.Usage, hint, "%s:%d: "+problem, s.name, n.Line, n.Value)
}

// fieldsOf are the keys of a struct with the types of their values.
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for f := range t.Fields() {
		key, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case key == "-" || !f.IsExported():
		case strings.Contains(options, "inline"):
			maps.Copy(fields, fieldsOf(f.Type))
		case key == "":
			fields[strings.ToLower(f.Name)] = f.Type
		default:
			fields[key] = f.Type
		}
	}
	return fields
}

package questions

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
)

// Target is a fact that an answer stands in for.
type Target struct {
	Kind  facts.Kind
	Field string // field of the record, or name of the setting; "" means whole records
	Not   bool   // those who are named do not have it, all others do
}

// ParseFills reads what an answer fills: setting.log.events, user.admin, !user.two_factor, credential,
// or several joined by a plus.
func ParseFills(s string) ([]Target, error) {
	if s == "" {
		return nil, nil
	}
	var list []Target
	for part := range strings.SplitSeq(s, "+") {
		t := Target{}
		part, t.Not = strings.CutPrefix(part, "!")
		kind, field, _ := strings.Cut(part, ".")
		t.Kind, t.Field = facts.Kind(kind), field
		if !slices.Contains(facts.Kinds, t.Kind) {
			return nil, fmt.Errorf("fills %q: there is no kind of record %q", s, kind)
		}
		list = append(list, t)
	}
	return list, nil
}

// virtual columns stand for a field that no cell could hold.
var virtual = map[facts.Kind][]string{
	facts.KindRole:    {"read_scope", "delete_scope", "export_scope", "settings"},
	facts.KindHandler: {"url"},
}

var settingName = regexp.MustCompile(`^[a-z]+(\.[a-z0-9_]+)+$`)

// checkFills makes sure that the answer of this type can become those facts.
func (q *Question) checkFills() error {
	targets, err := ParseFills(q.Fills)
	if err != nil {
		return err
	}
	q.targets = targets
	for _, t := range targets {
		switch q.Type {
		case YesNo, OneOf, Number, List:
			err = checkSetting(t)
		case People:
			err = checkFlag(t)
		case Table:
			err = q.checkRecords(t)
		default:
			err = fmt.Errorf("an answer of type %s fills nothing", q.Type)
		}
		if err != nil {
			return fmt.Errorf("fills %q: %w", q.Fills, err)
		}
	}
	return nil
}

func checkSetting(t Target) error {
	if t.Kind != facts.KindSetting || t.Not || !settingName.MatchString(t.Field) {
		return fmt.Errorf("a single value fills a setting such as setting.log.enabled")
	}
	return nil
}

// checkFlag wants a yes-or-no field of the user: people are named who have it.
func checkFlag(t Target) error {
	if t.Kind == facts.KindUser && fieldsOf(facts.KindUser)[t.Field] == reflect.TypeFor[facts.Known[bool]]() {
		return nil
	}
	return fmt.Errorf("people fill a yes-or-no field of the user such as user.admin")
}

// checkRecords wants each column to be a field of the record, or of the user whose fields it fills.
func (q *Question) checkRecords(t Target) error {
	fields := fieldsOf(t.Kind)
	if t.Field != "" {
		if t.Kind != facts.KindUser || fields[t.Field] == nil || q.Column(t.Field) == nil {
			return fmt.Errorf("there is no field and column %q of the user", t.Field)
		}
		return nil
	}
	for _, c := range q.Columns {
		if fields[c.ID] == nil && !slices.Contains(virtual[t.Kind], c.ID) {
			return fmt.Errorf("the record %s has no field %q", t.Kind, c.ID)
		}
	}
	return nil
}

// Column finds a column of a table, nil when there is none.
func (q *Question) Column(id string) *Column {
	for i := range q.Columns {
		if q.Columns[i].ID == id {
			return &q.Columns[i]
		}
	}
	return nil
}

// fieldsOf lists the fields of a record by their JSON names, the words that rules use.
func fieldsOf(k facts.Kind) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	r, err := facts.New(k)
	if err != nil {
		return fields
	}
	for f := range reflect.TypeOf(r).Elem().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		fields[name] = f.Type
	}
	return fields
}

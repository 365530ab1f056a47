package snapfile

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
)

// layout writes and reads the lines of one kind of record. It finds out once what encoding/json would
// for every record, and a large portal has millions. It is not safe for concurrent use.
type layout struct {
	record reflect.Value // the one at work; the fields point into it
	source int           // index of the field Source
	fields []field
}

type field struct {
	name   []byte // `,"name":`
	at     any    // pointer to the value
	value  reflect.Value
	absent func() bool // whether a line leaves it out; nil when none does
}

func newLayout(k facts.Kind) (*layout, error) {
	r, err := facts.New(k)
	if err != nil {
		return nil, err
	}
	l := &layout{record: reflect.ValueOf(r).Elem()}
	for f, value := range l.record.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		at := value.Addr().Interface()
		var absent func() bool
		if options == "omitzero" {
			absent = value.IsZero
			if z, ok := at.(interface{ IsZero() bool }); ok {
				absent = z.IsZero
			}
		}
		if f.Name == "Source" {
			l.source = f.Index[0]
		}
		l.fields = append(l.fields, field{name: fmt.Appendf(nil, ",%q:", name), at: at, value: value, absent: absent})
	}
	return l, nil
}

// encode appends what encoding/json writes of a record, with the source it came from.
func (l *layout) encode(b []byte, r facts.Record, source string) (_ []byte, err error) {
	v := reflect.ValueOf(r).Elem()
	if v.Type() != l.record.Type() {
		return b, fmt.Errorf("it is a %T", r)
	}
	v.Field(l.source).SetString(source)
	l.record.Set(v)
	start := len(b)
	for i := range l.fields {
		f := &l.fields[i]
		if f.absent != nil && f.absent() {
			continue
		}
		if b, err = facts.AppendJSON(append(b, f.name...), f.at); err != nil {
			return b, err
		}
	}
	if len(b) == start {
		return append(b, "{}"...), nil
	}
	b[start] = '{' // in place of the first comma
	return append(b, '}'), nil
}

// decode reads a line. One that encode would not write is left to encoding/json.
func (l *layout) decode(line []byte) (facts.Record, error) {
	record := reflect.New(l.record.Type())
	r := record.Interface().(facts.Record)
	if l.parse(line) {
		record.Elem().Set(l.record)
		return r, nil
	}
	if line[0] != '{' {
		return nil, errors.New("a record is not an object")
	}
	return r, decodeStrict(line, r)
}

// parse reads a line that encode may have written into the record at work, or reports false.
func (l *layout) parse(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte{'{'})
	if !ok {
		return false
	}
	comma := 1 // none before the first field
	for i := range l.fields {
		f := &l.fields[i]
		value, found := bytes.CutPrefix(rest, f.name[comma:])
		if !found {
			f.value.SetZero()
			continue
		}
		if rest, ok = facts.CutJSON(value, f.at); !ok {
			return false
		}
		comma = 0
	}
	return string(rest) == "}"
}

package answers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/questions"
)

// translate gives the facts of an accepted answer, the answer itself first.
func translate(q *questions.Question, a *answer) ([]facts.Record, error) {
	records := []facts.Record{answerRecord(q, a)}
	for _, t := range q.Targets() {
		switch {
		case t.Kind == facts.KindSetting:
			records = append(records, setting(q, t.Field, a.value))
		case t.Field == "":
			rows, err := tableRecords(q, t.Kind, a.value.rows)
			if err != nil {
				return nil, err
			}
			records = append(records, rows...)
		}
	}
	return records, nil
}

func declared[T any](v T) facts.Known[T] { return facts.With(v, facts.Declared) }

func answerRecord(q *questions.Question, a *answer) *facts.Answer {
	r := &facts.Answer{ID: q.ID, Source: sourceID, Fills: q.Fills, By: a.by, At: a.at, Evidence: a.evidence}
	switch q.Type {
	case questions.YesNo:
		r.Bool = declared(a.value.yes)
	case questions.Number:
		r.Number = declared(a.value.number)
	case questions.OneOf, questions.Text:
		r.Text = declared(a.value.text)
	case questions.Date:
		r.Date = declared(a.value.date)
	case questions.List, questions.People:
		r.List = declared(a.value.list)
	case questions.Table:
		if !hasRecords(q) {
			r.Rows = declared(plainRows(q, a.value.rows))
		}
	}
	return r
}

// hasRecords reports whether each row of the table becomes a record of its own.
func hasRecords(q *questions.Question) bool {
	for _, t := range q.Targets() {
		if t.Field == "" {
			return true
		}
	}
	return false
}

func plainRows(q *questions.Question, rows []row) []map[string]string {
	list := make([]map[string]string, 0, len(rows))
	for _, cells := range rows {
		m := map[string]string{}
		for _, c := range q.Columns {
			if v, ok := cells[c.ID]; ok {
				m[c.ID] = cellText(c.Type, v)
			}
		}
		list = append(list, m)
	}
	return list
}

func cellText(t questions.Type, v value) string {
	switch t {
	case questions.YesNo:
		return strconv.FormatBool(v.yes)
	case questions.Number:
		return strconv.FormatFloat(v.number, 'f', -1, 64)
	case questions.Date:
		if v.date.IsZero() {
			return "never"
		}
		return v.date.Format(time.DateOnly)
	case questions.List, questions.People:
		return strings.Join(v.list, "; ")
	}
	return v.text
}

func setting(q *questions.Question, name string, v value) *facts.Setting {
	s := &facts.Setting{Name: name, Source: sourceID}
	switch q.Type {
	case questions.YesNo:
		s.Bool = declared(v.yes)
	case questions.Number:
		s.Number = declared(v.number)
	case questions.OneOf:
		s.Text = declared(v.text)
	case questions.List:
		s.List = declared(v.list)
	}
	return s
}

// tableRecords makes a record of each row. Columns bear the JSON names of the record's fields, so a
// row becomes its JSON and the record reads itself from that.
func tableRecords(q *questions.Question, k facts.Kind, rows []row) ([]facts.Record, error) {
	var records []facts.Record
	used := map[string]int{}
	for _, cells := range rows {
		fields := map[string]any{"id": rowID(q, cells, used), "source": sourceID}
		for _, c := range q.Columns {
			if v, ok := cells[c.ID]; ok {
				put(fields, k, c, v)
			}
		}
		if k == facts.KindRole {
			fields["permissions"] = long(permissions(cells))
		}
		r, err := facts.New(k)
		if err != nil {
			return nil, err
		}
		if err := fill(r, fields); err != nil {
			return nil, fmt.Errorf("make a %s of a row: %w", k, err)
		}
		records = append(records, r)
	}
	return records, nil
}

func fill(r facts.Record, fields map[string]any) error {
	data, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(r)
}

// long is the JSON of a known fact with its quality.
func long(v any) map[string]any { return map[string]any{"value": v, "quality": facts.Declared} }

// put sets the fields that a cell stands for: mostly the one of its name.
func put(fields map[string]any, k facts.Kind, c questions.Column, v value) {
	switch {
	case k == facts.KindSession && c.ID == "user":
		fields["user"] = v.text
	case k == facts.KindHandler && c.ID == "url":
		scheme, host, _ := strings.Cut(v.text, "://")
		fields["scheme"], fields["host"] = long(scheme), long(host)
	case k == facts.KindRole && strings.HasSuffix(c.ID, "_scope"), k == facts.KindRole && c.ID == "settings":
		// part of the permissions
	default:
		fields[c.ID] = long(jsonValue(c.Type, v))
	}
}

func jsonValue(t questions.Type, v value) any {
	switch t {
	case questions.YesNo:
		return v.yes
	case questions.Number:
		return int(v.number)
	case questions.Date:
		return v.date
	case questions.List, questions.People:
		return v.list
	}
	return v.text
}

// permissions spells out a row of the roles table: one scope was asked for all client records together.
func permissions(cells row) []facts.Permission {
	var list []facts.Permission
	for _, object := range []string{"contact", "company", "deal", "lead"} {
		for _, action := range []string{"read", "delete", "export"} {
			list = append(list, facts.Permission{Object: object, Action: action, Scope: cells[action+"_scope"].text})
		}
	}
	scope := "none"
	if cells["settings"].yes {
		scope = "all"
	}
	return append(list, facts.Permission{Object: "setting", Action: "settings", Scope: scope})
}

// rowID names a row by its key columns; rows that share them are counted.
func rowID(q *questions.Question, cells row, used map[string]int) string {
	var parts []string
	for _, c := range q.Columns {
		if c.Key {
			parts = append(parts, strings.TrimPrefix(cellText(c.Type, cells[c.ID]), "https://"))
		}
	}
	id := strings.Join(parts, " / ")
	if id == "" {
		id = q.ID
	}
	used[id]++
	if n := used[id]; n > 1 {
		id += " #" + strconv.Itoa(n)
	}
	return id
}

package report

import (
	"slices"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/offboard"
)

// detailOrder is the order in which the details of an item are told.
var detailOrder = []string{
	"id", "login", "email", "position", "full_access", "count", "roles", "vendor", "purpose", "event", "server", "last_login", "last_activity",
	"last_used", "last_seen", "address", "countries", "blocked_on", "expires", "has_password", "downloads", "scopes", "methods", "guests",
	"two_factor", "external_auth", "finished", "encrypted", "changed", "named", "audit",
}

// kind is the word for what an item is.
func (b *offboarder) kind(i *offboard.Item) string {
	record, _, _ := strings.Cut(i.ID, ":")
	if key := "offboard.kind." + record + "." + i.Type; b.t.Has(key) {
		return b.t.T(key)
	}
	return b.word("offboard.kind.", i.Type)
}

// label names an item in a list: «Вебхук «Обмен с 1С»».
func (b *offboarder) label(i *offboard.Item) string {
	kind := b.kind(i)
	id, _ := i.Details["id"].(string)
	account, isRight := strings.CutPrefix(i.ID, "user:")
	switch {
	case i.Type == "account":
		return kind + ", ID " + id
	case i.Type == "sponsored":
		return b.t.With("offboard.quoted", values{"kind": kind, "name": i.What})
	case isRight:
		account, _, _ = strings.Cut(account, "#")
		if len(b.d.Person.Accounts) > 1 {
			kind += ", ID " + account
		}
		return kind
	case i.What == "" || strings.HasPrefix(i.ID, "session:") && strings.HasSuffix(i.ID, ":"+i.What):
		return kind
	}
	return b.t.With("offboard.quoted", values{"kind": kind, "name": i.What})
}

// details tells the rest of an item in one line.
func (b *offboarder) details(i *offboard.Item) string {
	var parts []string
	if i.After {
		parts = append(parts, b.t.T("offboard.detail.after"))
	}
	for _, name := range detailOrder {
		v, ok := i.Details[name]
		if name == "id" && i.Type == "account" || !ok {
			continue
		}
		if text := b.detail(i, "offboard.detail."+name, v); text != "" {
			parts = append(parts, text)
		}
	}
	return capital(strings.Join(parts, "; "))
}

func (b *offboarder) detail(i *offboard.Item, key string, v any) string {
	switch x := v.(type) {
	case bool:
		word := ".no"
		if x {
			word = ".yes"
		}
		if b.t.Has(key + word) {
			return b.t.T(key + word)
		}
		return ""
	case time.Time:
		return b.t.With(key, values{"v": b.day(x)})
	case []string:
		list := slices.Clone(x)
		for n, word := range list {
			if i.Type == "registered_to_private_person" && b.o.Choice != nil {
				list[n] = b.o.Choice(i.Type, word)
			}
		}
		return b.t.With(key, values{"v": strings.Join(list, ", ")})
	case string:
		if x == "never" && b.t.Has(key+".never") {
			return b.t.T(key + ".never")
		}
	}
	return b.t.With(key, values{"v": v})
}

// part is a section as a table: what is open first.
func (b *offboarder) part(s offboard.Section) OffboardPart {
	p := OffboardPart{ID: s.ID, Title: b.t.T("offboard.section." + s.ID), Open: s.Open}
	if len(s.Items) == 0 {
		p.Empty = b.t.T("offboard.empty." + string(s.Seen))
		return p
	}
	if s.Seen != offboard.Yes {
		p.Note = b.t.T("offboard.partly")
	}
	p.Table = Table{
		Head: []string{
			b.t.T("offboard.col.what"), b.t.T("offboard.col.details"), b.t.T("offboard.col.since"), b.t.T("offboard.col.state"), b.t.T("offboard.col.source"),
		},
		Widths: []int{26, 30, 11, 12, 21},
	}
	items := slices.Clone(s.Items)
	slices.SortStableFunc(items, func(x, y offboard.Item) int { return stateRank(x.State) - stateRank(y.State) })
	for n := range items {
		if n == b.o.Limits.Rows {
			break
		}
		i := &items[n]
		since := ""
		if i.Since != nil {
			since = b.day(*i.Since)
		}
		p.Table.Rows = append(p.Table.Rows, []string{b.label(i), b.details(i), since, b.t.T("offboard.state." + string(i.State)), b.known(i)})
	}
	p.Table.Note = b.cut(len(p.Table.Rows), s.Total)
	return p
}

func stateRank(s offboard.State) int {
	return slices.Index([]offboard.State{offboard.Open, offboard.Unsure, offboard.Closed}, s)
}

func (b *offboarder) cut(shown, total int) string {
	if shown >= total {
		return ""
	}
	return b.t.With("offboard.cut", values{"shown": shown, "total": total})
}

// after tells what happened after the last day of work.
func (b *offboarder) after() (text []string, parts []OffboardPart) {
	a := b.d.After
	unseen := slices.ContainsFunc(b.d.Unseen, func(u offboard.Unseen) bool { return u.Section == offboard.SectionAfter })
	switch {
	case b.d.Leaving.Status == offboard.LeftPlanned:
		return []string{b.t.T("offboard.after.ahead")}, nil
	case a.From == nil:
		return []string{b.t.T("offboard.after.no_day")}, nil
	}
	text = []string{b.t.With("offboard.after.from", values{"day": b.l.Date(*a.From)})}
	if !a.Any() {
		return append(text, b.t.With("offboard.after.nothing", values{"unseen": unseen})), nil
	}
	if unseen {
		text = append(text, b.t.T("offboard.partly"))
	}
	if a.LeftOut > 0 {
		text = append(text, b.t.With("offboard.after.left_out", values{"n": a.LeftOut}))
	}
	return text, b.afterTables()
}

func (b *offboarder) afterTables() []OffboardPart {
	a := b.d.After
	uses := Table{Head: b.heads("what", "time"), Widths: []int{70, 30}}
	for _, u := range a.Uses {
		if i := b.items[u.Item]; i != nil {
			at := b.l.Time(u.At)
			if u.At.Equal(u.At.Truncate(24 * time.Hour)) {
				at = b.day(u.At) // an answer knows the day alone
			}
			uses.Rows = append(uses.Rows, []string{b.label(i), at})
		}
	}
	days := Table{Head: b.heads("day", "action", "count", "addresses", "account"), Widths: []int{16, 36, 12, 14, 22}, Numeric: []bool{false, false, true, true, false}}
	for _, d := range a.Activity {
		addresses := ""
		if d.Addresses > 0 {
			addresses = b.l.Int(d.Addresses)
		}
		days.Rows = append(days.Rows, []string{b.day(d.Day), b.word("offboard.act.", d.Type), b.l.Int(d.Count), addresses, "ID " + strings.TrimPrefix(d.Account, "user:")})
	}
	events := Table{Head: b.heads("time", "action", "role"), Widths: []int{26, 40, 34}}
	for _, e := range a.Events {
		action := b.word("offboard.act.", e.Type)
		if e.Address != "" {
			action += ", " + b.t.With("offboard.detail.address", values{"v": e.Address})
		}
		events.Rows = append(events.Rows, []string{b.l.Time(e.At), action, b.t.T("offboard.role." + e.Role)})
	}
	var parts []OffboardPart
	for _, p := range []OffboardPart{{ID: "uses", Table: uses}, {ID: "activity", Table: days}, {ID: "events", Table: events}} {
		total := len(p.Table.Rows)
		if total == 0 {
			continue
		}
		p.Table.Rows = p.Table.Rows[:min(total, b.o.Limits.Rows)]
		p.Table.Note, p.Title = b.cut(len(p.Table.Rows), total), b.t.T("offboard.after."+p.ID)
		parts = append(parts, p)
	}
	return parts
}

func (b *offboarder) heads(names ...string) []string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = b.t.T("offboard.col." + n)
	}
	return list
}

// capital begins a sentence.
func capital(s string) string {
	if s == "" {
		return s
	}
	first := []rune(s)
	return strings.ToUpper(string(first[0])) + string(first[1:])
}

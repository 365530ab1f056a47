package checks

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

func viewOf(r facts.Record) *View {
	v := newRecordView(r.Kind(), time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC))
	v.turnTo(r)
	return v
}

// anna is an account of which something of each sort is known.
func anna() *facts.User {
	return &facts.User{
		ID: "7", Name: facts.Of("Анна"), Active: facts.Of(true), Admin: facts.With(true, facts.Inferred), TwoFactor: facts.Unknown[bool](facts.Denied),
		LastLogin: facts.Of(time.Date(2026, 11, 12, 9, 0, 0, 0, time.UTC)), LastActivity: facts.Of(time.Time{}),
	}
}

func TestViewReadsTheRecord(t *testing.T) {
	v := viewOf(anna())
	for name, want := range map[string]any{
		"id": "7", "name": "Анна", "active": true, "admin": true,
		"last_login_never": false, "last_login_days": 10, "last_activity": time.Time{}, "last_activity_never": true,
	} {
		got, known := v.Value(name)
		assert.True(t, known, name)
		assert.Equal(t, want, got, name)
	}
	for name, reason := range map[string]facts.Reason{
		"two_factor": facts.Denied, "email": "", "last_activity_days": "", "created_days": "", "no such name": "",
	} {
		got, known := v.Value(name)
		assert.False(t, known, name)
		assert.Nil(t, got, name)
		assert.Equal(t, reason, v.Why(name), name)
		assert.Empty(t, v.QualityOf(name), name)
	}
	assert.Equal(t, facts.Inferred, v.QualityOf("admin"))
	assert.Equal(t, facts.Observed, v.QualityOf("last_login_days"))

	day := viewOf(&facts.Activity{Day: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)})
	assert.Equal(t, 5, day.all()["weekday"])
	assert.Equal(t, 2, day.all()["days_ago"])
}

// What the engine says of a name holds, whether or not the record was asked before.
func TestViewIsOverridden(t *testing.T) {
	for _, before := range []string{"nothing", "active", "two_factor", "everything"} {
		v := viewOf(anna())
		switch before {
		case "everything":
			v.all()
		default:
			v.Value(before)
			v.show(before)
		}
		v.Set("active", false, facts.Declared)
		v.Set("two_factor", true, "")
		v.Set("departed", true, facts.Observed)
		v.Lack("admin", facts.Failed)
		v.Lack("in_roster", facts.NotConfigured)

		values := v.all()
		for name, want := range map[string]any{"active": false, "two_factor": true, "departed": true} {
			got, known := v.Value(name)
			assert.True(t, known, "%s before %s", before, name)
			assert.Equal(t, want, got, "%s before %s", before, name)
			assert.Equal(t, want, values[name], "%s before %s", before, name)
			assert.Empty(t, v.Why(name), "%s before %s", before, name)
		}
		assert.Equal(t, facts.Declared, v.QualityOf("active"), before)
		assert.Equal(t, facts.Observed, v.QualityOf("two_factor"), before)
		assert.NotContains(t, values, "admin", before)
		assert.Equal(t, facts.Failed, v.Why("admin"), before)
		assert.Equal(t, facts.NotConfigured, v.Why("in_roster"), before)
		v.Set("admin", false, facts.Declared)
		assert.Equal(t, false, v.all()["admin"], before)
	}
}

func TestViewForgetsTheFormerRecord(t *testing.T) {
	v, other := viewOf(anna()), &facts.User{ID: "8", Active: facts.Unknown[bool](facts.NotSupported)}
	v.all()
	v.Set("departed", true, facts.Declared)
	v.Set("email", "a@b.example", facts.Declared)
	v.Lack("id", facts.Failed)
	v.showAll()
	v.turnTo(other)

	fresh := viewOf(other)
	assert.Empty(t, v.shown)
	assert.Equal(t, fresh.all(), v.all())
	for name := range v.entries {
		assert.Equal(t, fresh.Why(name), v.Why(name), name)
		assert.Equal(t, fresh.QualityOf(name), v.QualityOf(name), name)
	}
	assert.Equal(t, "8", v.Label())
}

func TestSubjectIsCopied(t *testing.T) {
	first := anna()
	v := viewOf(first)
	v.Set("departed", true, facts.Declared)
	v.Lack("email", facts.Failed)
	want := viewOf(first).all()
	want["departed"] = true

	s := &Subject{Record: first, View: v}
	kept := s.copy()
	v.Set("active", false, facts.Observed)
	assert.Equal(t, want, kept.View.all())
	s.Record = &facts.User{ID: "8"}
	v.turnTo(s.Record)
	assert.Equal(t, want, kept.View.all())
	assert.Equal(t, facts.Declared, kept.View.QualityOf("departed"))
	assert.Equal(t, facts.Failed, kept.View.Why("email"))
	assert.Equal(t, facts.Denied, kept.View.Why("two_factor"))
	assert.Equal(t, "user:7", kept.Ref())

	kept.View.Set("id", "9", facts.Observed)
	assert.Equal(t, "8", v.String("id"))
}

// An expression sees all it reads, however it reads it, and nothing of the record before.
func TestExpressionsReadTheRecord(t *testing.T) {
	words := newVocabulary(facts.KindUser, map[string]Param{"name": {Default: "active"}})
	for source, want := range map[string]Truth{
		`(user.active ? 1 : 0) == 1`:                     True,
		`(user?.active ? 1 : 0) == 1`:                    True,
		`user["active"] == true`:                         True,
		`user.two_factor == false`:                       Unknown,
		`let u = user; u.name == "Анна"`:                 True,
		`user[param.name] == true`:                       True,
		`$env.user.last_login_days == 10`:                True,
		`$env["user"].name == "Анна"`:                    True,
		`"last_login_days" in keys(user)`:                True,
		`"email" in keys(user) or "admin" in keys(user)`: False, // the record before had an address, and Lack took admin away
		`user.active == true and "active" in keys(user)`: True,
		`all([user], .name == "Анна")`:                   True,
		`user.email == "x" or len(keys(user)) > 5`:       True,
		`let u = user; u.active and user.two_factor`:     Unknown,
	} {
		p, err := compilePredicate(place{"x", 1}, source, words)
		require.NoError(t, err, source)
		e := NewEnv(newView("profile"), map[string]any{"name": "active"})
		before := anna()
		before.Email = facts.Of("anna@crm.example")
		v := viewOf(before)
		e.with(v)
		_, err = p.Eval(e)
		require.NoError(t, err, source)

		v.turnTo(anna())
		v.show("admin")
		v.Lack("admin", facts.Failed)
		got, err := p.Eval(e)
		require.NoError(t, err, source)
		assert.Equal(t, want, got.truth, source)
	}
}

// A name means one thing: no date derives the name of another field.
func TestNamesOfRecordsDiffer(t *testing.T) {
	for _, k := range facts.Kinds {
		want := len(reckoned(k))
		for name := range reckoned(k) {
			assert.Contains(t, derived[k], name, k)
		}
		for _, f := range fieldsOf(k) {
			want++
			if f.isDate() {
				want += 2
			}
		}
		assert.Len(t, readersOf(k), want, k)
	}
}

package checks

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

func TestThreeValuedLogic(t *testing.T) {
	v := newView(facts.KindUser)
	v.Set("active", true, facts.Observed)
	v.Set("blocked", false, facts.Observed)
	v.Set("admin", true, facts.Inferred)
	v.Lack("two_factor", facts.Denied)
	e := NewEnv(newView("profile"), map[string]any{"names": []string{"test*", "*demo"}})
	e.with(v)
	for source, want := range map[string]Truth{
		`user.active`:                                        True,
		`user.active && user.two_factor`:                     Unknown,
		`user.blocked && user.two_factor`:                    False,
		`user.two_factor && user.blocked`:                    False,
		`user.active || user.two_factor`:                     True,
		`user.two_factor || user.active`:                     True,
		`user.two_factor || user.blocked`:                    Unknown,
		`!user.two_factor`:                                   Unknown,
		`not (user.blocked and user.two_factor)`:             True,
		`user.two_factor == false`:                           Unknown,
		`known(user.two_factor)`:                             False,
		`!known(user.two_factor) && user.active`:             True,
		`known(user.active) ? user.active : user.two_factor`: Unknown, // a leaf needs all its facts
		`profile.remote_work`:                                Unknown,
		`like("TestUser", param.names)`:                      True,
		`like("contest", param.names)`:                       False,
		`like("a/demo", param.names)`:                        True,
	} {
		words := newVocabulary(facts.KindUser, map[string]Param{"names": {Default: []any{"x"}}})
		p, err := compilePredicate(place{"x", 1}, source, words)
		if source == `known(user.active) ? user.active : user.two_factor` {
			require.NoError(t, err)
		}
		require.NoError(t, err, source)
		r, err := p.Eval(e)
		require.NoError(t, err, source)
		require.Equal(t, want, r.truth, source)
	}
}

func TestQualityIsTheWeakest(t *testing.T) {
	v := newView(facts.KindUser)
	v.Set("active", true, facts.Declared)
	v.Set("admin", true, facts.Inferred)
	e := NewEnv(newView("profile"), nil)
	e.with(v)
	p, err := compilePredicate(place{"x", 1}, "user.active && user.admin", newVocabulary(facts.KindUser, nil))
	require.NoError(t, err)
	r, err := p.Eval(e)
	require.NoError(t, err)
	require.Equal(t, facts.Inferred, r.quality)
}

func TestExpressionsAreBounded(t *testing.T) {
	v := newView(facts.KindUser)
	e := NewEnv(newView("profile"), nil)
	e.with(v)
	p, err := compilePredicate(place{"x", 1}, "len(map(1..100000000, # * 2)) > 3", newVocabulary(facts.KindUser, nil))
	require.NoError(t, err)
	_, err = p.Eval(e)
	require.ErrorContains(t, err, "memory budget exceeded")
}

package checks

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

func askedBy(t *testing.T, question string) Asked {
	t.Helper()
	var r ruleQuestion
	require.NoError(t, yamlfile.Decode("x.yaml", []byte(question), &r))
	q, err := compileQuestion("x.yaml", &r, map[string]Param{"days": {Default: 7}})
	require.NoError(t, err)
	return q.asked(NewEnv(newView("profile"), nil))
}

func TestNeeds(t *testing.T) {
	for name, c := range map[string]struct {
		question string
		want     []string
	}{
		"fields, dates and what the engine derives": {
			"{for: user, where: user.active, fail: user.idle_days > param.days && !user.last_login_never && user.expires_days > 0}",
			[]string{"user", "user.active", "user.idle_days", "user.last_login", "user.expires"},
		},
		"what the rule asks for first": {
			"{for: user, fail: 'known(user.blocked) && user.blocked || known(user.expires) && user.expires_days > 0 || user.admin'}",
			[]string{"user", "user.blocked?", "user.expires?", "user.admin"},
		},
		"entries of a log":   {"{for: activity, listing: [export], fail: activity.count > 5}", []string{"activity", "activity.export", "activity.count"}},
		"a setting":          {"{setting: log.enabled, fail: '!setting.bool'}", []string{"setting.log.enabled"}},
		"answers together":   {"{answer: updated, with: [audited], fail: audited.date < answer.date}", []string{"answer.updated", "answer.audited"}},
		"people of answers":  {"{answer: holders, fails: answer.departed_count}", []string{"answer.holders", "person.employed"}},
		"the profile is not": {"{for: user, where: profile.remote_work, fail: user.admin}", []string{"user", "user.admin"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, n := range askedBy(t, c.question).Needs {
				s := n.Fact.String()
				if n.Optional {
					s += "?"
				}
				got = append(got, s)
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestAskedKeepsTheShape(t *testing.T) {
	a := askedBy(t, `{once: true, all: [{answer: a, fail: '!answer.bool'}, {setting: b, fail: '!setting.bool', unless: {answer: c, fail: answer.bool}}], otherwise: {answer: d, fails: len(answer.list)}}`)
	require.True(t, a.Once)
	require.Len(t, a.All, 2)
	require.Equal(t, "answer.bool", a.All[1].Unless.Fail)
	require.Equal(t, "len(answer.list)", a.Otherwise.Fails)
}

func TestAskedOnAPlatform(t *testing.T) {
	q := &ruleQuestion{}
	require.NoError(t, yamlfile.Decode("x.yaml", []byte(`{all: [{setting: a, where: profile.platform == "okocrm", fail: '!setting.bool'}, {answer: b, where: '"ru" in profile.jurisdictions', fail: answer.bool}]}`), q))
	compiled, err := compileQuestion("x.yaml", q, nil)
	require.NoError(t, err)
	c := &Check{question: compiled}
	require.Len(t, c.AskedOn("okocrm").All, 2)
	require.Len(t, c.AskedOn("amocrm").All, 1, "the setting is none of amocrm")
	require.Len(t, c.Asked().All, 2)
}

func TestAskedOfANative(t *testing.T) {
	c := &Check{native: "x", Params: map[string]Param{"days": {Default: 7}}, startNative: func(p *Pass) Visit {
		_ = p.Params["days"].(int)
		p.Reads(facts.KindUser, "departed")
		tally := p.Tally(facts.KindActivity, facts.ActLogin)
		nothing := func(*Subject) {}
		return Visit{On: map[facts.Kind]func(*Subject){facts.KindUser: nothing, facts.KindActivity: nothing, facts.KindSession: nothing}, Done: tally.Outcome}
	}}
	require.Equal(t, []Need{
		{Fact: Fact{facts.KindUser, ""}}, {Fact: Fact{facts.KindUser, "departed"}}, {Fact: Fact{facts.KindSession, ""}, Optional: true},
		{Fact: Fact{facts.KindActivity, ""}}, {Fact: Fact{facts.KindActivity, facts.ActLogin}},
	}, c.Asked().Needs)
}

// Whoever adds a derived word says what it rests on, with words that exist.
func TestDerivedWordsRestOnFacts(t *testing.T) {
	for kind, words := range derived {
		for word := range words {
			assert.NotEmpty(t, RestsOn(Fact{kind, word}), "%s.%s", kind, word)
		}
	}
	for kind, words := range restsOn {
		for word, list := range words {
			assert.Contains(t, Words(kind), word, "%s.%s", kind, word)
			for _, f := range list {
				if f.Name != "" {
					assert.Contains(t, Words(f.Kind), f.Name, "%s.%s rests on %s", kind, word, f)
				}
			}
		}
	}
}

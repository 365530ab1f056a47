package checks

import (
	"context"
	"errors"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

// userCheck makes a check of a Go function over users.
func userCheck(id string, severity Severity, handler func(p *Pass, t *Tally, s *Subject)) *Check {
	return &Check{
		ID: id, Severity: severity, Tier: 1, Jurisdictions: []string{"any"},
		Start: func(p *Pass) Visit {
			t := p.Tally(facts.KindUser)
			return Visit{On: map[facts.Kind]func(*Subject){facts.KindUser: func(s *Subject) { handler(p, t, s) }}, Done: t.Outcome}
		},
	}
}

func portal(t *testing.T, state facts.State, users ...*facts.User) *facts.Memory {
	m := facts.NewMemory()
	for _, u := range users {
		require.NoError(t, m.Write(u))
	}
	require.NoError(t, m.Cover(facts.Coverage{Source: "s", Kind: facts.KindUser, State: state, Reason: facts.Denied, Right: "user"}))
	return m
}

func judge(t *testing.T, s facts.Snapshot, list ...*Check) []Judged {
	judged, _, err := Judge(context.Background(), s, list, &Profile{Name: "full"}, &Plans{}, exampleNow)
	require.NoError(t, err)
	return judged
}

func TestIncompleteListIsNoPass(t *testing.T) {
	all := userCheck("ACC-001", High, func(_ *Pass, t *Tally, _ *Subject) { t.Pass(facts.Observed) })
	require.Equal(t, Passed, judge(t, portal(t, facts.Full, &facts.User{ID: "1"}), all)[0].Outcome.Verdict)
	require.Equal(t, Passed, judge(t, portal(t, facts.Full), all)[0].Outcome.Verdict, "nothing to judge")
	o := judge(t, portal(t, facts.PartOnly, &facts.User{ID: "1"}), all)[0].Outcome
	require.Equal(t, NotAssessed, o.Verdict)
	require.Equal(t, []Gap{{Fact: "user", Reason: facts.Denied, Right: "user"}}, o.Reasons)
	require.Equal(t, NotAssessed, judge(t, facts.NewMemory(), all)[0].Outcome.Verdict, "no source at all")
}

func TestWeakFactsDoNotDecide(t *testing.T) {
	s := portal(t, facts.Full, &facts.User{ID: "1"})
	convict := func(q facts.Quality) func(*Pass, *Tally, *Subject) {
		return func(_ *Pass, t *Tally, s *Subject) { t.Fail(s, q) }
	}
	require.Equal(t, Failed, judge(t, s, userCheck("ACC-001", High, convict(facts.Inferred)))[0].Outcome.Verdict)
	require.Equal(t, NotAssessed, judge(t, s, userCheck("ACC-001", Critical, convict(facts.Inferred)))[0].Outcome.Verdict)
	require.Equal(t, NotAssessed, judge(t, s, userCheck("ACC-001", High, convict(facts.Partial)))[0].Outcome.Verdict)
	require.Equal(t, Failed, judge(t, s, userCheck("ACC-001", Critical, convict(facts.Declared)))[0].Outcome.Verdict)
}

func TestDefectInACheckEndsThatCheckOnly(t *testing.T) {
	broken := userCheck("ACC-001", High, func(*Pass, *Tally, *Subject) { panic("oops") })
	fine := userCheck("ACC-002", High, func(_ *Pass, t *Tally, _ *Subject) { t.Pass(facts.Observed) })
	judged := judge(t, portal(t, facts.Full, &facts.User{ID: "1"}, &facts.User{ID: "2"}), broken, fine)
	require.Equal(t, Errored, judged[0].Outcome.Verdict)
	require.ErrorContains(t, judged[0].Outcome.Err, "oops")
	require.Equal(t, Passed, judged[1].Outcome.Verdict)
}

func TestRootCauseMutes(t *testing.T) {
	failing := func(_ *Pass, t *Tally, s *Subject) { t.Fail(s, facts.Observed) }
	cause, effect := userCheck("BKP-001", High, failing), userCheck("BKP-007", High, failing)
	effect.Requires = []string{"BKP-001"}
	judged := judge(t, portal(t, facts.Full, &facts.User{ID: "1"}), cause, effect)
	require.Equal(t, Failed, judged[0].Outcome.Verdict)
	require.Equal(t, NotAssessed, judged[1].Outcome.Verdict)
	require.Equal(t, MutedByCause, judged[1].Outcome.Reasons[0].Reason)
}

// broken is a snapshot whose users cannot be read to the end.
type broken struct{ *facts.Memory }

func (b broken) Records(ctx context.Context, k facts.Kind) iter.Seq2[facts.Record, error] {
	if k != facts.KindUser {
		return b.Memory.Records(ctx, k)
	}
	return func(yield func(facts.Record, error) bool) { yield(nil, errors.New("damaged")) }
}

func TestUnreadableSnapshotIsAnError(t *testing.T) {
	_, _, err := Judge(context.Background(), broken{facts.NewMemory()}, nil, &Profile{}, &Plans{}, exampleNow)
	require.ErrorContains(t, err, "damaged")
}

func TestDeclaredPeopleFillUsers(t *testing.T) {
	admin := func(want map[string]Truth, s facts.Snapshot) {
		t.Helper()
		got := map[string]Truth{}
		c := userCheck("ACC-001", High, func(_ *Pass, _ *Tally, s *Subject) {
			got[s.Record.Key()] = Unknown
			if b, known := s.View.Bool("admin"); known {
				got[s.Record.Key()] = map[bool]Truth{true: True, false: False}[b]
			}
		})
		judge(t, s, c)
		require.Equal(t, want, got)
	}
	users := []*facts.User{
		{ID: "1", Email: facts.Of("A@firm.example")}, {ID: "2", Email: facts.Of("b@firm.example")},
		{ID: "3", Admin: facts.Of(true)}, {ID: "4", Admin: facts.With(true, facts.Inferred)},
	}
	s := portal(t, facts.Full, users...)
	admin(map[string]Truth{"1": Unknown, "2": Unknown, "3": True, "4": True}, s)
	require.NoError(t, s.Write(&facts.Answer{ID: "administrators", Fills: "user.admin", List: facts.With([]string{"a@firm.example"}, facts.Declared)}))
	admin(map[string]Truth{"1": True, "2": False, "3": True, "4": Unknown}, s) // the log says otherwise of 4
}

func TestUnmatchedPeopleKeepAListFromPassing(t *testing.T) {
	rule := `{id: ROL-999, severity: high, tier: 1, jurisdictions: [any], topic: admins, for: user, where: user.admin, fails: "max(0, count - 1)"}`
	c, err := LoadRule("x.yaml", []byte(rule), nil)
	require.Error(t, err, "it has no texts")
	s := portal(t, facts.Full, &facts.User{ID: "1", Email: facts.Of("a@firm.example")})
	list := &facts.Answer{ID: "administrators", Fills: "user.admin", List: facts.With([]string{"a@firm.example"}, facts.Declared)}
	require.NoError(t, s.Write(list))
	require.Equal(t, Passed, judge(t, s, c)[0].Outcome.Verdict)
	list.List = facts.With([]string{"a@firm.example", "hidden@integrator.example"}, facts.Declared)
	o := judge(t, s, c)[0].Outcome
	require.Equal(t, NotAssessed, o.Verdict, "one more administrator is somewhere")
	require.Equal(t, "unmatched", o.Reasons[0].Detail)
}

func TestTheSystemsWordComesBeforeAPersons(t *testing.T) {
	ask := func(want Verdict, settings ...*facts.Setting) {
		t.Helper()
		c, err := LoadRule("x.yaml", []byte(`{id: LOG-999, setting: log.events, fail: 'not ("login" in setting.list)'}`), nil)
		require.Error(t, err, "it has no texts")
		s := facts.NewMemory()
		for _, x := range settings {
			x.Name = "log.events"
			require.NoError(t, s.Write(x))
		}
		c.Tier, c.Jurisdictions = 1, []string{"any"}
		require.Equal(t, want, judge(t, s, c)[0].Outcome.Verdict)
	}
	said := func(q facts.Quality, words ...string) *facts.Setting {
		return &facts.Setting{List: facts.With(words, q)}
	}
	ask(NotAssessed)
	ask(Failed, said(facts.Declared))
	ask(Passed, said(facts.Declared, "login"))
	ask(Passed, said(facts.Declared), said(facts.Partial, "login"))
	ask(Failed, said(facts.Partial), said(facts.Declared))
	ask(NotAssessed, said(facts.Partial))
	ask(Failed, said(facts.Observed), said(facts.Declared, "login"))
}

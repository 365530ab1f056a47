package checks_test

import (
	"context"
	"iter"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/checks/catalog"
	"github.com/crmaudit/crmaudit/checks/law"
	"github.com/crmaudit/crmaudit/facts"
)

var now = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// crowd is a portal of any number of users that are made while they are read: what a benchmark
// measures in memory is the engine's own. One account in fifty is in some disorder.
type crowd struct {
	info    facts.Info
	users   int
	answers []facts.Record
	seen    func() // called now and then while the users are read
}

func newCrowd(users int) *crowd {
	c := &crowd{users: users, seen: func() {}, info: facts.Info{
		Schema: facts.SchemaVersion, Portal: "crowd", Platform: "bitrix24-cloud", TakenAt: now, Counts: map[facts.Kind]int{facts.KindUser: users},
	}}
	for _, k := range facts.Kinds {
		c.info.Coverage = append(c.info.Coverage, facts.Coverage{Source: "crm", Kind: k, State: facts.Full})
	}
	c.answers = []facts.Record{
		&facts.Answer{ID: "administrators", Source: "answers", Fills: "user.admin", At: now, By: "owner", List: facts.With([]string{"user0@crowd.example", "user50@crowd.example"}, facts.Declared)},
		&facts.Answer{ID: "staff_without_2fa", Source: "answers", Fills: "!user.two_factor", At: now, By: "owner", List: facts.With([]string{"user1@crowd.example"}, facts.Declared)},
		&facts.Answer{ID: "restore_test", Source: "answers", At: now, By: "owner", Date: facts.With(now.AddDate(0, -2, 0), facts.Declared)},
	}
	return c
}

func (c *crowd) Info() *facts.Info { return &c.info }

func (c *crowd) Records(_ context.Context, k facts.Kind) iter.Seq2[facts.Record, error] {
	return func(yield func(facts.Record, error) bool) {
		switch k {
		case facts.KindAnswer:
			for _, a := range c.answers {
				if !yield(a, nil) {
					return
				}
			}
		case facts.KindUser:
			for i := range c.users {
				if i%1000 == 0 {
					c.seen()
				}
				if !yield(member(i), nil) {
					return
				}
			}
		}
	}
}

// member is an account as a cloud portal describes it.
func member(i int) *facts.User {
	id := strconv.Itoa(i)
	u := &facts.User{
		ID: id, Source: "crm", Name: facts.Of("Иван Петров " + id), Email: facts.Of("user" + id + "@crowd.example"),
		Position: facts.Of("менеджер"), Active: facts.Of(true), Type: facts.Of(facts.UserHuman), Departments: facts.Of([]string{"12"}),
		Created: facts.Of(now.AddDate(-2, 0, -i%300)), LastLogin: facts.Of(now.AddDate(0, 0, -i%20)), LastActivity: facts.Of(now.AddDate(0, 0, -i%20)),
		Invited: facts.Of(false), CanExport: facts.Unknown[bool](facts.NotSupported), Locale: facts.Of("ru"),
	}
	if i%50 == 0 {
		u.LastLogin, u.LastActivity = facts.Of(now.AddDate(0, -6, 0)), facts.Of(now.AddDate(0, -6, 0))
	}
	return u
}

// program is what comes with the program and takes long to load.
var program = sync.OnceValues(func() (a checks.Audit, err error) {
	if a.Checks, err = catalog.Load(); err != nil {
		return a, err
	}
	if a.Law, err = law.Load(); err != nil {
		return a, err
	}
	a.Plans, err = checks.LoadPlans()
	return a, err
})

// under is an audit of the snapshot by the whole catalogue.
func under(t testing.TB, s facts.Snapshot) checks.Audit {
	a, err := program()
	require.NoError(t, err)
	yes := true
	a.Snapshot, a.Now, a.Tool = s, now, "crmaudit test"
	a.Profile = checks.Profile{
		Name: "full", Platform: "bitrix24-cloud", Jurisdictions: []string{"ru", "ua", "eu"}, ClientKind: "company", Headcount: 40,
		RemoteWork: &yes, HighRiskData: &yes, Domains: []string{"crowd.example"},
	}
	a.Client = checks.Client{Name: "ООО «Толпа»", Kind: "company"}
	a.Portal = checks.Portal{ID: "crowd", Platform: "bitrix24-cloud"}
	return a
}

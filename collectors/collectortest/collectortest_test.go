package collectortest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
)

// function is a collector that is one function; its configuration.
type function func(ctx context.Context, env collectors.Env, w facts.Writer) error

type opened struct {
	f   function
	env collectors.Env
}

func (o opened) Collect(ctx context.Context, w facts.Writer) error { return o.f(ctx, o.env, w) }

func source() collectors.Source {
	return collectors.Source{Provides: []facts.Kind{facts.KindUser}, Open: func(env collectors.Env, config any) (collectors.Collector, error) {
		return opened{config.(function), env}, nil
	}}
}

func with(f function) Setup {
	return func(testing.TB) (any, collectors.Env) { return f, collectors.Env{} }
}

func full(n int) facts.Coverage {
	return facts.Coverage{Kind: facts.KindUser, State: facts.Full, Count: n}
}

// proper does everything as it should.
func proper(ctx context.Context, _ collectors.Env, w facts.Writer) error {
	for _, id := range []string{"1", "2"} {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.Write(&facts.User{ID: id, Created: facts.Of(time.Unix(1, 0).UTC())}); err != nil {
			return err
		}
	}
	return w.Cover(full(2))
}

// users writes users in spite of everything.
func users(c facts.Coverage, list ...*facts.User) function {
	return func(_ context.Context, _ collectors.Env, w facts.Writer) error {
		for _, u := range list {
			_ = w.Write(u)
		}
		return w.Cover(c)
	}
}

// overHTTP asks a server for its users as a careful collector does.
func overHTTP(server string) function {
	return func(ctx context.Context, _ collectors.Env, w facts.Writer) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, server, nil)
		if err != nil {
			return err
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		var page struct{ Result []facts.User }
		if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&page); err != nil {
			return w.Cover(facts.Coverage{Kind: facts.KindUser, State: facts.Missing, Reason: facts.Failed})
		}
		if resp.StatusCode != http.StatusOK {
			return errors.New(resp.Status)
		}
		return w.Cover(full(0))
	}
}

func TestProperCollector(t *testing.T) {
	Run(t, Harness{
		Source: source(), Good: with(proper), Secrets: []string{"s3cret"},
		Refuse: with(users(facts.Coverage{Kind: facts.KindUser, State: facts.Missing, Reason: facts.Denied})),
		Broken: map[string]Setup{"gone": with(func(context.Context, collectors.Env, facts.Writer) error { return errors.New("gone") })},
		Serve: func(t testing.TB, faulty http.Handler) Setup {
			server := httptest.NewServer(faulty)
			t.Cleanup(server.Close)
			return with(overHTTP(server.URL))
		},
		Patience: 300 * time.Millisecond,
	})
}

func TestImproperCollectorsAreCaught(t *testing.T) {
	u := &facts.User{ID: "1"}
	runs := 0
	for name, c := range map[string]struct {
		check func(testing.TB, Harness) error
		f     function
		want  string
	}{
		"nothing":        {good, users(full(0)), "no record at all"},
		"no key":         {good, users(full(1), &facts.User{}), "has no key"},
		"key twice":      {good, users(full(2), u, u), `the key "1"`},
		"other zone":     {good, users(full(1), &facts.User{ID: "1", Created: facts.Of(time.Unix(1, 0).In(time.FixedZone("", 3600)))}), "not in UTC"},
		"no coverage":    {good, users(facts.Coverage{Kind: facts.KindUser, Field: "name", State: facts.Full}, u), "no coverage of user"},
		"no reason":      {good, users(facts.Coverage{Kind: facts.KindUser, State: facts.PartOnly}, u), `for the reason ""`},
		"full, denied":   {good, users(facts.Coverage{Kind: facts.KindUser, State: facts.Full, Reason: facts.Denied}, u), "is full for the reason"},
		"no such state":  {good, users(facts.Coverage{Kind: facts.KindUser, State: "ok"}, u), `coverage "ok"`},
		"wrong count":    {good, users(full(7), u), "count of 7"},
		"not missing":    {good, users(facts.Coverage{Kind: facts.KindUser, State: facts.Missing, Reason: facts.Denied}, u), "there are 1 records"},
		"other kind":     {good, users(facts.Coverage{Kind: facts.KindRole, State: facts.Full}, u), "no coverage of user"},
		"fails":          {good, func(context.Context, collectors.Env, facts.Writer) error { return errors.New("no luck") }, "no luck"},
		"panics":         {good, func(context.Context, collectors.Env, facts.Writer) error { panic("oh") }, "panicked: oh"},
		"secret in fact": {good, users(full(1), &facts.User{ID: "x-s3cret<&-x"}), "secret 1"},
		"secret in log": {good, func(_ context.Context, env collectors.Env, w facts.Writer) error {
			env.Log.Debug("asking", "url", "https://x.example/s3cret<&/")
			return users(full(1), u)(context.Background(), env, w)
		}, "secret 1"},
		"secret in error": {survives(with(func(context.Context, collectors.Env, facts.Writer) error { return errors.New("get s3cret<&: refused") })), proper, "secret 1"},
		"changing": {good, func(_ context.Context, env collectors.Env, w facts.Writer) error {
			runs++
			return users(full(1), &facts.User{ID: fmt.Sprint(runs)})(context.Background(), env, w)
		}, "different facts"},
		"deaf":            {cancelled, users(full(1), u), "cancelled reports success"},
		"refusal fails":   {refused, func(context.Context, collectors.Env, facts.Writer) error { return errors.New("access denied") }, "ended the collection"},
		"refusal unsaid":  {refused, users(full(0)), "not in the coverage"},
		"broken but full": {survives(with(users(full(0)))), proper, "looks complete"},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.check(t, Harness{Source: source(), Good: with(c.f), Refuse: with(c.f), Secrets: []string{"s3cret<&"}, Patience: time.Second})
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), "s3cret")
		})
	}
}

func TestLogIsGiven(t *testing.T) {
	out, err := collect(context.Background(), t, Harness{Source: source()}, with(func(_ context.Context, env collectors.Env, w facts.Writer) error {
		env.Log.Log(context.Background(), slog.LevelDebug, "hello")
		require.False(t, env.Now().IsZero())
		return nil
	}))
	require.NoError(t, err)
	require.Contains(t, out.log.String(), "hello")
}

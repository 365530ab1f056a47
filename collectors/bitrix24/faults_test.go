package bitrix24

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures/b24sim"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/transport"
)

// crowd is a portal of several pages of everything.
func crowd(users, events int) *b24sim.Portal {
	p := portal()
	p.Generate = b24sim.Generate{Users: users, Events: events, Seed: 1}
	return p
}

func TestLargePortal(t *testing.T) {
	r := newRig(t, crowd(2700, 2500), b24sim.WithoutLimits())
	m := r.mustCollect()
	require.Len(t, m.ByKind[facts.KindUser], 2708)
	require.Equal(t, facts.Full, covered(t, m.About.Coverage, facts.KindUser, "").State)
	require.Equal(t, facts.NotSupported, covered(t, m.About.Coverage, facts.KindActivity, "").Reason)
	for _, c := range m.About.Coverage {
		require.NotEqual(t, facts.Failed, c.Reason, "%+v", c)
	}
	counted := 0
	for _, a := range records[*facts.Activity](t, m) {
		counted += a.Count
	}
	require.Greater(t, counted, 2200, "all but log-outs")
	users := 0
	for _, call := range r.server.Requests() {
		for _, nested := range call.Nested {
			if nested == "user.get" {
				users++
			}
		}
	}
	require.Equal(t, 55, users, "each page once, in batches")
}

func TestTemporaryTroubleIsRepeated(t *testing.T) {
	for name, fault := range map[string]b24sim.Fault{
		"reset":    {Kind: b24sim.FaultReset, Call: 1},
		"cut":      {Kind: b24sim.FaultCut, Call: 1},
		"html":     {Kind: b24sim.FaultHTML, Call: 1},
		"limit":    {Kind: b24sim.FaultStatus, Status: http.StatusServiceUnavailable, Code: "QUERY_LIMIT_EXCEEDED", Call: 1},
		"internal": {Kind: b24sim.FaultStatus, Call: 1},
	} {
		t.Run(name, func(t *testing.T) {
			fault.Method = "user.get"
			m := newRig(t, crowd(60, 0), b24sim.WithFaults(fault)).mustCollect()
			require.Len(t, m.ByKind[facts.KindUser], 68)
			require.Equal(t, facts.Full, covered(t, m.About.Coverage, facts.KindUser, "").State)
		})
	}
}

// A method that always misbehaves costs its own facts; the others are collected.
func TestLastingTroubleIsCoverage(t *testing.T) {
	for name, fault := range map[string]b24sim.Fault{
		"truncated":   {Kind: b24sim.FaultTruncated},
		"cut":         {Kind: b24sim.FaultCut},
		"empty":       {Kind: b24sim.FaultEmpty},
		"html":        {Kind: b24sim.FaultHTML},
		"late":        {Kind: b24sim.FaultLate, Delay: time.Minute},
		"slow":        {Kind: b24sim.FaultSlow, Delay: 50 * time.Millisecond},
		"huge":        {Kind: b24sim.FaultHuge, Size: 3 << 20},
		"zeros":       {Kind: b24sim.FaultZeros, Size: 3 << 20},
		"gzip bomb":   {Kind: b24sim.FaultGzipBomb, Size: 3 << 20},
		"redirect":    {Kind: b24sim.FaultRedirect, Target: "https://elsewhere.example"},
		"internal":    {Kind: b24sim.FaultStatus},
		"wrong types": {Kind: b24sim.FaultWrongTypes},
	} {
		for method, kind := range map[string]facts.Kind{
			"sonet_group.get": facts.KindGroup, "userconsent.agreement.list": facts.KindConsent, tailMethod: facts.KindActivity,
		} {
			t.Run(name+"/"+method, func(t *testing.T) {
				t.Parallel()
				fault := fault // each method has its own
				fault.Method = method
				r := newRig(t, portal(), b24sim.WithFaults(fault))
				r.collector.config.Timeout = time.Second
				r.limitBody(1 << 20)
				m := r.mustCollect()
				c := covered(t, m.About.Coverage, kind, "")
				require.Equal(t, []any{facts.Missing, facts.Failed}, []any{c.State, c.Reason}, c.Detail)
				require.NotEmpty(t, c.Detail)
				require.Len(t, m.ByKind[facts.KindUser], 8)
				require.Len(t, m.ByKind[facts.KindForm], 4)
			})
		}
	}
}

func (r *rig) limitBody(n int64) {
	tune := r.collector.tune
	r.collector.tune = func(t *transport.Config) { tune(t); t.MaxBody, t.Retries = n, 1 }
}

func TestRepeatedPage(t *testing.T) {
	t.Run("once in a batch", func(t *testing.T) {
		r := newRig(t, crowd(200, 0), b24sim.WithFaults(b24sim.Fault{Method: "user.get", Kind: b24sim.FaultRepeatPage, Call: 3}))
		m := r.mustCollect()
		require.Len(t, m.ByKind[facts.KindUser], 208, "asked again alone, the page is right")
	})
	t.Run("for ever", func(t *testing.T) {
		r := newRig(t, crowd(200, 0), b24sim.WithFaults(b24sim.Fault{Method: "user.get", Kind: b24sim.FaultRepeatPage, Call: 2, Onward: true}))
		m := r.mustCollect()
		c := covered(t, m.About.Coverage, facts.KindUser, "")
		require.Equal(t, []any{facts.PartOnly, facts.Failed}, []any{c.State, c.Reason})
		require.Contains(t, c.Detail, "again")
		require.Len(t, m.ByKind[facts.KindUser], 51, "the first page and the bot")
	})
	t.Run("event log", func(t *testing.T) {
		r := newRig(t, crowd(10, 2500), b24sim.WithFaults(b24sim.Fault{Method: tailMethod, Kind: b24sim.FaultRepeatPage, Call: 3, Onward: true}))
		m := r.mustCollect()
		require.Equal(t, facts.PartOnly, covered(t, m.About.Coverage, facts.KindActivity, "").State)
		require.NotEmpty(t, m.ByKind[facts.KindActivity])
	})
}

func TestEndlessNext(t *testing.T) {
	for _, method := range []string{"user.get", "sonet_group.get", "department.get", "user.search"} {
		r := newRig(t, crowd(120, 0), b24sim.WithFaults(b24sim.Fault{Method: method, Kind: b24sim.FaultEndlessNext}))
		r.mustCollect()
		require.Less(t, len(r.server.Requests()), 40, method)
	}
}

func TestManyGroupsInPages(t *testing.T) {
	p := portal()
	p.Groups = nil
	for i := range 120 {
		p.Groups = append(p.Groups, b24sim.Group{ID: i + 1, Name: "Группа", Owner: 1, Members: []b24sim.Member{{User: 1, Role: "A"}}})
	}
	m := newRig(t, p).mustCollect()
	require.Len(t, m.ByKind[facts.KindGroup], 120)

	m = newRig(t, p, b24sim.WithFaults(b24sim.Fault{Method: "sonet_group.get", Kind: b24sim.FaultRepeatPage, Call: 2})).mustCollect()
	require.Equal(t, facts.PartOnly, covered(t, m.About.Coverage, facts.KindGroup, "").State)
	require.Len(t, m.ByKind[facts.KindGroup], 50)
}

func TestBatchNotAllowed(t *testing.T) {
	r := newRig(t, crowd(120, 0), b24sim.WithFaults(b24sim.Fault{
		Method: "batch", Kind: b24sim.FaultStatus, Status: http.StatusMethodNotAllowed, Code: "ERROR_BATCH_METHOD_NOT_ALLOWED",
	}))
	m := r.mustCollect()
	require.Len(t, m.ByKind[facts.KindUser], 128)
	require.Len(t, m.ByKind[facts.KindConsent], 2)
	require.Equal(t, facts.Full, covered(t, m.About.Coverage, facts.KindUser, "").State)
}

func TestUnreachableKeepsWhatWasRead(t *testing.T) {
	r := newRig(t, portal(), b24sim.WithFaults(b24sim.Fault{Method: "sonet_group.get", Kind: b24sim.FaultReset}))
	m, err := r.collect()
	require.ErrorContains(t, err, "broke the connection off")
	require.Len(t, m.ByKind[facts.KindUser], 8)
	require.NotEmpty(t, m.ByKind[facts.KindActivity])
	require.Equal(t, facts.Failed, covered(t, m.About.Coverage, facts.KindForm, "").Reason)
	require.Equal(t, "partial", m.About.Sources[0].Status)
	require.NotEmpty(t, m.About.Sources[0].Problem)
}

func TestNobodyAnswers(t *testing.T) {
	r := newRig(t, portal())
	require.NoError(t, r.running.Close())
	m, err := r.collect()
	require.ErrorContains(t, err, "refused the connection")
	require.NotEmpty(t, fail.Hint(err))
	require.Equal(t, "failed", m.About.Sources[0].Status)
}

func TestSomethingElseAnswers(t *testing.T) {
	r := newRig(t, portal(), b24sim.WithFaults(b24sim.Fault{Method: "scope", Kind: b24sim.FaultEmpty}))
	_, err := r.collect()
	require.ErrorIs(t, err, errNotJSON)
	require.Contains(t, fail.Hint(err), webhookForm)
}

func TestUntrustedCertificate(t *testing.T) {
	server := b24sim.New(portal())
	running, err := b24sim.StartTLS(t.Context(), server, b24sim.TLSOptions{Hosts: []string{"romashka.bitrix24.example"}})
	require.NoError(t, err)
	cfg := &Config{Webhook: "https://romashka.bitrix24.example/rest/7/" + secret + "/", Days: 90}
	env := collectors.Env{Now: func() time.Time { return today }, Dial: running.DialContext}
	c, err := Source().Open(env, cfg)
	require.NoError(t, err)
	err = c.Collect(t.Context(), facts.NewMemory())
	require.ErrorContains(t, err, "certificate")
	require.NotEmpty(t, fail.Hint(err))

	env.RootCAs = running.CAPool
	c, err = Source().Open(env, cfg)
	require.NoError(t, err)
	m := facts.NewMemory()
	require.NoError(t, c.Collect(t.Context(), m))
	require.Len(t, m.ByKind[facts.KindUser], 8)
	require.Equal(t, facts.Of(true), byKey[*facts.Form](t, m)["form:1"].PreTicked, "the script came through the same door")
}

func TestCancel(t *testing.T) {
	for _, stop := range []string{"users", "event log", "forms"} {
		t.Run(stop, func(t *testing.T) {
			r := newRig(t, crowd(500, 2000))
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			r.collector.env.Progress = func(step string, done, _ int) {
				if step == stop && done > 0 {
					cancel()
				}
			}
			m := facts.NewMemory()
			start := time.Now()
			err := r.collector.Collect(ctx, m)
			require.ErrorIs(t, err, context.Canceled)
			require.Equal(t, fail.Interrupted, fail.Code(err))
			require.Less(t, time.Since(start), 5*time.Second)
			require.NotEmpty(t, m.ByKind[facts.KindUser], "what was read is kept")
			require.Equal(t, facts.Failed, covered(t, m.About.Coverage, facts.KindForm, "").Reason)
		})
	}
}

func TestProgress(t *testing.T) {
	r := newRig(t, crowd(120, 0))
	last := map[string][2]int{}
	r.collector.env.Progress = func(step string, done, total int) { last[step] = [2]int{done, total} }
	r.mustCollect()
	require.Equal(t, [2]int{127, 127}, last["users"])
	require.Equal(t, [2]int{127, 127}, last["devices"])
	require.Contains(t, last, "event log")
}

func TestStrictSelectAndSmallPages(t *testing.T) {
	r := newRig(t, portal(), b24sim.WithStrictSelect())
	require.NotEmpty(t, r.mustCollect().ByKind[facts.KindActivity])
	refusePagination := b24sim.Fault{Method: tailMethod, Kind: b24sim.FaultStatus, Status: http.StatusBadRequest, Code: "INVALIDPAGINATIONEXCEPTION", Call: 2}
	refuseFilter := b24sim.Fault{Method: tailMethod, Kind: b24sim.FaultStatus, Status: http.StatusBadRequest, Code: "INVALIDFILTEREXCEPTION", Call: 3}
	p := portal()
	p.Events = append(p.Events, loginEvent(daysAgo(200), 1, "external", "203.0.113.5"))
	m := newRig(t, p, b24sim.WithFaults(refusePagination, refuseFilter)).mustCollect()
	require.Equal(t, facts.NotSupported, covered(t, m.About.Coverage, facts.KindActivity, "").Reason)
	require.NotContains(t, byKey[*facts.Activity](t, m), "1/"+daysAgo(200).UTC().Format(time.DateOnly)+"/login", "cut to the window here")
}

func TestOperatingLimitIsWaitedOut(t *testing.T) {
	r := newRig(t, crowd(10, 5000), b24sim.WithOperatingLimit(200*time.Millisecond, nil))
	m := r.mustCollect()
	require.Equal(t, facts.NotSupported, covered(t, m.About.Coverage, facts.KindActivity, "").Reason)
	require.Positive(t, r.server.Counters().Operating)
}

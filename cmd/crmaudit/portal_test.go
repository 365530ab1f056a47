package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures"
	"github.com/crmaudit/crmaudit/fixtures/b24sim"
	"github.com/crmaudit/crmaudit/internal/audit"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

const portalSecret = "s3cr3ts3cr3ts3cr3t"

// client is a folder with an audit.yaml for a simulated portal, as a consultant has it.
type client struct {
	t    *testing.T
	dir  string
	base string // address of the portal
	wait string // how long the portal may take
	sim  *b24sim.Server
}

// newClient serves the portal of the demo, changed and spoilt as wanted, on loopback. Its staff list and answers are
// sources of their own beside it.
func newClient(t *testing.T, change func(*b24sim.Portal), options ...b24sim.Option) *client {
	t.Helper()
	c := prepareClient(t, change, options...)
	running, err := b24sim.StartHTTP(t.Context(), c.sim)
	require.NoError(t, err)
	t.Cleanup(func() { _ = running.Close() })
	c.base = running.URL
	c.configure("bitrix24", "roster", "answers")
	return c
}

func prepareClient(t *testing.T, change func(*b24sim.Portal), options ...b24sim.Option) *client {
	t.Helper()
	files, err := fixtures.Open("leaky")
	require.NoError(t, err)
	data, err := fs.ReadFile(files, "portal.yaml")
	require.NoError(t, err)
	var p b24sim.Portal
	require.NoError(t, yamlfile.Decode("portal.yaml", data, &p))
	p.Webhook.Secret = portalSecret
	c := &client{t: t, dir: t.TempDir(), wait: "timeout: 50s, budget: 100s"}
	for _, name := range []string{"staff.csv", "answers.yaml"} {
		content, err := fs.ReadFile(files, name)
		require.NoError(t, err)
		c.write(name, string(content))
	}
	if change != nil {
		change(&p)
	}
	c.sim = b24sim.New(&p, append([]b24sim.Option{b24sim.WithoutLimits()}, options...)...)
	return c
}

func (c *client) write(name, content string) {
	c.t.Helper()
	require.NoError(c.t, os.WriteFile(filepath.Join(c.dir, name), []byte(content), 0o600))
}

func (c *client) path(name string) string { return filepath.Join(c.dir, name) }

// configure writes an audit.yaml with these sources, in this order.
func (c *client) configure(kinds ...string) {
	c.t.Helper()
	source := map[string]string{
		"bitrix24": "{kind: bitrix24, webhook: '${file:webhook.txt}', " + c.wait + "}",
		"roster":   "{kind: roster, file: staff.csv}",
		"crowd":    "{kind: roster, file: crowd.csv}",
		"answers":  "{kind: answers, file: answers.yaml, max_age_days: 366}",
	}
	text := `version: 1
client: {name: ООО «Ромашка Трейд», kind: company, headcount: 48, domains: [romashka.example]}
portal: {id: romashka, plan: professional}
jurisdictions: [ru]
profile: full
report: {formats: [html, json]}
sources:
`
	for _, k := range kinds {
		text += "  - " + source[k] + "\n"
	}
	c.write("audit.yaml", text)
	c.write("webhook.txt", c.base+"/rest/99/"+portalSecret+"/\n")
}

// crmaudit runs the program and looks through everything it printed.
func (c *client) crmaudit(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	c.t.Helper()
	var out, errs syncBuffer
	code = run(ctx, args, strings.NewReader(""), &out, &errs)
	assert.NotContains(c.t, out.String()+errs.String(), secretMark)
	return code, out.String(), errs.String()
}

// run does the main job and gives its result, after a look for secrets in the files.
func (c *client) run() (code int, stderr string, r *checks.Result) {
	c.t.Helper()
	out := c.path("out")
	require.NoError(c.t, os.RemoveAll(out))
	code, _, stderr = c.crmaudit(c.t.Context(), "run", c.path("audit.yaml"), "-o", out)
	for _, name := range []string{"romashka.crmsnap", "result.json", "report.html"} {
		data, err := os.ReadFile(filepath.Join(out, name))
		require.NoError(c.t, err, "the report comes out whatever the portal does: %s", stderr)
		assert.NotContains(c.t, string(data), secretMark)
	}
	r, err := audit.ReadResult(filepath.Join(out, "result.json"))
	require.NoError(c.t, err)
	assert.Empty(c.t, c.sim.Writes(), "an audit changes nothing")
	return code, stderr, r
}

// passed lists the checks that passed.
func passed(r *checks.Result) []string {
	var ids []string
	for _, v := range r.Verdicts {
		if v.Verdict == checks.Passed {
			ids = append(ids, v.Check)
		}
	}
	return ids
}

func source(t *testing.T, r *checks.Result, id string) facts.SourceInfo {
	t.Helper()
	i := slices.IndexFunc(r.Sources, func(s facts.SourceInfo) bool { return s.ID == id })
	require.GreaterOrEqual(t, i, 0, "source %s", id)
	return r.Sources[i]
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// A portal from which nothing can be had costs its own facts: the other sources are judged as if it were not there.
func TestPortalThatGivesNothing(t *testing.T) {
	alone := newClient(t, nil)
	alone.configure("roster", "answers")
	_, _, others := alone.run()

	always := func(f b24sim.Fault) b24sim.Option { return b24sim.WithFaults(f) }
	for _, tt := range []struct {
		name, sentence, hint string
		change               func(*b24sim.Portal)
		option               b24sim.Option
		wait                 string
	}{
		{
			name: "expired", change: func(p *b24sim.Portal) { p.Webhook.Expires = p.Now.Add(-time.Hour) },
			sentence: "the portal does not accept the credential, it is wrong, expired or revoked", hint: "create a new incoming webhook",
		},
		{
			name: "revoked", change: func(p *b24sim.Portal) { p.Webhook.Secret = "another" },
			sentence: "the portal does not accept the credential, it is wrong, expired or revoked", hint: "create a new incoming webhook",
		},
		{
			name: "plan", change: func(p *b24sim.Portal) { p.Plan = "free" },
			sentence: "the Bitrix24 plan of this portal has no REST interface", hint: "choose a commercial plan",
		},
		{
			name: "slow", option: always(b24sim.Fault{Kind: b24sim.FaultSlow, Delay: 100 * time.Millisecond}),
			wait:     "timeout: 500ms, budget: 2s",
			sentence: "the time budget of 2s",
		},
		{
			name: "10 GB", option: always(b24sim.Fault{Kind: b24sim.FaultZeros, Size: 10 << 30}),
			sentence: "larger than",
		},
		{
			name: "gzip bomb", option: always(b24sim.Fault{Kind: b24sim.FaultGzipBomb, Size: 10 << 30}),
			sentence: "larger than",
		},
		{
			name: "error page", option: always(b24sim.Fault{Kind: b24sim.FaultHTML}),
			wait:     "timeout: 50s, budget: 2s",
			sentence: "502 (bad gateway)",
		},
		{
			name: "nothing", option: always(b24sim.Fault{Kind: b24sim.FaultEmpty}),
			sentence: "the answer is not JSON", hint: "check the address of the portal",
		},
		{
			name: "elsewhere", option: always(b24sim.Fault{Kind: b24sim.FaultRedirect, Target: "https://elsewhere.example"}),
			sentence: "redirect",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			options := []b24sim.Option{}
			if tt.option != nil {
				options = append(options, tt.option)
			}
			c := newClient(t, tt.change, options...)
			if tt.wait != "" {
				c.wait = tt.wait
				c.configure("bitrix24", "roster", "answers")
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			code, stderr, r := c.run()
			runtime.ReadMemStats(&after)
			assert.Equal(t, fail.OK, code, "there is no gate in this configuration")
			assert.Contains(t, stderr, "bitrix24: ")
			assert.Contains(t, stderr, tt.sentence)
			assert.Contains(t, stderr, tt.hint)
			assert.NotRegexp(t, inGo, stderr)
			assert.Less(t, after.Sys, before.Sys+512<<20, "an endless answer is not kept")

			assert.Equal(t, "failed", source(t, r, "bitrix24").Status)
			assert.Contains(t, source(t, r, "bitrix24").Problem, tt.sentence)
			assert.Subset(t, passed(others), passed(r), "what was not collected does not pass")
			assert.NotEmpty(t, passed(r), "the answers still count")
		})
	}
}

// When the portal was the only source, the report comes out and the exit code says that it is empty.
func TestOnlySourceFails(t *testing.T) {
	c := newClient(t, func(p *b24sim.Portal) { p.Webhook.Secret = "another" })
	c.configure("bitrix24")
	code, stderr, r := c.run()
	require.Equal(t, fail.NoData, code)
	found := oneError.FindStringSubmatch(stderr)
	require.NotNil(t, found, stderr)
	require.Contains(t, found[1], "no source could be collected: bitrix24: the portal does not accept the credential")
	require.Contains(t, found[2], "create a new incoming webhook")
	for _, v := range r.Verdicts {
		require.Contains(t, []checks.Verdict{checks.NotAssessed, checks.NotApplicable}, v.Verdict, v.Check)
	}

	code, stdout, stderr := c.crmaudit(t.Context(), "doctor", c.path("audit.yaml"))
	require.Equal(t, fail.Usage, code)
	require.Contains(t, stdout, "create a new incoming webhook")
	require.Contains(t, stderr, "crmaudit: error: 1 of 1 sources cannot be collected")
}

// The certificate of this portal is signed by nobody whom the machine knows.
func TestUntrustedCertificate(t *testing.T) {
	c := prepareClient(t, nil)
	running, err := b24sim.StartTLS(t.Context(), c.sim, b24sim.TLSOptions{Hosts: []string{"localhost"}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = running.Close() })
	c.base = strings.Replace(running.URL, "127.0.0.1", "localhost", 1)
	c.configure("bitrix24", "roster")
	code, stderr, r := c.run()
	require.Equal(t, fail.OK, code)
	require.Contains(t, stderr, "signed by an authority that this machine does not know")
	require.Contains(t, stderr, "hint: if the authority is your own, add its certificate to the trusted ones")
	require.Equal(t, "failed", source(t, r, "bitrix24").Status)
	require.Empty(t, c.sim.Requests(), "the webhook is not shown to a stranger")
}

// A portal that keeps a part to itself leaves that part open, and nothing passes for it.
func TestPortalThatGivesPart(t *testing.T) {
	_, _, whole := newClient(t, nil).run()
	require.Equal(t, "ok", source(t, whole, "roster").Status)
	for _, tt := range []struct {
		name   string
		kind   facts.Kind
		reason facts.Reason
		told   string
		change func(*b24sim.Portal)
		option b24sim.Option
	}{
		{
			name: "not an administrator", kind: facts.KindActivity, reason: facts.Denied,
			told: "the credential does not belong to an administrator", change: func(p *b24sim.Portal) { p.Webhook.Admin = false },
		},
		{
			name: "a scope is missing", kind: facts.KindGroup, reason: facts.Denied,
			change: func(p *b24sim.Portal) {
				p.Webhook.Scopes = slices.DeleteFunc(p.Webhook.Scopes, func(s string) bool { return s == "sonet_group" })
			},
		},
		{
			name: "a page of 10 GB", kind: facts.KindGroup, reason: facts.Failed,
			told:   "bitrix24: sonet_group.get: ",
			option: b24sim.WithFaults(b24sim.Fault{Method: "sonet_group.get", Kind: b24sim.FaultZeros, Size: 10 << 30}),
		},
		{
			name: "an error of the server", kind: facts.KindConsent, reason: facts.Failed,
			told:   "bitrix24: ",
			option: b24sim.WithFaults(b24sim.Fault{Method: "userconsent.agreement.list", Kind: b24sim.FaultStatus, Status: http.StatusInternalServerError}),
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			options := []b24sim.Option{}
			if tt.option != nil {
				options = append(options, tt.option)
			}
			code, stderr, r := newClient(t, tt.change, options...).run()
			assert.Equal(t, fail.OK, code)
			assert.Contains(t, stderr, tt.told)
			assert.NotRegexp(t, inGo, stderr)
			assert.Equal(t, "partial", source(t, r, "bitrix24").Status)
			i := slices.IndexFunc(r.Coverage, func(c facts.Coverage) bool { return c.Source == "bitrix24" && c.Kind == tt.kind && c.Field == "" })
			require.GreaterOrEqual(t, i, 0)
			assert.Equal(t, []any{facts.Missing, tt.reason}, []any{r.Coverage[i].State, r.Coverage[i].Reason})
			assert.Subset(t, passed(whole), passed(r), "less is known, so nothing more may pass")
			assert.LessOrEqual(t, r.Score.Coverage, whole.Score.Coverage)
		})
	}
}

// Ctrl-C in the middle loses nothing: what was finished is kept, and the same command goes on.
func TestInterruptedRunGoesOn(t *testing.T) {
	c := newClient(t, nil, b24sim.WithFaults(b24sim.Fault{Kind: b24sim.FaultLate, Delay: time.Minute, Call: 1}))
	c.configure("roster", "bitrix24", "answers")
	args := []string{"run", c.path("audit.yaml"), "-o", c.path("out")}
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	go func() {
		for len(c.sim.Requests()) == 0 && ctx.Err() == nil {
			time.Sleep(5 * time.Millisecond)
		}
		interrupt()
	}()
	began := time.Now()
	code, _, stderr := c.crmaudit(ctx, args...)
	require.Equal(t, fail.Interrupted, code)
	require.Less(t, time.Since(began), 20*time.Second)
	require.Contains(t, stderr, "crmaudit: error: interrupted while collecting bitrix24\nhint: run the same command again")
	require.DirExists(t, c.path("out/romashka.crmsnap.partial"))
	require.NoFileExists(t, c.path("out/romashka.crmsnap"))
	require.NoFileExists(t, c.path("out/result.json"))

	code, _, stderr = c.crmaudit(t.Context(), "check", c.path("out/romashka.crmsnap"), "-c", c.path("audit.yaml"))
	require.Equal(t, fail.Usage, code)
	require.Contains(t, stderr, "its collection was interrupted: run the same `crmaudit collect` again")

	code, _, stderr = c.crmaudit(t.Context(), args...)
	require.Equal(t, fail.OK, code, stderr)
	require.Contains(t, stderr, "roster: already collected\n")
	require.NoDirExists(t, c.path("out/romashka.crmsnap.partial"))
	r, err := audit.ReadResult(c.path("out/result.json"))
	require.NoError(t, err)
	for _, s := range r.Sources {
		require.NotEqual(t, "failed", s.Status, s.ID)
	}
	require.NotZero(t, r.Counts[facts.KindUser])
	require.NotZero(t, r.Counts[facts.KindPerson])
}

// An interrupt at any other moment ends the program as quietly.
func TestInterruptedBeforeItBegins(t *testing.T) {
	c := newClient(t, nil)
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	for _, args := range [][]string{{"run", c.path("audit.yaml"), "-o", c.path("out")}, {"doctor", c.path("audit.yaml")}, {"demo", "-o", c.path("demo")}} {
		code, _, stderr := c.crmaudit(ctx, args...)
		require.Equal(t, fail.Interrupted, code, "%v: %s", args, stderr)
		found := oneError.FindStringSubmatch(stderr)
		require.NotNil(t, found, stderr)
		require.Contains(t, found[1], "interrupted")
		require.NotRegexp(t, inGo, stderr)
	}
	require.NoFileExists(t, c.path("out/romashka.crmsnap"))
}

// crowd writes a list of so many people.
func (c *client) crowd(people int) {
	var b strings.Builder
	b.WriteString("name,email,phone,status\n")
	for i := range people {
		fmt.Fprintf(&b, "Сотрудник %d,person%d.%x@romashka.example,+7 900 %07d,works\n", i, i, i*2654435761, i)
	}
	c.write("crowd.csv", b.String())
}

package bitrix24

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/transport"
)

// sourceID names this source in every record.
const sourceID = "bitrix24"

// Collector reads one portal.
type Collector struct {
	env        collectors.Env
	config     Config
	access     access
	tokenBase  string
	tune       func(*transport.Config) // tests change waiting and retries here
	tokenStore string
}

var (
	_ collectors.Collector = (*Collector)(nil)
	_ collectors.Prober    = (*Collector)(nil)
)

func open(env collectors.Env, config any) (collectors.Collector, error) {
	cfg, ok := config.(*Config)
	if !ok {
		return nil, fmt.Errorf("bitrix24: the configuration is a %T", config)
	}
	c := &Collector{env: env, config: *cfg, tokenBase: tokenServer}
	var err error
	if c.access, err = cfg.access(); err != nil {
		return nil, err
	}
	if c.config.Days == 0 {
		c.config.Days = defaultDays
	}
	if c.config.Days < 1 || c.config.Days > maxDays {
		return nil, fail.New(fail.Usage, "the event log of the last 90 days is read unless days says otherwise",
			"bitrix24: days is %d, it must lie between 1 and %d", cfg.Days, maxDays)
	}
	if cfg.Rate < 0 || cfg.Burst < 0 || cfg.Timeout < 0 || cfg.Budget < 0 {
		return nil, fail.New(fail.Usage, "leave them out to use those of a usual portal", "bitrix24: rate, burst, timeout and budget must not be negative")
	}
	if cfg.OAuth != nil && cfg.OAuth.TokenFile != "" {
		c.tokenStore = cfg.OAuth.TokenFile
		if !filepath.IsAbs(c.tokenStore) {
			c.tokenStore = filepath.Join(env.Dir, c.tokenStore)
		}
	}
	return c, nil
}

// transportConfig is what every connection of this source shares.
func (c *Collector) transportConfig() transport.Config {
	cfg := transport.Config{
		AllowPlain: c.access.plain, Rate: c.config.Rate, Burst: c.config.Burst, Timeout: c.config.Timeout, Budget: c.config.Budget,
		RootCAs: c.env.RootCAs, CertificateTime: c.env.Now, Dial: c.env.Dial, Log: c.env.Log, Secrets: c.access.secrets, RetryAt: retryAt, GiveUp: giveUp,
	}
	if c.tune != nil {
		c.tune(&cfg)
	}
	return cfg
}

// run is one pass over the portal.
type run struct {
	collector *Collector
	client    *client
	access    access
	transport transport.Config
	w         facts.Writer
	now       time.Time
	zone      *time.Location // of dates that name none

	caller caller
	scopes map[string]bool // granted; nil when the portal did not tell

	users       *book
	departments map[string]string
	bots        []*botRow
	fold        *fold
	log         logState

	written    map[facts.Kind]int
	broken     map[facts.Kind]int // rows that could not be read
	fields     []fieldProblem
	notes      []string
	incomplete bool // something that the portal has could not be read
	requests   int  // beside those of the client
}

type logState struct {
	open   bool      // the portal lets the audit read it
	whole  bool      // read to its end
	oldest time.Time // of all rows, whatever their age
}

func (c *Collector) start(w facts.Writer) (*run, error) {
	now := time.Now
	if c.env.Now != nil {
		now = c.env.Now
	}
	r := &run{
		collector: c, access: c.access, transport: c.transportConfig(), w: w, now: now().UTC(), zone: time.UTC,
		users: newBook(), departments: map[string]string{}, written: map[facts.Kind]int{}, broken: map[facts.Kind]int{},
	}
	cfg := r.transport
	cfg.BaseURL, cfg.Allow = c.access.base, operations(c.access.prefix)
	http, err := transport.New(cfg)
	if err != nil {
		return nil, fail.Wrap(err, fail.Usage, webhookHint, "bitrix24")
	}
	r.client = &client{http: http, prefix: c.access.prefix}
	if c.config.OAuth != nil {
		if r.client.oauth, err = c.openOAuth(r); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (c *Collector) openOAuth(r *run) (*oauth, error) {
	cfg := r.transport
	cfg.BaseURL, cfg.RetryAt, cfg.GiveUp = c.tokenBase, nil, nil
	return newOAuth(*c.config.OAuth, c.tokenStore, cfg, r.note)
}

// Collect implements collectors.Collector.
func (c *Collector) Collect(ctx context.Context, w facts.Writer) error {
	r, err := c.start(w)
	if err != nil {
		return err
	}
	defer r.close()
	collected := r.collect(ctx)
	if err := r.describe(collected); err != nil {
		return err
	}
	return collected
}

// collect goes through the steps. An error of one is coverage; only one that no later step could escape ends the
// collection, and then too everything read so far is written.
func (r *run) collect(ctx context.Context) error {
	if err := r.connect(ctx); err != nil {
		return r.giveUp(err)
	}
	r.note("integrators, system accounts and the owners of kept integrations are not listed by REST")
	r.fold = newFold(r.now.AddDate(0, 0, -r.collector.config.Days), r.zone, r.users)
	outcomes := make([]outcome, len(steps))
	var hope error
	for i, s := range steps {
		if hope == nil {
			outcomes[i] = r.attempt(ctx, s)
			hope = outcomes[i].fatal()
		} else {
			outcomes[i] = outcome{hope}
		}
		if s.last {
			if err := r.writeAccounts(); err != nil {
				return err
			}
		}
	}
	if err := r.cover(outcomes); err != nil {
		return err
	}
	var broken writeError
	if hope == nil || errors.As(hope, &broken) {
		return hope
	}
	return explain(hope)
}

func (r *run) close() {
	r.client.http.Close()
	if r.client.oauth != nil {
		r.client.oauth.http.Close()
	}
}

// write keeps a record and counts it.
func (r *run) write(record facts.Record) error {
	if err := r.w.Write(record); err != nil {
		return writeError{err}
	}
	r.written[record.Kind()]++
	return nil
}

// writeError is a failure of the snapshot, not of the portal.
type writeError struct{ error }

func (e writeError) Unwrap() error { return e.error }

func (r *run) progress(step string, done, total int) {
	if r.collector.env.Progress != nil {
		r.collector.env.Progress(step, done, total)
	}
}

func (r *run) note(sentence string) { r.notes = append(r.notes, sentence) }

func (r *run) damaged(kind facts.Kind, rows int) { r.broken[kind] += rows }

// fieldProblem remembers why one field of some records is missing.
func (r *run) fieldProblem(kind facts.Kind, field string, err error) {
	if err != nil {
		r.fields = append(r.fields, fieldProblem{kind, field, err})
	}
}

type fieldProblem struct {
	kind  facts.Kind
	field string
	err   error
}

// writeAccounts writes the accounts after the event log has added what it reveals about them, then the log itself.
func (r *run) writeAccounts() error {
	fullScope := r.scopes["user"]
	for _, key := range r.users.ids() {
		u := r.users.byID[key].record(r.zone, r.departments, fullScope)
		r.reveal(u)
		if err := r.write(u); err != nil {
			return err
		}
	}
	for _, b := range r.bots {
		if err := r.write(b.record()); err != nil {
			return err
		}
	}
	return r.writeLog()
}

// reveal adds what is known about an account beyond its row. What was not seen in the log stays unknown.
func (r *run) reveal(u *facts.User) {
	if u.ID == r.caller.id {
		u.Admin = r.caller.admin
	}
	t := r.fold.persons[u.ID]
	if t == nil {
		return
	}
	if t.secondFactor {
		u.TwoFactor = facts.With(true, facts.Inferred)
	}
	if t.adminKnown && t.admin && u.Admin.IsZero() {
		u.Admin = facts.With(true, facts.Inferred)
	}
	if !t.password.IsZero() {
		u.PasswordChanged = facts.With(t.password, facts.Inferred)
	}
}

// logger is the redacted log of this source.
func (r *run) logger() *slog.Logger { return r.client.http.Logger() }

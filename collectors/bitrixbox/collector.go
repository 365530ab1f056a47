package bitrixbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
)

// Collector reads one portal.
type Collector struct {
	env   collectors.Env
	kind  string
	days  int
	root  string // document root, "" none was given
	open  func(ctx context.Context, c *Collector, w window) (database, error)
	watch func(statement string) // tests see every statement here
}

var (
	_ collectors.Collector = (*Collector)(nil)
	_ collectors.Prober    = (*Collector)(nil)
)

func openLive(env collectors.Env, config any) (collectors.Collector, error) {
	cfg, ok := config.(*Config)
	if !ok {
		return nil, fmt.Errorf("bitrixbox: the configuration is a %T", config)
	}
	c := *cfg
	c.Days, c.Timeout = cmp.Or(c.Days, defaultDays), cmp.Or(c.Timeout, defaultTimeout)
	if err := checkDays(KindLive, c.Days); err != nil {
		return nil, err
	}
	c.CA = inside(env.Dir, c.CA)
	a, err := c.access()
	if err != nil {
		return nil, err
	}
	return &Collector{
		env: env, kind: KindLive, days: c.Days, root: inside(env.Dir, c.Root),
		open: func(ctx context.Context, self *Collector, w window) (database, error) {
			return openDatabase(ctx, a, env, c, w, self.watch)
		},
	}, nil
}

func openFolder(env collectors.Env, config any) (collectors.Collector, error) {
	cfg, ok := config.(*ExportConfig)
	if !ok {
		return nil, fmt.Errorf("bitrixbox-export: the configuration is a %T", config)
	}
	days := cmp.Or(cfg.Days, defaultDays)
	if err := checkDays(KindExport, days); err != nil {
		return nil, err
	}
	folder := inside(env.Dir, cmp.Or(cfg.Folder, "export"))
	return &Collector{
		env: env, kind: KindExport, days: days, root: inside(env.Dir, cfg.Root),
		open: func(ctx context.Context, _ *Collector, _ window) (database, error) { return openExport(ctx, folder) },
	}, nil
}

// inside is a file name as seen from the folder of the configuration.
func inside(dir, name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}

// run is one pass over the portal.
type run struct {
	*Collector
	w      facts.Writer
	db     database
	window window
	gaps   map[string]gap // by list
	read   map[facts.Kind]int
	notes  []string

	server   serverRow
	modules  map[string]bool // installed; nil when nobody may know
	options  options
	groups   map[string]*group
	policies policies
	hooks    map[string]bool // classes of the security module that are hooked in

	accounts map[string]*account
	rights   rights
	journal  journal
	site     site
	tables   int // generation of the tables, 0 while it is not known
}

// steps go through the database; later ones rest on what earlier ones learned.
var steps = []struct {
	name string
	step func(*run, context.Context) error
}{
	{"settings", (*run).readServer},
	{"documents", (*run).readRoot},
	{"roles", (*run).readRoles},
	{"accounts", (*run).readAccounts},
	{"event log", (*run).readJournal},
	{"users", (*run).readUsers},
	{"address rules", (*run).readIPRules},
	{"settings", (*run).writeSettings},
	{"sessions", (*run).readSessions},
	{"keys", (*run).readKeys},
	{"mailboxes and links", (*run).readSharing},
	{"forms and consents", (*run).readConsents},
	{"client records", (*run).readVolumes},
	{"backups", (*run).readBackups},
	{"protection", (*run).readProtection},
}

// Collect implements collectors.Collector.
func (c *Collector) Collect(ctx context.Context, w facts.Writer) error {
	now := time.Now
	if c.env.Now != nil {
		now = c.env.Now
	}
	r := &run{Collector: c, w: w, window: newWindow(now().UTC(), c.days), gaps: map[string]gap{}, read: map[facts.Kind]int{}}
	var err error
	if r.db, err = c.open(ctx, c, r.window); err != nil {
		return errors.Join(err, r.giveUp(err))
	}
	defer func() { _ = r.db.close() }()
	r.db.prepare(ctx, long())
	for i, s := range steps {
		if c.env.Progress != nil {
			c.env.Progress(s.name, i, len(steps))
		}
		if err := s.step(r, ctx); err != nil {
			return errors.Join(err, r.describe())
		}
	}
	return errors.Join(r.cover(), r.describe())
}

// long are the lists that take a server long. Their order is that in which the steps read them: a list that is asked
// ahead of its turn would stand in the way of the others.
func long() []*list {
	return []*list{find(lists, "log_days"), find(lists, "crm_hours"), find(lists, "log_failures"), find(lists, "log_sources")}
}

// ask reads a list. A gap is remembered and leaves ok false; the error is for what ends the collection.
func (r *run) ask(ctx context.Context, name string, f func(row) error) (ok bool, err error) {
	l := find(lists, name)
	err = r.db.ask(ctx, l, f)
	if err == nil {
		return true, nil
	}
	g, isGap := asGap(err)
	if !isGap {
		return false, err
	}
	r.gaps[name] = r.explain(l, g)
	return false, nil
}

// Generations of the tables by the version of main that a column of the users betrays.
const (
	olderTables  = 20
	modernTables = 25
)

// lists are all lists, built once.
var lists = catalogue()

// explain tells a table that the account may not see from one that the version does not have: where a module is
// installed, so are its tables.
func (r *run) explain(l *list, g gap) gap {
	if g.missing == "" {
		return g
	}
	g.reason, g.right = facts.NotSupported, ""
	switch {
	case (l.module == "main" || r.modules[l.module]) && l.since <= r.tables:
		g.reason, g.right = facts.Denied, "SELECT on "+l.table
		g.detail = "there is no " + g.missing + ", or the account may not read it"
	case l.module != "main" && r.modules != nil && !r.modules[l.module]:
		g.detail = "the module " + l.module + " is not installed"
	default:
		g.detail = "there is no " + g.missing + " in this version"
	}
	return g
}

// why is the reason for which a list could not be answered, "" when it was.
func (r *run) why(names ...string) facts.Reason {
	for _, name := range names {
		if g, missing := r.gaps[name]; missing {
			return g.reason
		}
	}
	return ""
}

func (r *run) write(record facts.Record) error {
	if err := r.w.Write(record); err != nil {
		return err
	}
	r.read[record.Kind()]++
	return nil
}

func (r *run) note(format string, args ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

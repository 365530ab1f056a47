package main

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/internal/audit"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/phrase"
	"github.com/crmaudit/crmaudit/internal/snapfile"
	"github.com/crmaudit/crmaudit/offboard"
)

// offboardFlags are what `crmaudit offboard` was asked.
type offboardFlags struct {
	people         []string
	left, now      string
	dir            string
	formats        []string
	passphraseFile string
	identities     []string
}

func (a *app) offboardCommand() *cobra.Command {
	var f offboardFlags
	c := &cobra.Command{
		Use: "offboard audit.yaml|X.crmsnap", Short: "List everything that still belongs to a person, and what to close in which order",
		Long: `List everything that still belongs to one person: accounts, rights, sessions, tokens, records, keys,
equipment, what was done after the last day of work, and an ordered checklist of what to close.
What could not be seen is named. Given audit.yaml, the sources are collected first.

  crmaudit offboard --person yu.zimina@romashka.example romashka.crmsnap
  crmaudit offboard --person user:1 --left 2026-06-30 audit.yaml -o dossier/

--person takes an e-mail, a phone, user:12, row:14 of the HR list, an id of the HR list or a name that
only one person bears. Given twice, it says that both are the same person.`,
		RunE: func(c *cobra.Command, args []string) error { return a.offboard(c.Context(), args[0], f) },
	}
	c.Flags().StringArrayVar(&f.people, "person", nil, "who: e-mail, user:12, row:14, phone, id or name; may be repeated")
	c.Flags().StringVar(&f.left, "left", "", "last day of work, 2026-10-15 (default: as the HR list says)")
	c.Flags().StringVarP(&f.dir, "out", "o", ".", "folder for the dossier")
	c.Flags().StringSliceVar(&f.formats, "format", audit.DossierFormats, strings.Join(audit.DossierFormats, ", "))
	c.Flags().StringVar(&f.now, "now", "", "clock of the dossier, 2026-11-22 or RFC 3339 (default: SOURCE_DATE_EPOCH, else the time of the collection)")
	c.Flags().StringVar(&f.passphraseFile, "passphrase-file", "", "open with the passphrase on the first line of this file")
	c.Flags().StringSliceVar(&f.identities, "identity", nil, "open with the age secret key in this file; may be repeated")
	return c
}

func (a *app) offboard(ctx context.Context, source string, f offboardFlags) error {
	at, left, err := f.check()
	if err != nil {
		return err
	}
	open, err := openOptions(f.passphraseFile, f.identities)
	if err != nil {
		return err
	}
	l, snapshot := lang.RU, source
	if ext := filepath.Ext(source); ext == ".yaml" || ext == ".yml" {
		cfg, err := a.load(source)
		if err != nil {
			return err
		}
		l, snapshot = cfg.Language, filepath.Join(f.dir, cfg.Portal.ID+".crmsnap")
		if err := a.collect(ctx, cfg, collectors.Env{Now: time.Now}, snapshot, snapfile.Encryption{}); err != nil {
			return err
		}
	}
	if l, err = a.reportLang(l); err != nil {
		return err
	}
	d, err := a.dossier(ctx, snapshot, open, offboard.Options{Person: f.people, Left: left, Now: at, Tool: toolName()})
	if err != nil {
		return err
	}
	if err := makeFolder(f.dir); err != nil {
		return err
	}
	a.say("%s", who(&d.Person)) // a first name may have found somebody else
	names, err := audit.Dossiers{Dir: f.dir, Formats: f.formats, Lang: l}.Write(d)
	for _, n := range names {
		a.say("%s", n)
	}
	return err
}

// who names the person found, as shortly as reports do.
func who(p *offboard.Person) string {
	known := []string{}
	if p.Name != "" {
		known = append(known, checks.Tidy(phrase.ShortName(p.Name)))
	}
	for _, s := range p.Staff {
		known = append(known, s.Ref)
	}
	for _, u := range p.Accounts {
		known = append(known, u.Ref)
	}
	if len(known) == 0 {
		return "note: no account and no row of the HR list bears this e-mail; the dossier says what else mentions it"
	}
	return strings.Join(known, ", ")
}

// check reads what was typed before anything is collected.
func (f *offboardFlags) check() (at, left time.Time, err error) {
	if len(f.people) == 0 {
		return at, left, fail.New(fail.Usage, "write --person with an e-mail, user:12, row:14, a phone or a name", "offboard needs --person")
	}
	for _, format := range f.formats {
		if err := oneOf("--format", format, audit.DossierFormats...); err != nil {
			return at, left, err
		}
	}
	if f.formats = slices.Compact(f.formats); len(f.formats) == 0 {
		return at, left, fail.New(fail.Usage, "write --format "+strings.Join(audit.DossierFormats, ","), "--format names nothing")
	}
	if f.left != "" {
		if left, err = time.Parse(time.DateOnly, f.left); err != nil {
			return at, left, fail.New(fail.Usage, "write --left 2026-10-15", "--left %q is not a day", f.left)
		}
	}
	at, err = clock(f.now)
	return at, left, err
}

// dossier reads the snapshot.
func (a *app) dossier(ctx context.Context, snapshot string, open snapfile.OpenOptions, o offboard.Options) (*offboard.Dossier, error) {
	s, err := snapfile.Open(snapshot, open)
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }()
	if o.Now.IsZero() {
		o.Now = s.Info().TakenAt.UTC()
	}
	o.Hash = s.Hash()
	return offboard.Compile(ctx, s, o)
}

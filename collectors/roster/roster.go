package roster

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
)

// Config is the source's part of audit.yaml.
type Config struct {
	File       string            `yaml:"file"`        // CSV or XLSX
	Columns    map[string]string `yaml:"columns"`     // our field → header, where it is not recognised by itself
	DateFormat string            `yaml:"date_format"` // DD.MM.YYYY; without it the usual forms are recognised
	Sheet      string            `yaml:"sheet"`       // of an XLSX file; the first visible one without it
}

// Source describes the collector to the configuration, the help and the registry.
func Source() collectors.Source {
	return collectors.Source{
		Kind:      "roster",
		Summary:   "HR list in CSV or XLSX: who works here, who left and when",
		Provides:  []facts.Kind{facts.KindPerson},
		NewConfig: func() any { return &Config{} },
		Open:      open,
	}
}

type collector struct {
	path    string
	file    string // as the configuration names it, for errors
	sheet   string
	columns map[field]string
	layout  string // of dates, "" the usual forms
	now     func() time.Time
	tell    func(step string, done, total int)
}

func open(env collectors.Env, config any) (collectors.Collector, error) {
	c, ok := config.(*Config)
	if !ok {
		return nil, fmt.Errorf("open the HR list: configuration is a %T", config)
	}
	if c.File == "" {
		return nil, fail.New(fail.Usage, "add the name of the list: file: staff.csv", "roster: no file is given")
	}
	columns, err := mapping(c.Columns)
	if err != nil {
		return nil, err
	}
	layout, err := dateLayout(c.DateFormat)
	if err != nil {
		return nil, err
	}
	path := c.File
	if !filepath.IsAbs(path) {
		path = filepath.Join(env.Dir, path)
	}
	tell := env.Progress
	if tell == nil {
		tell = func(string, int, int) {}
	}
	return &collector{path: path, file: c.File, sheet: c.Sheet, columns: columns, layout: layout, now: env.Now, tell: tell}, nil
}

// Collect implements collectors.Collector. A list that cannot be read as a whole is an error: half of
// it would make people who work here look like strangers.
func (c *collector) Collect(ctx context.Context, w facts.Writer) error {
	if err := w.Describe(func(s *facts.SourceInfo) { s.Where = filepath.Base(c.file) }); err != nil {
		return err
	}
	l, err := c.read(ctx)
	if err != nil {
		missing := facts.Coverage{Kind: facts.KindPerson, State: facts.Missing, Reason: facts.Failed, Detail: err.Error()}
		if coverErr := w.Cover(missing); coverErr != nil {
			return coverErr
		}
		return err
	}
	for _, p := range l.people {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.Write(p); err != nil {
			return err
		}
	}
	for _, cover := range l.coverage() {
		if err := w.Cover(cover); err != nil {
			return err
		}
	}
	return w.Describe(func(s *facts.SourceInfo) { s.Notes = append(s.Notes, l.notes()...) })
}

// Probe implements collectors.Prober: it reads the list and keeps nothing of it.
func (c *collector) Probe(ctx context.Context) ([]facts.Coverage, error) {
	l, err := c.read(ctx)
	if err != nil {
		return nil, err
	}
	return l.coverage(), nil
}

// read reads the whole list into memory: people can only be merged when all are known.
func (c *collector) read(ctx context.Context) (*list, error) {
	t, err := openTable(c.path, c.file, c.sheet, func(cells []string) int { return len(recognise(cells, c.columns)) })
	if err != nil {
		return nil, err
	}
	defer t.close()
	l := &list{today: day(c.now()), layout: c.layout, since1904: t.since1904, notRead: t.notRead}
	n := 0
	for r, err := range t.rows {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil && l.columns == nil {
			err = l.lookForHeader(c.file, r, c.columns)
		} else if err == nil {
			err = l.add(c.file, r, t.ragged)
		}
		if err != nil {
			return nil, err
		}
		if n++; n%1000 == 0 {
			c.tell("roster", n, 0)
		}
	}
	switch {
	case l.columns == nil:
		return nil, l.noHeader(c.file, c.columns)
	case len(l.entries) == 0:
		return nil, fail.New(fail.Usage, "export the list with its people, one a row", "%s has headers but lists nobody", c.file)
	}
	l.settle()
	return l, nil
}

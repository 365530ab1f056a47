package bitrixbox

import (
	"context"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
)

// Probe implements collectors.Prober: it goes through the portal like a collection, but leaves out what takes
// long. Of logs and client records it looks only whether they may be read.
func (c *Collector) Probe(ctx context.Context) ([]facts.Coverage, error) {
	quick := *c
	quick.open = func(ctx context.Context, c2 *Collector, w window) (database, error) {
		d, err := c.open(ctx, c2, w)
		if err != nil {
			return nil, err
		}
		return shallow{d}, nil
	}
	m := facts.NewMemory()
	err := quick.Collect(ctx, m)
	return m.About.Coverage, err
}

// shallow asks large tables for no rows.
type shallow struct{ database }

func (s shallow) prepare(context.Context, []*list) {}

func (s shallow) ask(ctx context.Context, l *list, f func(row) error) error {
	if l.table == "b_event_log" || strings.HasPrefix(l.table, "b_crm_") && l.group != "" || strings.HasSuffix(l.name, "_volume") {
		return s.permits(l)
	}
	return s.database.ask(ctx, l, f)
}

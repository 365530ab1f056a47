package audit

import (
	"context"
	"time"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/config"
)

// Bench judges snapshots of one audit again and again, for verdicts alone: no result is written.
type Bench struct {
	cfg   *config.Audit
	list  []*checks.Check
	plans *checks.Plans
}

// NewBench reads the rules that the configuration puts in force. Accepted risks do not matter here.
func NewBench(cfg *config.Audit, tool string) (*Bench, error) {
	without := *cfg
	without.Waivers = ""
	r, err := loadRules(&without, tool)
	if err != nil {
		return nil, err
	}
	plans, err := checks.LoadPlans()
	return &Bench{&without, r.checks, plans}, err
}

// Judge gives what every check that applies found; the facts that a failed check lacks are there too.
func (b *Bench) Judge(ctx context.Context, s facts.Snapshot, now time.Time) ([]checks.Judged, error) {
	p := profile(b.cfg, s.Info())
	judged, _, err := checks.Judge(ctx, s, b.list, &p, b.plans, now)
	return judged, err
}

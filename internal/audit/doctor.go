package audit

import (
	"context"
	"slices"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
)

// Diagnosis is what one source will be able to deliver.
type Diagnosis struct {
	ID       string           `json:"id"`
	Kind     string           `json:"kind"`
	Status   string           `json:"status"` // ok, partial, failed
	Problem  string           `json:"problem,omitzero"`
	Hint     string           `json:"hint,omitzero"`
	Coverage []facts.Coverage `json:"coverage"`
}

// Diagnose connects to every source, asks what it could deliver and changes nothing.
func (r *Runner) Diagnose(ctx context.Context) ([]Diagnosis, error) {
	sources, err := r.open()
	if err != nil {
		return nil, err
	}
	var list []Diagnosis
	for _, s := range sources {
		d := Diagnosis{ID: s.ID, Kind: s.Kind, Status: "ok", Coverage: []facts.Coverage{}}
		prober, ok := s.collector.(collectors.Prober)
		if !ok {
			// A source without a probe is a file or a handshake: reading it is the quickest test.
			prober = dryRun{s.collector}
		}
		coverage, err := prober.Probe(ctx)
		if ctx.Err() != nil {
			return nil, fail.New(fail.Interrupted, "run the same command again", "interrupted while asking %s", s.ID)
		}
		d.Coverage = append(d.Coverage, coverage...)
		if err != nil {
			err = r.redacted(err)
			d.Status, d.Problem, d.Hint = "failed", err.Error(), fail.Hint(err)
		}
		if d.Status == "ok" && slices.ContainsFunc(coverage, gap) {
			d.Status = "partial"
		}
		if i := slices.IndexFunc(coverage, broken); d.Problem == "" && i >= 0 && !slices.ContainsFunc(coverage, present) {
			d.Status, d.Problem = "failed", coverage[i].Detail
		}
		list = append(list, d)
	}
	return list, nil
}

func broken(c facts.Coverage) bool  { return c.Reason == facts.Failed && c.Detail != "" }
func present(c facts.Coverage) bool { return c.State != facts.Missing }

// dryRun probes a source by collecting it into memory.
type dryRun struct{ collectors.Collector }

func (d dryRun) Probe(ctx context.Context) ([]facts.Coverage, error) {
	m := facts.NewMemory()
	err := d.Collect(ctx, m)
	return m.About.Coverage, err
}

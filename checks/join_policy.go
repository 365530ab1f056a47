package checks

import (
	"context"

	"github.com/crmaudit/crmaudit/facts"
)

// collectPolicy notes what a person told of how copies are made. It completes what the CRM tells of its
// own job, which never says whether anybody restored a copy or hears of a failed one.
func (j *joins) collectPolicy(ctx context.Context, s facts.Snapshot) error {
	told := 0
	for p, err := range facts.Each[*facts.BackupPolicy](ctx, s) {
		if err != nil {
			return err
		}
		if p.RestoreTested.Quality() == facts.Declared || p.AlertOnFailure.Quality() == facts.Declared {
			told++
			j.toldPolicy = p
		}
	}
	if told > 1 {
		j.toldPolicy = nil // several answers: nobody knows which of them speaks of that job
	}
	return nil
}

// policy completes the view of a policy that a machine described.
func (j *joins) policy(v *View, p *facts.BackupPolicy) {
	if j.toldPolicy == nil || j.toldPolicy == p || j.toldPolicy.ID == p.ID {
		return
	}
	told := newRecordView(facts.KindBackupPolicy, j.now)
	told.turnTo(j.toldPolicy)
	for _, name := range []string{"restore_tested", "restore_tested_never", "restore_tested_days", "alert_on_failure"} {
		if value, said := told.Value(name); said && v.QualityOf(name) == "" {
			v.Set(name, value, facts.Declared)
		}
	}
}

package checks

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

// What a person told completes what the CRM tells of its job, unless nobody knows which job was meant.
func TestToldPolicy(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	told := func(id string, days int) facts.Record {
		return &facts.BackupPolicy{ID: id, Source: "answers", RestoreTested: facts.With(now.AddDate(0, 0, -days), facts.Declared)}
	}
	machine := &facts.BackupPolicy{ID: "crm", Source: "crm", Scheduled: facts.Of(true)}
	for name, c := range map[string]struct {
		answers []facts.Record
		want    any
	}{
		"nobody told": {nil, nil},
		"one told":    {[]facts.Record{told("a", 10)}, 10},
		"two told":    {[]facts.Record{told("a", 10), told("b", 20)}, nil},
	} {
		m := facts.NewMemory()
		for _, r := range append(c.answers, machine) {
			require.NoError(t, m.Write(r))
		}
		j := &joins{now: now}
		require.NoError(t, j.collectPolicy(t.Context(), m))
		v := newRecordView(facts.KindBackupPolicy, now)
		v.turnTo(machine)
		j.policy(v, machine)
		got, _ := v.Value("restore_tested_days")
		require.Equal(t, c.want, got, name)
		if c.want == nil {
			continue
		}
		require.Equal(t, facts.Declared, v.QualityOf("restore_tested_days"), name)
	}
}

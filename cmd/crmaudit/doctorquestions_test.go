package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/internal/audit"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/internal/interview"
	"github.com/crmaudit/crmaudit/internal/snapfile"
)

// openQuestions are the questions that the doctor calls open, and those that the interview asks.
func openQuestions(t *testing.T, cfg *config.Audit, env collectors.Env) (doctor, asked []string) {
	t.Helper()
	r := &audit.Runner{Config: cfg, Env: env, Tool: toolName(), Say: t.Logf}
	list, err := r.Diagnose(t.Context())
	require.NoError(t, err)
	now := env.Now().UTC()
	a, err := askingOf(t.Context(), cfg, list, now)
	require.NoError(t, err)

	target := filepath.Join(t.TempDir(), "x.crmsnap")
	if err := r.Collect(t.Context(), target, snapfile.Encryption{}); err != nil {
		t.Log(err) // a portal that told nothing has questions too
	}
	s, err := snapfile.Open(target, snapfile.OpenOptions{})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	file := answersFile(cfg, "")
	file.Questions, file.Now = a.catalogue, now
	sheet, err := file.Sheet()
	require.NoError(t, err)
	k := interview.Case{Config: cfg, Snapshot: s, Questions: a.catalogue, Tool: toolName(), Now: now}
	open, err := k.Open(t.Context(), sheet)
	require.NoError(t, err)

	doctor = slices.DeleteFunc(a.needed, func(id string) bool { g, ok := sheet.Given(id); return ok && g.Why == "" })
	asked = ids(open)
	slices.Sort(doctor)
	slices.Sort(asked)
	return doctor, asked
}

// Where no source but a person tells anything, the doctor knows exactly what the interview will ask.
func TestDoctorOpensWhatIsAsked(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "answers.yaml"), []byte(`version: 1
answered_by: Anna
answered_at: 2026-11-20
answers:
  two_factor_required: {value: no, evidence: security.png}
  guest_access: {value: []}
`), 0o600))
	env := collectors.Env{Now: func() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC) }}
	var counts []int
	for _, rules := range []string{"{id: p}\nprofile: express\njurisdictions: [ru]", "{id: p}\njurisdictions: [ru]", "{id: p}\njurisdictions: [ua]", "{id: p, platform: bitrix24-box}\njurisdictions: [ru]"} {
		name := filepath.Join(dir, "audit.yaml")
		text := "version: 1\nportal: " + rules + "\nsources: [{kind: answers, file: answers.yaml}]\n"
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
		cfg, err := config.Load(name)
		require.NoError(t, err)
		doctor, asked := openQuestions(t, cfg, env)
		assert.Equal(t, asked, doctor, rules)
		assert.NotContains(t, doctor, "two_factor_required")
		assert.Contains(t, doctor, "guest_access", "it has no evidence")
		counts = append(counts, len(doctor))
	}
	slices.Sort(counts)
	require.Greater(t, len(slices.Compact(counts)), 2, "these audits ask different questions")
}

// What sources promise is not yet what their records tell: there the doctor may be a few questions off.
func TestDoctorComesCloseToWhatIsAsked(t *testing.T) {
	for _, scenario := range []string{"leaky", "tidy", "box", "neglect", "order"} {
		p, err := startDemo(t.Context(), scenario)
		require.NoError(t, err)
		doctor, asked := openQuestions(t, p.Config, p.Env)
		require.NoError(t, p.Close())
		only := func(a, b []string) []string {
			return slices.DeleteFunc(slices.Clone(a), func(id string) bool { return slices.Contains(b, id) })
		}
		assert.LessOrEqual(t, len(only(doctor, asked)), 4, "%s: %v are not asked", scenario, only(doctor, asked))
		assert.LessOrEqual(t, len(only(asked, doctor)), 1, "%s: %v are asked too", scenario, only(asked, doctor))
	}
}

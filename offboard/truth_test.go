package offboard_test

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/fixtures"
	"github.com/crmaudit/crmaudit/internal/audit"
	"github.com/crmaudit/crmaudit/internal/demo"
	"github.com/crmaudit/crmaudit/internal/snapfile"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
	"github.com/crmaudit/crmaudit/offboard"
)

// truth is a person of offboard.yaml in the folder of a scenario.
type truth struct {
	Why         string           `yaml:"why"`
	Selectors   []string         `yaml:"selectors"` // other ways to name the same person
	Left        string           `yaml:"left"`
	Status      string           `yaml:"status"`
	Admin       offboard.Ternary `yaml:"admin"`
	PortalOwner offboard.Ternary `yaml:"portal_owner"`
	OnlyAdmin   offboard.Ternary `yaml:"only_admin"`
	Open        []string         `yaml:"open"`
	Unknown     []string         `yaml:"unknown"`
	Closed      []string         `yaml:"closed"`
	Activity    []string         `yaml:"activity"`
	Events      []string         `yaml:"events"`
	Uses        []string         `yaml:"uses"`
	Steps       []string         `yaml:"steps"`
	Unseen      []string         `yaml:"unseen"`
}

// The dossiers of people who left the embedded portals are exactly what was planted there.
func TestDossiersTellTheTruth(t *testing.T) {
	for _, scenario := range []string{"leaky", "box"} {
		t.Run(scenario, func(t *testing.T) {
			files, err := fixtures.Open(scenario)
			require.NoError(t, err)
			data, err := fs.ReadFile(files, "offboard.yaml")
			require.NoError(t, err)
			var people map[string]truth
			require.NoError(t, yamlfile.Decode("offboard.yaml", data, &people))
			s := collected(t, scenario)
			now := s.Info().TakenAt
			for person, want := range people {
				d, err := offboard.Compile(t.Context(), s, offboard.Options{Person: []string{person}, Now: now})
				require.NoError(t, err, person)
				same(t, person, want, d)
				for _, other := range want.Selectors {
					again, err := offboard.Compile(t.Context(), s, offboard.Options{Person: []string{other}, Now: now})
					require.NoError(t, err, other)
					require.Equal(t, d, again, "%s and %s", person, other)
				}
			}
		})
	}
}

func same(t *testing.T, person string, want truth, d *offboard.Dossier) {
	t.Helper()
	require.NotNil(t, d.Leaving.Day, person)
	assert.Equal(t, want.Left, d.Leaving.Day.Format(time.DateOnly), person)
	assert.Equal(t, want.Status, d.Leaving.Status, person)
	assert.Equal(t, []offboard.Ternary{want.Admin, want.PortalOwner, want.OnlyAdmin}, []offboard.Ternary{d.Control.Admin, d.Control.PortalOwner, d.Control.OnlyAdmin}, person)
	assert.ElementsMatch(t, want.Open, itemIDs(d, offboard.Open), "%s: open", person)
	assert.ElementsMatch(t, want.Unknown, itemIDs(d, offboard.Unsure), "%s: unknown", person)
	assert.ElementsMatch(t, want.Closed, itemIDs(d, offboard.Closed), "%s: closed", person)
	var activity, events, uses, unseen []string
	for _, a := range d.After.Activity {
		activity = append(activity, strings.Join([]string{a.Day.Format(time.DateOnly), a.Type, itoa(a.Count)}, " "))
	}
	for _, e := range d.After.Events {
		events = append(events, e.ID)
	}
	for _, u := range d.After.Uses {
		uses = append(uses, u.Item)
	}
	for _, u := range d.Unseen {
		unseen = append(unseen, u.Gap.Fact)
	}
	assert.Equal(t, want.Activity, activity, "%s: activity", person)
	assert.Equal(t, want.Events, events, "%s: events", person)
	assert.Equal(t, want.Uses, uses, "%s: uses", person)
	assert.Equal(t, want.Unseen, unseen, "%s: unseen", person)
	assert.Equal(t, want.Steps, stepIDs(d), "%s: steps", person)
	checkSteps(t, d)
}

// checkSteps makes sure that nothing open is forgotten: each such item is what some step is about, and
// what goes with a blocked account goes with the account.
func checkSteps(t *testing.T, d *offboard.Dossier) {
	t.Helper()
	about := map[string]bool{}
	last := -1
	for _, s := range d.Checklist {
		phase := slices.Index(offboard.Phases, s.Phase)
		require.GreaterOrEqual(t, phase, last, "the phases follow each other")
		last = phase
		for _, id := range s.Items {
			about[id] = true
		}
	}
	for _, s := range d.Sections {
		for _, i := range s.Items {
			goesAlong := i.Type == "can_export" || i.Type == "can_delete_all" || i.Type == "roles"
			if i.State == offboard.Open && !goesAlong {
				assert.True(t, about[i.ID], "no step closes %s", i.ID)
			}
		}
	}
}

func itemIDs(d *offboard.Dossier, state offboard.State) []string {
	var ids []string
	for _, s := range d.Sections {
		for _, i := range s.Items {
			if i.State == state {
				ids = append(ids, i.ID)
			}
		}
	}
	return ids
}

func stepIDs(d *offboard.Dossier) []string {
	var ids []string
	for _, s := range d.Checklist {
		id := s.Phase + "/" + s.ID
		if s.Check {
			id += "?"
		}
		ids = append(ids, id)
	}
	return ids
}

// collected is the snapshot of an embedded portal.
func collected(t *testing.T, scenario string) *snapfile.File {
	t.Helper()
	p, err := demo.Start(t.Context(), scenario)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	runner := audit.Runner{Config: p.Config, Env: p.Env, Tool: "crmaudit test", Say: t.Logf}
	target := filepath.Join(t.TempDir(), scenario+".crmsnap")
	require.NoError(t, runner.Collect(t.Context(), target, snapfile.Encryption{}))
	s, err := snapfile.Open(target, snapfile.OpenOptions{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

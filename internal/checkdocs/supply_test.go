package checkdocs_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/checks/catalog"
	"github.com/crmaudit/crmaudit/collectors/all"
	"github.com/crmaudit/crmaudit/collectors/collectortest"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/audit"
	"github.com/crmaudit/crmaudit/internal/checkdocs"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/internal/demo"
	"github.com/crmaudit/crmaudit/internal/questions"
	"github.com/crmaudit/crmaudit/internal/snapfile"
)

// judged is how the checks of an embedded portal end, with or without the questionnaire.
func judged(t *testing.T, scenario string, withAnswers bool) *checks.Result {
	t.Helper()
	p, err := demo.Start(t.Context(), scenario)
	require.NoError(t, err)
	defer func() { require.NoError(t, p.Close()) }()
	if !withAnswers {
		p.Config.Sources = slices.DeleteFunc(p.Config.Sources, func(s config.Source) bool { return s.Kind == "answers" })
	}
	p.Config.Profile, p.Config.Jurisdictions, p.Config.Portal.Plan = "full", []string{"ru", "ua", "eu"}, "enterprise"
	target := filepath.Join(t.TempDir(), "x.crmsnap")
	r := audit.Runner{Config: p.Config, Env: p.Env, Tool: "test", Say: func(string, ...any) {}}
	require.NoError(t, r.Collect(t.Context(), target, snapfile.Encryption{}))
	s, err := snapfile.Open(target, snapfile.OpenOptions{})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	result, err := audit.Judge(t.Context(), p.Config, s, "", "test", p.Now)
	require.NoError(t, err)
	return result
}

func matrix(t *testing.T, platform string) map[string]checkdocs.Answerability {
	t.Helper()
	list, err := catalog.Load()
	require.NoError(t, err)
	asked, err := questions.Load()
	require.NoError(t, err)
	supply := checkdocs.NewSupply(platform, all.Sources(), asked)
	rows := map[string]checkdocs.Answerability{}
	for _, c := range list {
		rows[c.ID] = supply.Answerable(c, platform)
	}
	return rows
}

// The matrix is derived from what sources and questions declare; the embedded portals show whether that is true.
func TestMatrixAgreesWithAudits(t *testing.T) {
	for _, scenario := range []string{"tidy", "leaky", "box"} {
		bare, full := judged(t, scenario, false), judged(t, scenario, true)
		rows := matrix(t, full.Portal.Platform)
		var configured []string
		for _, s := range bare.Sources {
			configured = append(configured, s.Kind)
		}
		for _, v := range bare.Verdicts {
			row := rows[v.Check]
			if decided(v) {
				assert.NotContains(t, []checkdocs.Means{checkdocs.ByAnswer, checkdocs.Impossible, checkdocs.NotAsked}, row.Means,
					"%s: %s was decided without any answer", scenario, v.Check)
			} else if row.Means == checkdocs.Automatic && hasSources(configured, row.Sources) {
				assert.Fail(t, "the sources did not suffice", "%s: %s %v", scenario, v.Check, v.Reasons)
			}
		}
		for _, v := range full.Verdicts {
			if decided(v) {
				assert.NotContains(t, []checkdocs.Means{checkdocs.Impossible, checkdocs.NotAsked}, rows[v.Check].Means, "%s: %s was decided", scenario, v.Check)
			}
		}
	}
}

func decided(v checks.VerdictRow) bool {
	return v.Verdict == checks.Passed || v.Verdict == checks.Failed
}

// hasSources reports that the audit had all these sources; an export stands in for the live database.
func hasSources(configured, wanted []string) bool {
	return !slices.ContainsFunc(wanted, func(kind string) bool {
		return !slices.Contains(configured, kind) && !slices.Contains(configured, kind+"-export")
	})
}

// seldom are facts that the embedded portals do not show: their logs do not write such entries down, their settings
// files do not state it.
var seldom = []string{"activity.settings", "activity.user_edit", "event.settings", "setting.debug.errors_shown"}

func TestSourcesDeliverWhatTheySay(t *testing.T) {
	told := map[string]map[string]bool{}
	for _, scenario := range []string{"tidy", "leaky", "box"} {
		p, err := demo.Start(t.Context(), scenario)
		require.NoError(t, err)
		for _, s := range p.Config.Sources {
			if told[s.Kind] == nil {
				told[s.Kind] = map[string]bool{}
			}
			for _, name := range collected(t, p, s) {
				told[s.Kind][name] = true
			}
		}
		require.NoError(t, p.Close())
	}
	for _, source := range all.Sources() {
		if len(source.Delivers) == 0 || told[source.Kind] == nil {
			continue
		}
		for name := range told[source.Kind] {
			assert.Contains(t, source.Delivers, name, "%s tells it", source.Kind)
		}
		for _, name := range source.Delivers {
			assert.True(t, told[source.Kind][name] || slices.Contains(seldom, name), "%s never tells %s", source.Kind, name)
		}
	}
}

func collected(t *testing.T, p *demo.Portal, s config.Source) []string {
	t.Helper()
	source, known := all.Find(s.Kind)
	require.True(t, known)
	settings := source.NewConfig()
	require.NoError(t, s.Decode(settings))
	c, err := source.Open(p.Env, settings)
	require.NoError(t, err)
	m := facts.NewMemory()
	require.NoError(t, c.Collect(t.Context(), m))
	return collectortest.Delivered(m)
}

func TestWhatSourcesSayExists(t *testing.T) {
	for _, source := range all.Sources() {
		for _, name := range append(slices.Clone(source.Delivers), source.Partly...) {
			kind, _, _ := strings.Cut(name, ".")
			assert.Contains(t, source.Provides, facts.Kind(kind), "%s: %s", source.Kind, name)
		}
		for _, p := range source.Platforms {
			assert.Contains(t, checkdocs.Platforms, p)
		}
	}
}

package checkdocs_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks/catalog"
	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/collectors/all"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/checkdocs"
	"github.com/crmaudit/crmaudit/internal/questions"
)

func TestMeans(t *testing.T) {
	cloud, box, okocrm := matrix(t, "bitrix24-cloud"), matrix(t, "bitrix24-box"), matrix(t, "okocrm")
	for id, want := range map[string][3]checkdocs.Means{
		"ACC-002": {checkdocs.Automatic, checkdocs.Automatic, checkdocs.Impossible}, // nobody lists the accounts
		"AUT-001": {checkdocs.Mixed, checkdocs.Automatic, checkdocs.Impossible},     // people name the administrators
		"ANO-002": {checkdocs.ByAnswer, checkdocs.Automatic, checkdocs.ByAnswer},    // a native rule, otherwise a question
		"ANO-006": {checkdocs.Mixed, checkdocs.Automatic, checkdocs.Impossible},     // a native rule that needs the administrators
		"ANO-008": {checkdocs.InPart, checkdocs.Automatic, checkdocs.Impossible},    // failed log-ins may not reach the log
		"LOG-006": {checkdocs.Mixed, checkdocs.Automatic, checkdocs.ByAnswer},       // the oldest entry stands in for an answer
		"AUT-004": {checkdocs.NotAsked, checkdocs.Automatic, checkdocs.Impossible},  // the vendor checks the passwords
		"BKP-001": {checkdocs.ByAnswer, checkdocs.Mixed, checkdocs.ByAnswer},        // copies of other programs are not seen
		"LEG-006": {checkdocs.ByAnswer, checkdocs.ByAnswer, checkdocs.ByAnswer},
		"TLS-001": {checkdocs.Automatic, checkdocs.Automatic, checkdocs.Automatic},
	} {
		assert.Equal(t, want, [3]checkdocs.Means{cloud[id].Means, box[id].Means, okocrm[id].Means}, id)
	}
	require.Equal(t, []string{"bitrix24"}, cloud["ACC-002"].Sources)
	require.Equal(t, []string{"user"}, okocrm["ACC-002"].Missing, "without accounts there are no fields of theirs")
	require.Equal(t, []string{"log_retention_days"}, cloud["LOG-006"].Questions)
}

// A new source changes the matrix by what it says of itself.
func TestMeansFollowTheSources(t *testing.T) {
	list, err := catalog.Load()
	require.NoError(t, err)
	asked, err := questions.Load()
	require.NoError(t, err)
	added := collectors.Source{
		Kind: "amo", Provides: []facts.Kind{facts.KindUser}, Platforms: []string{"amocrm"},
		Delivers: []string{"user.active", "user.kind", "user.last_login", "user.last_activity", "user.email"}, Partly: []string{"user.email"},
	}
	sources := append(all.Sources(), added)
	means := map[string]checkdocs.Means{}
	for _, c := range list {
		means[c.ID] = checkdocs.NewSupply("amocrm", sources, asked).Answerable(c, "amocrm").Means
	}
	require.Equal(t, checkdocs.Automatic, means["ACC-002"])
	require.Equal(t, checkdocs.InPart, means["ACC-007"], "not every account has an address")
	require.Equal(t, checkdocs.Impossible, means["ACC-003"], "nobody tells when an account was made")
	require.Equal(t, checkdocs.Mixed, means["AUT-002"], "the questionnaire knows whose accounts have no second factor")
}

package answers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/questions"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

func TestSheetTellsWhatIsGivenAndWhetherItCounts(t *testing.T) {
	qs, err := questions.Load()
	require.NoError(t, err)
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	s, err := ReadSheet("a.yaml", []byte(`version: 1
answered_by: Anna
answers:
  password_manager: {value: no, at: 2026-11-20, evidence: poll}
  crm_rules: {value: never, at: 2026-01-20, evidence: talk}
  log_review: {value: }
`), qs, 100, func() time.Time { return now })
	require.NoError(t, err)
	g, ok := s.Given("password_manager")
	require.True(t, ok)
	require.Equal(t, "no", g.Value.Value)
	require.Equal(t, []string{"Anna", "poll", ""}, []string{g.By, g.Evidence, g.Why})
	g, ok = s.Given("crm_rules")
	require.True(t, ok)
	require.Equal(t, questions.Stale, g.Why)
	_, ok = s.Given("log_review")
	require.False(t, ok, "an empty value is no answer")

	_, err = ReadSheet("a.yaml", []byte("version: 1\nanswers: {password_manager: {value: maybe}}\n"), qs, 100, func() time.Time { return now })
	require.ErrorContains(t, err, `"maybe" is not yes or no`)
}

func TestFits(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	scalar := func(s string) *yamlfile.Node { return &yamlfile.Node{Kind: yamlfile.Scalar, Value: s} }
	number := questions.Shape{Type: questions.Number, Max: 100}
	require.True(t, Fits(number, scalar("2.5"), now))
	require.False(t, Fits(number, scalar("101"), now))
	require.False(t, FitsColumn(questions.Column{Shape: number}, scalar("2.5"), now))
	require.True(t, FitsColumn(questions.Column{Shape: number}, scalar("2"), now))
	require.False(t, Fits(questions.Shape{Type: questions.Date}, scalar("2027-01-01"), now))
	require.True(t, Fits(questions.Shape{Type: questions.Date, Future: true}, scalar("2027-01-01"), now))
	require.True(t, LooksSecret("https://x.example/rest/1/a1b2c3d4e5f6g7h8/"))
	require.False(t, LooksSecret("список сотрудников.xlsx"))
}

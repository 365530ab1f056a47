package audit

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/checks/law"
	"github.com/crmaudit/crmaudit/internal/config"
)

func TestProtectionLevel(t *testing.T) {
	library, err := law.Load()
	require.NoError(t, err)
	for _, c := range []struct {
		about         string
		jurisdictions []string
		given         int
		data          *config.PersonalData
		want          int
		wantData      *checks.PersonalData
		doubt         string
	}{
		{about: "nothing is declared", jurisdictions: []string{"ru"}},
		{about: "the level alone", jurisdictions: []string{"ru"}, given: 3, want: 3},
		{
			about: "it follows", jurisdictions: []string{"ua", "ru"}, data: &config.PersonalData{Category: "other", Subjects: "clients_up_to_100k", Threats: 3},
			want: 4, wantData: &checks.PersonalData{Category: "other", Subjects: "clients_up_to_100k", Threats: 3, Level: 4, Verified: law.Verified},
		},
		{
			about: "both agree", jurisdictions: []string{"ru"}, given: 3, data: &config.PersonalData{Category: "special", Subjects: "staff", Threats: 3},
			want: 3, wantData: &checks.PersonalData{Category: "special", Subjects: "staff", Threats: 3, Level: 3, Verified: law.Secondary},
		},
		{
			about: "they differ", jurisdictions: []string{"ru"}, given: 4, data: &config.PersonalData{Category: "other", Subjects: "clients_over_100k", Threats: 3},
			want: 4, wantData: &checks.PersonalData{Category: "other", Subjects: "clients_over_100k", Threats: 3, Level: 3, Verified: law.Verified},
			doubt: "audit.yaml: protection_level is 4, but level 3 follows from personal_data; measures are judged by level 4",
		},
		{
			about: "no Russian law", jurisdictions: []string{"ua", "eu"}, given: 4, data: &config.PersonalData{Category: "other", Subjects: "staff", Threats: 3},
			doubt: "audit.yaml: protection_level and personal_data belong to Russian law; without ru among the jurisdictions they are ignored",
		},
	} {
		cfg := &config.Audit{Name: "audit.yaml", Jurisdictions: c.jurisdictions, Protection: c.given, PersonalData: c.data}
		level, data := protection(cfg, library)
		require.Equal(t, c.want, level, c.about)
		require.Equal(t, c.wantData, data, c.about)
		doubts, err := Doubts(cfg)
		require.NoError(t, err)
		if c.doubt == "" {
			require.Empty(t, doubts, c.about)
			continue
		}
		require.Equal(t, []string{c.doubt}, doubts, c.about)
	}
}

// What the configuration accepts is what the table of the law knows.
func TestEveryDeclarationHasALevel(t *testing.T) {
	library, err := law.Load()
	require.NoError(t, err)
	for _, category := range law.Categories {
		for _, people := range law.Peoples {
			for threats := 1; threats <= 3; threats++ {
				level, _ := library.UZ(category, people, threats)
				require.NotZero(t, level, "%s, %s, %d", category, people, threats)
			}
		}
	}
}

func TestStaleLaw(t *testing.T) {
	last := time.Date(2027, 3, 1, 23, 0, 0, 0, time.UTC)
	list, err := StaleLaw([]string{"ua"}, last)
	require.NoError(t, err)
	require.Empty(t, list)
	list, err = StaleLaw([]string{"ua"}, last.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, []string{
		"Ukrainian personal data law: the texts and amounts were due for review by 2027-03-01; confirm them before you rely on them",
		"Control catalogues: the texts and amounts were due for review by 2027-03-01; confirm them before you rely on them",
	}, list)
}

package questions

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

func TestParseFills(t *testing.T) {
	for s, want := range map[string][]Target{
		"":                           nil,
		"credential":                 {{Kind: facts.KindCredential}},
		"setting.auth.two_factor.on": {{Kind: facts.KindSetting, Field: "auth.two_factor.on"}},
		"!user.two_factor":           {{Kind: facts.KindUser, Field: "two_factor", Not: true}},
		"user.sponsor+user.expires":  {{Kind: facts.KindUser, Field: "sponsor"}, {Kind: facts.KindUser, Field: "expires"}},
		"user.kind+!user.can_export": {{Kind: facts.KindUser, Field: "kind"}, {Kind: facts.KindUser, Field: "can_export", Not: true}},
	} {
		got, err := ParseFills(s)
		require.NoError(t, err)
		require.Equal(t, want, got, s)
	}
	_, err := ParseFills("user.admin+")
	require.EqualError(t, err, `fills "user.admin+": there is no kind of record ""`)
}

func FuzzParseFills(f *testing.F) {
	for _, s := range []string{"", "user.admin", "!user.two_factor", "user.kind+user.sponsor", "+", "!", ".", "bird.x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		list, err := ParseFills(s)
		if err != nil {
			return
		}
		for _, target := range list {
			if !slices.Contains(facts.Kinds, target.Kind) {
				t.Fatalf("%q gives the kind %q", s, target.Kind)
			}
		}
	})
}

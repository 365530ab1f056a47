package offboard

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

func FuzzSelector(f *testing.F) {
	for _, seed := range []string{"user:1", "row:2", "a@b", "+7 900 000-00-01", "Иванов", "user:", "row:", "", "\xff", "user:crm/1", "0022"} {
		f.Add(seed, "Иванов Иван")
	}
	f.Fuzz(func(t *testing.T, text, name string) {
		s := parseSelector(text)
		u := &facts.User{ID: "1", Source: "crm", Name: facts.Of(name), Email: facts.Of("a@b"), Login: facts.Of("")}
		p := &facts.Person{Row: 2, Name: facts.Of(name), Emails: []string{"a@b"}, Phones: []string{"79000000001"}, External: "0022"}
		account, person := s.account(u), s.person(p)
		if s.user != "" {
			require.False(t, person, "user: means an account")
		}
		if s.row != "" {
			require.False(t, account, "row: means the HR list")
		}
		if len(s.words) == 0 && s.user+s.row+s.email+s.id == "" {
			require.False(t, account || person, "nothing means nobody")
		}
		require.LessOrEqual(t, len(slug(text)), 50)
		require.Regexp(t, `^[a-z0-9-]+$`, slug(text))
	})
}

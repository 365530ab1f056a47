package audit

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

func TestSuggestNamesStrangersOnly(t *testing.T) {
	m := facts.NewMemory()
	write := func(records ...facts.Record) {
		for _, r := range records {
			require.NoError(t, m.Write(r))
		}
	}
	lines := func() []string {
		got, err := Suggest(t.Context(), m)
		require.NoError(t, err)
		return got
	}
	user := func(id, name, email string, active bool) *facts.User {
		return &facts.User{ID: id, Name: facts.Of(name), Email: facts.Of(email), Active: facts.Of(active)}
	}
	write(user("7", "Виктор Громов", "victor@mail.example", true))
	require.Empty(t, lines(), "there is no list")
	write(
		&facts.Person{ID: "a", Name: facts.Of("Громов Виктор Ильич"), Emails: []string{"v.gromov@firm.example"}, Row: 4},
		&facts.Person{ID: "b", Name: facts.Of("Белова Ольга"), Emails: []string{"o.belova@firm.example"}, Row: 5},
		user("8", "Ольга Белова", "O.Belova@firm.example", true),
		user("9", "Ольга Белова", "old@mail.example", false),
		user("10", "Склад", "store@firm.example", true),
	)
	require.Equal(t, []string{"account 7 may be row 4 of the staff list by its name; if so, add its e-mail or phone to the list"}, lines())
}

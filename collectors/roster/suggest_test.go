package roster

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

func named(names ...string) []*facts.Person {
	var all []*facts.Person
	for i, n := range names {
		all = append(all, &facts.Person{ID: n, Name: facts.Of(n), Row: i + 2})
	}
	return all
}

func TestSuggest(t *testing.T) {
	staff := named(
		"Иванова Мария Петровна", "Петров Дмитрий Сергеевич", "Шевченко Юлія Іванівна", "Щербаков Алексей", "Коваль Євген",
		"Ким Анна", "Ким Алла", "Смирнов Олег", "Смирнова Ольга", "Brown Ann",
	)
	for user, want := range map[string]string{
		"Мария Иванова":       "Иванова Мария Петровна",
		"Maria Ivanova":       "Иванова Мария Петровна",
		"Mariya P. Ivanova":   "Иванова Мария Петровна",
		"Иванова М. П.":       "Иванова Мария Петровна",
		"М.П. Иванова":        "Иванова Мария Петровна",
		"Dmitry Petrov":       "Петров Дмитрий Сергеевич",
		"Dmytro Petrov":       "Петров Дмитрий Сергеевич",
		"Yuliya Shevchenko":   "Шевченко Юлія Іванівна",
		"Iuliia Shevchenko":   "Шевченко Юлія Іванівна",
		"Шевченко Юлия":       "Шевченко Юлія Іванівна",
		"Alexey Scherbakov":   "Щербаков Алексей",
		"Shcherbakov Aleksei": "Щербаков Алексей",
		"Yevhen Koval":        "Коваль Євген",
		"Евгений Коваль":      "Коваль Євген",
		"Oleg Smirnov":        "Смирнов Олег",
		"Ольга Смирнова":      "Смирнова Ольга",
		"Энн Браун":           "",
		"Ким А.":              "",
		"Иванова":             "",
		"И. П.":               "",
		"Администратор":       "",
		"Иванов Семён":        "",
		"":                    "",
		"李小龍":                 "",
	} {
		got := Suggest(staff, []string{user})
		if want == "" {
			assert.Empty(t, got, "%q", user)
			continue
		}
		if assert.Len(t, got, 1, "%q", user) {
			assert.Equal(t, want, got[0].PersonID, "%q", user)
			assert.Equal(t, user, got[0].User)
			assert.LessOrEqual(t, got[0].Score, 1.0)
		}
	}
}

func TestSuggestKeepsTheOrderOfUsers(t *testing.T) {
	got := Suggest(named("Белов Пётр", "Чернова Анна"), []string{"Anna Chernova", "nobody at all", "Petr Belov"})
	require.Len(t, got, 2)
	require.Equal(t, []int{3, 2}, []int{got[0].Row, got[1].Row})
	require.Empty(t, Suggest(nil, []string{"Anna Chernova"}))
	require.Empty(t, Suggest([]*facts.Person{{ID: "row:2"}}, []string{"Anna Chernova"}))
}

func BenchmarkSuggest(b *testing.B) {
	var staff, users []string
	for i := range 500 {
		staff = append(staff, fmt.Sprintf("Иванов%c%c Пётр%c", 'а'+i%32, 'а'+i/32, 'а'+i%7))
		users = append(users, fmt.Sprintf("Petr%c Ivanov%c%c", 'a'+i%7, 'a'+i%26, 'a'+i/26))
	}
	people := named(staff...)
	for b.Loop() {
		Suggest(people, users)
	}
}

package checks

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/fail"
)

func model(t testing.TB) string {
	data, err := os.ReadFile("testdata/model.yaml")
	require.NoError(t, err)
	return string(data)
}

// TestBadRules changes the model check in one place each and wants the place and the reason told.
func TestBadRules(t *testing.T) {
	source := model(t)
	const fails = "fail: user.idle_days > param.stale_days"
	for _, c := range []struct{ name, old, new, want, hint string }{
		{"misspelt fact", fails, "fail: user.idle_day > param.stale_days", "ACC-002.yaml:8: there is no user.idle_day\n  user.idle_day > param.stale_days\n       ^", "did you mean user.idle_days?"},
		{"misspelt parameter", fails, "fail: user.idle_days > param.stale_day", "there is no param.stale_day", "did you mean param.stale_days?"},
		{"wrong type", fails, `fail: user.idle_days > "x"`, "ACC-002.yaml:8: invalid operation: >", ""},
		{"not a condition", fails, "fail: user.idle_days + 1", "ACC-002.yaml:8: expected bool", ""},
		{"unfinished", fails, "fail: user.idle_days >", "ACC-002.yaml:8: unexpected token EOF", ""},
		{"other record", fails, "fail: role.members > 1", "ACC-002.yaml:8: unknown name role", ""},
		{"unknown key", "severity: high", "sevrity: high", `ACC-002.yaml:2: unknown key "sevrity"`, `did you mean "severity"?`},
		{"unknown kind", "for: user", "for: users", `unknown kind of record "users"`, ""},
		{"two questions", "for: user", "for: user\nanswer: restore_test", "exactly one of for, answer, setting, all", ""},
		{"other answers of a record", fails, fails + "\nwith: [restore_test]", "with: names other answers beside answer:", ""},
		{"once without all", fails, fails + "\nonce: true", "once: belongs to all:", ""},
		{"no failure", fails, "aliases: []", "exactly one of fail and fails", ""},
		{"threshold without bounds", "min: 7, max: 365, ", "", "param stale_days has no bounds", ""},
		{"threshold outside its bounds", "default: 45", "default: 1", "its default is outside its bounds", ""},
		{"severity", "severity: high", "severity: hihg", `severity "hihg" is not one of`, ""},
		{"critical in tier 2", "severity: high\ntier: 1", "severity: critical\ntier: 2", "a critical check belongs to tier 1", ""},
		{"a Latin letter in a Russian word", "учётных записей без входов", "учётных зaписей без входов", "text.ru.title has \"зaписей\", which mixes Latin and Cyrillic letters", ""},
		{"a Cyrillic letter in an English word", "title: No stale", "title: No stаle", "which mixes Latin and Cyrillic letters", ""},
		{"a Cyrillic word in English", "title: No stale", "title: No старых", "text.en.title has \"старых\" in letters of the other alphabet", ""},
		{"a Latin conjunction", "работает ли человек и нужен", "работает ли человек a нужен", "text.ru.steps[1] has \"a\" in letters of the other alphabet", ""},
		{"an abbreviation in look-alikes", "Если доступ не нужен", "Если доступ к НТТР не нужен", "has \"НТТР\" in letters of the other alphabet", ""},
		{"an empty risk", "risk: A former", "risk: \" \"\n    # A former", "text.en.risk is empty", ""},
		{"an empty step", "- If not, block the account. Do not delete it, or its history of actions is lost.", "- \"\"", "text.en.steps[2] is empty", ""},
		{"a step that is a template", "      - Ask the manager whether", "      - Ask {{.name}} whether", "text.en.steps[1] has a placeholder", ""},
		{"a risk that repeats the title", "risk: A former employee, or an intruder who guessed the password, can use a forgotten account unnoticed. Its owner will not see it, because the owner no longer logs in.", "risk: No stale, active accounts!", "text.en.risk repeats its title", ""},
		{"a line break", "title: No stale active accounts", "title: \"No stale\\nactive accounts\"", "text.en.title is longer than 2000 letters, has a line break", ""},
		{"a Ukrainian letter in Russian", "title: Нет", "title: Нєт", "which its language does not use", ""},
		{"a template that does not parse", "{{person .name}}: нет входа", "{{person .name}: нет входа", "text.ru.finding", ""},
		{"no unknown example", "want: unknown", "want: pass", "there is no example that wants unknown", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Contains(t, source, c.old)
			_, err := LoadRule("ACC-002.yaml", []byte(strings.ReplaceAll(source, c.old, c.new)), nil)
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), "map[string]")
			require.NotContains(t, err.Error(), "interface {}")
			require.Contains(t, fail.Hint(err), c.hint)
			require.Equal(t, fail.Usage, fail.Code(err))
		})
	}
}

func FuzzLoadRule(f *testing.F) {
	f.Add(model(f))
	f.Add("id: X\nfor: user\nfail: user.active && (")
	f.Add("for: user\nfail: 1..1000000000")
	f.Fuzz(func(t *testing.T, source string) {
		c, err := LoadRule("fuzz.yaml", []byte(source), nil)
		if err == nil {
			for _, e := range c.Examples {
				_ = e.Try(c) // may differ from what is wanted, must not panic
			}
		}
	})
}

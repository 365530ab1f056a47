package checks

import (
	"fmt"
	"regexp"
	"sort"
	"strings"

	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
)

var idForm = regexp.MustCompile(`^[A-Z]{3}-[0-9]{3}$`)

// Validate refuses a check that a report could not print or a reader could not trust: a missing
// language, an empty text, a threshold without bounds, a verdict without an example.
func Validate(c *Check) error {
	var problems []string
	say := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if !idForm.MatchString(c.ID) {
		say("id %q is not three letters, a dash and three digits", c.ID)
	}
	if c.Severity.Weight() == 0 && c.Severity != Info {
		say("severity %q is not one of critical, high, medium, low, info", c.Severity)
	}
	if c.Tier != 1 && c.Tier != 2 {
		say("tier is 1 (express) or 2 (full)")
	}
	if c.Severity == Critical && c.Tier != 1 {
		say("a critical check belongs to tier 1")
	}
	if len(c.Jurisdictions) == 0 {
		say("jurisdictions are missing: [any] or some of ru, ua, eu")
	}
	for _, j := range c.Jurisdictions {
		if !contains([]string{"any", "ru", "ua", "eu"}, j) {
			say("jurisdiction %q is not any, ru, ua or eu", j)
		}
	}
	if len(c.Refs) == 0 {
		say("refs are missing")
	}
	validateFix(c, say)
	validateParams(c, say)
	for _, l := range lang.All {
		validateText(c, l, say)
	}
	validateExamples(c, say)
	if len(problems) == 0 {
		return nil
	}
	sort.Strings(problems)
	return fail.New(fail.Usage, "see docs/writing-checks.md", "%s: %s", c.File, strings.Join(problems, "; "))
}

func validateFix(c *Check, say func(string, ...any)) {
	if !contains([]string{"owner", "admin", "integrator", "lawyer"}, c.Fix.Who) {
		say("fix.who is owner, admin, integrator or lawyer")
	}
	if !contains([]string{"now", "week", "month", "quarter"}, c.Fix.Horizon) {
		say("fix.horizon is now, week, month or quarter")
	}
	if c.Fix.Minutes <= 0 {
		say("fix.minutes is missing")
	}
}

func validateParams(c *Check, say func(string, ...any)) {
	for name, p := range c.Params {
		if p.Why == "" {
			say("param %s does not say why its default is what it is", name)
		}
		var n float64
		switch x := p.Default.(type) {
		case int:
			n = float64(x)
		case float64:
			n = x
		case nil:
			say("param %s has no default", name)
			continue
		default:
			continue
		}
		switch {
		case p.Min == nil || p.Max == nil:
			say("param %s has no bounds", name)
		case !(n >= *p.Min && n <= *p.Max): // what is no number at all, too
			say("param %s: its default is outside its bounds", name)
		}
	}
}

func validateExamples(c *Check, say func(string, ...any)) {
	seen := map[Verdict]bool{}
	names := map[string]bool{}
	for _, e := range c.Examples {
		seen[e.Want] = true
		if e.Name == "" || names[e.Name] {
			say("example %q needs a name of its own", e.Name)
		}
		names[e.Name] = true
	}
	for _, v := range []Verdict{Passed, Failed, NotAssessed} {
		if !seen[v] {
			say("there is no example that wants %s", v)
		}
	}
}

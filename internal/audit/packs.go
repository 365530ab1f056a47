package audit

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/checks/catalog"
	"github.com/crmaudit/crmaudit/checks/law"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/nearest"
	"github.com/crmaudit/crmaudit/internal/questions"
)

// Checks loads the catalogue with the packs in the folders put into it. The tool is the name and
// version of the program, which packs may ask for.
func Checks(packs []string, tool string) ([]*checks.Check, []checks.PackUse, error) {
	list, err := catalog.Load()
	if err != nil || len(packs) == 0 {
		return list, nil, err
	}
	read, err := readPacks(packs, tool)
	if err != nil {
		return nil, nil, err
	}
	list, uses, err := checks.Combine(list, read)
	if err != nil {
		return nil, nil, err
	}
	return list, uses, Whole(list)
}

// readPacks reads each folder once, however often and in however many ways it is named.
func readPacks(folders []string, tool string) ([]*checks.Pack, error) {
	version := tool[strings.LastIndexByte(tool, ' ')+1:]
	seen := map[string]bool{}
	var list []*checks.Pack
	for _, dir := range folders {
		place, err := filepath.Abs(dir)
		if err != nil {
			return nil, fmt.Errorf("find the pack: %w", err)
		}
		if seen[place] {
			continue
		}
		seen[place] = true
		p, err := checks.ReadPack(dir, version)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// Whole looks at what no check file can know of itself: that the law, the questions, the plan
// features and the other checks that it names exist, and that mending one check cannot lower the
// grade through a critical one.
func Whole(list []*checks.Check) error {
	library, err := law.Load()
	if err != nil {
		return err
	}
	plans, err := checks.LoadPlans()
	if err != nil {
		return err
	}
	asked, err := questions.Load()
	if err != nil {
		return err
	}
	byID := map[string]*checks.Check{}
	for _, c := range list {
		byID[c.ID] = c
	}
	w := whole{library, plans.Features(), asked, byID}
	for _, c := range list {
		if problems := w.problems(c); len(problems) > 0 {
			return fail.New(fail.Usage, "see docs/writing-checks.md", "%s: %s", c.File, strings.Join(problems, "; "))
		}
	}
	return nil
}

type whole struct {
	law       *law.Library
	features  map[string]bool
	questions *questions.Questions
	checks    map[string]*checks.Check
}

func (w whole) problems(c *checks.Check) []string {
	var list []string
	say := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	for _, ref := range c.Refs {
		if _, ok := w.law.Resolve(ref); !ok {
			say("%s refers to %s, which is in no law pack", c.ID, ref)
		}
	}
	for _, q := range c.Ask {
		if _, ok := w.questions.ByID(q); !ok {
			say("%s asks %s, which the questionnaire does not have", c.ID, q)
		}
	}
	if c.Feature != "" && !w.features[c.Feature] {
		say("%s needs the plan feature %s, which no plan lacks", c.ID, c.Feature)
	}
	for _, id := range slices.Concat(c.Requires, c.Unlocks) {
		if w.checks[id] == nil {
			ids := make([]string, 0, len(w.checks))
			for known := range w.checks {
				ids = append(ids, known)
			}
			slices.Sort(ids)
			if near := nearest.Of(id, ids); near != "" {
				id += " (" + near + "?)"
			}
			say("%s names the check %s, which does not exist", c.ID, id)
		}
	}
	if c.Severity == checks.Critical && len(c.Requires) > 0 {
		say("%s is critical and waits for %s: mending that one could lower the grade", c.ID, c.Requires[0])
	}
	for _, id := range c.Unlocks {
		if other := w.checks[id]; other != nil && other.Severity == checks.Critical {
			say("%s unlocks %s, which is critical: mending it could lower the grade", c.ID, id)
		}
	}
	return list
}

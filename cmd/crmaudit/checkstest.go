package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/phrase"
)

func (a *app) checksTestCommand() *cobra.Command {
	var packs packFlag
	c := &cobra.Command{
		Use: "test [DIR]", Short: "Run the examples of the checks in a pack, or of the built-in ones",
		Long: `Run the examples of the checks that a pack adds or changes, with its thresholds; without a folder
those of the built-in checks.

  crmaudit checks test my-checks/
  crmaudit checks test my-checks/ --checks firm-checks/    with another pack below it`,
		RunE: func(_ *cobra.Command, args []string) error {
			packs = append(packs, args...)
			list, uses, err := packs.load()
			if err != nil {
				return err
			}
			if len(uses) > 0 {
				list = touched(list, uses)
			}
			return a.tryExamples(list)
		},
	}
	packs.register(c)
	return c
}

// touched are the checks that packs add, change or disable.
func touched(list []*checks.Check, uses []checks.PackUse) []*checks.Check {
	return slices.DeleteFunc(list, func(c *checks.Check) bool {
		return !slices.ContainsFunc(uses, func(u checks.PackUse) bool {
			return slices.Contains(slices.Concat(u.Added, u.Changed, u.Disabled), c.ID)
		})
	})
}

func (a *app) tryExamples(list []*checks.Check) error {
	examples, failed := 0, 0
	for _, c := range list {
		if c.Disabled != nil {
			fmt.Fprintf(a.out, "%s: disabled by the pack %s: %s\n", c.ID, c.Disabled.Pack, c.Disabled.Reason["en"])
			continue
		}
		for _, e := range c.Examples {
			examples++
			if err := e.Try(c); err != nil {
				failed++
				fmt.Fprintln(a.out, phrase.Fold(fmt.Sprintf("%s: %s: %v", c.ID, e.Name, err), 0, columns, "  "))
			}
		}
	}
	fmt.Fprintf(a.out, "%d checks, %d examples, %d failed\n", len(list), examples, failed)
	if failed > 0 {
		return fail.New(fail.Usage, "mend the rule or the example", "%d of %d examples failed", failed, examples)
	}
	return nil
}

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/checks/catalog"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/nearest"
)

func (a *app) checksCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "checks", Short: "List, show and test checks",
		Long: "List, show and test checks.\n\n  crmaudit checks list\n  crmaudit checks show ACC-002 --lang en\n  crmaudit checks test my-checks/",
	}
	c.AddCommand(a.checksListCommand(), a.checksShowCommand(), a.checksTestCommand(), a.checksWordsCommand())
	return c
}

// listed is a check as `checks list --format json` prints it.
type listed struct {
	ID            string          `json:"id"`
	Severity      checks.Severity `json:"severity"`
	Tier          int             `json:"tier"`
	Jurisdictions []string        `json:"jurisdictions"`
	Topic         string          `json:"topic"`
	Title         checks.Texts    `json:"title"`
}

func (a *app) checksListCommand() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use: "list", Short: "List the checks", Long: "List the checks.\n\n  crmaudit checks list --format json",
		RunE: func(*cobra.Command, []string) error {
			if err := oneOf("--format", format, "text", "json"); err != nil {
				return err
			}
			l, err := a.reportLang(lang.EN)
			if err != nil {
				return err
			}
			list, err := catalog.Load()
			if err != nil {
				return err
			}
			if format == "json" {
				rows := make([]listed, len(list))
				for i, c := range list {
					rows[i] = listed{c.ID, c.Severity, c.Tier, c.Jurisdictions, c.Topic, checks.Texts{}}
					for l, t := range c.Text {
						rows[i].Title[l] = t.Title
					}
				}
				return a.printJSON(rows)
			}
			w := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
			for _, c := range list {
				fmt.Fprintf(w, "%s\t%s\t%s\n", c.ID, c.Severity, c.Text[l].Title)
			}
			return w.Flush()
		},
	}
	c.Flags().StringVar(&format, "format", "text", "text or json")
	return c
}

func (a *app) printJSON(v any) error {
	e := json.NewEncoder(a.out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func (a *app) checksShowCommand() *cobra.Command {
	return &cobra.Command{
		Use: "show ID", Short: "Show one check with its rule, thresholds and texts",
		Long: "Show one check with its rule, thresholds and texts.\n\n  crmaudit checks show ACC-002 --lang en",
		RunE: func(_ *cobra.Command, args []string) error {
			l, err := a.reportLang(lang.EN)
			if err != nil {
				return err
			}
			list, err := catalog.Load()
			if err != nil {
				return err
			}
			var ids []string
			for _, c := range list {
				if strings.EqualFold(c.ID, args[0]) {
					a.show(c, l)
					return nil
				}
				ids = append(ids, c.ID)
			}
			hint := "`crmaudit checks list` shows them all"
			if near := nearest.Of(strings.ToUpper(args[0]), ids); near != "" {
				hint = "did you mean " + near + "? " + hint
			}
			return fail.New(fail.Usage, hint, "there is no check %q", args[0])
		},
	}
}

func (a *app) show(c *checks.Check, l lang.Lang) {
	t := c.Text[l]
	fmt.Fprintf(a.out, "%s  %s\n%s, tier %d, %v\n\n%s\n\nrule: %s\n", c.ID, t.Title, c.Severity, c.Tier, c.Jurisdictions, t.Risk, c.Rule)
	names := make([]string, 0, len(c.Params))
	for n := range c.Params {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		p := c.Params[n]
		fmt.Fprintf(a.out, "  %s = %v", n, p.Default)
		if p.Min != nil && p.Max != nil {
			fmt.Fprintf(a.out, " (%v to %v)", *p.Min, *p.Max)
		}
		fmt.Fprintf(a.out, ": %s\n", p.Why)
	}
	for i, s := range t.Steps {
		fmt.Fprintf(a.out, "%d. %s\n", i+1, s)
	}
}

func (a *app) checksTestCommand() *cobra.Command {
	return &cobra.Command{
		Use: "test [DIR]", Short: "Run the examples of the checks in a folder, or of the built-in ones",
		Long: "Run the examples of the checks in a folder, or of the built-in ones.\n\n  crmaudit checks test my-checks/",
		RunE: func(_ *cobra.Command, args []string) error {
			list, err := checksOf(args)
			if err != nil {
				return err
			}
			examples, failed := 0, 0
			for _, c := range list {
				for _, e := range c.Examples {
					examples++
					if err := e.Try(c); err != nil {
						failed++
						fmt.Fprintf(a.out, "%s: %s: %v\n", c.ID, e.Name, err)
					}
				}
			}
			fmt.Fprintf(a.out, "%d checks, %d examples, %d failed\n", len(list), examples, failed)
			if failed > 0 {
				return fail.New(fail.Usage, "mend the rule or the example", "%d of %d examples failed", failed, examples)
			}
			return nil
		},
	}
}

func checksOf(args []string) ([]*checks.Check, error) {
	if len(args) == 0 {
		return catalog.Load()
	}
	names, err := filepath.Glob(filepath.Join(args[0], "*.yaml"))
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fail.New(fail.Usage, "a folder of checks holds one .yaml file a check", "there are no checks in %s", args[0])
	}
	var list []*checks.Check
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, fail.Wrap(err, fail.Usage, "a folder of checks holds one .yaml file a check", "read the checks")
		}
		c, err := checks.LoadRule(name, data, catalog.Natives())
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

func (a *app) checksWordsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "words KIND", Short: "List what a rule may ask of a kind of record",
		Long: "List what a rule may ask of a kind of record: user, credential, answer, …\n\n  crmaudit checks words user",
		RunE: func(_ *cobra.Command, args []string) error {
			kinds := make([]string, len(facts.Kinds))
			for i, k := range facts.Kinds {
				kinds[i] = string(k)
			}
			if !slices.Contains(kinds, args[0]) {
				hint := "kinds: " + strings.Join(kinds, ", ")
				if near := nearest.Of(args[0], kinds); near != "" {
					hint = "did you mean " + near + "?"
				}
				return fail.New(fail.Usage, hint, "there is no kind of record %q", args[0])
			}
			for _, word := range checks.Words(facts.Kind(args[0])) {
				fmt.Fprintf(a.out, "%s.%s\n", args[0], word)
			}
			return nil
		},
	}
}

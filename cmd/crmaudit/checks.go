package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/nearest"
)

func (a *app) checksCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "checks", Short: "List, show, write and test checks",
		Long: "List, show, write and test checks.\n\n  crmaudit checks list\n  crmaudit checks show ACC-002 --lang en\n  crmaudit checks new EXT-001 my-checks/\n  crmaudit checks test my-checks/",
	}
	c.AddCommand(a.checksListCommand(), a.checksShowCommand(), a.checksNewCommand(), a.checksTestCommand(), a.checksWordsCommand())
	c.AddCommand(a.checksDocsCommand())
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
	var packs packFlag
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
			list, _, err := packs.load()
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
	packs.register(c)
	return c
}

func (a *app) printJSON(v any) error {
	e := json.NewEncoder(a.out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func (a *app) checksShowCommand() *cobra.Command {
	var packs packFlag
	c := &cobra.Command{
		Use: "show ID", Short: "Show one check with its rule, thresholds and texts",
		Long: "Show one check with its rule, thresholds and texts.\n\n  crmaudit checks show ACC-002 --lang en",
		RunE: func(_ *cobra.Command, args []string) error {
			l, err := a.reportLang(lang.EN)
			if err != nil {
				return err
			}
			list, _, err := packs.load()
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
	packs.register(c)
	return c
}

func (a *app) show(c *checks.Check, l lang.Lang) {
	t := c.Text[l]
	fmt.Fprintf(a.out, "%s  %s\n%s, tier %d, %v\n\n%s\n\nrule: %s\n", c.ID, t.Title, c.Severity, c.Tier, c.Jurisdictions, t.Risk, c.Rule)
	if c.Disabled != nil {
		fmt.Fprintf(a.out, "disabled by the pack %s: %s\n", c.Disabled.Pack, c.Disabled.Reason[l])
	}
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

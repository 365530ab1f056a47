package main

import (
	"errors"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/internal/audit"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/internal/fail"
)

func (a *app) gateCommand() *cobra.Command {
	var g config.Gate
	var newSince string
	c := &cobra.Command{
		Use: "gate result.json", Short: "Turn a result into an exit code",
		Long: `Turn a result into an exit code, with one line a reason on standard error.

  crmaudit gate result.json --min-score 75 --min-coverage 60 --fail-on critical
  crmaudit gate result.json --fail-on high --new-since last-week.json

At least one of these conditions is needed. An accepted risk (waivers.yaml) does not fail the gate; one
that has expired does.`,
		RunE: func(c *cobra.Command, args []string) error {
			if err := percent("--min-score", g.MinScore); err != nil {
				return err
			}
			if err := percent("--min-coverage", g.MinCoverage); err != nil {
				return err
			}
			if err := oneOf("--fail-on", g.FailOn, "critical", "high", "medium", "low"); err != nil && g.FailOn != "" {
				return err
			}
			r, err := readResult(args[0])
			if err != nil {
				return err
			}
			var previous *checks.Result
			if newSince != "" {
				if previous, err = readResult(newSince); err != nil {
					return err
				}
				if previous.Ruleset.Hash != r.Ruleset.Hash {
					return fail.New(fail.Usage, "judge the old snapshot again with this version: crmaudit check old.crmsnap -o old.json", "%s was judged under another rule set and cannot be compared", newSince)
				}
			}
			conditions := g.FailOn != "" || c.Flags().Changed("min-score") || c.Flags().Changed("min-coverage")
			if err := a.applyGate(r, g, previous); err != nil || conditions {
				return err
			}
			return fail.New(fail.Usage, "give --min-score, --min-coverage or --fail-on", "there was no condition to check %s against", args[0])
		},
	}
	c.Flags().Float64Var(&g.MinScore, "min-score", 0, "fail below this score")
	c.Flags().Float64Var(&g.MinCoverage, "min-coverage", 0, "not enough data below this coverage")
	c.Flags().StringVar(&g.FailOn, "fail-on", "", "fail on a finding of this severity or worse")
	c.Flags().StringVar(&newSince, "new-since", "", "count only findings that this earlier result did not have")
	return c
}

func readResult(name string) (*checks.Result, error) {
	r, err := audit.ReadResult(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fail.Wrap(err, fail.Usage, "`crmaudit run` and `crmaudit check` write result.json", "read the result")
	case errors.Is(err, fs.ErrPermission):
		return nil, fail.Wrap(err, fail.Usage, "give yourself the right to read the file", "read the result")
	}
	return r, err
}

package main

import (
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/audit"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/questions"
)

func (a *app) doctorCommand() *cobra.Command {
	var format, scenario string
	c := &cobra.Command{
		Use: "doctor [audit.yaml]", Short: "Show what can be collected and which right is missing",
		Long: `Connect to every source, show what it can deliver and which right is missing, change nothing.

  crmaudit doctor audit.yaml
  crmaudit doctor --scenario blind`,
		RunE: func(c *cobra.Command, args []string) error {
			if err := oneOf("--format", format, "text", "json"); err != nil {
				return err
			}
			r := &audit.Runner{Env: collectors.Env{Now: time.Now, Log: a.logger()}, Tool: toolName(), Say: a.say}
			switch {
			case scenario != "" && len(args) == 0:
				p, err := startDemo(c.Context(), scenario)
				if err != nil {
					return err
				}
				defer func() { _ = p.Close() }()
				r.Config, r.Env = p.Config, p.Env
			case len(args) == 1 && scenario == "":
				cfg, err := a.load(args[0])
				if err != nil {
					return err
				}
				r.Config = cfg
			default:
				return fail.New(fail.Usage, "usage: "+c.UseLine(), "doctor needs either an audit.yaml or a --scenario")
			}
			list, err := r.Diagnose(c.Context())
			if err != nil {
				return err
			}
			if format == "json" {
				return a.printJSON(list)
			}
			l, err := a.reportLang(r.Config.Language)
			if err != nil {
				return err
			}
			return a.printDiagnoses(list, l)
		},
	}
	c.Flags().StringVar(&format, "format", "text", "text or json")
	c.Flags().StringVar(&scenario, "scenario", "", "an embedded portal instead of a configuration")
	return c
}

// printDiagnoses prints what is there, what is missing and what would help, one line each.
func (a *app) printDiagnoses(list []audit.Diagnosis, l lang.Lang) error {
	catalogue, err := questions.Load()
	if err != nil {
		return err
	}
	failed := 0
	w := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
	for _, d := range list {
		fmt.Fprintf(w, "%s\t%s\n", d.ID, d.Status)
		if d.Problem != "" {
			failed++
			fmt.Fprintf(w, "  ✗\t%s\n", d.Problem)
		}
		if d.Hint != "" {
			fmt.Fprintf(w, "  hint\t%s\n", d.Hint)
		}
		for _, c := range d.Coverage {
			a.printCoverage(w, c, catalogue, l)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if failed == len(list) {
		return fail.New(fail.Usage, "mend what the lines marked ✗ say", "no source can be collected")
	}
	return nil
}

func (a *app) printCoverage(w *tabwriter.Writer, c facts.Coverage, catalogue *questions.Questions, l lang.Lang) {
	what := string(c.Kind)
	if c.Field != "" {
		what += "." + c.Field
	}
	mark, advice := "✓", ""
	switch c.State {
	case facts.PartOnly:
		mark = "~"
	case facts.Missing:
		mark = "–"
	}
	if c.State != facts.Full {
		advice = string(c.Reason)
		if c.Detail != "" {
			advice += ": " + c.Detail
		}
		if c.Right != "" {
			advice = fmt.Sprintf("missing right: %s", c.Right)
		}
		if q, ok := catalogue.ByID(c.Ask); c.Ask != "" && ok {
			advice += fmt.Sprintf(" (answers.yaml, %s: %s)", c.Ask, q.Text[l].Ask)
		}
	}
	if advice != "" {
		what += "\t" + advice
	}
	fmt.Fprintf(w, "  %s %s\n", mark, what)
}

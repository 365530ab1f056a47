package main

import (
	"fmt"
	"slices"
	"strings"
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
	var everything bool
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
			l, err := a.reportLang(r.Config.Language)
			if err != nil {
				return err
			}
			if err := a.warnOfStaleLaw(r.Config.Jurisdictions, r.Env.Now()); err != nil {
				return err
			}
			if format == "json" {
				err = a.printJSON(list)
			} else {
				err = a.printDiagnoses(list, l, r.Config.Jurisdictions, everything)
			}
			if err != nil {
				return err
			}
			return uncollectable(list)
		},
	}
	c.Flags().StringVar(&format, "format", "text", "text or json")
	c.Flags().BoolVar(&everything, "all", false, "list every fact and every question")
	c.Flags().StringVar(&scenario, "scenario", "", "an embedded portal instead of a configuration")
	return c
}

// printDiagnoses prints what is there, what is missing and what would help, one line each. What no
// source but a person can tell is summed up; everything prints it question by question.
func (a *app) printDiagnoses(list []audit.Diagnosis, l lang.Lang, jurisdictions []string, everything bool) error {
	catalogue, err := questions.Load()
	if err != nil {
		return err
	}
	for _, d := range list {
		fmt.Fprintf(a.out, "%s: %s\n", d.ID, d.Status)
		if d.Problem != "" {
			fmt.Fprintf(a.out, "  ✗ %s\n", d.Problem)
		}
		if d.Hint != "" {
			fmt.Fprintf(a.out, "  hint: %s\n", d.Hint)
		}
		if err := a.printCoverage(d.Coverage, d.Problem, catalogue, l, jurisdictions, everything); err != nil {
			return err
		}
	}
	return nil
}

// uncollectable is the error of a diagnosis in which a source gives nothing at all.
func uncollectable(list []audit.Diagnosis) error {
	failed := 0
	for _, d := range list {
		if d.Problem != "" {
			failed++
		}
	}
	if failed == 0 {
		return nil
	}
	return fail.New(fail.Usage, "mend what the lines marked ✗ say; what works is collected all the same", "%d of %d sources cannot be collected", failed, len(list))
}

func (a *app) printCoverage(list []facts.Coverage, problem string, catalogue *questions.Questions, l lang.Lang, jurisdictions []string, everything bool) error {
	w := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
	var asked, open []string // questions that stand in for the source, and questions without an answer
	answered := 0
	for _, c := range list {
		q, isQuestion := catalogue.ByID(c.Ask)
		switch {
		case everything:
			a.printLine(w, c, catalogue, l)
		case c.Reason == facts.Failed && c.State == facts.Missing && c.Detail != "" && c.Detail == problem:
			// The one reason for everything stands above.
		case c.Kind == facts.KindAnswer && c.State == facts.Full:
			answered++
		case c.Kind == facts.KindAnswer && c.Reason == facts.NotAnswered && isQuestion:
			if len(q.Jurisdictions) == 0 || slices.ContainsFunc(q.Jurisdictions, func(j string) bool { return slices.Contains(jurisdictions, j) }) {
				open = append(open, c.Ask)
			}
		case c.Reason == facts.NotAnswered, c.State == facts.Full && answered > 0:
			// It follows its question.
		case c.Reason == facts.NotSupported && isQuestion:
			if !slices.Contains(asked, c.Ask) {
				asked = append(asked, c.Ask)
			}
		case c.Reason == facts.NotSupported && c.State == facts.Missing:
		default:
			a.printLine(w, c, catalogue, l)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(asked) > 0 {
		fmt.Fprintf(a.out, "  – %d questions of answers.yaml stand in for what this source does not tell (--all lists them)\n", len(asked))
	}
	if answered+len(open) > 0 {
		fmt.Fprintf(a.out, "  answered: %d of %d questions\n", answered, answered+len(open))
	}
	if len(open) > 0 {
		fmt.Fprintf(a.out, "  open: %s\n", wrap(open, 96))
	}
	return nil
}

// wrap joins words into lines of at most width letters.
func wrap(words []string, width int) string {
	var b strings.Builder
	column := 0
	for i, word := range words {
		if i < len(words)-1 {
			word += ","
		}
		if column > 0 && column+len(word) > width {
			b.WriteString("\n        ")
			column = 0
		}
		if column > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word)
		column += len(word) + 1
	}
	return b.String()
}

func (a *app) printLine(w *tabwriter.Writer, c facts.Coverage, catalogue *questions.Questions, l lang.Lang) {
	what := string(c.Kind)
	if c.Field != "" {
		what += "." + c.Field
	}
	mark, advice := "✓", c.Detail
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
			gives, _, _ := strings.Cut(c.Detail, ":")
			advice = fmt.Sprintf("missing right: %s (%s)", c.Right, gives)
		}
		if q, ok := catalogue.ByID(c.Ask); ok {
			advice += fmt.Sprintf(" (answers.yaml, %s: %s)", c.Ask, q.Text[l].Ask)
		}
	}
	if advice != "" {
		what += "\t" + advice
	}
	fmt.Fprintf(w, "  %s %s\n", mark, what)
}

package main

import (
	"context"
	"fmt"
	"io"
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
	"github.com/crmaudit/crmaudit/internal/phrase"
	"github.com/crmaudit/crmaudit/report"
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
			if err := a.warnOfStaleLaw(r.Config.Jurisdictions, r.Env.Now()); err != nil {
				return err
			}
			if format == "json" {
				err = a.printJSON(list)
			} else {
				err = a.printDiagnoses(c.Context(), r, list, everything)
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
func (a *app) printDiagnoses(ctx context.Context, r *audit.Runner, list []audit.Diagnosis, everything bool) error {
	l, err := a.reportLang(r.Config.Language)
	if err != nil {
		return err
	}
	words, err := report.LoadCatalogue(lang.EN) // like everything a source says
	if err != nil {
		return err
	}
	questions, err := askingOf(ctx, r.Config, list, r.Env.Now().UTC())
	if err != nil {
		return err
	}
	p := diagnosisPrinter{out: a.out, words: words, asking: questions, lang: l, everything: everything}
	for _, d := range list {
		fmt.Fprintf(a.out, "%s: %s\n", d.ID, d.Status)
		if d.Problem != "" {
			fmt.Fprintf(a.out, "  ✗ %s\n", d.Problem)
		}
		if d.Hint != "" {
			fmt.Fprintf(a.out, "  hint: %s\n", d.Hint)
		}
		if err := p.coverage(d.Coverage, d.Problem); err != nil {
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

// diagnosisPrinter prints what a source covers.
type diagnosisPrinter struct {
	out        io.Writer
	words      report.Catalogue
	asking     *asking
	lang       lang.Lang // of the questions
	everything bool
}

func (p *diagnosisPrinter) coverage(list []facts.Coverage, problem string) error {
	w := tabwriter.NewWriter(p.out, 0, 4, 2, ' ', 0)
	var standIns, open []string // questions that stand in for the source, and questions without an answer
	answered := 0
	for _, c := range list {
		_, isQuestion := p.asking.catalogue.ByID(c.Ask)
		switch {
		case p.everything:
			p.line(w, c)
		case c.Reason == facts.Failed && c.State == facts.Missing && c.Detail != "" && c.Detail == problem:
			// The one reason for everything stands above.
		case c.Kind == facts.KindAnswer && c.State == facts.Full:
			answered++
		case c.Kind == facts.KindAnswer && c.Reason == facts.NotAnswered && isQuestion:
			if slices.Contains(p.asking.needed, c.Ask) {
				open = append(open, c.Ask)
			}
		case c.Reason == facts.NotAnswered, c.State == facts.Full && answered > 0:
			// It follows its question.
		case c.Reason == facts.NotSupported && isQuestion:
			if slices.Contains(p.asking.asked, c.Ask) && !slices.Contains(standIns, c.Ask) {
				standIns = append(standIns, c.Ask)
			}
		case c.Reason == facts.NotSupported && c.State == facts.Missing:
		default:
			p.line(w, c)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if n := len(standIns); n > 0 {
		fmt.Fprintf(p.out, "  – %d %s of answers.yaml %s in for what this source does not tell (--all lists them)\n",
			n, lang.EN.Plural(n, "question", "questions"), lang.EN.Plural(n, "stands", "stand"))
	}
	if answered+len(open) > 0 {
		fmt.Fprintf(p.out, "  answered: %d of %d questions\n", answered, answered+len(open))
	}
	if len(open) > 0 {
		fmt.Fprintf(p.out, "  open: %s\n", phrase.Fold(strings.Join(open, ", "), len("  open: "), columns, "        "))
	}
	return nil
}

func (p *diagnosisPrinter) line(w io.Writer, c facts.Coverage) {
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
		advice = p.why(c)
		if q, ok := p.asking.catalogue.ByID(c.Ask); ok {
			advice += fmt.Sprintf(" (answers.yaml, %s: %s)", c.Ask, q.Text[p.lang].Ask)
		}
	}
	if advice != "" {
		what += "\t" + advice
	}
	fmt.Fprintf(w, "  %s %s\n", mark, what)
}

// why says in words why a source does not give everything.
func (p *diagnosisPrinter) why(c facts.Coverage) string {
	if c.Right != "" {
		gives, _, _ := strings.Cut(c.Detail, ":")
		return fmt.Sprintf("missing right: %s (%s)", c.Right, gives)
	}
	reason := p.words.T("reason." + string(c.Reason))
	switch {
	case c.Detail == "":
		return reason
	case p.words.Has("reason." + c.Detail): // why an answer does not count
		return p.words.T("reason." + c.Detail)
	case c.State == facts.PartOnly:
		return c.Detail // it tells what is there and what is not
	}
	return reason + ": " + c.Detail
}

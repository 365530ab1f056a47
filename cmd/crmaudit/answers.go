package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/collectors/answers"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
)

func (a *app) answersCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "answers", Short: "Ask, print and check what only a person can tell",
		Long: `Ask what no source could tell, print it as a form, or check a filled-in questionnaire.

  crmaudit answers ask audit.yaml
  crmaudit answers form audit.yaml -o form.html
  crmaudit answers lint answers.yaml`,
	}
	c.AddCommand(a.answersAskCommand(), a.answersFormCommand(), a.answersLintCommand())
	return c
}

func (a *app) answersLintCommand() *cobra.Command {
	var now string
	c := &cobra.Command{
		Use: "lint answers.yaml", Short: "List mistakes, and answers that do not count yet",
		Long: `List every mistake of the file at once, and the answers that do not count: too old, without
evidence, without a name. Exit code 2 when the file cannot be used as it is.

  crmaudit answers lint answers.yaml`,
		RunE: func(_ *cobra.Command, args []string) error {
			at, err := clock(now)
			if err != nil {
				return err
			}
			if at.IsZero() {
				at = time.Now()
			}
			mistakes := 0
			for _, p := range answers.Lint(args[0], at) {
				mark := "note"
				if !p.Ignored {
					mark = "error"
					mistakes++
				}
				where := p.File
				if p.Line > 0 {
					where = fmt.Sprintf("%s:%d", p.File, p.Line)
				}
				fmt.Fprintf(a.out, "%s: %s: %s\n", where, mark, p.Message)
				if p.Hint != "" {
					fmt.Fprintf(a.out, "  hint: %s\n", p.Hint)
				}
			}
			if mistakes > 0 {
				return fail.New(fail.Usage, "mend the lines marked error", "%s has %d %s", args[0], mistakes, lang.EN.Plural(mistakes, "mistake", "mistakes"))
			}
			a.say("%s has no mistakes; `crmaudit doctor` tells which questions are open", args[0])
			return nil
		},
	}
	c.Flags().StringVar(&now, "now", "", "day from which the age of answers counts, 2026-11-22 or RFC 3339 (default: today)")
	return c
}

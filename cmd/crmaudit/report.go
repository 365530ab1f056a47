package main

import (
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/internal/audit"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
)

func (a *app) reportCommand() *cobra.Command {
	var dir, history string
	var formats []string
	var passMark float64
	c := &cobra.Command{
		Use: "report result.json", Short: "Write reports from a saved result", Args: cobra.ExactArgs(1),
		Long: `Write reports from a saved result. Needs no network, no credentials and no snapshot.

  crmaudit report result.json --format pdf,html --lang uk -o reports/

` + exitCodes,
		RunE: func(_ *cobra.Command, args []string) error {
			l, err := a.reportLang(lang.RU)
			if err != nil {
				return err
			}
			for _, f := range formats {
				if !slices.Contains(config.Formats, f) {
					return fail.New(fail.Usage, "formats: "+strings.Join(config.Formats, ", "), "there is no report format %q", f)
				}
			}
			r, err := readResult(args[0])
			if err != nil {
				return err
			}
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return fail.Wrap(err, fail.Usage, "choose a folder you may write to with -o", "make the output folder")
			}
			previous, err := audit.History(history, r.Portal.ID, a.say)
			if err != nil {
				return err
			}
			names, err := audit.Documents{Dir: dir, Formats: formats, Lang: l, PassMark: passMark, Previous: previous}.Write(r)
			for _, n := range names {
				a.say("%s", n)
			}
			return err
		},
	}
	c.Flags().StringVarP(&dir, "out", "o", ".", "folder for the reports")
	c.Flags().StringSliceVar(&formats, "format", []string{"pdf", "html"}, strings.Join(config.Formats, ", "))
	c.Flags().StringVar(&history, "history", "", "folder with earlier results, for the trend")
	c.Flags().Float64Var(&passMark, "pass-mark", 0, "score to mark on the gauge")
	return c
}

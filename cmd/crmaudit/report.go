package main

import (
	"os"
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
		Use: "report result.json", Short: "Write reports from a saved result",
		Long: `Write reports from a saved result. Needs no network, no credentials and no snapshot.

  crmaudit report result.json --format pdf,html --lang uk -o reports/`,
		RunE: func(_ *cobra.Command, args []string) error {
			l, err := a.reportLang(lang.RU)
			if err != nil {
				return err
			}
			for _, f := range formats {
				if err := oneOf("--format", f, config.Formats...); err != nil {
					return err
				}
			}
			if err := percent("--pass-mark", passMark); err != nil {
				return err
			}
			if st, err := os.Stat(history); history != "" && (err != nil || !st.IsDir()) {
				return fail.New(fail.Usage, "give the folder that holds earlier results after --history", "there is no folder %s", history)
			}
			r, err := readResult(args[0])
			if err != nil {
				return err
			}
			if a.language == "" && r.Language != "" {
				l = r.Language
			}
			if err := makeFolder(dir); err != nil {
				return err
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

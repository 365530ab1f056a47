package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/internal/atomicfile"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/interview"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/questions"
)

func (a *app) answersFormCommand() *cobra.Command {
	var o caseOptions
	c := &cobra.Command{
		Use: "form [audit.yaml|X.crmsnap]", Short: "Print the questions as a form to fill in on paper",
		Long: `Write the questions as one HTML page for A4 paper, sorted by who can answer: the owner, the
administrator, the lawyer. With a snapshot only those that are still open; with audit.yaml all that
this audit may ask; alone the whole catalogue.

  crmaudit answers form romashka.crmsnap --config audit.yaml -o form.html
  crmaudit answers form audit.yaml --lang uk
  crmaudit answers form -o all.html`,
		RunE: func(c *cobra.Command, args []string) error {
			f, err := a.paperForm(c.Context(), args, o)
			if err != nil {
				return err
			}
			if err := prepareOutput(o.target); err != nil {
				return err
			}
			if err := atomicfile.Write(o.target, func(w io.Writer) error { return f.Write(w) }); err != nil {
				return err
			}
			a.say("%s: %d %s", o.target, len(f.Items), lang.EN.Plural(len(f.Items), "question", "questions"))
			return nil
		},
	}
	o.flags(c)
	c.Flags().StringVarP(&o.target, "out", "o", "form.html", "page to write")
	return c
}

// paperForm collects the questions of the form.
func (a *app) paperForm(ctx context.Context, args []string, o caseOptions) (interview.Form, error) {
	if len(args) == 0 {
		if o.snapshot != "" {
			return interview.Form{}, fail.New(fail.Usage, "crmaudit answers form audit.yaml --snapshot "+o.snapshot, "a snapshot needs the audit that it belongs to")
		}
		return a.wholeForm()
	}
	o.target = "" // of the answers: the file that the audit reads
	k, err := a.openCase(ctx, args[0], o)
	if err != nil {
		return interview.Form{}, err
	}
	defer k.close()
	p := k.Config.Portal
	f := interview.Form{Lang: k.lang, Client: k.Config.Client.Name, System: p.Title, Platform: p.Platform}
	if f.System == "" {
		f.System = p.URL
	}
	if k.Snapshot == nil {
		f.Items, err = k.All(ctx)
		return f, err
	}
	sheet, err := k.file.Sheet()
	if err == nil {
		f.Items, err = k.Open(ctx, sheet)
	}
	return f, err
}

// wholeForm is the catalogue of questions, whatever the audit.
func (a *app) wholeForm() (interview.Form, error) {
	l, err := a.reportLang(lang.RU)
	if err != nil {
		return interview.Form{}, err
	}
	qs, err := questions.Load()
	if err != nil {
		return interview.Form{}, err
	}
	items, err := interview.Catalogue(qs)
	return interview.Form{Lang: l, Items: items}, err
}

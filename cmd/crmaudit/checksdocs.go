package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/checks/catalog"
	"github.com/crmaudit/crmaudit/collectors/all"
	"github.com/crmaudit/crmaudit/internal/checkdocs"
)

func (a *app) checksDocsCommand() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use: "docs", Short: "Write the documentation of the built-in checks",
		Long: "Write a Markdown page for each built-in check, an index and the table of what is checked on which platform,\n" +
			"in every language. Pages of checks that are gone are removed.\n\n  crmaudit checks docs -o docs/checks",
		RunE: func(*cobra.Command, []string) error {
			list, err := catalog.Load()
			if err != nil {
				return err
			}
			docs, err := checkdocs.New(list, all.Sources())
			if err != nil {
				return err
			}
			pages, err := docs.Pages()
			if err != nil {
				return err
			}
			if err := checkdocs.Write(out, pages); err != nil {
				return err
			}
			fmt.Fprintf(a.out, "%d pages in %s\n", len(pages), out)
			return nil
		},
	}
	c.Flags().StringVarP(&out, "out", "o", filepath.Join("docs", "checks"), "folder of the pages")
	return c
}

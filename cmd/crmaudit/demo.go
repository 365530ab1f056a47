package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/fixtures"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/internal/demo"
	"github.com/crmaudit/crmaudit/internal/fail"
)

func (a *app) demoCommand() *cobra.Command {
	var dir, scenario string
	c := &cobra.Command{
		Use: "demo", Short: "Audit an embedded portal: no credentials, no network", Args: cobra.NoArgs,
		Long: fmt.Sprintf(`Serve an embedded portal on loopback, audit it over real HTTPS and write every report.

  crmaudit demo -o demo/
  crmaudit demo --scenario tidy --lang en

Scenarios: %s. The gate of the demo never fails.

%s`, strings.Join(fixtures.Scenarios(), ", "), exitCodes),
		RunE: func(c *cobra.Command, _ []string) error {
			p, err := demo.Start(c.Context(), scenario)
			if err != nil {
				return fail.Wrap(err, fail.Usage, "scenarios: "+strings.Join(fixtures.Scenarios(), ", "), "start the demo")
			}
			defer func() { _ = p.Close() }()
			p.Config.Gate = config.Gate{MinScore: p.Config.Gate.MinScore}
			err = a.runAudit(c.Context(), p.Config, p.Env, dir, "")
			if _, gate := err.(gateError); gate {
				return nil
			}
			return err
		},
	}
	c.Flags().StringVarP(&dir, "out", "o", "demo", "folder for the snapshot, the result and the reports")
	c.Flags().StringVar(&scenario, "scenario", "leaky", strings.Join(fixtures.Scenarios(), ", "))
	return c
}

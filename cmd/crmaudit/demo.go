package main

import (
	"context"
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
		Use: "demo", Short: "Audit an embedded portal: no credentials, no network",
		Long: fmt.Sprintf(`Serve an embedded portal on loopback, audit it over real HTTPS and write every report.

  crmaudit demo -o demo/
  crmaudit demo --scenario tidy --lang en

Scenarios: %s. The gate of the demo never fails.`, strings.Join(fixtures.Scenarios(), ", ")),
		RunE: func(c *cobra.Command, _ []string) error {
			p, err := startDemo(c.Context(), scenario)
			if err != nil {
				return err
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

func startDemo(ctx context.Context, scenario string) (*demo.Portal, error) {
	if err := oneOf("--scenario", scenario, fixtures.Scenarios()...); err != nil {
		return nil, err
	}
	p, err := demo.Start(ctx, scenario)
	if err != nil {
		return nil, fail.Wrap(err, fail.Internal, "the demo needs a free port on 127.0.0.1 and a folder for temporary files", "start the demo")
	}
	return p, nil
}

package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/fixtures"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/internal/demo"
	"github.com/crmaudit/crmaudit/internal/fail"
)

func (a *app) demoCommand() *cobra.Command {
	var dir, scenario string
	var packs packFlag
	c := &cobra.Command{
		Use: "demo", Short: "Audit an embedded portal: no credentials, no network",
		Long: `Audit an embedded portal and write every report. One in the cloud is served on loopback and audited over
real HTTPS; one on a server of its own is laid out in a folder. The gate of the demo never fails.

  crmaudit demo -o demo/
  crmaudit demo --scenario tidy --lang en

Scenarios:
  leaky    in the cloud, full of holes
  tidy     in the cloud, well kept
  blind    in the cloud, seen through a webhook that may do next to nothing
  box      on a server of its own, full of holes
  neglect  on a server of its own, small and forgotten, in Ukraine
  order    on a server of its own, well kept, in Ukraine`,
		RunE: func(c *cobra.Command, _ []string) error {
			p, err := startDemo(c.Context(), scenario)
			if err != nil {
				return err
			}
			defer func() { _ = p.Close() }()
			if err := packs.into(p.Config); err != nil {
				return err
			}
			p.Config.Gate = config.Gate{MinScore: p.Config.Gate.MinScore}
			err = a.runAudit(c.Context(), p.Config, p.Env, dir, "")
			if _, gate := err.(gateError); gate {
				return nil
			}
			return err
		},
	}
	c.Flags().StringVarP(&dir, "out", "o", "demo", "folder for the snapshot, the result and the reports")
	packs.register(c)
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

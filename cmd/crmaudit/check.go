package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/internal/audit"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/snapfile"
)

func (a *app) checkCommand() *cobra.Command {
	var target, now, configName, passphraseFile string
	var identities []string
	var packs packFlag
	c := &cobra.Command{
		Use: "check X.crmsnap", Short: "Judge a snapshot",
		Long: `Judge a snapshot and write result.json. Needs no network and no credentials; the configuration
says who the client is and which law applies.

  crmaudit check romashka.crmsnap --config audit.yaml -o result.json`,
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := config.LoadRules(configName)
			if err != nil {
				return err
			}
			if err := packs.into(cfg); err != nil {
				return err
			}
			if err := a.warn(cfg); err != nil {
				return err
			}
			l, err := a.reportLang(cfg.Language)
			if err != nil {
				return err
			}
			at, err := clock(now)
			if err != nil {
				return err
			}
			open, err := openOptions(passphraseFile, identities)
			if err != nil {
				return err
			}
			r, err := a.judge(c.Context(), cfg, args[0], at, open)
			if err != nil {
				return err
			}
			if err := prepareOutput(target); err != nil {
				return err
			}
			if err := audit.WriteResult(target, r); err != nil {
				return err
			}
			a.conclude(r, l, []string{target})
			return nil
		},
	}
	c.Flags().StringVarP(&target, "out", "o", audit.ResultName, "result to write")
	c.Flags().StringVarP(&configName, "config", "c", "audit.yaml", "configuration of the audit")
	c.Flags().StringVar(&now, "now", "", "clock of the judgement, 2026-11-22 or RFC 3339 (default: SOURCE_DATE_EPOCH, else the time of the collection)")
	packs.register(c)
	c.Flags().StringVar(&passphraseFile, "passphrase-file", "", "open with the passphrase on the first line of this file")
	c.Flags().StringSliceVar(&identities, "identity", nil, "open with the age secret key in this file; may be repeated")
	return c
}

func openOptions(passphraseFile string, identities []string) (snapfile.OpenOptions, error) {
	passphrase, err := readPassphrase(passphraseFile)
	if err != nil {
		return snapfile.OpenOptions{}, err
	}
	o := snapfile.OpenOptions{Passphrase: passphrase}
	for _, name := range identities {
		data, err := os.ReadFile(name)
		if err != nil {
			return o, fail.Wrap(err, fail.Usage, "check the name after --identity", "read the identity")
		}
		o.Identities = append(o.Identities, string(data))
	}
	return o, nil
}

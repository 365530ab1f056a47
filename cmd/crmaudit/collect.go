package main

import (
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/snapfile"
)

func (a *app) collectCommand() *cobra.Command {
	var target, passphraseFile string
	var recipients []string
	c := &cobra.Command{
		Use: "collect audit.yaml", Short: "Collect all sources into a snapshot",
		Long: `Collect all sources into one file that is judged later, on any machine, without credentials.
An interrupted collection goes on where it stopped when the same command is run again.

  crmaudit collect audit.yaml -o romashka.crmsnap
  crmaudit collect audit.yaml -o romashka.crmsnap --recipient age1…`,
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := a.load(args[0])
			if err != nil {
				return err
			}
			if target == "" {
				target = cfg.Portal.ID + ".crmsnap"
			}
			passphrase, err := readPassphrase(passphraseFile)
			if err != nil {
				return err
			}
			seal := snapfile.Encryption{Passphrase: passphrase, Recipients: recipients}
			if err := seal.Check(); err != nil {
				return err
			}
			err = a.collect(c.Context(), cfg, collectors.Env{Now: time.Now}, target, seal)
			if err == nil || fail.Code(err) == fail.NoData {
				a.say("%s", target)
			}
			return err
		},
	}
	c.Flags().StringVarP(&target, "out", "o", "", "snapshot to write (default <portal>.crmsnap)")
	c.Flags().StringVar(&passphraseFile, "passphrase-file", "", "encrypt to the passphrase on the first line of this file")
	c.Flags().StringSliceVar(&recipients, "recipient", nil, "encrypt to this age public key; may be repeated")
	return c
}

// readPassphrase reads a passphrase from the first line of a file; no file is no passphrase.
func readPassphrase(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return "", fail.Wrap(err, fail.Usage, "check the name after --passphrase-file", "read the passphrase")
	}
	line, _, _ := strings.Cut(string(data), "\n")
	if line = strings.TrimSpace(line); line == "" {
		return "", fail.New(fail.Usage, "put the passphrase on its first line", "%s is empty", name)
	}
	return line, nil
}

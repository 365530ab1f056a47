package main

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/internal/audit"
	"github.com/crmaudit/crmaudit/internal/config"
)

// packFlag are the folders of checks named after --checks.
type packFlag []string

func (p *packFlag) register(c *cobra.Command) {
	c.Flags().StringArrayVar((*[]string)(p), "checks", nil, "folder of checks to add to the catalogue (a pack); may be repeated")
}

// into adds the folders to those of the configuration, whose names start from its own folder.
func (p packFlag) into(cfg *config.Audit) error {
	for _, dir := range p {
		place, err := filepath.Abs(dir)
		if err != nil {
			return err
		}
		cfg.Packs = append(cfg.Packs, place)
	}
	return nil
}

// load is the catalogue with these packs.
func (p packFlag) load() ([]*checks.Check, []checks.PackUse, error) {
	return audit.Checks(p, toolName())
}

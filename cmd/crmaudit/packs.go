package main

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/internal/audit"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/phrase"
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
	list, uses, err := audit.Checks(p, toolName())
	if err != nil {
		err = foldList(err)
	}
	return list, uses, err
}

// foldList makes an error readable that lists much at once, such as all that a new check still lacks. Lines that
// show the place of a mistake stay as they are.
func foldList(err error) error {
	text := err.Error()
	if !strings.Contains(text, "; ") || strings.Contains(text, "\n") {
		return err
	}
	return fail.New(fail.Code(err), fail.Hint(err), "%s", phrase.Fold(text, len(errorMark), columns, "  "))
}

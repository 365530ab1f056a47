// Package catalog holds the checks that come with the program: one file each, YAML or Go.
package catalog

import (
	"embed"
	"fmt"
	"sort"

	"github.com/crmaudit/crmaudit/checks"
)

//go:embed *.yaml
var files embed.FS

// Natives are the questions of this catalogue that are written in Go.
func Natives() checks.Natives {
	return checks.Natives{
		"journal_gaps": journalGaps, "late_logins": lateLogins, "foreign_changes": foreignChanges, "stale_secrets": staleSecrets,
		"mass_deletes": massDeletes, "mass_views": massViews, "foreign_logins": foreignLogins, "end_of_support": endOfSupport,
	}
}

// Load reads, compiles and validates all checks, sorted by id.
func Load() ([]*checks.Check, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	var list []*checks.Check
	seen := map[string]string{}
	for _, e := range entries {
		data, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, err
		}
		c, err := checks.LoadRule(e.Name(), data, Natives())
		if err != nil {
			return nil, err
		}
		if other := seen[c.ID]; other != "" {
			return nil, fmt.Errorf("%s and %s both define %s", other, e.Name(), c.ID)
		}
		seen[c.ID] = e.Name()
		list = append(list, c)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].ID < list[j].ID })
	return list, nil
}

package catalog_test

import (
	"embed"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/checks/catalog"
)

//go:embed *.yaml
var sources embed.FS

// Each file is tested alone, so that one broken check does not hide the others.
func TestExamples(t *testing.T) {
	names, err := filepath.Glob("*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			data, err := sources.ReadFile(name)
			require.NoError(t, err)
			c, err := checks.LoadRule(name, data, catalog.Natives())
			require.NoError(t, err)
			require.Equal(t, name, c.ID+".yaml", "the file is named after its check")
			for _, e := range c.Examples {
				t.Run(e.Name, func(t *testing.T) { require.NoError(t, e.Try(c)) })
			}
		})
	}
}

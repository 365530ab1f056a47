package schema_test

import (
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/schema"
)

var update = flag.Bool("update", false, "write docs/schema")

func TestPublishedSchemasAreCurrent(t *testing.T) {
	for name, make := range map[string]func() ([]byte, error){
		"result.schema.json": schema.Result, "audit.schema.json": schema.Audit,
	} {
		want, err := make()
		require.NoError(t, err)
		path := "../../docs/schema/" + name
		if *update {
			require.NoError(t, os.WriteFile(path, want, 0o644))
		}
		have, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, string(want), string(have), "run: go test ./internal/schema -update")
	}
}

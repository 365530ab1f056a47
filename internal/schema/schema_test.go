package schema_test

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures"
	"github.com/crmaudit/crmaudit/internal/audit"
	"github.com/crmaudit/crmaudit/internal/demo"
	"github.com/crmaudit/crmaudit/internal/schema"
	"github.com/crmaudit/crmaudit/internal/snapfile"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
	"github.com/crmaudit/crmaudit/offboard"
)

var update = flag.Bool("update", false, "write docs/schema")

func TestPublishedSchemasAreCurrent(t *testing.T) {
	for name, make := range map[string]func() ([]byte, error){
		"result.schema.json": schema.Result, "audit.schema.json": schema.Audit, "offboard.schema.json": schema.Offboard,
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

// TestRealFilesFollowTheSchemas holds the configuration and the result of every embedded portal
// against the published schemas, with a validator that knows nothing of our types.
func TestRealFilesFollowTheSchemas(t *testing.T) {
	for _, scenario := range fixtures.Scenarios() {
		t.Run(scenario, func(t *testing.T) {
			files, err := fixtures.Open(scenario)
			require.NoError(t, err)
			data, err := fs.ReadFile(files, "audit.yaml")
			require.NoError(t, err)
			var configuration any
			require.NoError(t, yamlfile.Decode("audit.yaml", data, &configuration))
			require.NoError(t, published(t, "audit.schema.json").Validate(configuration))

			p, err := demo.Start(t.Context(), scenario)
			require.NoError(t, err)
			defer func() { require.NoError(t, p.Close()) }()
			runner := audit.Runner{Config: p.Config, Env: p.Env, Tool: "crmaudit test", Say: t.Logf}
			target := filepath.Join(t.TempDir(), "x.crmsnap")
			require.NoError(t, runner.Collect(t.Context(), target, snapfile.Encryption{}))
			s, err := snapfile.Open(target, snapfile.OpenOptions{})
			require.NoError(t, err)
			defer func() { require.NoError(t, s.Close()) }()
			r, err := audit.Judge(t.Context(), p.Config, s, s.Hash(), "crmaudit test", p.Now)
			require.NoError(t, err)
			sealed, err := r.Seal()
			require.NoError(t, err)
			result, err := validator.UnmarshalJSON(bytes.NewReader(sealed))
			require.NoError(t, err)
			require.NoError(t, published(t, "result.schema.json").Validate(result))
			validateDossier(t, s, p.Now)
		})
	}
}

// validateDossier holds the dossier of the first account against its schema.
func validateDossier(t *testing.T, s facts.Snapshot, now time.Time) {
	t.Helper()
	for u, err := range facts.Each[*facts.User](t.Context(), s) {
		require.NoError(t, err)
		d, err := offboard.Compile(t.Context(), s, offboard.Options{Person: []string{"user:" + u.ID}, Now: now})
		require.NoError(t, err)
		var data bytes.Buffer
		require.NoError(t, d.WriteJSON(&data))
		dossier, err := validator.UnmarshalJSON(&data)
		require.NoError(t, err)
		require.NoError(t, published(t, "offboard.schema.json").Validate(dossier))
		return
	}
}

func published(t *testing.T, name string) *validator.Schema {
	t.Helper()
	s, err := validator.NewCompiler().Compile("../../docs/schema/" + name)
	require.NoError(t, err)
	return s
}

package roster

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/collectors/collectortest"
)

func TestConformance(t *testing.T) {
	// from is a list with the given bytes, in a folder whose name is nobody's business.
	from := func(data []byte, file string) collectortest.Setup {
		return func(t testing.TB) (any, collectors.Env) {
			dir := filepath.Join(t.TempDir(), "s3cret-folder")
			require.NoError(t, os.Mkdir(dir, 0o700))
			if data != nil {
				require.NoError(t, os.WriteFile(filepath.Join(dir, file), data, 0o600))
			}
			return &Config{File: file}, env(dir)
		}
	}
	good := workbook(t, nil, sheetOfThree...)
	csv, err := os.ReadFile("testdata/ukrainian.csv")
	require.NoError(t, err)
	broken := map[string]collectortest.Setup{
		"absent":       from(nil, "staff.csv"),
		"empty":        from([]byte{}, "staff.csv"),
		"truncated":    from(csv[:len(csv)-5], "staff.csv"),
		"html-page":    from([]byte("<!doctype html><title>Log in</title>"), "staff.csv"),
		"zeros":        from(make([]byte, 4096), "staff.csv"),
		"cut-workbook": from(good[:len(good)/2], "staff.xlsx"),
	}
	for name, list := range map[string]collectortest.Setup{"csv": from(csv, "staff.csv"), "xlsx": from(good, "staff.xlsx")} {
		t.Run(name, func(t *testing.T) {
			collectortest.Run(t, collectortest.Harness{Source: Source(), Good: list, Secrets: []string{"s3cret"}, Broken: broken})
		})
	}
}

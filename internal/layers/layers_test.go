// These tests keep the direction of imports: facts know nobody, collectors and checks never
// meet, reports never collect, and each third-party module enters through one package.
package layers

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/crmaudit/crmaudit"

type pkg struct {
	ImportPath string
	Imports    []string
	Deps       []string
	Standard   bool
}

func list(t *testing.T) map[string]pkg {
	t.Helper()
	c := exec.Command("go", "list", "-deps", "-json=ImportPath,Imports,Deps,Standard", module+"/...")
	out, err := c.Output()
	require.NoError(t, err)
	all := map[string]pkg{}
	d := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		all[p.ImportPath] = p
	}
}

func TestImportsGoOneWay(t *testing.T) {
	all := list(t)
	forbidden := []struct{ from, to, why string }{
		{"/facts", "/", "facts are the vocabulary: the standard library only"},
		{"/collectors", "/checks", "a collector reports, it does not judge"},
		{"/collectors", "/report", "a collector reports facts"},
		{"/checks", "/collectors", "checks see a snapshot, never its sources"},
		{"/checks", "/report", "a result does not know its documents"},
		{"/report", "/collectors", "a document is made from a result alone"},
		{"/templates", "/", "templates are data"},
	}
	for path, p := range all {
		for _, f := range forbidden {
			if path != module+f.from && !strings.HasPrefix(path, module+f.from+"/") || strings.HasSuffix(path, "collectortest") {
				continue
			}
			for _, dep := range p.Deps {
				inside := strings.HasPrefix(dep, module+f.to) && !strings.HasPrefix(dep, module+f.from)
				require.False(t, inside, "%s imports %s: %s", path, dep, f.why)
			}
		}
	}
}

func TestThirdPartyModulesHaveOneDoor(t *testing.T) {
	doors := map[string][]string{
		"github.com/go-resty/resty":     {"/internal/transport"},
		"gopkg.in/yaml":                 {"/internal/yamlfile"},
		"github.com/johnfercher/maroto": {"/report/pdf"},
		"codeberg.org/go-pdf/fpdf":      {"/report/pdf"},
		"github.com/xuri/excelize":      {"/collectors/roster"},
		"filippo.io/age":                {"/internal/snapfile"},
		"github.com/expr-lang/expr":     {"/checks"},
		"github.com/go-sql-driver":      {"/collectors/bitrixbox", "/fixtures/dbserver"},
		"github.com/jackc/pgx":          {"/collectors/bitrixbox", "/fixtures/dbserver"},
		"github.com/spf13/cobra":        {"/cmd/crmaudit"},
		"github.com/invopop/jsonschema": {"/internal/schema"},
		"github.com/schollz":            {"/cmd/crmaudit"},
	}
	for path, p := range list(t) {
		if !strings.HasPrefix(path, module) {
			continue
		}
		for _, dep := range p.Imports {
			for third, allowed := range doors {
				if !strings.HasPrefix(dep, third) {
					continue
				}
				ok := false
				for _, door := range allowed {
					ok = ok || path == module+door || strings.HasPrefix(path, module+door+"/")
				}
				require.True(t, ok, "%s imports %s; only %v may", path, dep, allowed)
			}
		}
	}
}

func TestFactsUseTheStandardLibraryOnly(t *testing.T) {
	all := list(t)
	for _, dep := range all[module+"/facts"].Deps {
		require.True(t, all[dep].Standard, "facts depend on %s", dep)
	}
}

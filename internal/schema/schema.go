// Package schema describes result.json, audit.yaml and the offboarding dossier as JSON Schema, from the
// types that the program itself reads and writes. The published files are docs/schema; a test keeps them
// current.
package schema

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/invopop/jsonschema"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/collectors/all"
	"github.com/crmaudit/crmaudit/internal/config"
	"github.com/crmaudit/crmaudit/offboard"
)

const base = "https://github.com/crmaudit/crmaudit/docs/schema/"

// Result is the schema of result.json.
func Result() ([]byte, error) {
	r := &jsonschema.Reflector{ExpandedStruct: true}
	s := r.Reflect(&checks.Result{})
	s.ID = base + "result.schema.json"
	s.Title = "crmaudit result"
	return write(s)
}

// Offboard is the schema of the dossier that `offboard --format json` writes.
func Offboard() ([]byte, error) {
	r := &jsonschema.Reflector{ExpandedStruct: true}
	s := r.Reflect(&offboard.Dossier{})
	s.ID = base + "offboard.schema.json"
	s.Title = "crmaudit offboarding dossier"
	return write(s)
}

// Audit is the schema of audit.yaml.
func Audit() ([]byte, error) {
	r := &jsonschema.Reflector{ExpandedStruct: true, FieldNameTag: "yaml", RequiredFromJSONSchemaTags: true}
	s := r.Reflect(&config.Audit{})
	s.ID = base + "audit.schema.json"
	s.Title = "crmaudit configuration"
	s.Required = []string{"version", "client", "portal", "jurisdictions", "sources"}
	kinds := &jsonschema.Schema{Type: "array", MinItems: ptr(1), Items: &jsonschema.Schema{}}
	for _, source := range all.Sources() {
		one := (&jsonschema.Reflector{
			ExpandedStruct: true, Anonymous: true, DoNotReference: true, FieldNameTag: "yaml", RequiredFromJSONSchemaTags: true, Mapper: duration,
		}).Reflect(source.NewConfig())
		one.Version, one.Description = "", source.Summary
		one.Properties.Set("kind", &jsonschema.Schema{Const: source.Kind})
		one.Required = append([]string{"kind"}, one.Required...)
		kinds.Items.OneOf = append(kinds.Items.OneOf, one)
	}
	s.Properties.Set("sources", kinds)
	return write(s)
}

// duration is written as 30s or 5m.
func duration(t reflect.Type) *jsonschema.Schema {
	if t != reflect.TypeFor[time.Duration]() {
		return nil
	}
	return &jsonschema.Schema{Type: "string", Pattern: `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`}
}

func ptr(n uint64) *uint64 { return &n }

func write(s *jsonschema.Schema) ([]byte, error) {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the schema: %w", err)
	}
	return append(data, '\n'), nil
}

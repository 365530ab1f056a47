// Package yamlfile reads YAML strictly: an unknown key, a wrong type or a duplicate is an error
// that names the file, the line and the nearest known key. It is the only importer of the YAML module.
package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/nearest"
)

// maxSize bounds a configuration file; a larger one is a mistake, not a configuration.
const maxSize = 16 << 20

// Node is a part of a document that its reader decodes later with DecodeNode, once it knows into what.
type Node = yaml.Node

// Shapes of a Node.
const (
	Sequence = yaml.SequenceNode
	Mapping  = yaml.MappingNode
	Scalar   = yaml.ScalarNode
)

// Unmarshaler is implemented by types that choose between several YAML shapes.
type Unmarshaler = yaml.Unmarshaler

// Decode reads one YAML document into the value into points to. An empty document leaves it as it is.
func Decode(name string, data []byte, into any) (err error) {
	if len(data) > maxSize {
		return fail.New(fail.Usage, "split the file or remove what does not belong in it", "%s is larger than %d MB", name, maxSize>>20)
	}
	// The YAML module panics on a few malformed documents; for the reader that is one more bad file.
	defer func() {
		if p := recover(); p != nil {
			err = fail.New(fail.Usage, "check the indentation and quotes", "%s is not valid YAML", name)
		}
	}()
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return explain(name, err, into)
	}
	var more yaml.Node
	if err := d.Decode(&more); !errors.Is(err, io.EOF) {
		return fail.New(fail.Usage, "keep one document a file: remove the second '---'", "%s holds more than one document", name)
	}
	return nil
}

// DecodeNode reads a part of a document strictly. Lines in errors are those of the whole file.
func DecodeNode(name string, node *Node, into any) error {
	if err := checkKeys(name, node, reflect.TypeOf(into)); err != nil {
		return err
	}
	if err := node.Decode(into); err != nil {
		return explain(name, err, into)
	}
	return nil
}

// Encode writes v as YAML with two spaces of indentation.
func Encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	return b.Bytes(), e.Close()
}

var (
	unknownField = regexp.MustCompile(`line (\d+): field (.+) not found in type (\S+)`)
	lineError    = regexp.MustCompile(`line (\d+): (.*)`)
	goType       = regexp.MustCompile(`into (.+)$`)
)

// explain turns the module's message into a sentence without Go type names.
func explain(name string, err error, into any) error {
	var fromReader *fail.Error
	if errors.As(err, &fromReader) {
		return err
	}
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	text = strings.TrimPrefix(text, "unmarshal errors:\n  ")
	text, _, _ = strings.Cut(text, "\n")
	if m := unknownField.FindStringSubmatch(text); m != nil {
		hint := "remove the key or correct its name"
		if near := nearest.Of(m[2], keysNamed(reflect.TypeOf(into), m[3])); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		return fail.New(fail.Usage, hint, "%s:%s: unknown key %q", name, m[1], m[2])
	}
	if m := lineError.FindStringSubmatch(text); m != nil {
		return fail.New(fail.Usage, "check the indentation, quotes and the kind of value", "%s:%s: %s", name, m[1], plainTypes(m[2]))
	}
	return fail.New(fail.Usage, "check the indentation and quotes", "%s: %s", name, plainTypes(text))
}

// plainTypes says "a whole number" where the module says "into int".
func plainTypes(s string) string {
	s = strings.NewReplacer("cannot unmarshal ", "cannot read ", "!!str ", "text ", "!!int ", "number ", "!!bool ", "yes/no ", "!!seq", "a list", "!!map", "a mapping", "!!null", "nothing", "!!float ", "number ", "!!timestamp ", "date ").Replace(s)
	return goType.ReplaceAllStringFunc(s, func(m string) string {
		t := strings.TrimPrefix(m, "into ")
		switch {
		case strings.HasPrefix(t, "[]"):
			return "as a list"
		case strings.HasPrefix(t, "map["):
			return "as a mapping"
		case strings.HasPrefix(t, "int"), strings.HasPrefix(t, "uint"):
			return "as a whole number"
		case strings.HasPrefix(t, "float"):
			return "as a number"
		case t == "bool":
			return "as yes or no (true/false)"
		case t == "string":
			return "as text"
		case t == "time.Time":
			return "as a date (2026-11-22)"
		}
		return "as what is expected here"
	})
}

// keysNamed lists the YAML keys of the struct type that the module calls typeName, searched below t.
func keysNamed(t reflect.Type, typeName string) []string {
	seen := map[reflect.Type]bool{}
	var find func(t reflect.Type) []string
	find = func(t reflect.Type) []string {
		for t != nil && (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map || t.Kind() == reflect.Array) {
			t = t.Elem()
		}
		if t == nil || t.Kind() != reflect.Struct || seen[t] {
			return nil
		}
		seen[t] = true
		if t.String() == typeName {
			return structKeys(t)
		}
		for f := range t.Fields() {
			if keys := find(f.Type); keys != nil {
				return keys
			}
		}
		return nil
	}
	return find(t)
}

func structKeys(t reflect.Type) []string {
	var keys []string
	for f := range t.Fields() {
		tag, opts, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case tag == "-" || !f.IsExported():
		case strings.Contains(opts, "inline"):
			keys = append(keys, structKeys(f.Type)...)
		case tag != "":
			keys = append(keys, tag)
		default:
			keys = append(keys, strings.ToLower(f.Name))
		}
	}
	return keys
}

// checkKeys refuses unknown keys at the top of a node: the module's strict mode does not reach nodes.
func checkKeys(name string, node *Node, t reflect.Type) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || node.Kind != yaml.MappingNode {
		return nil
	}
	known := structKeys(t)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		found := false
		for _, k := range known {
			found = found || k == key.Value
		}
		if !found {
			hint := "remove the key or correct its name"
			if near := nearest.Of(key.Value, known); near != "" {
				hint = fmt.Sprintf("did you mean %q?", near)
			}
			return fail.New(fail.Usage, hint, "%s:%d: unknown key %q", name, key.Line, key.Value)
		}
	}
	return nil
}

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
	Document = yaml.DocumentNode
)

// FlowStyle is the style of a Node that is written on one line, in brackets.
const FlowStyle = yaml.FlowStyle

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
	var document, more yaml.Node
	if err := d.Decode(&document); errors.Is(err, io.EOF) {
		return nil
	} else if err != nil {
		return explain(name, err)
	}
	if err := d.Decode(&more); !errors.Is(err, io.EOF) {
		return fail.New(fail.Usage, "keep one document a file: remove the second '---'", "%s holds more than one document", name)
	}
	return DecodeNode(name, &document, into)
}

// DecodeNode reads a part of a document strictly. Lines in errors are those of the whole file.
func DecodeNode(name string, node *Node, into any) error {
	if err := checkStrictly(name, node, reflect.TypeOf(into)); err != nil {
		return err
	}
	if err := node.Decode(into); err != nil {
		return explain(name, err)
	}
	return nil
}

var (
	lineError = regexp.MustCompile(`line (\d+): (.*)`)
	goType    = regexp.MustCompile(`into (.+)$`)
)

// explain turns the module's message into a sentence without Go type names.
func explain(name string, err error) error {
	var fromReader *fail.Error
	if errors.As(err, &fromReader) {
		return err
	}
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	text = strings.TrimPrefix(text, "unmarshal errors:\n  ")
	text, _, _ = strings.Cut(text, "\n")
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

// Encode writes a document or a part of one, its comments included.
func Encode(n *Node) ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := errors.Join(e.Encode(n), e.Close()); err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	return b.Bytes(), nil
}

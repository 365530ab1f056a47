package yamlfile

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/internal/fail"
)

// garden has one field of every shape that the program's files use.
type garden struct {
	Version int               `yaml:"version"`
	Title   string            `yaml:"title"`
	Open    *bool             `yaml:"open"`
	Area    float64           `yaml:"area"`
	Since   time.Time         `yaml:"since"`
	Tags    []string          `yaml:"tags"`
	Prices  map[string]int    `yaml:"prices"`
	Beds    []bed             `yaml:"beds"`
	ByName  map[string]bed    `yaml:"by_name"`
	Later   Node              `yaml:"later"`
	Size    size              `yaml:"size"`
	Shared  soil              `yaml:",inline"`
	Hidden  string            `yaml:"-"`
	Plain   string            // its key is its name in lower case
	Notes   map[string]string `yaml:"notes"`
	Free    any               `yaml:"free"`
}

type bed struct {
	Plant string `yaml:"plant"`
	Rows  int    `yaml:"rows"`
	Near  *bed   `yaml:"near"`
}

type soil struct {
	Acidity float64 `yaml:"acidity"`
}

// size is written as a word or as a number.
type size int

func (s *size) UnmarshalYAML(n *Node) error {
	if n.Value == "large" {
		*s = 3
		return nil
	}
	return fail.New(fail.Usage, "write large", "line %d: no such size", n.Line)
}

func TestDecode(t *testing.T) {
	var g garden
	require.NoError(t, Decode("garden.yaml", []byte(`
version: 1
title: Сад
open: yes
area: 2.5
since: 2026-11-22
tags: [a, b]
prices: {apple: 3}
beds:
  - {plant: rose, rows: 2, near: {plant: lily}}
by_name: {north: {plant: fir}}
size: large
acidity: 6.5
plain: x
free: {<<: {anything: goes}}
`), &g))
	require.Equal(t, "Сад", g.Title)
	require.True(t, *g.Open)
	require.Equal(t, "lily", g.Beds[0].Near.Plant)
	require.Equal(t, size(3), g.Size)
	require.InDelta(t, 6.5, g.Shared.Acidity, 0)
	require.Equal(t, "x", g.Plain)

	before := g
	require.NoError(t, Decode("empty.yaml", []byte("# nothing but a comment\n"), &g))
	require.Equal(t, before, g, "an empty document changes nothing")
	require.NoError(t, Decode("marked.yaml", []byte("---\nversion: 2\n...\n"), &g))
	require.Equal(t, 2, g.Version)
}

// A bad file is named with its line and, where that helps, the nearest right word; never with a Go type.
func TestBadFiles(t *testing.T) {
	for _, c := range []struct{ text, message, hint string }{
		{"titel: x", `f.yaml:1: unknown key "titel"`, `did you mean "title"?`},
		{"version: 1\n\nbeds:\n  - plnat: rose", `f.yaml:4: unknown key "plnat"`, `did you mean "plant"?`},
		{"by_name: {n: {near: {rosw: 1}}}", `f.yaml:1: unknown key "rosw"`, `did you mean "rows"?`},
		{"acidty: 6", `f.yaml:1: unknown key "acidty"`, `did you mean "acidity"?`},
		{"hidden: x", `f.yaml:1: unknown key "hidden"`, "remove the key or correct its name"},
		{"zzzzzzzz: x", `f.yaml:1: unknown key "zzzzzzzz"`, "remove the key or correct its name"},
		{"version: one", "f.yaml:1: cannot read text `one` as a whole number", ""},
		{"version: 1.5", "f.yaml:1: cannot read number `1.5` as a whole number", ""},
		{"version: [1]", "f.yaml:1: cannot read a list as a whole number", ""},
		{"title: [1]", "f.yaml:1: cannot read a list as text", ""},
		{"title: {a: 1}", "f.yaml:1: cannot read a mapping as text", ""},
		{"open: maybe", "f.yaml:1: cannot read text `maybe` as yes or no (true/false)", ""},
		{"area: wide", "f.yaml:1: cannot read text `wide` as a number", ""},
		{"since: yesterday", "f.yaml:1: cannot read text `yesterday` as a date (2026-11-22)", ""},
		{"tags: a", "f.yaml:1: cannot read text `a` as a list", ""},
		{"tags: {a: 1}", "f.yaml:1: cannot read a mapping as a list", ""},
		{"prices: [1]", "f.yaml:1: cannot read a list as a mapping", ""},
		{"prices: {apple: dear}", "f.yaml:1: cannot read text `dear` as a whole number", ""},
		{"beds: [rose]", "f.yaml:1: cannot read text `rose` as what is expected here", ""},
		{"- a\n- b", "f.yaml:1: cannot read a list as what is expected here", ""},
		{"just words", "f.yaml:1: cannot read text `just words` as what is expected here", ""},
		{"version: 1\nversion: 2", `f.yaml:2: mapping key "version" already defined at line 1`, ""},
		{"version: 1\n\ttitle: x", "f.yaml:2: found a tab character that violates indentation", ""},
		{"title: \"x", "f.yaml: found unexpected end of stream", ""},
		{"title: *nobody", "f.yaml: unknown anchor 'nobody' referenced", ""},
		{"title: \x00", "f.yaml: control characters are not allowed", ""},
		{"title: \xff", "f.yaml: invalid leading UTF-8 octet", ""},
		{"base: &b {plant: x}", `f.yaml:1: unknown key "base"`, ""},
		{"beds:\n  - &b {plant: x}\n  - {<<: *b, rowz: 1}", `f.yaml:3: unknown key "rowz"`, ""},
		{"notes: &n {titel: x}\nby_name: {a: *n}", `f.yaml:1: unknown key "titel"`, ""},
		{"? [a]\n: b", "f.yaml:1: cannot read a list as text", ""},
		{"size: small", "line 1: no such size", "write large"},
		{"version: 1\n---\nversion: 2", "f.yaml holds more than one document", "keep one document a file: remove the second '---'"},
		{"version: 1\n---\n", "f.yaml holds more than one document", "keep one document a file: remove the second '---'"},
		{"version: 1\n---\n][", "f.yaml holds more than one document", "keep one document a file: remove the second '---'"},
		{strings.Repeat(" ", maxSize) + "x", "f.yaml is larger than 16 MB", "split the file or remove what does not belong in it"},
		{bomb(), "f.yaml: document contains excessive aliasing", ""},
	} {
		var g garden
		err := Decode("f.yaml", []byte(c.text), &g)
		if !assert.Error(t, err, "%.80q", c.text) {
			continue
		}
		assert.Equal(t, c.message, err.Error(), "%.80q", c.text)
		assert.Equal(t, fail.Usage, fail.Code(err), "%.80q", c.text)
		assert.NotEmpty(t, fail.Hint(err), "%.80q", c.text)
		if c.hint != "" {
			assert.Equal(t, c.hint, fail.Hint(err), "%.80q", c.text)
		}
	}
}

// bomb is a small document of nine layers of aliases that would unfold to a thousand million words.
func bomb() string {
	var b strings.Builder
	b.WriteString("free: {x0: &x0 [a,a,a,a,a,a,a,a,a,a]")
	for i := range 8 {
		fmt.Fprintf(&b, ", x%d: &x%d [%s]", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*x%d,", i), 10), ","))
	}
	return b.String() + "}"
}

func TestUnknownKeyOfANamelessType(t *testing.T) {
	var file struct {
		Waivers []struct {
			Owner string `yaml:"owner"`
		} `yaml:"waivers"`
	}
	err := Decode("w.yaml", []byte("waivers: [{ownr: x}]"), &file)
	require.EqualError(t, err, `w.yaml:1: unknown key "ownr"`)
	require.Equal(t, `did you mean "owner"?`, fail.Hint(err))
	require.EqualError(t, Decode("w.csv", []byte("check,subject"), &file), "w.csv:1: cannot read text `check,s...` as what is expected here")
}

func TestDecodeNode(t *testing.T) {
	var g garden
	later := func(text string) *Node {
		require.NoError(t, Decode("g.yaml", []byte("version: 1\nlater:\n"+text), &g))
		return &g.Later
	}
	var b bed
	require.NoError(t, DecodeNode("g.yaml", later("  plant: oak\n  near: {plant: elm}"), &b))
	require.Equal(t, "elm", b.Near.Plant)
	for text, want := range map[string]string{
		"  plant: oak\n  rwos: 3":             `g.yaml:4: unknown key "rwos"`,
		"  plant: oak\n  near:\n    palnt: x": `g.yaml:5: unknown key "palnt"`,
		"  rows: many":                        "g.yaml:3: cannot read text `many` as a whole number",
		"  [1, 2]":                            "g.yaml:3: cannot read a list as what is expected here",
	} {
		require.EqualError(t, DecodeNode("g.yaml", later(text), &bed{}), want, text)
	}
	require.EqualError(t, DecodeNode("g.yaml", later("  beds: [{rows: 1}, {rowz: 1}]"), &garden{}), `g.yaml:3: unknown key "rowz"`)
	require.EqualError(t, DecodeNode("g.yaml", later("  by_name:\n    n: {rowz: 1}"), &garden{}), `g.yaml:4: unknown key "rowz"`)
	require.NoError(t, DecodeNode("g.yaml", later("  acidity: 3\n  notes: {any: thing}"), &garden{}))
}

func TestErrorsOfReadersPass(t *testing.T) {
	var g garden
	err := Decode("f.yaml", []byte("size: small"), &g)
	var own *fail.Error
	require.True(t, errors.As(err, &own))
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{"version: 1", "beds: [{plant: x}]", "a: &a [*a]", "later: {x: 1}", "? [a]\n: b", "<<: {version: 1}", "--- 1\n---", "size: large", "since: 2026-11-22", "\"\\xff\": 1", bomb()} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var g garden
		err := Decode("f.yaml", data, &g)
		if err == nil {
			err = DecodeNode("f.yaml", &g.Later, &garden{})
		}
		if err != nil {
			require.NotRegexp(t, `into \S*(yamlfile\.|struct|map\[|\[\])`, err.Error())
			require.NotContains(t, err.Error(), "panic")
			require.Equal(t, fail.Usage, fail.Code(err))
		}
	})
}

func TestEncodeKeepsOrderAndComments(t *testing.T) {
	const text = "# head\nb: 1 # one\na:\n  - {x: yes}\n"
	var doc Node
	require.NoError(t, Decode("x.yaml", []byte(text), &doc))
	require.Equal(t, Document, doc.Kind)
	out, err := Encode(&doc)
	require.NoError(t, err)
	require.Equal(t, text, string(out))
}

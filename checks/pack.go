package checks

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

// ManifestName is the file that makes a folder a pack.
const ManifestName = "pack.yaml"

// Pack is a folder of checks added at run time: new ones, and changes to those that are there.
type Pack struct {
	Name        string
	Version     string
	Owner       string // who answers for its rules
	Description Texts
	Categories  map[string]Texts // names of groups that the catalogue does not have
	Hash        string           // of all its files

	added      []*Check
	extensions []*extension
}

// PackUse is what a pack did to the rule set of a run.
type PackUse struct {
	Name        string           `json:"name"`
	Version     string           `json:"version"`
	Owner       string           `json:"owner"`
	Hash        string           `json:"hash"`
	Description Texts            `json:"description"`
	Categories  map[string]Texts `json:"categories,omitzero"`
	Added       []string         `json:"added,omitzero"` // ids of checks
	Changed     []string         `json:"changed,omitzero"`
	Disabled    []string         `json:"disabled,omitzero"`
}

// manifest is pack.yaml.
type manifest struct {
	Name        string                `yaml:"name"`
	Version     string                `yaml:"version"`
	Owner       string                `yaml:"owner"`
	MinVersion  string                `yaml:"min_version"`
	Description sameOrEach            `yaml:"description"`
	Categories  map[string]sameOrEach `yaml:"categories"`
}

// sameOrEach is one text for all languages, or one for each.
type sameOrEach Texts

// UnmarshalYAML reads a text or a mapping of languages to texts.
func (w *sameOrEach) UnmarshalYAML(n *yamlfile.Node) error {
	var one string
	if n.Kind == yamlfile.Scalar {
		if err := n.Decode(&one); err != nil {
			return err
		}
		*w = sameOrEach{}
		for _, l := range lang.All {
			(*w)[l] = one
		}
		return nil
	}
	var each map[lang.Lang]string
	if err := n.Decode(&each); err != nil {
		return err
	}
	*w = each
	return nil
}

// trouble says what keeps the text from being printed in every language.
func (w sameOrEach) trouble() string {
	for l := range w {
		if !slices.Contains(lang.All, l) {
			return fmt.Sprintf("has the language %q, which reports do not", l)
		}
	}
	for _, l := range lang.All {
		switch s := w[l]; {
		case strings.TrimSpace(s) == "":
			return fmt.Sprintf("is empty in %s: write one text, or one each for ru, uk and en", l)
		case tidy(s) != s:
			return fmt.Sprintf("is in %s longer than %d letters or has characters that cannot be printed", l, maxText)
		}
	}
	return ""
}

// newPack reads the files of a pack, by their names in its folder. The program's version decides whether
// the pack may be used; a version under development takes any.
func newPack(dir string, files map[string][]byte, program string) (*Pack, error) {
	at := func(name string) string { return filepath.Join(dir, name) }
	var m manifest
	if err := yamlfile.Decode(at(ManifestName), files[ManifestName], &m); err != nil {
		return nil, err
	}
	if err := m.validate(at(ManifestName), program); err != nil {
		return nil, err
	}
	p := &Pack{Name: m.Name, Version: m.Version, Owner: m.Owner, Description: Texts(m.Description), Categories: map[string]Texts{}}
	for id, name := range m.Categories {
		p.Categories[id] = Texts(name)
	}
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		data := files[name]
		fmt.Fprintf(h, "%q %x\n", name, sha256.Sum256(data))
		if name == ManifestName {
			continue
		}
		if err := p.read(at(name), data); err != nil {
			return nil, err
		}
	}
	p.Hash = fmt.Sprintf("%x", h.Sum(nil))
	if len(p.added)+len(p.extensions) == 0 {
		return nil, fail.New(fail.Usage, "add a check: crmaudit checks new ID "+dir, "the pack %s holds no checks", dir)
	}
	return p, nil
}

// read takes a file of the pack: a check of its own, or a change to another one.
func (p *Pack) read(name string, data []byte) error {
	var whole yamlfile.Node
	if err := yamlfile.Decode(name, data, &whole); err != nil {
		return err
	}
	if hasKey(&whole, "extends") {
		x, err := loadExtension(name, data)
		if err != nil {
			return err
		}
		x.pack = p
		p.extensions = append(p.extensions, x)
		return nil
	}
	c, err := LoadRule(name, data, nil)
	if err != nil {
		return err
	}
	p.added = append(p.added, c)
	return nil
}

func hasKey(document *yamlfile.Node, key string) bool {
	top := document
	if top.Kind != yamlfile.Mapping && len(top.Content) == 1 {
		top = top.Content[0]
	}
	if top.Kind != yamlfile.Mapping {
		return false
	}
	for i := 0; i+1 < len(top.Content); i += 2 {
		if top.Content[i].Value == key {
			return true
		}
	}
	return false
}

var (
	packName    = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,62}$`)
	versionForm = regexp.MustCompile(`^[0-9]{1,6}(\.[0-9]{1,6}){0,3}$`)
	groupForm   = regexp.MustCompile(`^[A-Z]{3}$`)
)

func (m *manifest) validate(file, program string) error {
	var problems []string
	say := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if !packName.MatchString(m.Name) {
		say("name %q is not made of small letters, digits and dashes", m.Name)
	}
	if !versionForm.MatchString(m.Version) {
		say("version %q is not a number such as 1.2.0", m.Version)
	}
	if m.MinVersion != "" && !versionForm.MatchString(m.MinVersion) {
		say("min_version %q is not a number such as 1.2.0", m.MinVersion)
	}
	switch {
	case strings.TrimSpace(m.Owner) == "":
		say("owner is missing: who answers for these rules")
	case tidy(m.Owner) != m.Owner:
		say("owner is longer than %d letters or has characters that cannot be printed", maxText)
	}
	if t := m.Description.trouble(); t != "" {
		say("description %s", t)
	}
	for _, id := range slices.Sorted(maps.Keys(m.Categories)) {
		if !groupForm.MatchString(id) {
			say("category %q is not the three letters that ids begin with", id)
		}
		if t := m.Categories[id].trouble(); t != "" {
			say("category %s %s", id, t)
		}
	}
	if len(problems) > 0 {
		return fail.New(fail.Usage, "see docs/packs.md", "%s: %s", file, strings.Join(problems, "; "))
	}
	if m.MinVersion != "" && olderThan(program, m.MinVersion) {
		return fail.New(fail.Usage, "update the program, or use an earlier version of the pack", "%s: the pack %s %s needs crmaudit %s or newer, this is %s", file, m.Name, m.Version, m.MinVersion, program)
	}
	return nil
}

// olderThan compares two versions. What is no release, a build from the sources, is older than nothing.
func olderThan(program, wanted string) bool {
	release, _, _ := strings.Cut(strings.TrimPrefix(program, "v"), "-")
	release, _, _ = strings.Cut(release, "+")
	if !versionForm.MatchString(release) || strings.HasPrefix(program, "v0.0.0-") {
		return false
	}
	have, want := strings.Split(release, "."), strings.Split(wanted, ".")
	for i := range max(len(have), len(want)) {
		if a, b := part(have, i), part(want, i); a != b {
			return a < b
		}
	}
	return false
}

func part(version []string, i int) int {
	if i >= len(version) {
		return 0
	}
	n, _ := strconv.Atoi(version[i]) // digits, by versionForm
	return n
}

// plainLine reports whether a text can be printed as it is, on one line and in full.
func plainLine(s string) bool {
	return utf8.ValidString(s) && cut(s, maxSentence) == s
}

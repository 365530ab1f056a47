// Package config reads audit.yaml: what is audited, from which sources, under which conditions.
package config

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/nearest"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

// Audit is audit.yaml.
type Audit struct {
	Version       int                       `yaml:"version"`
	Client        Client                    `yaml:"client"`
	Portal        Portal                    `yaml:"portal"`
	Jurisdictions []string                  `yaml:"jurisdictions"`
	Profile       string                    `yaml:"profile"` // express or full
	Thresholds    map[string]map[string]any `yaml:"thresholds"`
	Protection    int                       `yaml:"protection_level"` // УЗ 1 to 4, 0: follows from personal_data
	PersonalData  *PersonalData             `yaml:"personal_data"`
	Language      lang.Lang                 `yaml:"language"`
	Auditor       string                    `yaml:"auditor"`
	SourceNodes   []yamlfile.Node           `yaml:"sources"`
	Packs         []string                  `yaml:"packs"` // folders of checks beside the catalogue
	Waivers       string                    `yaml:"waivers"`
	History       string                    `yaml:"history"`
	Report        Report                    `yaml:"report"`
	Gate          Gate                      `yaml:"gate"`

	Name     string   `yaml:"-"` // file name, for messages
	Dir      string   `yaml:"-"` // folder that relative names start from
	Sources  []Source `yaml:"-"`
	Secrets  []string `yaml:"-"` // values that came from ${env:} and ${file:}, to be kept out of every output
	Warnings []string `yaml:"-"`
}

// Client is whose data the CRM holds.
type Client struct {
	Name             string   `yaml:"name"`
	Kind             string   `yaml:"kind"` // company, sole_trader, nonprofit, public_body
	Headcount        int      `yaml:"headcount"`
	Domains          []string `yaml:"domains"`
	Phones           []string `yaml:"phones"`
	RemoteWork       *bool    `yaml:"remote_work"`
	HighRiskData     *bool    `yaml:"high_risk_data"`
	ManagementRoles  []string `yaml:"management_roles"`
	AllowedCountries []string `yaml:"allowed_countries"`
}

// Portal is the CRM installation.
type Portal struct {
	ID         string   `yaml:"id"`
	Title      string   `yaml:"title"`
	URL        string   `yaml:"url"`
	Platform   string   `yaml:"platform"`
	Plan       string   `yaml:"plan"`
	KnownHosts []string `yaml:"known_hosts"`
}

// PersonalData is what the protection level (УЗ) of Russian law follows from.
type PersonalData struct {
	Category string `yaml:"category" jsonschema:"required,enum=special,enum=biometric,enum=other,enum=public"`
	Subjects string `yaml:"subjects" jsonschema:"required,enum=staff,enum=clients_up_to_100k,enum=clients_over_100k"`
	Threats  int    `yaml:"threats" jsonschema:"enum=1,enum=2,enum=3"` // type, 3 when it is not given
}

// Report says which documents are written.
type Report struct {
	Formats []string `yaml:"formats"`
}

// Gate is when a run fails.
type Gate struct {
	MinScore    float64 `yaml:"min_score"`
	MinCoverage float64 `yaml:"min_coverage"`
	FailOn      string  `yaml:"fail_on"` // a severity, "" none
}

// Source is one entry of sources, decoded later by the kind that owns it.
type Source struct {
	ID   string // unique: the kind, with a number when it repeats
	Kind string
	node *yamlfile.Node
	name string
}

// Decode reads the configuration of the source strictly.
func (s Source) Decode(into any) error { return yamlfile.DecodeNode(s.name, s.node, into) }

// Platforms that can be audited; the first is meant when none is named.
var Platforms = []string{"bitrix24-cloud", "bitrix24-box"}

// Formats that a report can be written in.
var Formats = []string{"pdf", "html", "json"}

var idForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,62}$`)

// Load reads an audit.yaml and resolves its ${env:NAME} and ${file:path}.
func Load(path string) (*Audit, error) {
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

func read(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fail.Wrap(err, fail.Usage, "`crmaudit init` writes an audit.yaml to start from", "read the configuration")
	}
	return data, nil
}

// Parse is Load for a file that was read already.
func Parse(path string, data []byte) (*Audit, error) {
	a, err := parse(path, data)
	if err != nil {
		return nil, err
	}
	return a, a.readSources()
}

// parse reads everything but the sources.
func parse(path string, data []byte) (*Audit, error) {
	a := &Audit{Name: filepath.Base(path), Dir: filepath.Dir(path)}
	if err := yamlfile.Decode(a.Name, data, a); err != nil {
		return nil, err
	}
	a.defaults()
	return a, a.validate()
}

// LoadRules reads an audit.yaml for judging alone: its sources and their secrets are not looked at.
func LoadRules(path string) (*Audit, error) {
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	return parse(path, data)
}

func (a *Audit) defaults() {
	set := func(s *string, value string) {
		if *s == "" {
			*s = value
		}
	}
	set(&a.Profile, "express")
	set((*string)(&a.Language), "ru")
	set(&a.Portal.Platform, Platforms[0])
	if a.PersonalData != nil && a.PersonalData.Threats == 0 {
		a.PersonalData.Threats = 3
	}
	if a.Report.Formats == nil {
		a.Report.Formats = slices.Clone(Formats)
	}
}

func (a *Audit) validate() error {
	oneOf := func(key, value string, allowed ...string) error {
		if slices.Contains(allowed, value) {
			return nil
		}
		hint := "one of: " + strings.Join(allowed, ", ")
		if near := nearest.Of(value, allowed); near != "" {
			hint = fmt.Sprintf("did you mean %q? It is one of: %s", near, strings.Join(allowed, ", "))
		}
		return fail.New(fail.Usage, hint, "%s: %s: %q is not known", a.Name, key, value)
	}
	var errs []error
	if a.Version != 1 {
		errs = append(errs, fail.New(fail.Usage, "begin the file with: version: 1", "%s: version is %d, this program reads 1", a.Name, a.Version))
	}
	if !idForm.MatchString(a.Portal.ID) {
		errs = append(errs, fail.New(fail.Usage, "letters a-z, digits, dots and dashes: portal: {id: romashka}", "%s: portal.id %q cannot name the files of this portal", a.Name, a.Portal.ID))
	}
	if a.Client.Kind != "" {
		errs = append(errs, oneOf("client.kind", a.Client.Kind, "company", "sole_trader", "nonprofit", "public_body"))
	}
	if len(a.Jurisdictions) == 0 {
		errs = append(errs, fail.New(fail.Usage, "jurisdictions: [ru]", "%s: jurisdictions are missing", a.Name))
	}
	for _, j := range a.Jurisdictions {
		errs = append(errs, oneOf("jurisdictions", j, "ru", "ua", "eu"))
	}
	errs = append(errs, oneOf("profile", a.Profile, "express", "full"), oneOf("language", string(a.Language), "ru", "uk", "en"),
		oneOf("portal.platform", a.Portal.Platform, Platforms...))
	if p := a.PersonalData; p != nil {
		errs = append(errs, oneOf("personal_data.category", p.Category, "special", "biometric", "other", "public"),
			oneOf("personal_data.subjects", p.Subjects, "staff", "clients_up_to_100k", "clients_over_100k"))
		if p.Threats < 1 || p.Threats > 3 {
			errs = append(errs, fail.New(fail.Usage, "1, 2 or 3; leave it out for 3", "%s: personal_data.threats is %d", a.Name, p.Threats))
		}
	}
	if a.Protection < 0 || a.Protection > 4 {
		errs = append(errs, fail.New(fail.Usage, "give a level from 1 to 4, or personal_data instead", "%s: protection_level is %d", a.Name, a.Protection))
	}
	for _, f := range a.Report.Formats {
		errs = append(errs, oneOf("report.formats", f, Formats...))
	}
	if a.Gate.FailOn != "" {
		errs = append(errs, oneOf("gate.fail_on", a.Gate.FailOn, "critical", "high", "medium", "low"))
	}
	if slices.Contains(a.Packs, "") {
		errs = append(errs, fail.New(fail.Usage, "packs: [my-checks]", "%s: packs: a folder has no name", a.Name))
	}
	if a.Client.Headcount < 0 {
		errs = append(errs, fail.New(fail.Usage, "leave it out when it is not known", "%s: client.headcount is below zero", a.Name))
	}
	for _, mark := range []struct {
		key   string
		value float64
	}{{"min_score", a.Gate.MinScore}, {"min_coverage", a.Gate.MinCoverage}} {
		if !(mark.value >= 0 && mark.value <= 100) { // NaN too
			errs = append(errs, fail.New(fail.Usage, "give a number from 0 to 100", "%s: gate.%s is %v", a.Name, mark.key, mark.value))
		}
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// readSources finds the kind of each source, gives it an id and resolves its references.
func (a *Audit) readSources() error {
	if len(a.SourceNodes) == 0 {
		return fail.New(fail.Usage, "add a source, for instance:\n  sources:\n    - kind: bitrix24\n      webhook: ${file:secrets/webhook.txt}", "%s: there are no sources", a.Name)
	}
	seen := map[string]int{}
	for i := range a.SourceNodes {
		node := &a.SourceNodes[i]
		kind := cutKey(node, "kind")
		if kind == "" {
			return fail.New(fail.Usage, "- kind: bitrix24", "%s:%d: a source does not say its kind", a.Name, node.Line)
		}
		if err := a.resolve(node, ""); err != nil {
			return err
		}
		seen[kind]++
		id := kind
		if seen[kind] > 1 {
			id = fmt.Sprintf("%s-%d", kind, seen[kind])
		}
		a.Sources = append(a.Sources, Source{ID: id, Kind: kind, node: node, name: a.Name})
	}
	return nil
}

// cutKey removes a key from a mapping and gives its value.
func cutKey(node *yamlfile.Node, key string) string {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			value := node.Content[i+1].Value
			node.Content = slices.Delete(node.Content, i, i+2)
			return value
		}
	}
	return ""
}

// Path is a file name of the configuration, seen from its folder.
func (a *Audit) Path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(a.Dir, name)
}

// Fingerprint tells configurations of a source apart without giving their secrets away.
func (s Source) Fingerprint() string {
	h := sha256.New()
	var walk func(n *yamlfile.Node)
	walk = func(n *yamlfile.Node) {
		fmt.Fprintf(h, "%d %q\n", n.Kind, n.Value)
		for _, c := range n.Content {
			walk(c)
		}
	}
	walk(s.node)
	return hex.EncodeToString(h.Sum(nil))
}

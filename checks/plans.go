package checks

import (
	_ "embed"
	"maps"
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

//go:embed plans.yaml
var plansYAML []byte

// Plans tells which subscription plan of a platform lacks which feature.
type Plans struct {
	AsOf      string                  `yaml:"as_of"`
	Platforms map[string]PlatformPlan `yaml:"platforms"`
}

// PlatformPlan are the plans of one platform.
type PlatformPlan struct {
	// Names maps what is printed on the subscription page, in any language and lower case, to the plan.
	Names map[string]string `yaml:"names"`
	Order []string          `yaml:"order"` // from the smallest
	// Lacks lists per feature the plans that are known not to have it; a doubtful plan is not listed.
	Lacks map[string][]string `yaml:"lacks"`
}

// LoadPlans reads the embedded table.
func LoadPlans() (*Plans, error) {
	var p Plans
	err := yamlfile.Decode("plans.yaml", plansYAML, &p)
	return &p, err
}

// Lacks reports that the declared plan is known not to have the feature. An undeclared or unknown
// plan lacks nothing: the check stays in the sum.
func (p *Plans) Lacks(platform, plan, feature string) bool {
	t := p.Platforms[platform]
	name, known := t.Names[strings.ToLower(strings.TrimSpace(plan))]
	if !known {
		return false
	}
	return contains(t.Lacks[feature], name)
}

// Having lists the plans of a platform, from the smallest, that are not known to lack the feature.
func (p *Plans) Having(platform, feature string) []string {
	t := p.Platforms[platform]
	var list []string
	for _, plan := range t.Order {
		if !contains(t.Lacks[feature], plan) {
			list = append(list, plan)
		}
	}
	return list
}

// Known reports whether the plan's name is one of the platform's.
func (p *Plans) Known(platform, plan string) bool {
	_, ok := p.Platforms[platform].Names[strings.ToLower(strings.TrimSpace(plan))]
	return ok
}

// Names lists the plans of a platform by every name they go by, sorted.
func (p *Plans) Names(platform string) []string {
	return slices.Sorted(maps.Keys(p.Platforms[platform].Names))
}

// Features lists the features that some plan lacks, for validation.
func (p *Plans) Features() map[string]bool {
	all := map[string]bool{}
	for _, t := range p.Platforms {
		for f := range t.Lacks {
			all[f] = true
		}
	}
	return all
}

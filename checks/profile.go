package checks

import (
	"math"

	"github.com/crmaudit/crmaudit/checks/law"
	"github.com/crmaudit/crmaudit/facts"
)

// Profile is what was declared before the run. Together with the rule set it fixes which checks
// apply; collected facts never change that.
type Profile struct {
	Name             string   `json:"name"` // express or full
	Jurisdictions    []string `json:"jurisdictions"`
	Platform         string   `json:"platform"`
	Plan             string   `json:"plan,omitzero"`
	ClientKind       string   `json:"client_kind,omitzero"` // company, sole_trader, nonprofit, public_body
	Headcount        int      `json:"headcount,omitzero"`   // 0: not declared
	RemoteWork       *bool    `json:"remote_work,omitzero"`
	HighRiskData     *bool    `json:"high_risk_data,omitzero"`
	Domains          []string `json:"domains,omitzero"`
	Phones           []string `json:"phones,omitzero"`
	ManagementRoles  []string `json:"management_roles,omitzero"`
	AllowedCountries []string `json:"allowed_countries,omitzero"`
	KnownHosts       []string `json:"known_hosts,omitzero"`
	ProtectionLevel  int      `json:"protection_level,omitzero"` // УЗ of ПП 1119 in force, 0: neither declared nor computed

	PersonalData *PersonalData `json:"personal_data,omitzero"`

	// Thresholds override parameters of checks: check id → parameter → value.
	Thresholds map[string]map[string]any `json:"thresholds,omitzero"`
}

// PersonalData is what was declared about the data in the CRM, and the protection level that follows.
type PersonalData struct {
	Category string   `json:"category"` // special, biometric, other, public
	Subjects string   `json:"subjects"` // staff, clients_up_to_100k, clients_over_100k
	Threats  int      `json:"threats"`  // type 1, 2 or 3
	Level    int      `json:"level"`
	Verified law.Mark `json:"verified"` // how well this cell of the table is confirmed
}

// view gives the declared inputs to rules; what was not declared is unknown.
func (p *Profile) view() *View {
	v := newView("profile")
	v.Set("platform", p.Platform, facts.Declared)
	v.Set("jurisdictions", p.Jurisdictions, facts.Declared)
	v.Set("headcount", p.Headcount, facts.Declared)
	v.Set("self_hosted", p.Platform == "bitrix24-box", facts.Declared)
	text := func(name, s string) {
		if s != "" {
			v.Set(name, s, facts.Declared)
		}
	}
	text("plan", p.Plan)
	text("client_kind", p.ClientKind)
	list := func(name string, l []string) {
		if l != nil {
			v.Set(name, l, facts.Declared)
		}
	}
	list("domains", p.Domains)
	list("phones", p.Phones)
	list("management_roles", p.ManagementRoles)
	list("allowed_countries", p.AllowedCountries)
	list("known_hosts", p.KnownHosts)
	flag := func(name string, b *bool) {
		if b != nil {
			v.Set(name, *b, facts.Declared)
		}
	}
	flag("remote_work", p.RemoteWork)
	flag("high_risk_data", p.HighRiskData)
	return v
}

// failuresForZero is K: the number of failing subjects at which a check earns nothing.
func (p *Profile) failuresForZero() int {
	if p.Headcount <= 0 {
		return 5
	}
	return max(3, int(math.Ceil(float64(p.Headcount)/10)))
}

// appliesTo decides whether the check is asked at all. A reason comes with a no.
func (p *Profile) appliesTo(c *Check, plans *Plans) (yes bool, why string) {
	switch {
	case c.Tier > 1 && p.Name != "full":
		return false, "profile"
	case !p.inJurisdiction(c):
		return false, "jurisdiction"
	case contains(c.NotOn, p.Platform):
		return false, "platform"
	case c.Feature != "" && plans.Lacks(p.Platform, p.Plan, c.Feature):
		return false, "plan"
	case c.Applies != nil:
		r, err := c.Applies.Eval(NewEnv(p.view(), c.params(p)))
		if err == nil && r.truth == False {
			return false, "declared"
		}
	}
	return true, ""
}

func (p *Profile) inJurisdiction(c *Check) bool {
	for _, j := range c.Jurisdictions {
		if j == "any" || contains(p.Jurisdictions, j) {
			return true
		}
	}
	return false
}

// params are the thresholds of a check in force for this profile.
func (c *Check) params(p *Profile) map[string]any {
	values := make(map[string]any, len(c.Params))
	for name, param := range c.Params {
		values[name] = paramValue(param.Default)
		if v, ok := p.Thresholds[c.ID][name]; ok {
			values[name] = paramValue(v)
		}
	}
	return values
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

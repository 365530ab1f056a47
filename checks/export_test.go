package checks

import (
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// Snapshot is the portal of the example.
func (e Example) Snapshot() (*facts.Memory, error) {
	m := facts.NewMemory()
	return m, e.fill(m)
}

// Conditions are the profile under which the example is judged.
func (e Example) Conditions(c *Check) (Profile, error) {
	p := Profile{Name: "full", Platform: "bitrix24-cloud", Jurisdictions: exampleJurisdictions(c), Thresholds: map[string]map[string]any{c.ID: e.Params}}
	if len(e.Profile) == 0 {
		return p, nil
	}
	return p, strictJSON(e.Profile, &p)
}

// Clock is the moment at which the example is judged.
func (e Example) Clock() (now time.Time) {
	if e.Now.IsZero() {
		return exampleNow
	}
	return e.Now
}

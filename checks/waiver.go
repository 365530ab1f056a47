package checks

import (
	"fmt"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

// Waiver is an accepted risk. All fields are required; nobody accepts a risk for longer than a year.
type Waiver struct {
	Check    string    `yaml:"check" json:"check"`
	Subject  string    `yaml:"subject" json:"subject"` // user:12, or all
	Owner    string    `yaml:"owner" json:"owner"`     // who carries the risk
	Approver string    `yaml:"approver" json:"approver"`
	Reason   string    `yaml:"reason" json:"reason"`
	Since    time.Time `yaml:"since" json:"since"`
	Expires  time.Time `yaml:"expires" json:"expires"`
}

// WaiverState is a waiver and what it did in a run.
type WaiverState struct {
	Waiver
	State string `json:"state"` // active, soon (expires within 30 days), expired, unused
}

// States of a waiver.
const (
	WaiverActive  = "active"
	WaiverSoon    = "soon"
	WaiverExpired = "expired"
	WaiverUnused  = "unused"
)

// maxWaiver is the longest time a risk may be accepted for.
const maxWaiver = 366 * 24 * time.Hour

// LoadWaivers reads waivers.yaml.
func LoadWaivers(name string, data []byte) ([]Waiver, error) {
	var f struct {
		Version int      `yaml:"version"`
		Waivers []Waiver `yaml:"waivers"`
	}
	if err := yamlfile.Decode(name, data, &f); err != nil {
		return nil, err
	}
	for i, w := range f.Waivers {
		if err := w.validate(); err != nil {
			return nil, fail.New(fail.Usage, "an accepted risk names check, subject, owner, approver, reason, since and expires, at most 12 months apart", "%s: waiver %d (%s): %v", name, i+1, w.Check, err)
		}
	}
	return f.Waivers, nil
}

func (w Waiver) validate() error {
	for _, field := range []struct{ name, value string }{
		{"check", w.Check}, {"subject", w.Subject}, {"owner", w.Owner}, {"approver", w.Approver}, {"reason", w.Reason},
	} {
		if field.value == "" {
			return fmt.Errorf("%s is missing", field.name)
		}
	}
	switch {
	case w.Since.IsZero():
		return fmt.Errorf("since is missing")
	case w.Expires.IsZero():
		return fmt.Errorf("expires is missing")
	case !w.Expires.After(w.Since):
		return fmt.Errorf("it expires before it begins")
	case w.Expires.Sub(w.Since) > maxWaiver:
		return fmt.Errorf("it runs for more than 12 months")
	}
	return nil
}

// maxDrafted is the number of failing subjects up to which accepting the risk can be a considered
// decision; more of them are mended or argued one by one.
const maxDrafted = 5

// draftDays is how long a drafted waiver runs: until the next quarterly audit.
const draftDays = 90

// draft begins the waiver of a finding, for somebody to put their name and reason to. It names the
// subject where one is left, and all of them otherwise. There is none where the risk is accepted.
func (f *Finding) draft(now time.Time) *Waiver {
	if f.K > maxDrafted || f.Waived {
		return nil
	}
	day := now.UTC().Truncate(24 * time.Hour)
	w := &Waiver{Check: f.Check, Subject: "all", Since: day, Expires: day.AddDate(0, 0, draftDays)}
	if f.K != len(f.Subjects) {
		return w // only counted
	}
	var open []string
	for _, s := range f.Subjects {
		if !s.Waived {
			open = append(open, s.Ref)
		}
	}
	if len(open) == 1 && !personal(open[0]) {
		w.Subject = open[0]
	}
	return w
}

// personal reports a subject that is named by somebody's address, which no document prints in full.
func personal(ref string) bool { return strings.Contains(ref, "@") }

// waivers finds the waiver of a failing subject and notes which were used.
type waivers struct {
	now    time.Time
	byKey  map[string][]int
	states []WaiverState
}

func newWaivers(list []Waiver, aliases map[string]string, now time.Time) *waivers {
	w := &waivers{now: now, byKey: map[string][]int{}, states: []WaiverState{}}
	for i, x := range list {
		if id := aliases[x.Check]; id != "" {
			x.Check = id
		}
		state := WaiverState{Waiver: x, State: WaiverUnused}
		if now.After(x.Expires.AddDate(0, 0, 1)) {
			state.State = WaiverExpired
		}
		w.states = append(w.states, state)
		key := x.Check + " " + x.Subject
		w.byKey[key] = append(w.byKey[key], i)
	}
	return w
}

// accepts reports whether the risk of this subject is accepted today.
func (w *waivers) accepts(check, ref string) bool {
	for _, key := range []string{check + " " + ref, check + " all"} {
		for _, i := range w.byKey[key] {
			if w.states[i].State == WaiverExpired || w.now.Before(w.states[i].Since) {
				continue
			}
			w.states[i].State = WaiverActive
			if w.states[i].Expires.Sub(w.now) < 30*24*time.Hour {
				w.states[i].State = WaiverSoon
			}
			w.supersede(key)
			return true
		}
	}
	return false
}

// supersede lets no expired waiver count that was renewed: it is only to be removed.
func (w *waivers) supersede(key string) {
	for _, i := range w.byKey[key] {
		if w.states[i].State == WaiverExpired {
			w.states[i].State = WaiverUnused
		}
	}
}

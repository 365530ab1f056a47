package checks

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// Example is a small portal and the verdict that the check must give for it.
type Example struct {
	Name    string                      `yaml:"name"`
	Now     time.Time                   `yaml:"now"`     // default 2026-11-22
	Profile map[string]any              `yaml:"profile"` // as in Profile, in JSON names
	Params  map[string]any              `yaml:"params"`  // thresholds of this check
	Facts   map[facts.Kind][]ExampleRow `yaml:"facts"`   // every kind named here is fully covered
	Partial []facts.Kind                `yaml:"partial"` // kinds of which the source gave only a part
	Want    Verdict                     `yaml:"want"`
	K       *int                        `yaml:"k"`        // number of failures
	Fails   []string                    `yaml:"subjects"` // failing subjects: user:2
}

// ExampleRow is a record in the words of its JSON form; a fact that is left out is not known.
type ExampleRow map[string]any

// exampleNow is the day of examples that do not name one.
var exampleNow = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// Try runs the check on the example and explains a difference.
func (e Example) Try(c *Check) error {
	s := facts.NewMemory()
	if err := e.fill(s); err != nil {
		return err
	}
	p := &Profile{Name: "full", Platform: "bitrix24-cloud", Jurisdictions: exampleJurisdictions(c), Thresholds: map[string]map[string]any{c.ID: e.Params}}
	if len(e.Profile) > 0 {
		if err := strictJSON(e.Profile, p); err != nil {
			return fmt.Errorf("profile: %w", err)
		}
	}
	now := e.Now
	if now.IsZero() {
		now = exampleNow
	}
	judged, skipped, err := Judge(context.Background(), s, []*Check{c}, p, &Plans{}, now)
	if err != nil {
		return err
	}
	if len(skipped) == 1 {
		if e.Want != NotApplicable {
			return fmt.Errorf("want %s, got %s (%s)", e.Want, NotApplicable, skipped[0].Why)
		}
		return nil
	}
	return e.compare(judged[0].Outcome)
}

func (e Example) compare(o Outcome) error {
	if o.Verdict != e.Want {
		return fmt.Errorf("want %s, got %s%s", e.Want, o.Verdict, because(o))
	}
	if e.K != nil && o.K != *e.K {
		return fmt.Errorf("want %d failures, got %d", *e.K, o.K)
	}
	if e.Fails != nil {
		want := slices.Clone(e.Fails)
		sort.Strings(want)
		if got := refs(o); !slices.Equal(got, want) {
			return fmt.Errorf("want failing %v, got %v", want, got)
		}
	}
	return nil
}

// because tells whoever writes a check what an outcome rests on.
func because(o Outcome) string {
	if o.Err != nil {
		return ": " + o.Err.Error()
	}
	if failing := refs(o); len(failing) > 0 {
		return ": failing " + strings.Join(failing, ", ")
	}
	var unknown []string
	for _, g := range o.Reasons {
		unknown = append(unknown, fmt.Sprintf("%s (%s)", g.Fact, g.Reason))
	}
	if len(unknown) == 0 {
		return ""
	}
	return ": not known " + strings.Join(unknown, ", ")
}

func refs(o Outcome) []string {
	list := []string{}
	for _, f := range o.Failing {
		list = append(list, f.Ref)
	}
	sort.Strings(list)
	return list
}

func exampleJurisdictions(c *Check) []string {
	if len(c.Jurisdictions) > 0 && c.Jurisdictions[0] != "any" {
		return slices.Clone(c.Jurisdictions[:1])
	}
	return []string{"ru"}
}

func (e Example) fill(s *facts.Memory) error {
	for _, k := range facts.Kinds {
		rows, named := e.Facts[k]
		if !named {
			continue
		}
		for i, row := range rows {
			r, err := facts.New(k)
			if err != nil {
				return err
			}
			if err := strictJSON(row, r); err != nil {
				return fmt.Errorf("%s %d: %w", k, i+1, err)
			}
			if err := s.Write(r); err != nil {
				return err
			}
		}
		state, reason := facts.Full, facts.Reason("")
		if slices.Contains(e.Partial, k) {
			state, reason = facts.PartOnly, facts.Denied
		}
		if err := s.Cover(facts.Coverage{Source: "example", Kind: k, State: state, Reason: reason}); err != nil {
			return err
		}
	}
	for k := range e.Facts {
		if _, err := facts.New(k); err != nil {
			return err
		}
	}
	return nil
}

func strictJSON(from any, into any) error {
	data, err := json.Marshal(from)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

package law

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/internal/lang"
)

// validate refuses a pack that could print an empty line, an undated law or an impossible amount.
func (p *Pack) validate() error {
	if !slices.Contains([]string{"ru", "ua", "eu", Any}, p.Jurisdiction) {
		return fmt.Errorf("unknown jurisdiction %q", p.Jurisdiction)
	}
	if err := firstError(complete("title", p.Title), dated("edition", p.Edition), dated("as_of", p.AsOf), dated("review_by", p.ReviewBy)); err != nil {
		return err
	}
	if len(p.Fines) > 0 {
		if p.Currency == "" {
			return fmt.Errorf("fines need a currency")
		}
		if err := firstError(complete("fine_label", p.FineLabel), complete("disclaimer", p.Disclaimer)); err != nil {
			return err
		}
	}
	acts := map[string]*Act{}
	for _, a := range p.Acts {
		acts[a.ID] = a
		if err := a.validate(p.Jurisdiction); err != nil {
			return fmt.Errorf("act %s: %w", a.ID, err)
		}
	}
	for _, v := range p.Provisions {
		if err := v.validate(); err != nil {
			return fmt.Errorf("%s: %w", v.ID, err)
		}
	}
	for _, f := range p.Fines {
		if err := f.validate(acts[f.Act]); err != nil {
			return fmt.Errorf("%s: %w", f.ID, err)
		}
	}
	return validateLevels(p.Levels)
}

func (a *Act) validate(jurisdiction string) error {
	if jurisdiction != Any && !strings.HasPrefix(a.ID, jurisdiction+".") {
		return fmt.Errorf("its id must start with %q", jurisdiction+".")
	}
	if !strings.HasPrefix(a.Source, "http://") && !strings.HasPrefix(a.Source, "https://") {
		return fmt.Errorf("source %q is not an address", a.Source)
	}
	return firstError(complete("title", a.Title), complete("short", a.Short), dated("edition", a.Edition), known(a.Verified))
}

func (v *Provision) validate() error {
	for i, n := range v.Levels {
		if n < 1 || n > 4 || i > 0 && n <= v.Levels[i-1] {
			return fmt.Errorf("levels must be ascending numbers from 1 to 4")
		}
	}
	return firstError(complete("ref", v.Ref), complete("summary", v.Summary), known(v.Verified))
}

func (f *Fine) validate(a *Act) error {
	for _, l := range lang.All {
		if !strings.Contains(a.Cite.In(l), "{part}") {
			return fmt.Errorf("act %s has no cite with {part} in %s", a.ID, l)
		}
	}
	if f.Part == "" {
		return fmt.Errorf("no part")
	}
	if !slices.Contains(columnRules, f.AppliesTo) {
		return fmt.Errorf("unknown applies_to %q", f.AppliesTo)
	}
	if len(f.amounts()) == 0 {
		return fmt.Errorf("no amount")
	}
	for _, a := range f.amounts() {
		if err := a.validate(); err != nil {
			return err
		}
	}
	return firstError(complete("offence", f.Offence), optional("notes", f.Notes), known(f.Verified))
}

func (a *Amount) validate() error {
	if a.Min < 0 || a.Max < a.Min || a.Max == 0 {
		return fmt.Errorf("limits %d to %d are impossible", a.Min, a.Max)
	}
	percent := a.PercentMax > 0 && a.PercentMin >= 0 && a.PercentMin <= a.PercentMax && a.PercentMax <= 100
	switch a.Basis {
	case Fixed:
		if a.PercentMin != 0 || a.PercentMax != 0 {
			return fmt.Errorf("a fixed amount has no percent")
		}
	case Revenue, HigherOf:
		if !percent {
			return fmt.Errorf("percents %d to %d are impossible", a.PercentMin, a.PercentMax)
		}
	default:
		return fmt.Errorf("unknown basis %q", a.Basis)
	}
	return firstError(optional("note", a.Note), known(a.Verified))
}

// optional accepts a text that is absent, not one that lacks a language.
func optional(key string, t Text) error {
	if t == (Text{}) {
		return nil
	}
	return complete(key, t)
}

func complete(key string, t Text) error {
	for _, l := range lang.All {
		if strings.TrimSpace(t.In(l)) == "" {
			return fmt.Errorf("no %s in %s", key, l)
		}
	}
	return nil
}

func dated(key string, t time.Time) error {
	if t.IsZero() {
		return fmt.Errorf("no %s", key)
	}
	return nil
}

func known(m Mark) error {
	if !slices.Contains(marks, m) {
		return fmt.Errorf("unknown verified mark %q", m)
	}
	return nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

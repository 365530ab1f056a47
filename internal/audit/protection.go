package audit

import (
	"fmt"
	"slices"
	"time"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/checks/law"
	"github.com/crmaudit/crmaudit/internal/config"
)

// protection is the protection level in force and what it follows from. The level that the
// configuration gives goes first: it stands in a signed document. Other laws know no such levels.
func protection(cfg *config.Audit, library *law.Library) (int, *checks.PersonalData) {
	if !slices.Contains(cfg.Jurisdictions, "ru") {
		return 0, nil
	}
	p := cfg.PersonalData
	if p == nil {
		return cfg.Protection, nil
	}
	level, mark := library.UZ(law.Category(p.Category), law.People(p.Subjects), p.Threats)
	data := &checks.PersonalData{Category: p.Category, Subjects: p.Subjects, Threats: p.Threats, Level: level, Verified: mark}
	if cfg.Protection > 0 {
		level = cfg.Protection
	}
	return level, data
}

// doubtLevel says that the given level is not the one that follows, or that no law of the audit asks for one.
func doubtLevel(cfg *config.Audit, library *law.Library) []string {
	if !slices.Contains(cfg.Jurisdictions, "ru") {
		if cfg.Protection > 0 || cfg.PersonalData != nil {
			return []string{cfg.Name + ": protection_level and personal_data belong to Russian law; without ru among the jurisdictions they are ignored"}
		}
		return nil
	}
	if level, data := protection(cfg, library); data != nil && data.Level != level {
		return []string{fmt.Sprintf("%s: protection_level is %d, but level %d follows from personal_data; measures are judged by level %d", cfg.Name, level, data.Level, level)}
	}
	return nil
}

// StaleLaw says which law of the jurisdictions should have been read again before now.
func StaleLaw(jurisdictions []string, now time.Time) ([]string, error) {
	library, err := law.Load()
	if err != nil {
		return nil, err
	}
	var list []string
	for _, p := range library.Packs(jurisdictions) {
		if p.Overdue(now) {
			list = append(list, fmt.Sprintf("%s: the texts and amounts were due for review by %s; confirm them before you rely on them", p.Title.EN, p.ReviewBy.Format(time.DateOnly)))
		}
	}
	return list, nil
}

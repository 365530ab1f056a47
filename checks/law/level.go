package law

import (
	"fmt"
	"slices"
)

// Category is the most sensitive kind of personal data in a system.
type Category string

// Categories of the decree on protection levels.
const (
	Special   Category = "special"   // health, ethnicity, beliefs …
	Biometric Category = "biometric" // used to identify a person
	Public    Category = "public"    // from open sources only
	Other     Category = "other"     // anything else: names, phones, deals
)

var categories = []Category{Special, Biometric, Public, Other}

// manyPeople is where the stricter row of the table begins. The decree says "more than" and "fewer
// than" and leaves the number itself out; the stricter reading is taken.
const manyPeople = 100_000

// levelRow is one row of the table of protection levels.
type levelRow struct {
	Category Category `yaml:"category"`
	People   string   `yaml:"people"`    // many, few or any
	ByThreat []level  `yaml:"by_threat"` // for threats of type 1, 2, 3
}

type level struct {
	Level    int  `yaml:"level"`
	Verified Mark `yaml:"verified"`
}

// UZ is the protection level (УЗ) of a system and how well that cell of the table is confirmed.
// Subjects are the people who are not employees; threatType is 1, 2 or 3. The level is 0 when the
// inputs are not in the table.
func (l *Library) UZ(category Category, subjects int, employeesOnly bool, threatType int) (int, Mark) {
	if threatType < 1 || threatType > 3 || subjects < 0 {
		return 0, Unverified
	}
	people := "few"
	if subjects >= manyPeople && !employeesOnly {
		people = "many"
	}
	for _, p := range l.packs {
		for _, row := range p.Levels {
			if row.Category == category && (row.People == people || row.People == "any") {
				cell := row.ByThreat[threatType-1]
				return cell.Level, cell.Verified
			}
		}
	}
	return 0, Unverified
}

func validateLevels(rows []levelRow) error {
	for _, row := range rows {
		if !slices.Contains(categories, row.Category) {
			return fmt.Errorf("protection levels name an unknown category %q", row.Category)
		}
		if len(row.ByThreat) != 3 {
			return fmt.Errorf("protection levels of %s need a cell for each of 3 types of threats", row.Category)
		}
		switch row.People {
		case "many", "few", "any":
		default:
			return fmt.Errorf("protection levels of %s: people must be many, few or any", row.Category)
		}
		for _, cell := range row.ByThreat {
			if cell.Level < 1 || cell.Level > 4 {
				return fmt.Errorf("protection levels of %s: %d is not from 1 to 4", row.Category, cell.Level)
			}
			if err := known(cell.Verified); err != nil {
				return fmt.Errorf("protection levels of %s: %w", row.Category, err)
			}
		}
	}
	return nil
}

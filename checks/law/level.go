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

// Categories are all categories, most sensitive first.
var Categories = []Category{Special, Biometric, Other, Public}

// People says whose data a system holds and of how many.
type People string

// People of the decree on protection levels.
const (
	Staff People = "staff"              // of employees alone, however many
	Few   People = "clients_up_to_100k" // of fewer than 100 000 people who are not employees
	Many  People = "clients_over_100k"  // of 100 000 or more of them; the number itself the decree leaves out
)

// Peoples are all sizes that the table tells apart.
var Peoples = []People{Staff, Few, Many}

// LevelRules is the reference to the rules that the level follows from.
const LevelRules = "ru.pp1119.8-12"

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

// UZ is the protection level (УЗ) of a system under threats of type 1, 2 or 3, and how well that cell
// of the table is confirmed. The level is 0 when the inputs are not in the table.
func (l *Library) UZ(category Category, people People, threats int) (int, Mark) {
	if threats < 1 || threats > 3 || !slices.Contains(Peoples, people) {
		return 0, Unverified
	}
	size := "few"
	if people == Many {
		size = "many"
	}
	for _, p := range l.packs {
		for _, row := range p.Levels {
			if row.Category == category && (row.People == size || row.People == "any") {
				cell := row.ByThreat[threats-1]
				return cell.Level, cell.Verified
			}
		}
	}
	return 0, Unverified
}

func validateLevels(rows []levelRow) error {
	for _, row := range rows {
		if !slices.Contains(Categories, row.Category) {
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

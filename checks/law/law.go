// Package law holds what the reports say about law: acts, provisions and possible fines of each
// jurisdiction, and the control catalogues every jurisdiction shares.
//
// The data sit in packs/*.yaml, one file a jurisdiction; nothing legal is written in Go. Every
// statement carries how well it is confirmed, every act its edition and source, every pack the day
// by which it must be read again. A fine is always a possible one, and nothing here measures
// compliance in percent: the program sees only a part of what a law asks.
package law

import (
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/internal/lang"
)

// Any is the jurisdiction of the control catalogues, which are cited everywhere.
const Any = "any"

// Text is a sentence or a name in the three report languages.
type Text struct {
	RU string `yaml:"ru"`
	UK string `yaml:"uk"`
	EN string `yaml:"en"`
}

// In is the text in language l.
func (t Text) In(l lang.Lang) string {
	switch l {
	case lang.RU:
		return t.RU
	case lang.UK:
		return t.UK
	}
	return t.EN
}

// Mark says how well a statement is confirmed.
type Mark string

// Marks, best first.
const (
	Verified   Mark = "verified"   // read in the named public source
	Secondary  Mark = "secondary"  // read only in a retelling
	Recheck    Mark = "recheck"    // sources differ, or it may have changed since
	Unverified Mark = "unverified" // not confirmed by a source
)

var marks = []Mark{Verified, Secondary, Recheck, Unverified}

// Pack is the law of one jurisdiction, or the control catalogues.
type Pack struct {
	Jurisdiction string       `yaml:"jurisdiction"` // ru, ua, eu or any
	Title        Text         `yaml:"title"`
	Edition      time.Time    `yaml:"edition"`   // the newest edition among the acts
	AsOf         time.Time    `yaml:"as_of"`     // the day the statements were checked
	ReviewBy     time.Time    `yaml:"review_by"` // the last day they may be trusted without a new reading
	Currency     string       `yaml:"currency"`  // of all amounts of the pack
	FineLabel    Text         `yaml:"fine_label"`
	Disclaimer   Text         `yaml:"disclaimer"`
	Acts         []*Act       `yaml:"acts"`
	Provisions   []*Provision `yaml:"provisions"`
	Fines        []*Fine      `yaml:"fines"`
	Levels       []levelRow   `yaml:"protection_levels"`
}

// Act is a law, an order or a control catalogue.
type Act struct {
	ID       string    `yaml:"id"` // starts every reference to the act: ru.152fz
	Title    Text      `yaml:"title"`
	Short    Text      `yaml:"short"`
	Edition  time.Time `yaml:"edition"`
	Version  string    `yaml:"version"` // the amending act or the version of the catalogue
	Source   string    `yaml:"source"`  // where the text was read
	Verified Mark      `yaml:"verified"`
	ByLevel  bool      `yaml:"by_level"` // a measure is mandatory only at the protection levels it names
	Cite     Text      `yaml:"cite"`     // printed form of a fine, with {part}
}

// Provision is one rule of an act, or one control of a catalogue.
type Provision struct {
	ID       string `yaml:"id"` // ru.152fz.19.2.8
	Act      string `yaml:"act"`
	Ref      Text   `yaml:"ref"`      // printed form: «ст. 19 ч. 2 п. 8»; when empty, the id without the act
	Summary  Text   `yaml:"summary"`  // one plain sentence, or the title of a control
	Verified Mark   `yaml:"verified"` // when empty, that of the act
	Levels   []int  `yaml:"levels"`   // protection levels (УЗ) at which it is mandatory
}

// Fine is one part of an article that names fines.
type Fine struct {
	ID         string   `yaml:"id"` // ru.koap13.11.12
	Act        string   `yaml:"act"`
	Part       string   `yaml:"part"`
	Offence    Text     `yaml:"offence"`
	Notes      Text     `yaml:"notes"`
	Verified   Mark     `yaml:"verified"`
	AppliesTo  Columns  `yaml:"applies_to"`
	Repeated   bool     `yaml:"repeated"` // only for someone already punished
	Covers     []string `yaml:"covers"`   // provisions whose breach it punishes, when a reference names those
	Citizen    *Amount  `yaml:"citizen"`
	Official   *Amount  `yaml:"official"`
	SoleTrader *Amount  `yaml:"sole_trader"`
	Company    *Amount  `yaml:"company"`
}

// Basis says how the limits of an amount are reckoned.
type Basis string

// Bases of an amount.
const (
	Fixed    Basis = "fixed"     // from Min to Max
	Revenue  Basis = "revenue"   // PercentMin to PercentMax of a year's revenue, not below Min, not above Max
	HigherOf Basis = "higher_of" // up to Max, or up to PercentMax of a year's revenue if that is more
)

// Amount holds the limits of a fine in whole units of its currency.
type Amount struct {
	Basis      Basis  `yaml:"basis"` // when empty, Fixed
	Min        int64  `yaml:"min"`
	Max        int64  `yaml:"max"`
	PercentMin int    `yaml:"percent_min"`
	PercentMax int    `yaml:"percent_max"`
	Note       Text   `yaml:"note"`     // why this column has this amount
	Verified   Mark   `yaml:"verified"` // when empty, that of the fine
	Currency   string `yaml:"-"`        // of the pack
}

// amounts lists the columns that the fine names.
func (f *Fine) amounts() []*Amount {
	var list []*Amount
	for _, a := range []*Amount{f.Citizen, f.Official, f.SoleTrader, f.Company} {
		if a != nil {
			list = append(list, a)
		}
	}
	return list
}

// Overdue reports whether the last day to trust the pack has passed.
func (p *Pack) Overdue(now time.Time) bool {
	return !now.Before(p.ReviewBy.AddDate(0, 0, 1))
}

// glue keeps an abbreviation with its number: «ст. 19», «№ 21».
var glue = strings.NewReplacer(". ", "."+lang.NBSP, "№ ", "№"+lang.NBSP, "No. ", "No."+lang.NBSP)

package law

import "github.com/crmaudit/crmaudit/internal/lang"

// Kind is what the audited client is; it decides whose fine is shown.
type Kind string

// Kinds of client, as the configuration names them.
const (
	Company    Kind = "company"
	SoleTrader Kind = "sole_trader"
	Nonprofit  Kind = "nonprofit"
	PublicBody Kind = "public_body"
)

// Subject is the person whom a fine is imposed on.
type Subject string

// Subjects of a fine: the columns of the law.
const (
	OnOfficial   Subject = "official"
	OnSoleTrader Subject = "sole_trader"
	OnCompany    Subject = "company"
)

// Columns says which column of a fine is that of a client.
type Columns string

// Rules to choose the column.
const (
	// Own gives a sole trader their column and every organisation the column of organisations.
	Own Columns = "own"
	// Commercial is Own for businesses; of a non-profit or public body only officials are punished.
	Commercial Columns = "commercial"
	// Officials is for codes that punish people, never organisations.
	Officials Columns = "officials"
	// PublicBodies is for duties of public bodies alone; their officials are punished.
	PublicBodies Columns = "public_bodies"
)

var columnRules = []Columns{Own, Commercial, Officials, PublicBodies}

// PossibleFine is the one column of a fine that concerns a client.
type PossibleFine struct {
	*Fine
	Of      *Act // the act that names the fine
	Subject Subject
	Amount  Amount
}

// Cite is the printed form: «КоАП РФ, ст. 13.11 ч. 12».
func (f PossibleFine) Cite(in lang.Lang) string {
	return Reference{Act: f.Of, parts: f.Part}.Cite(in)
}

// Fines lists the possible fines that the references name in one jurisdiction, each once and in the
// order of the law, with the column that concerns a client of the kind.
func (l *Library) Fines(refs []string, jurisdiction string, kind Kind) []PossibleFine {
	named := map[*Fine]bool{}
	for _, ref := range refs {
		if r, ok := l.Resolve(ref); ok && r.Jurisdiction == jurisdiction {
			for _, f := range r.Fines {
				named[f] = true
			}
		}
	}
	var list []PossibleFine
	for _, p := range l.packs {
		for _, f := range p.Fines {
			if !named[f] {
				continue
			}
			if subject, amount := f.column(kind); amount != nil {
				list = append(list, PossibleFine{Fine: f, Of: l.acts[f.Act], Subject: subject, Amount: *amount})
			}
		}
	}
	return list
}

// column chooses the amount for the kind of client; nil when the fine does not concern it.
func (f *Fine) column(kind Kind) (Subject, *Amount) {
	public := kind == Nonprofit || kind == PublicBody
	switch {
	case kind != Company && kind != SoleTrader && !public:
		return "", nil
	case f.AppliesTo == PublicBodies && kind != PublicBody:
		return "", nil
	case f.AppliesTo == PublicBodies,
		f.AppliesTo == Commercial && public,
		f.AppliesTo == Officials && kind != SoleTrader:
		return OnOfficial, f.Official
	case kind == SoleTrader:
		return OnSoleTrader, f.SoleTrader
	}
	return OnCompany, f.Company
}

package checks

import (
	"strings"

	"github.com/crmaudit/crmaudit/checks/law"
	"github.com/crmaudit/crmaudit/internal/lang"
)

// refs are the references of the check that may be printed in this report: the law of its
// jurisdictions and the control catalogues, never the law of another country.
func (b *resultBuilder) refs(c *Check) []string {
	list := []string{}
	for _, r := range b.audit.Law.For(b.audit.Profile.Jurisdictions, c.Refs) {
		list = append(list, r.ID)
	}
	return list
}

func (b *resultBuilder) fines(c *Check) []Fine {
	var list []Fine
	for _, jurisdiction := range b.audit.Profile.Jurisdictions {
		for _, f := range b.audit.Law.Fines(c.Refs, jurisdiction, law.Kind(b.audit.Client.Kind)) {
			basis := string(f.Amount.Basis)
			if basis == "" {
				basis = string(law.Fixed)
			}
			list = append(list, Fine{
				Ref: f.ID, Cite: words(f.Cite), Offence: words(f.Offence.In), Note: joined(f.Amount.Note, f.Notes), Subject: string(f.Subject),
				Basis: basis, Min: f.Amount.Min, Max: f.Amount.Max, PercentMin: f.Amount.PercentMin, PercentMax: f.Amount.PercentMax,
				Currency: f.Amount.Currency, Edition: f.Of.Edition, Verified: string(f.Amount.Verified),
			})
		}
	}
	return list
}

// references fills the table of everything that the verdicts refer to, and the law packs in use.
func (b *resultBuilder) references() {
	r, p := b.result, b.audit.Profile
	order := map[*law.Act]int{}
	for _, pack := range b.audit.Law.Packs(p.Jurisdictions) {
		for _, act := range pack.Acts {
			order[act] = len(order)
		}
	}
	used := []string{law.LevelRules} // the level is explained by them whether or not a check refers to them
	for _, row := range r.Verdicts {
		used = append(used, row.Refs...)
	}
	for _, ref := range b.audit.Law.For(p.Jurisdictions, used) {
		entry := Reference{
			Jurisdiction: ref.Jurisdiction, Cite: words(ref.Cite), URL: ref.Act.Source, Edition: ref.Act.Edition,
			Order: order[ref.Act], Verified: string(ref.Verified()), Force: string(b.audit.Law.Mandatory(ref.ID, p.ProtectionLevel)),
		}
		if ref.Provision != nil {
			entry.Summary = words(ref.Provision.Summary.In)
		}
		r.References[ref.ID] = entry
	}
	r.LawPacks = []LawPack{}
	for _, pack := range b.audit.Law.Packs(p.Jurisdictions) {
		r.LawPacks = append(r.LawPacks, LawPack{
			Jurisdiction: pack.Jurisdiction, Title: words(pack.Title.In), Disclaimer: words(pack.Disclaimer.In), FineLabel: words(pack.FineLabel.In),
			AsOf: pack.AsOf, ReviewBy: pack.ReviewBy, Overdue: pack.Overdue(b.audit.Now),
		})
	}
}

// joined puts two notes one after the other.
func joined(a, b law.Text) Texts {
	return words(func(l lang.Lang) string { return strings.TrimSpace(strings.Trim(a.In(l)+"; "+b.In(l), "; ")) })
}

// words collects a text in all languages; nothing when it is empty.
func words(in func(lang.Lang) string) Texts {
	w := Texts{}
	for _, l := range lang.All {
		if s := in(l); s != "" {
			w[l] = s
		}
	}
	if len(w) == 0 {
		return nil
	}
	return w
}

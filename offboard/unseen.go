package offboard

import (
	"slices"
	"time"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
)

// Unseen is something that the dossier would need and no source told, with what would tell it.
type Unseen struct {
	Section string     `json:"section"` // that it leaves open; after for what happened after the last day
	Whole   bool       `json:"whole"`   // nothing of it was seen, as opposed to not all
	Gap     checks.Gap `json:"gap"`
}

// SectionAfter stands for what happened after the last day of work.
const SectionAfter = "after"

// need is a fact that the dossier wants to see completely.
type need struct {
	section  string
	kind     facts.Kind
	field    string // of the kind, id of a question, or kind of log entries
	standsIn string // question that tells it too, of people who have left
}

var needs = []need{
	{SectionAccounts, facts.KindUser, "", ""},
	{SectionAccounts, facts.KindPerson, "", ""},
	{SectionSessions, facts.KindSession, "", ""},
	{SectionTokens, facts.KindCredential, "", ""},
	{SectionIntegrations, facts.KindIntegration, "", ""},
	{SectionIntegrations, facts.KindHandler, "", ""},
	{SectionMail, facts.KindMailbox, "", "departed_belongings"},
	{SectionLinks, facts.KindPublicLink, "", ""},
	{SectionServices, facts.KindAnswer, "departed_open_services", "departed_open_services"},
	{SectionKeys, facts.KindAnswer, "key_holders", ""},
	{SectionKeys, facts.KindAnswer, "shared_secrets", ""},
	{SectionBackups, facts.KindAnswer, "backup_storage_owners", ""},
	{SectionBackups, facts.KindAnswer, "backup_storage_access", ""},
	{SectionAssets, facts.KindAsset, "", ""},
	{SectionAfter, facts.KindActivity, facts.ActLogin, ""},
	{SectionAfter, facts.KindActivity, facts.ActExport, ""},
	{SectionAfter, facts.KindActivity, facts.ActDelete, ""},
	{SectionAfter, facts.KindActivity, facts.ActView, ""},
}

// fieldNeeds are facts of the person's own accounts.
var fieldNeeds = []need{
	{SectionRights, facts.KindUser, "admin", ""},
	{SectionRights, facts.KindUser, "portal_owner", ""},
	{SectionRights, facts.KindUser, "can_export", ""},
	{SectionRights, facts.KindUser, "can_delete_all", ""},
	{SectionRecords, facts.KindUser, "owns_records", "departed_belongings"},
}

// unseen lists what the dossier could not see.
func (c *compiler) unseen() []Unseen {
	list := []Unseen{}
	add := func(n need, whole bool, g checks.Gap) {
		g.Right, g.Detail, g.Ask, g.Fact = checks.Tidy(g.Right), checks.Tidy(g.Detail), checks.Tidy(g.Ask), checks.Tidy(g.Fact)
		list = append(list, Unseen{n.section, whole, g})
	}
	for _, n := range needs {
		cover := c.covers.Field(n.kind, n.field)
		told := cover.Full && (n.kind != facts.KindAnswer || n.standsIn == "") // else it matters when it was answered
		if !told && !c.answeredFor(n) {
			add(n, c.none(n), c.best(n, cover.Gaps))
		}
	}
	hidden := len(c.d.Person.Accounts) == 0 && !c.covers.Of(facts.KindUser).Full // there may be an account that nobody saw
	for _, n := range fieldNeeds {
		reason, lacking := c.lacking[n.field]
		if !lacking && !hidden || c.answeredFor(n) {
			continue
		}
		cover := c.covers.Field(n.kind, n.field)
		g := c.best(n, cover.Gaps)
		if reason != "" {
			g.Reason = reason
		}
		add(n, true, g)
	}
	if from := c.d.After.From; from != nil && c.d.After.LogFrom != nil && c.d.After.LogFrom.After(*from) {
		add(need{section: SectionAfter}, false, checks.Gap{Fact: "activity", Reason: facts.NotSupported, Detail: "log_begins"})
	}
	if c.clash {
		add(need{section: SectionRecords}, false, checks.Gap{Fact: "user.name", Reason: facts.NotSupported, Detail: "same_name"})
	}
	return list
}

// answeredFor reports whether a person told it instead, and after the last day of work: a list of what
// people left behind says nothing of who was still there.
func (c *compiler) answeredFor(n need) bool {
	if n.standsIn == "" {
		return false
	}
	at, answered := c.answered[n.standsIn]
	l := c.d.Leaving
	return answered && l.Status == LeftAlready && (l.Day == nil || at.Add(24*time.Hour).After(*l.Day))
}

// none reports whether no source gave anything of it.
func (c *compiler) none(n need) bool {
	for _, e := range c.snapshot.Info().Coverage {
		if e.Kind == n.kind && (n.field == "" || e.Field == n.field) && e.State != facts.Missing {
			return false
		}
	}
	return true
}

// best is the reason that helps most: one with a question or a right that would tell, and a question that
// was not answered rather than a platform that cannot.
func (c *compiler) best(n need, gaps []checks.Gap) checks.Gap {
	fact := string(n.kind)
	if n.field != "" {
		fact += "." + n.field
	}
	best := checks.Gap{Fact: fact, Reason: facts.NotConfigured}
	if n.kind == facts.KindAnswer {
		best.Reason = facts.NotAnswered
	}
	worth := func(g checks.Gap) int {
		switch {
		case g.Right != "":
			return 3
		case g.Reason == facts.Failed:
			return 2
		case g.Ask != "":
			return 1
		}
		return 0
	}
	for i, g := range gaps {
		if i == 0 || worth(g) > worth(best) {
			best = g
		}
	}
	best.Fact = fact
	if best.Ask == "" {
		best.Ask = n.standsIn
		if n.kind == facts.KindAnswer {
			best.Ask = n.field
		}
	}
	if at, answered := c.answered[best.Ask]; answered && n.standsIn != "" && best.Ask == n.standsIn && !c.answeredFor(n) && !at.IsZero() {
		best.Detail = "before_leaving"
	}
	return best
}

// seenOf tells how completely a section could be seen.
func seenOf(id string, s *Section, list []Unseen) Ternary {
	open := slices.ContainsFunc(list, func(u Unseen) bool { return u.Section == id })
	whole := slices.ContainsFunc(list, func(u Unseen) bool { return u.Section == id && u.Whole })
	partly := slices.ContainsFunc(list, func(u Unseen) bool { return u.Section == id && !u.Whole })
	switch {
	case !open:
		return Yes
	case whole && !partly && s.Total == 0 && everythingMissing(id, list):
		return No
	}
	return Unknown
}

// everythingMissing reports that each need of a section is missing as a whole.
func everythingMissing(id string, list []Unseen) bool {
	wanted, missing := 0, 0
	for _, n := range append(slices.Clone(needs), fieldNeeds...) {
		if n.section == id {
			wanted++
		}
	}
	for _, u := range list {
		if u.Section == id && u.Whole {
			missing++
		}
	}
	return missing >= wanted
}

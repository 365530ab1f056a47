package offboard

// Phases of the checklist, in the order in which an incident responder works: first make sure that the
// company itself stays in control, then close the doors, then what opens them without a person; hand over
// before deleting, and keep the traces.
const (
	PhaseSecure   = "secure"
	PhaseClose    = "close"
	PhaseTokens   = "tokens"
	PhaseReassign = "reassign"
	PhaseKeys     = "keys"
	PhaseAssets   = "assets"
	PhaseEvidence = "evidence"
)

// Phases lists the phases in their order.
var Phases = []string{PhaseSecure, PhaseClose, PhaseTokens, PhaseReassign, PhaseKeys, PhaseAssets, PhaseEvidence}

// Step is one thing to do.
type Step struct {
	Phase string   `json:"phase"`
	ID    string   `json:"id"`
	Check bool     `json:"check"`           // nobody knows whether there is anything to do: look by hand
	Items []string `json:"items,omitempty"` // ids of what it is about
}

// checklist orders what is to be done.
func (c *compiler) checklist() []Step {
	l := &listing{c: c}
	l.secure()
	l.close()
	l.tokens()
	l.reassign()
	l.secrets()
	l.about(PhaseKeys, "collect_keys", SectionKeys, "key_holders")
	l.about(PhaseKeys, "second_factors", SectionKeys, "departed_second_factor")
	l.about(PhaseKeys, "backup_storage", SectionBackups)
	l.about(PhaseAssets, "assets", SectionAssets)
	l.evidence()
	return l.steps
}

type listing struct {
	c     *compiler
	steps []Step
}

func (l *listing) add(phase, id string, check bool, items ...string) {
	l.steps = append(l.steps, Step{Phase: phase, ID: id, Check: check, Items: items})
}

// about adds a step for what a section holds of some types, any when none is named. Where the section could
// not be seen as a whole, the step is to look.
func (l *listing) about(phase, id, section string, types ...string) {
	open, unsure := l.items(section, types...)
	unseen := l.unseen(section, types...)
	if len(open) > 0 || len(unsure) > 0 || unseen {
		l.add(phase, id, len(open) == 0, append(open, unsure...)...)
	}
}

func (l *listing) items(section string, types ...string) (open, unsure []string) {
	for _, i := range l.c.section(section).Items {
		if len(types) > 0 && !contains(types, i.Type) {
			continue
		}
		switch i.State {
		case Open:
			open = append(open, i.ID)
		case Unsure:
			unsure = append(unsure, i.ID)
		}
	}
	return open, unsure
}

// factsOf are the facts whose absence leaves a step open; a section is otherwise left open by any.
var factsOf = map[string]string{
	"shared_secret": "answer.shared_secrets", "key_holders": "answer.key_holders", "handler": "handler", "integration": "integration",
	"admin": "user.admin", "client_records": "user.owns_records",
}

func (l *listing) unseen(section string, types ...string) bool {
	for _, u := range l.c.d.Unseen {
		if u.Section != section || u.Gap.Detail == "same_name" {
			continue
		}
		if len(types) == 0 || factsOf[types[0]] == u.Gap.Fact {
			return true
		}
	}
	return false
}

// secure keeps the company in control of its CRM.
func (l *listing) secure() {
	switch k := l.c.d.Control; k.OnlyAdmin {
	case Yes:
		l.add(PhaseSecure, "second_admin", false)
	case Unknown:
		l.add(PhaseSecure, "second_admin", true)
	}
	if k := l.c.d.Control; k.PortalOwner != No {
		open, _ := l.items(SectionRights, "portal_owner")
		l.add(PhaseSecure, "portal_owner", k.PortalOwner == Unknown, open...)
	}
	if open, unsure := l.items(SectionRecords, "registered_to_private_person"); len(open)+len(unsure) > 0 {
		l.add(PhaseSecure, "registrations", true, append(open, unsure...)...)
	}
}

// close shuts the doors of the person.
func (l *listing) close() {
	open, unsure := l.items(SectionAccounts)
	if len(open)+len(unsure) > 0 || !l.c.covers.Of("user").Full {
		l.add(PhaseClose, "block_account", len(open) == 0, append(open, unsure...)...)
	}
	l.about(PhaseClose, "remove_admin", SectionRights, "admin")
	if len(l.c.d.Person.Accounts) > 0 || l.c.section(SectionSessions).Total > 0 {
		l.about(PhaseClose, "end_sessions", SectionSessions)
	}
	l.about(PhaseClose, "close_services", SectionServices)
}

// tokens deals with what opens the CRM without anybody logging in. What is in use is replaced first, so
// that the business does not stop; what is not in use goes at once.
func (l *listing) tokens() {
	var replace, revoke []string
	for _, i := range l.c.section(SectionTokens).Items {
		switch _, unused := i.Details["last_used"].(string); {
		case i.State == Closed:
		case unused:
			revoke = append(revoke, i.ID)
		default:
			replace = append(replace, i.ID)
		}
	}
	if len(replace) > 0 {
		l.add(PhaseTokens, "replace_tokens", false, replace...)
	}
	if len(revoke) > 0 {
		l.add(PhaseTokens, "revoke_tokens", false, revoke...)
	}
	if l.unseen(SectionTokens) { // there may be others
		l.add(PhaseTokens, "find_tokens", true)
	}
	l.about(PhaseTokens, "move_integrations", SectionIntegrations, "integration")
	l.about(PhaseTokens, "check_handlers", SectionIntegrations, "handler")
}

// reassign hands over what others go on working with.
func (l *listing) reassign() {
	l.about(PhaseReassign, "records", SectionRecords, "client_records", "departed_belongings")
	l.about(PhaseReassign, "mailboxes", SectionMail)
	l.about(PhaseReassign, "links", SectionLinks)
	l.about(PhaseReassign, "groups", SectionRecords, "group")
	l.about(PhaseReassign, "sponsored", SectionRecords, "sponsored")
	l.about(PhaseReassign, "duties", SectionRecords, "data_officer")
}

// secrets are passwords that others use too: of systems, and of accounts that several people log in with.
func (l *listing) secrets() {
	open, _ := l.items(SectionKeys, "shared_secret")
	shared, _ := l.items(SectionRights, "shared")
	if open = append(open, shared...); len(open) > 0 || l.unseen(SectionKeys, "shared_secret") {
		l.add(PhaseKeys, "change_secrets", len(open) == 0, open...)
	}
}

// evidence keeps the traces; nothing is deleted before that.
func (l *listing) evidence() {
	d := l.c.d
	if len(d.Person.Accounts) > 0 {
		l.add(PhaseEvidence, "save_log", false)
	}
	if d.After.Any() {
		l.add(PhaseEvidence, "investigate", false)
	}
	l.add(PhaseEvidence, "write_down", false)
	l.add(PhaseEvidence, "verify", false)
}

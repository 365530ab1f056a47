package checks

import (
	"slices"

	"github.com/crmaudit/crmaudit/facts"
)

// restsOn says from which facts the engine makes what no source tells: the derived words of rules,
// and what a record may know of its owner but mostly does not.
var restsOn = map[facts.Kind]map[string][]Fact{
	facts.KindUser: {
		"idle_days":    {{facts.KindUser, "last_login"}, {facts.KindUser, "last_activity"}},
		"never_used":   {{facts.KindUser, "last_login"}},
		"age_days":     {{facts.KindUser, "created"}},
		"email_name":   {{facts.KindUser, "email"}},
		"email_domain": {{facts.KindUser, "email"}},
		"in_roster":    {{facts.KindPerson, ""}},
		"departed":     {{facts.KindPerson, "employed"}},
		"left_on":      {{facts.KindPerson, "left_on"}},
		"company":      {{facts.KindUser, "kind"}},
	},
	facts.KindSession: {
		"user_departed": {{facts.KindUser, ""}, {facts.KindPerson, "employed"}},
		"user_active":   {{facts.KindUser, "active"}},
		"user_name":     {{facts.KindUser, "name"}},
		"age_days":      {{facts.KindSession, "created"}},
	},
	facts.KindCredential: {
		"owner_departed": {{facts.KindCredential, "owner"}, {facts.KindPerson, "employed"}},
		"owner_active":   {{facts.KindCredential, "owner"}, {facts.KindUser, "active"}},
		"owner_admin":    {{facts.KindCredential, "owner"}, {facts.KindUser, "admin"}},
		"owner_kind":     {{facts.KindCredential, "owner"}, {facts.KindUser, "kind"}},
		"owner_name":     {{facts.KindCredential, "owner"}, {facts.KindUser, "name"}},
		"age_days":       {{facts.KindCredential, "created"}},
	},
	facts.KindIntegration: {"owner_departed": {{facts.KindIntegration, "owner"}, {facts.KindPerson, "employed"}}},
	facts.KindHandler: {
		"owner_departed": {{facts.KindHandler, "owner"}, {facts.KindPerson, "employed"}},
		"raw_address":    {{facts.KindHandler, "host"}},
	},
	facts.KindGroup: {
		"owner_departed": {{facts.KindGroup, "owner"}, {facts.KindPerson, "employed"}},
		"owner_active":   {{facts.KindGroup, "owner"}, {facts.KindUser, "active"}},
	},
	facts.KindBackup: {"age_days": {{facts.KindBackup, "finished"}}},
	facts.KindAsset:  {"holder_departed": {{facts.KindAsset, "holder"}, {facts.KindPerson, "employed"}}},
	facts.KindAnswer: {
		"age_days":        {{facts.KindAnswer, ""}},
		"anyone_departed": {{facts.KindAnswer, ""}, {facts.KindPerson, "employed"}},
		"departed_count":  {{facts.KindAnswer, ""}, {facts.KindPerson, "employed"}},
	},
	facts.KindEndpoint: {
		"days_left": {{facts.KindEndpoint, "not_after"}},
		"warn_days": {{facts.KindEndpoint, "lifetime_days"}},
	},
	facts.KindActivity: {"weekday": {{facts.KindActivity, ""}}, "days_ago": {{facts.KindActivity, ""}}},
	facts.KindEvent: {
		"days_ago":         {{facts.KindEvent, ""}},
		"actor_active":     {{facts.KindUser, "active"}},
		"actor_admin":      {{facts.KindUser, "admin"}},
		"actor_departed":   {{facts.KindPerson, "employed"}},
		"subject_departed": {{facts.KindPerson, "employed"}},
		"after_departure":  {{facts.KindPerson, "left_on"}},
	},
	facts.KindPublicLink: {"creator_departed": {{facts.KindPublicLink, "creator"}, {facts.KindPerson, "employed"}}},
	facts.KindMailbox: {
		"owner_departed": {{facts.KindMailbox, "owner"}, {facts.KindPerson, "employed"}},
		"owner_active":   {{facts.KindMailbox, "owner"}, {facts.KindUser, "active"}},
	},
}

// RestsOn lists the facts that stand in for one that no source tells; nil when nothing does. What is
// part of every record, such as the day of an entry of a log, rests on the record.
func RestsOn(f Fact) []Fact {
	if list := restsOn[f.Kind][f.Name]; list != nil {
		return list
	}
	if slices.ContainsFunc(fieldsOf(f.Kind), func(of field) bool { return of.name == f.Name && !of.known }) {
		return []Fact{{Kind: f.Kind}}
	}
	return nil
}

package checks

import (
	"reflect"
	"sort"
	"time"

	"github.com/expr-lang/expr/types"

	"github.com/crmaudit/crmaudit/facts"
)

// derived lists the values that the engine adds to the fields of a record, by kind. They are part of
// the vocabulary of rules; join.go computes them.
var derived = map[facts.Kind]map[string]any{
	facts.KindUser: {
		"idle_days":    0,     // since the last log-in or activity, whichever is later
		"never_used":   false, // neither a log-in nor any activity, ever
		"age_days":     0,     // since the account was created
		"email_name":   "",    // part before @
		"email_domain": "",    // part after @
		"in_roster":    false, // found in the HR list
		"departed":     false, // the HR list says the person has left
		"left_on":      time.Time{},
		"company":      false, // an employee's account: human and not departed
	},
	facts.KindSession: {
		"user_departed": false,
		"age_days":      0,
	},
	facts.KindCredential: {
		"owner_departed": false,
		"age_days":       0,
	},
	facts.KindIntegration:  {"owner_departed": false},
	facts.KindHandler:      {"owner_departed": false, "raw_address": false},
	facts.KindGroup:        {"owner_departed": false},
	facts.KindBackup:       {"age_days": 0},
	facts.KindAsset:        {"holder_departed": false},
	facts.KindAnswer:       {"age_days": 0, "anyone_departed": false, "departed_count": 0},
	facts.KindEndpoint:     {"days_left": 0, "warn_days": 0},
	facts.KindActivity:     {"weekday": 0, "days_ago": 0},
	facts.KindEvent:        {"days_ago": 0, "actor_admin": false, "actor_departed": false, "subject_departed": false, "after_departure": false},
	facts.KindPublicLink:   {"creator_departed": false},
	facts.KindMailbox:      {"owner_departed": false},
	facts.KindBackupPolicy: {},
}

// profileVocabulary are the declared inputs of the run that rules may ask for.
var profileVocabulary = map[string]any{
	"headcount": 0, "remote_work": false, "domains": []string{}, "phones": []string{}, "plan": "", "platform": "",
	"jurisdictions": []string{}, "client_kind": "", "management_roles": []string{}, "allowed_countries": []string{},
	"known_hosts": []string{}, "high_risk_data": false, "self_hosted": false,
}

// vocabulary is what the expressions of one rule may say.
type vocabulary map[string]map[string]types.Type

// newVocabulary gives the words for a rule over the kind ("" for a rule over the profile only).
func newVocabulary(k facts.Kind, params map[string]Param) vocabulary {
	v := vocabulary{"profile": {}, "param": {}}
	for name, sample := range profileVocabulary {
		v["profile"][name] = types.TypeOf(sample)
	}
	for name, p := range params {
		v["param"][name] = types.TypeOf(paramValue(p.Default))
	}
	if k != "" {
		v[string(k)] = kindVocabulary(k)
	}
	return v
}

func kindVocabulary(k facts.Kind) map[string]types.Type {
	words := map[string]types.Type{}
	for _, f := range fieldsOf(k) {
		words[f.name] = typeOf(f.typ)
		if f.isDate() {
			words[f.name+"_days"] = types.Int
			words[f.name+"_never"] = types.Bool
		}
	}
	for name, sample := range derived[k] {
		words[name] = types.TypeOf(sample)
		if _, ok := sample.(time.Time); ok {
			words[name+"_days"] = types.Int
		}
	}
	return words
}

func typeOf(t reflect.Type) types.Type {
	switch {
	case t == reflect.TypeFor[[]facts.Permission]():
		return types.Array(types.Map{"object": types.String, "action": types.String, "scope": types.String})
	case t == reflect.TypeFor[[]map[string]string]():
		return types.TypeOf([]map[string]any{})
	case t.Kind() == reflect.Int64 || t.Kind() == reflect.Uint32:
		return types.Int
	}
	return types.TypeOf(reflect.Zero(t).Interface())
}

// env is the vocabulary in the form the expression compiler wants.
func (v vocabulary) env() types.Map {
	m := types.Map{}
	for name, words := range v {
		inner := types.Map{}
		for word, t := range words {
			inner[word] = t
		}
		m[name] = inner
	}
	return m
}

// words lists the names below one variable, sorted.
func (v vocabulary) words(variable string) []string {
	var list []string
	for w := range v[variable] {
		list = append(list, w)
	}
	sort.Strings(list)
	return list
}

// Words lists what a rule over the kind may say after the dot, sorted, for the documentation.
func Words(k facts.Kind) []string { return newVocabulary(k, nil).words(string(k)) }

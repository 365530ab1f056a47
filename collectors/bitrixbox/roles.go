package bitrixbox

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
)

// rights are the CRM roles and who stands behind the codes that they are given to.
type rights struct {
	roles   []*role
	byID    map[string]*role
	holders map[string][]string // code to users

	allExport, allDelete bool // everybody may
}

// role is a CRM role.
type role struct {
	id, name string
	codes    []string
	allowed  map[permission]string // the widest scope
}

type permission struct{ object, action string }

// actions are the rights that matter, by the product's word.
var actions = map[string]string{"READ": "read", "ADD": "add", "WRITE": "update", "DELETE": "delete", "EXPORT": "export", "IMPORT": "import"}

// scopes by the product's letter. O adds what everybody may see to one's department's.
var scopes = map[string]string{"": "none", "A": "own", "D": "group", "F": "group", "O": "group", "X": "all", "C": "all"}

var width = map[string]int{"none": 0, "own": 1, "group": 2, "all": 3}

// objectOf names what a right is about, without the funnel: DEAL_C5 is a deal.
func objectOf(entity string) string {
	name := lower(entity)
	if base, _, cut := strings.Cut(name, "_c"); cut && !strings.HasPrefix(name, "dynamic_") {
		name = base
	}
	switch name {
	case "config":
		return "setting"
	case "smart_invoice":
		return "invoice"
	}
	return name
}

func (r *run) readRoles(ctx context.Context) error {
	r.rights = rights{byID: map[string]*role{}, holders: map[string][]string{}}
	if _, err := r.ask(ctx, "roles", func(row row) error {
		x := &role{id: row.id("ID"), name: row.text("NAME"), allowed: map[permission]string{}}
		r.rights.roles, r.rights.byID[x.id] = append(r.rights.roles, x), x
		return nil
	}); err != nil {
		return err
	}
	if _, err := r.ask(ctx, "role_members", func(row row) error {
		if x := r.rights.byID[row.id("ROLE_ID")]; x != nil {
			x.codes = append(x.codes, row.text("RELATION"))
		}
		return nil
	}); err != nil {
		return err
	}
	if _, err := r.ask(ctx, "role_rights", func(row row) error {
		if x := r.rights.byID[row.id("ROLE_ID")]; x != nil {
			x.allow(row)
		}
		return nil
	}); err != nil {
		return err
	}
	_, err := r.ask(ctx, "access_codes", func(row row) error {
		code := row.text("ACCESS_CODE")
		if code != "AU" { // everybody: told by the code itself
			r.rights.holders[code] = append(r.rights.holders[code], row.id("USER_ID"))
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.grantRights()
	return nil
}

// allow notes one right. Rights may be given for single stages of a funnel too; the widest counts.
func (x *role) allow(row row) {
	action, scope := actions[row.text("PERM_TYPE")], scopes[row.text("ATTR")]
	p := permission{objectOf(row.text("ENTITY")), action}
	if p.object == "setting" && action == "update" {
		p.action = "settings"
	}
	if action == "" || scope == "" {
		return
	}
	if known, ok := x.allowed[p]; !ok || width[scope] > width[known] {
		x.allowed[p] = scope
	}
}

// widest is the widest scope of an action on client records.
func (x *role) widest(action string) string {
	best := "none"
	for p, scope := range x.allowed {
		if p.action == action && p.object != "setting" && width[scope] > width[best] {
			best = scope
		}
	}
	return best
}

// everybody reports that the role is given to all who can log in.
func (r *run) everybody(x *role) bool {
	return slices.ContainsFunc(x.codes, func(code string) bool {
		return code == "AU" || strings.HasPrefix(code, "G") && r.employees(code[1:])
	})
}

// grantRights marks the accounts of those who hold roles.
func (r *run) grantRights() {
	if r.accounts == nil {
		r.accounts = map[string]*account{}
	}
	for _, x := range r.rights.roles {
		export, deleteAll := x.widest("export") != "none", x.widest("delete") == "all"
		if !export && !deleteAll {
			continue
		}
		if r.everybody(x) {
			r.rights.allExport, r.rights.allDelete = r.rights.allExport || export, r.rights.allDelete || deleteAll
		}
		for _, code := range x.codes {
			for _, user := range r.members(code) {
				a := r.account(user)
				a.canExport, a.canDeleteAll = a.canExport || export, a.canDeleteAll || deleteAll
			}
		}
	}
}

// members are the people behind a code, but for codes that mean everybody.
func (r *run) members(code string) []string {
	if id, ok := strings.CutPrefix(code, "U"); ok && isNumber(id) {
		return []string{id}
	}
	return r.rights.holders[code]
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// writeRoles counts members once it is known who is active, and gives everybody the rights of roles that are given to all.
func (r *run) writeRoles() error {
	if reason := r.why("roles", "role_members", "role_rights"); reason != "" {
		return nil
	}
	active, everybodyCount := r.people()
	for _, x := range r.rights.roles {
		record := &facts.Role{ID: x.id, Source: r.kind, Name: facts.Of(x.name)}
		members := map[string]bool{}
		admins := 0
		for _, code := range x.codes {
			for _, user := range r.members(code) {
				if active[user] && !members[user] {
					members[user] = true
					if r.accounts[user].admin {
						admins++
					}
				}
			}
		}
		toAll := r.everybody(x)
		record.AssignedToEveryone = facts.Of(toAll)
		switch {
		case toAll:
			record.Members = facts.Of(everybodyCount)
		case r.why("access_codes") != "" && slices.ContainsFunc(x.codes, func(c string) bool { return !strings.HasPrefix(c, "U") }):
			record.Members = facts.With(len(members), facts.Partial)
		default:
			record.Members = facts.Of(len(members))
		}
		// A role of those who administer the portal anyway gives nothing away.
		record.Admin = facts.Of(!toAll && len(members) > 0 && admins == len(members))
		var permissions []facts.Permission
		for p, scope := range x.allowed {
			permissions = append(permissions, facts.Permission{Object: p.object, Action: p.action, Scope: scope})
		}
		slices.SortFunc(permissions, func(a, b facts.Permission) int {
			return cmp.Or(strings.Compare(a.Object, b.Object), strings.Compare(a.Action, b.Action))
		})
		record.Permissions = facts.Of(permissions)
		if err := r.write(record); err != nil {
			return err
		}
	}
	return nil
}

// people are the active accounts of people, and how many there are.
func (r *run) people() (map[string]bool, int) {
	active := map[string]bool{}
	for id, a := range r.accounts {
		if a.active && a.person {
			active[id] = true
		}
	}
	return active, len(active)
}

package bitrix24

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/crmaudit/crmaudit/facts"
)

// groupRow is a workgroup or project.
type groupRow struct {
	ID       id   `json:"ID"`
	Name     text `json:"NAME"`
	Owner    id   `json:"OWNER_ID"`
	Active   flag `json:"ACTIVE"`
	Visible  flag `json:"VISIBLE"`
	Opened   flag `json:"OPENED"`
	Closed   flag `json:"CLOSED"` // archived
	Members  text `json:"NUMBER_OF_MEMBERS"`
	Activity date `json:"DATE_ACTIVITY"`
}

// groupList asks for all groups: IS_ADMIN lifts the portal's filter, so that an administrator sees hidden ones too.
var groupList = params{"IS_ADMIN": "Y", "ORDER": params{"ID": "ASC"}}

// collectGroups reads the groups and who is in them.
func (r *run) collectGroups(ctx context.Context) error {
	var groups []groupRow
	seen := map[id]bool{}
	listErr := r.client.pages(ctx, "sonet_group.get", groupList, func(raw json.RawMessage) (int, error) {
		var rows list[groupRow]
		if err := json.Unmarshal(raw, &rows); err != nil {
			return 0, err
		}
		r.damaged(facts.KindGroup, rows.skipped)
		for _, g := range rows.items {
			if g.ID == "" {
				r.damaged(facts.KindGroup, 1)
				continue
			}
			if seen[g.ID] {
				return 0, errRepeats
			}
			seen[g.ID] = true
			groups = append(groups, g)
		}
		r.progress("groups", len(groups), 0)
		return len(rows.items) + rows.skipped, nil
	})
	if listErr != nil && len(groups) == 0 {
		return listErr
	}
	slices.SortStableFunc(groups, func(a, b groupRow) int { return compareIDs(string(a.ID), string(b.ID)) })
	members, memberErr := r.groupMembers(ctx, groups)
	r.fieldProblem(facts.KindGroup, "guests", memberErr)
	for i, g := range groups {
		if err := r.write(r.groupRecord(g, members[i])); err != nil {
			return err
		}
	}
	if hopeless(memberErr) {
		return memberErr
	}
	return listErr
}

// membership is who is in one group; unknown when the portal did not tell.
type membership struct {
	known bool
	users []id
}

func (r *run) groupMembers(ctx context.Context, groups []groupRow) ([]membership, error) {
	all := make([]membership, len(groups))
	commands := make([]command, len(groups))
	for i, g := range groups {
		commands[i] = command{"sonet_group.user.get", params{"ID": string(g.ID)}}
	}
	var firstErr error
	err := r.client.each(ctx, commands, func(i int, a answer) error {
		if a.err != nil {
			if hopeless(a.err) {
				return a.err
			}
			firstErr = cmp.Or(firstErr, a.err)
			return nil
		}
		var rows list[struct {
			User id `json:"USER_ID"`
		}]
		if json.Unmarshal(a.Result, &rows) != nil || rows.skipped > 0 {
			r.damaged(facts.KindGroup, 1)
			return nil
		}
		all[i].known = true
		for _, m := range rows.items {
			all[i].users = append(all[i].users, m.User)
		}
		return nil
	})
	return all, cmp.Or(err, firstErr)
}

func (r *run) groupRecord(g groupRow, m membership) *facts.Group {
	record := &facts.Group{
		ID: string(g.ID), Source: sourceID, Name: g.Name.known(), Owner: text(g.Owner).known(), OwnerActive: r.users.active(string(g.Owner)),
		Active: g.Active.Known, Visible: g.Visible.Known, Open: g.Opened.Known, LastUsed: g.Activity.in(r.zone),
	}
	if g.Closed.yes() {
		record.Active = facts.Of(false)
	}
	if n := idOf(g.Members).number(); n > 0 {
		record.Members = facts.Of(int(n))
	}
	if !m.known {
		return record
	}
	guests, unlisted := 0, false
	for _, user := range m.users {
		if r.users.external(string(user)) {
			guests++
		}
		unlisted = unlisted || r.users.byID[string(user)] == nil
	}
	switch {
	case !unlisted:
		record.Guests = facts.Of(guests)
	case guests > 0: // there may be more among those who are not listed
		record.Guests = facts.With(guests, facts.Partial)
	}
	if record.Members.IsZero() {
		record.Members = facts.Of(len(m.users))
	}
	return record
}

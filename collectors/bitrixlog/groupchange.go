package bitrixlog

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// adminGroup is the group of administrators on every portal.
const adminGroup = "1"

// GroupChange is the description of a GroupsChanged row. Old versions write only the difference.
type GroupChange struct {
	Readable      bool // false: nothing is known of the change
	before, after []string
	whole         bool // before and after are complete lists
}

var (
	phpValue  = regexp.MustCompile(`s:\d+:"(\d+)"|i:\d+;i:(\d+)`)
	groupDiff = regexp.MustCompile(`([+-])\((\d+)\)`)
)

// ReadGroupChange reads the description of a GroupsChanged row.
func ReadGroupChange(description string) GroupChange {
	var g struct {
		Before *groups `json:"before"`
		After  *groups `json:"after"`
	}
	if json.Unmarshal([]byte(description), &g) == nil && g.Before != nil && g.After != nil {
		return GroupChange{Readable: true, whole: true, before: *g.Before, after: *g.After}
	}
	if before, after, ok := strings.Cut(description, " => "); ok {
		return GroupChange{Readable: true, whole: true, before: phpIDs(before), after: phpIDs(after)}
	}
	var c GroupChange
	for _, m := range groupDiff.FindAllStringSubmatch(description, -1) {
		c.Readable = true
		if m[1] == "+" {
			c.after = append(c.after, m[2])
		} else {
			c.before = append(c.before, m[2])
		}
	}
	return c
}

// groups are numbers of groups: in an array, or in the map as which PHP writes an array with gaps.
type groups []string

// UnmarshalJSON never refuses a value: what is no list of groups is an empty one.
func (g *groups) UnmarshalJSON(data []byte) error {
	*g = nil
	var refs []groupRef
	if json.Unmarshal(data, &refs) != nil {
		var byKey map[string]groupRef
		_ = json.Unmarshal(data, &byKey)
		refs = slices.Collect(maps.Values(byKey))
	}
	for _, r := range refs {
		*g = append(*g, string(r))
	}
	return nil
}

// groupRef is a group as a number or as a row with GROUP_ID.
type groupRef string

// UnmarshalJSON never refuses a value: what names no group is "".
func (g *groupRef) UnmarshalJSON(data []byte) error {
	var row struct {
		ID scalar `json:"GROUP_ID"`
	}
	if json.Unmarshal(data, &row) != nil {
		_ = row.ID.UnmarshalJSON(data)
	}
	*g = groupRef(row.ID.id())
	return nil
}

// phpIDs finds the values in a serialised PHP array of group numbers.
func phpIDs(s string) []string {
	var ids []string
	for _, m := range phpValue.FindAllStringSubmatch(s, -1) {
		ids = append(ids, m[1]+m[2])
	}
	return ids
}

// GivesAdmin tells whether the change made the account an administrator.
func (g GroupChange) GivesAdmin() bool {
	return slices.Contains(g.after, adminGroup) && !slices.Contains(g.before, adminGroup)
}

// TakesAdmin tells whether the account was an administrator until the change.
func (g GroupChange) TakesAdmin() bool {
	return slices.Contains(g.before, adminGroup) && !slices.Contains(g.after, adminGroup)
}

// KeepsAdmin tells whether the account was and is an administrator; a mere difference does not tell.
func (g GroupChange) KeepsAdmin() bool {
	return g.whole && slices.Contains(g.before, adminGroup) && slices.Contains(g.after, adminGroup)
}

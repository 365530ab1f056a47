package checks

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/nearest"
)

// combination is a rule set while packs are put into it.
type combination struct {
	checks map[string]*Check
	former map[string]string // old ids of checks
	uses   []PackUse
	set    map[string]string // file that set a key of a check: "ACC-002 severity"
}

// Combine puts packs into a catalogue: their own checks first, then the changes, so that a pack may
// change what another one adds. The order in which packs are named makes no difference.
func Combine(catalogue []*Check, packs []*Pack) ([]*Check, []PackUse, error) {
	b := &combination{checks: map[string]*Check{}, former: aliases(catalogue), set: map[string]string{}}
	groups := map[string]string{}
	for _, c := range catalogue {
		b.checks[c.ID] = c
		groups[c.Category()] = "the catalogue"
	}
	packs = slices.SortedStableFunc(slices.Values(packs), func(x, y *Pack) int { return cmp.Compare(x.Name, y.Name) })
	for i, p := range packs {
		if i > 0 && packs[i-1].Name == p.Name {
			return nil, nil, fail.New(fail.Usage, "name each pack once, and give packs names of their own", "two packs are called %s", p.Name)
		}
		b.uses = append(b.uses, PackUse{Name: p.Name, Version: p.Version, Owner: p.Owner, Hash: p.Hash, Description: p.Description, Categories: p.Categories})
		for _, id := range slices.Sorted(maps.Keys(p.Categories)) {
			if other := groups[id]; other != "" {
				return nil, nil, fail.New(fail.Usage, "choose three other letters", "the pack %s names the category %s, which %s has", p.Name, id, other)
			}
			groups[id] = "the pack " + p.Name
		}
		for _, c := range p.added {
			if err := b.add(&b.uses[i], c); err != nil {
				return nil, nil, err
			}
		}
	}
	for i, p := range packs {
		for _, x := range p.extensions {
			if err := b.extend(&b.uses[i], x); err != nil {
				return nil, nil, err
			}
		}
	}
	for i := range b.uses {
		slices.Sort(b.uses[i].Added)
	}
	list := slices.SortedFunc(maps.Values(b.checks), func(x, y *Check) int { return cmp.Compare(x.ID, y.ID) })
	return list, b.uses, nil
}

func (b *combination) add(use *PackUse, c *Check) error {
	for _, id := range append([]string{c.ID}, c.Aliases...) {
		other := b.checks[id]
		if other == nil {
			other = b.checks[b.former[id]]
		}
		if other != nil {
			return fail.New(fail.Usage, "to change a check write `extends: "+other.ID+"` in place of its id; a new check takes an id of its own", "%s and %s both define %s", other.File, c.File, id)
		}
	}
	for _, old := range c.Aliases {
		b.former[old] = c.ID
	}
	b.checks[c.ID] = c
	use.Added = append(use.Added, c.ID)
	return nil
}

func (b *combination) extend(use *PackUse, x *extension) error {
	id := x.Extends
	if now := b.former[id]; now != "" {
		id = now
	}
	c := b.checks[id]
	if c == nil {
		hint := "`crmaudit checks list` shows them all"
		if near := nearest.Of(id, slices.Sorted(maps.Keys(b.checks))); near != "" {
			hint = fmt.Sprintf("did you mean %s?", near)
		}
		return fail.New(fail.Usage, hint, "%s: there is no check %q to extend", x.file, x.Extends)
	}
	if err := b.claim(id, x); err != nil {
		return err
	}
	changed, err := x.apply(c)
	if err != nil {
		return err
	}
	b.checks[id] = changed
	list := &use.Changed
	if x.Disable != nil {
		list = &use.Disabled
	}
	if !slices.Contains(*list, id) {
		*list = append(*list, id)
		slices.Sort(*list)
	}
	return nil
}

// claim refuses a second file that sets the same key, and any change beside a disabling: which of
// the two is in force should not depend on their order.
func (b *combination) claim(id string, x *extension) error {
	for _, key := range x.keys() {
		if key == "refs" && b.set[id+" disable"] == "" {
			continue // they add up
		}
		other, clash := b.set[id+" "+key], key
		if other == "" && key != "disable" {
			other, clash = b.set[id+" disable"], "disable"
		}
		if other == "" && key == "disable" {
			other = b.set[id]
		}
		if other != "" {
			return fail.New(fail.Usage, "keep one of the two", "%s and %s both change %s of %s", other, x.file, clash, id)
		}
	}
	for _, key := range x.keys() {
		b.set[id+" "+key] = x.file
	}
	b.set[id] = x.file
	return nil
}

package checks

import (
	"slices"

	"github.com/crmaudit/crmaudit/facts"
)

// Cover is how completely the sources together delivered a kind of record.
type Cover struct {
	Full bool  // an empty list proves that there is none
	Gaps []Gap // why not, when not
}

// coverIndex answers questions about the coverage of a snapshot.
type coverIndex struct {
	kinds  map[facts.Kind][]facts.Coverage
	fields map[string][]facts.Coverage // kind.field
}

func newCoverIndex(list []facts.Coverage) coverIndex {
	x := coverIndex{kinds: map[facts.Kind][]facts.Coverage{}, fields: map[string][]facts.Coverage{}}
	for _, c := range list {
		if c.Field == "" {
			x.kinds[c.Kind] = append(x.kinds[c.Kind], c)
		} else {
			key := string(c.Kind) + "." + c.Field
			x.fields[key] = append(x.fields[key], c)
		}
	}
	return x
}

// of a kind: full when some source delivered all of it and said nothing to the contrary. A log
// delivers its kinds of entries separately; when a question names those it looks at, full coverage
// of these is enough, and the lack of one is a gap however complete the rest may be.
func (x coverIndex) of(k facts.Kind, listing ...string) Cover {
	whole := x.all(k)
	cover := Cover{Full: true}
	for _, field := range listing {
		name := string(k) + "." + field
		told := x.fields[name]
		full := slices.ContainsFunc(told, func(c facts.Coverage) bool { return c.State == facts.Full })
		switch {
		case full:
		case len(told) > 0:
			cover.Full = false
			cover.Gaps = append(cover.Gaps, gapOf(name, told[0]))
		case !whole.Full:
			return whole
		}
	}
	if len(listing) == 0 {
		return whole
	}
	return cover
}

func (x coverIndex) all(k facts.Kind) Cover {
	entries := x.kinds[k]
	if len(entries) == 0 {
		return Cover{Gaps: []Gap{{Fact: string(k), Reason: facts.NotConfigured}}}
	}
	full, broken := map[string]bool{}, map[string]bool{}
	var cover Cover
	for _, c := range entries {
		if c.State == facts.Full {
			full[c.Source] = true
			continue
		}
		broken[c.Source] = true
		cover.Gaps = append(cover.Gaps, gapOf(string(k), c))
	}
	for source := range full {
		if !broken[source] {
			return Cover{Full: true}
		}
	}
	return cover
}

// explain completes a gap with what the sources said about the field, else about its kind.
func (x coverIndex) explain(g Gap, k facts.Kind, field string) Gap {
	for _, c := range append(x.fields[string(k)+"."+field], x.kinds[k]...) {
		if c.State == facts.Full {
			continue
		}
		told := gapOf(g.Fact, c)
		if g.Reason == "" {
			g.Reason = told.Reason
		}
		if g.Reason != told.Reason {
			continue // it speaks of something else
		}
		if g.Right == "" {
			g.Right = told.Right
		}
		if g.Ask == "" {
			g.Ask = told.Ask
		}
		if g.Detail == "" {
			g.Detail = told.Detail
		}
		break
	}
	if g.Reason == "" {
		g.Reason = facts.NotConfigured
		if k == facts.KindAnswer {
			g.Reason = facts.NotAnswered
		}
	}
	return g
}

func gapOf(fact string, c facts.Coverage) Gap {
	return Gap{Fact: fact, Reason: c.Reason, Right: c.Right, Ask: c.Ask, Detail: c.Detail}
}

package checkdocs

import (
	"maps"
	"slices"

	"github.com/crmaudit/crmaudit/checks"
)

// Means is how a check can be answered on a platform.
type Means string

// Means, best first.
const (
	Automatic  Means = "automatic"  // sources tell everything
	Mixed      Means = "mixed"      // sources tell one part, people the other
	ByAnswer   Means = "answer"     // people tell everything
	InPart     Means = "in_part"    // a violation can be found, order cannot be proved
	Impossible Means = "impossible" // nobody tells what the rule needs
	NotAsked   Means = "not_asked"  // the question makes no sense there
)

// AllMeans lists them in the order of the legend.
var AllMeans = []Means{Automatic, Mixed, ByAnswer, InPart, Impossible, NotAsked}

// Answerability says how a check can be answered on a platform and by whom.
type Answerability struct {
	Means     Means
	Sources   []string // kinds of sources, sorted
	Questions []string // of the questionnaire, sorted
	Missing   []string // facts that nobody tells
}

// Answerable derives from its rule how the check can be answered on the platform.
func (s *Supply) Answerable(c *checks.Check, platform string) Answerability {
	if slices.Contains(c.NotOn, platform) {
		return Answerability{Means: NotAsked}
	}
	b := s.question(c.AskedOn(platform))
	a := Answerability{Means: b.means()}
	if a.Means != Impossible {
		a.Sources, a.Questions = slices.Sorted(maps.Keys(b.sources)), slices.Sorted(maps.Keys(b.questions))
	}
	if a.Means == Impossible || a.Means == InPart {
		for _, f := range b.missing {
			// Where the records are missing, so are their fields.
			if list := (checks.Fact{Kind: f.Kind}); f == list || !slices.Contains(b.missing, list) {
				a.Missing = append(a.Missing, f.String())
			}
		}
		slices.Sort(a.Missing)
	}
	return a
}

func (b basis) means() Means {
	switch told, asked := len(b.sources) > 0, len(b.questions) > 0; {
	case len(b.missing) > 0 && (!b.partly || !told && !asked):
		return Impossible
	case b.partly:
		return InPart
	case told && asked:
		return Mixed
	case asked:
		return ByAnswer
	}
	return Automatic
}

// question finds what a question rests on. What its answer cannot do without is missing; a condition that
// excuses from it only helps.
func (s *Supply) question(a checks.Asked) basis {
	b := s.own(a)
	if a.Otherwise != nil {
		b = either(b, s.question(*a.Otherwise))
	}
	if a.Unless != nil {
		if excuse := s.question(*a.Unless); len(excuse.missing) == 0 {
			b.add(excuse)
		}
	}
	return b
}

// either is the first basis, with what stands in for it where that tells more: instead of facts that nobody
// tells, beside those told in part, and where a source knows what people may leave unanswered.
func either(first, second basis) basis {
	switch {
	case len(second.missing) > 0 && !second.partly:
		return first
	case len(first.missing) > 0 && !first.partly:
		return second
	case !first.partly && (len(first.sources) > 0 || len(second.sources) == 0):
		return first
	}
	second.add(basis{sources: first.sources, questions: first.questions})
	return second
}

// own is the question without those that stand in for it or excuse from it.
func (s *Supply) own(a checks.Asked) basis {
	b := newBasis()
	if len(a.All) == 0 {
		for _, need := range a.Needs {
			one := s.of(need.Fact)
			if need.Optional && (len(one.missing) > 0 || len(one.sources) == 0) {
				continue // where no source tells it, the rule does without
			}
			b.add(one)
			for _, m := range one.missing {
				b.lack(m)
			}
		}
		if len(b.missing) > 0 {
			b.partly = false
		}
		return b
	}
	answered := 0
	for _, part := range a.All {
		one := s.question(part)
		if len(one.missing) == 0 || one.partly {
			answered++
			b.add(one)
		}
		for _, m := range one.missing {
			b.lack(m)
		}
	}
	// One part that fails is enough for a failure; all have to be answered for a pass.
	b.partly = answered > 0 && (b.partly || len(b.missing) > 0)
	return b
}

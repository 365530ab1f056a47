package checkdocs

import (
	"maps"
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/questions"
)

// Platforms are the columns of the matrix. Generic is a CRM that no collector knows.
var Platforms = []string{"bitrix24-cloud", "bitrix24-box", "amocrm", "okocrm", "generic"}

// Supply is what the sources of one platform and the questionnaire tell.
type Supply struct {
	sources   map[checks.Fact][]string // kinds of sources that tell a fact
	whole     map[facts.Kind][]string  // those that tell every fact of a kind
	partly    map[checks.Fact]bool
	questions map[checks.Fact][]string
}

// NewSupply puts together what can be known of a portal on the platform.
func NewSupply(platform string, sources []collectors.Source, asked *questions.Questions) *Supply {
	s := &Supply{
		sources: map[checks.Fact][]string{}, whole: map[facts.Kind][]string{}, partly: map[checks.Fact]bool{}, questions: map[checks.Fact][]string{},
	}
	for _, source := range sources {
		if len(source.Platforms) == 0 || slices.Contains(source.Platforms, platform) {
			s.addSource(source)
		}
	}
	for _, q := range asked.All() {
		s.addQuestion(q)
	}
	return s
}

// addSource leaves answers to the questionnaire: the source that reads them tells what people told.
func (s *Supply) addSource(source collectors.Source) {
	if slices.Contains(source.Provides, facts.KindAnswer) {
		return
	}
	for _, k := range source.Provides {
		s.tell(checks.Fact{Kind: k}, source.Kind)
		if len(source.Delivers) == 0 {
			s.whole[k] = append(s.whole[k], source.Kind)
		}
	}
	for _, name := range source.Delivers {
		s.tell(parseFact(name), source.Kind)
	}
	for _, name := range source.Partly {
		s.partly[parseFact(name)] = true
	}
}

func (s *Supply) tell(f checks.Fact, source string) { s.sources[f] = append(s.sources[f], source) }

func (s *Supply) addQuestion(q *questions.Question) {
	fills := func(f checks.Fact) { s.questions[f] = append(s.questions[f], q.ID) }
	fills(checks.Fact{Kind: facts.KindAnswer, Name: q.ID})
	for _, t := range q.Targets() {
		fills(checks.Fact{Kind: t.Kind, Name: t.Field})
		if t.Field != "" {
			continue
		}
		for _, c := range q.Columns {
			for _, field := range columnFields(t.Kind, c.ID) {
				if f := (checks.Fact{Kind: t.Kind, Name: field}); !slices.Contains(s.questions[f], q.ID) {
					fills(f)
				}
			}
		}
	}
}

// columnFields names the fields that a column of a table becomes: mostly the one it is called after.
func columnFields(k facts.Kind, column string) []string {
	switch {
	case k == facts.KindHandler && column == "url":
		return []string{"scheme", "host"}
	case k == facts.KindRole && (strings.HasSuffix(column, "_scope") || column == "settings"):
		return []string{"permissions"}
	}
	return []string{column}
}

func parseFact(name string) checks.Fact {
	kind, field, _ := strings.Cut(name, ".")
	return checks.Fact{Kind: facts.Kind(kind), Name: field}
}

// basis is what an answer rests on.
type basis struct {
	sources, questions map[string]bool
	partly             bool
	missing            []checks.Fact
}

func newBasis() basis { return basis{sources: map[string]bool{}, questions: map[string]bool{}} }

// add takes over what another basis rests on, but not what it lacks.
func (b *basis) add(other basis) {
	maps.Copy(b.sources, other.sources)
	maps.Copy(b.questions, other.questions)
	b.partly = b.partly || other.partly
}

func (b *basis) lack(f checks.Fact) {
	if !slices.Contains(b.missing, f) {
		b.missing = append(b.missing, f)
	}
}

// of finds who tells a fact, or those that it is made of.
func (s *Supply) of(f checks.Fact) basis {
	b := newBasis()
	told := append(slices.Clone(s.sources[f]), s.whole[f.Kind]...)
	asked := s.questions[f]
	rest := checks.RestsOn(f)
	// A source of every fact of a kind has its fields, not what the engine makes of several kinds.
	if len(s.sources[f]) == 0 && rest != nil {
		told = nil
	}
	switch {
	case len(told) > 0 && !s.partly[f]:
		b.credit(told, nil)
	case len(told) > 0:
		b.credit(told, asked)
		b.partly = len(asked) == 0
	case len(asked) > 0 && f.Kind == facts.KindUser && s.sources[checks.Fact{Kind: f.Kind}] == nil:
		b.lack(checks.Fact{Kind: f.Kind}) // the answer names accounts, and nobody lists them
	case len(asked) > 0:
		b.credit(nil, asked)
	case rest == nil:
		b.lack(f)
	default:
		for _, below := range rest {
			part := s.of(below)
			b.add(part)
			for _, m := range part.missing {
				b.lack(m)
			}
		}
	}
	return b
}

func (b *basis) credit(sources, questions []string) {
	for _, name := range sources {
		b.sources[name] = true
	}
	for _, id := range questions {
		b.questions[id] = true
	}
}

package catalog

import (
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/facts"
)

// sharedSecrets is the question whose table lists passwords that several people know.
const sharedSecrets = "shared_secrets"

// staleSecrets asks of each shared password whether it was changed since the last of those who knew it
// left. Only the last change is known, so a late one counts as done; rotate_days is how long after a
// departure nobody has to worry yet.
func staleSecrets(p *checks.Pass) checks.Visit {
	s := &secretKeepers{pass: p, tally: p.Tally(facts.KindAnswer, sharedSecrets), people: map[string]*standing{}}
	return checks.Visit{
		On:   map[facts.Kind]func(*checks.Subject){facts.KindAnswer: s.answer, facts.KindPerson: s.person, facts.KindUser: s.user},
		Done: s.done,
	}
}

type secretKeepers struct {
	pass   *checks.Pass
	tally  *checks.Tally
	rows   []map[string]string
	given  bool
	roster bool                 // there is an HR list
	people map[string]*standing // those whom the table names, by the words it may use for them
}

// standing is whether somebody still works here.
type standing struct {
	known, departed, disputed bool
	left                      time.Time // zero: not known
}

func (s *secretKeepers) answer(subject *checks.Subject) {
	if a := subject.Record.(*facts.Answer); a.ID == sharedSecrets {
		s.rows, s.given = a.Rows.Get()
	}
	for _, row := range s.rows {
		for _, keeper := range keepers(row) {
			for _, word := range wordsFor(keeper) {
				s.people[word] = &standing{}
			}
		}
	}
}

func keepers(row map[string]string) []string {
	var list []string
	for name := range strings.SplitSeq(row["known_to"], ";") {
		if name = strings.TrimSpace(name); name != "" {
			list = append(list, name)
		}
	}
	return list
}

// wordsFor spells a name, address or phone as people are looked up.
func wordsFor(name string) []string {
	words := []string{checks.Comparable(name)}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, name)
	if len(digits) >= shortestPhone && !strings.Contains(name, "@") {
		words = append(words, "+"+digits)
	}
	return words
}

const shortestPhone = 7 // digits

func (s *secretKeepers) person(subject *checks.Subject) {
	p := subject.Record.(*facts.Person)
	s.roster = true
	employed, known := p.Employed.Get()
	if !known {
		return
	}
	words := append([]string{p.External, p.Name.Or("")}, p.Emails...)
	for _, phone := range p.Phones {
		words = append(words, "+"+phone)
	}
	s.note(words, !employed, p.Left.Or(time.Time{}))
}

// user finds those whom the table names by their account.
func (s *secretKeepers) user(subject *checks.Subject) {
	u := subject.Record.(*facts.User)
	departed, known := subject.View.Bool("departed")
	if !known {
		return
	}
	left, _ := subject.View.Time("left_on")
	s.note([]string{u.ID, u.Email.Or(""), u.Login.Or(""), u.Name.Or("")}, departed, left)
}

// note records what is known of a person; two people of one name make it worthless.
func (s *secretKeepers) note(words []string, departed bool, left time.Time) {
	for _, word := range words {
		p := s.people[checks.Comparable(word)]
		switch {
		case p == nil:
		case p.known && p.departed != departed:
			p.disputed = true
		default:
			p.known, p.departed = true, departed
			if left.After(p.left) {
				p.left = left
			}
		}
	}
}

func (s *secretKeepers) find(name string) *standing {
	for _, word := range wordsFor(name) {
		if p := s.people[word]; p != nil && p.known && !p.disputed {
			return p
		}
	}
	return nil
}

func (s *secretKeepers) done() checks.Outcome {
	if !s.given {
		s.tally.Unknown(checks.Gap{Fact: "answer." + sharedSecrets, Reason: facts.NotAnswered, Ask: sharedSecrets})
	}
	for _, row := range s.rows {
		s.judge(row)
	}
	return s.tally.Outcome()
}

// judge looks for the first keeper because of whom the password should have been changed.
func (s *secretKeepers) judge(row map[string]string) {
	var gap *checks.Gap
	changed, err := time.Parse(time.DateOnly, row["changed"])
	never := row["changed"] == "never"
	grace := time.Duration(s.pass.Params["rotate_days"].(int)) * aDay
	people := keepers(row)
	if len(people) == 0 {
		gap = &checks.Gap{Fact: "answer." + sharedSecrets, Reason: facts.NotAnswered, Ask: sharedSecrets}
	}
	for _, name := range people {
		switch p := s.find(name); {
		case p == nil:
			gap = &checks.Gap{Fact: "person.employed", Reason: facts.NotConfigured}
			if s.roster {
				gap.Reason = facts.NotSupported
			}
		case !p.departed:
		case err != nil && !never:
			gap = &checks.Gap{Fact: "answer." + sharedSecrets, Reason: facts.NotAnswered, Ask: sharedSecrets}
		case p.left.IsZero() && !never:
			gap = &checks.Gap{Fact: "person.left_on", Reason: facts.NotSupported}
		case !p.left.IsZero() && s.pass.Now.Sub(p.left) <= grace+aDay: // the last day of work is not over before its evening
		case never || changed.Before(p.left):
			s.fail(row, never, changed, p.left)
			return
		}
	}
	if gap != nil {
		s.tally.Unknown(*gap)
		return
	}
	s.tally.Pass(facts.Declared)
}

func (s *secretKeepers) fail(row map[string]string, never bool, changed, left time.Time) {
	record := &facts.Answer{ID: sharedSecrets + "/" + row["system"]}
	s.tally.Fail(checks.NewSubject(record, map[string]any{
		"title": row["system"], "never": never, "changed": changed, "left_known": !left.IsZero(), "left_on": left,
	}), facts.Declared)
}

package questions

import (
	"strings"

	"github.com/crmaudit/crmaudit/internal/lang"
)

// Guide is what is said around the questions in one language.
type Guide struct {
	words *words
	lang  lang.Lang
}

// NewGuide reads the words of a language.
func NewGuide(l lang.Lang) (*Guide, error) {
	w, err := loadWords()
	return &Guide{w, l}, err
}

// Group is the title of a group of questions.
func (g *Guide) Group(id string) string { return g.words.Groups[id].In(g.lang) }

// Comment is a text as comment lines of YAML, folded like those of Template.
func Comment(indent, text string) string {
	t := &templateWriter{}
	t.comment(indent, text)
	return strings.TrimSuffix(t.out.String(), "\n")
}

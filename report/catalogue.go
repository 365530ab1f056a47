package report

import (
	"fmt"

	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/phrase"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
	"github.com/crmaudit/crmaudit/templates"
)

// Catalogue holds the words and sentences of the interface in one language, by key.
type Catalogue struct {
	lang    lang.Lang
	phrases map[string]*phrase.Phrase
}

// LoadCatalogue reads the embedded messages of a language.
func LoadCatalogue(l lang.Lang) (Catalogue, error) {
	name := "messages/" + string(l) + ".yaml"
	data, err := templates.Messages.ReadFile(name)
	if err != nil {
		return Catalogue{}, err
	}
	var texts map[string]string
	if err := yamlfile.Decode(name, data, &texts); err != nil {
		return Catalogue{}, err
	}
	c := Catalogue{lang: l, phrases: make(map[string]*phrase.Phrase, len(texts))}
	for key, text := range texts {
		if c.phrases[key], err = phrase.Compile(l, key, text); err != nil {
			return Catalogue{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	return c, nil
}

// T is the message of a key. A key that does not exist prints itself, which a test forbids.
func (c Catalogue) T(key string) string { return c.With(key, nil) }

// With is the message of a key with values.
func (c Catalogue) With(key string, values map[string]any) string {
	p, ok := c.phrases[key]
	if !ok {
		return key
	}
	s, err := p.Render(values)
	if err != nil {
		return key
	}
	return s
}

// Has reports whether there is such a message.
func (c Catalogue) Has(key string) bool {
	_, ok := c.phrases[key]
	return ok
}

// Keys is how many messages there are, for the test that compares languages.
func (c Catalogue) Keys() []string {
	var keys []string
	for k := range c.phrases {
		keys = append(keys, k)
	}
	return keys
}

package checkdocs

import (
	_ "embed"
	"strings"

	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
	"github.com/crmaudit/crmaudit/report"
)

//go:embed words.yaml
var wordsYAML []byte

// words are what the pages of one language say around the texts of the checks.
type words struct {
	lang   lang.Lang
	texts  map[string]map[lang.Lang]string
	report report.Catalogue // the words that pages and reports share
}

func loadWords(l lang.Lang) (*words, error) {
	w := &words{lang: l}
	if err := yamlfile.Decode("words.yaml", wordsYAML, &w.texts); err != nil {
		return nil, err
	}
	var err error
	w.report, err = report.LoadCatalogue(l)
	return w, err
}

// say is the text of a key; pairs of names and values fill its braces. A key that does not exist prints itself,
// which a test forbids.
func (w *words) say(key string, pairs ...string) string {
	text, ok := w.texts[key][w.lang]
	if !ok {
		return w.report.T(key)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "{"+pairs[i]+"}", pairs[i+1])
	}
	return text
}

func (w *words) has(key string) bool { return w.texts[key][w.lang] != "" || w.report.Has(key) }

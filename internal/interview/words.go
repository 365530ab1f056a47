package interview

import (
	_ "embed"
	"fmt"
	"strings"
	"unicode"

	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/questions"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

//go:embed words.yaml
var wordsYAML []byte

// words is what the interview says, in one language.
type words struct {
	lang  lang.Lang
	guide *questions.Guide
	all   map[string]questions.Label
}

func loadWords(l lang.Lang) (*words, error) {
	g, err := questions.NewGuide(l)
	if err != nil {
		return nil, err
	}
	w := &words{lang: l, guide: g}
	return w, yamlfile.Decode("words.yaml", wordsYAML, &w.all)
}

// say gives a text with its placeholders filled in: name, value, name, value.
func (w *words) say(key string, fill ...any) string {
	s := w.all[key].In(w.lang)
	for i := 0; i+1 < len(fill); i += 2 {
		s = strings.ReplaceAll(s, fmt.Sprintf("{%v}", fill[i]), fmt.Sprint(fill[i+1]))
	}
	return s
}

// label is a text of the catalogue of questions.
func (w *words) label(l questions.Label) string { return l.In(w.lang) }

// printable is a text from outside that cannot drive the terminal: on one line, without control and
// direction characters.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
	return strings.Join(strings.Fields(s), " ")
}

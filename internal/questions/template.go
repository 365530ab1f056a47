package questions

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

// lineWidth is where comments of the starter file are folded.
const lineWidth = 110

// words are the texts around the questions.
type words struct {
	Head          Label            `yaml:"head"`
	AnsweredBy    Label            `yaml:"answered_by"`
	AnsweredAt    Label            `yaml:"answered_at"`
	Where         Label            `yaml:"where"`
	Evidence      Label            `yaml:"evidence"`
	Answer        Label            `yaml:"answer"`
	Only          Label            `yaml:"only"`
	Checks        Label            `yaml:"checks"`
	Required      Label            `yaml:"required"`
	Never         Label            `yaml:"never"`
	None          Label            `yaml:"none"`
	OneRow        Label            `yaml:"one_row"`
	Jurisdictions map[string]Label `yaml:"jurisdictions"`
	Types         map[string]Label `yaml:"types"`
	Groups        map[string]Label `yaml:"groups"`
}

func loadWords() (*words, error) {
	data, err := files.ReadFile("words.yaml")
	if err != nil {
		return nil, fmt.Errorf("read the words of the questionnaire: %w", err)
	}
	w := &words{}
	return w, yamlfile.Decode("words.yaml", data, w)
}

// Template is the starter answers.yaml in the language: every question with what it wants, unanswered. With
// jurisdictions, what only another law asks is left out.
func Template(l lang.Lang, jurisdictions ...string) ([]byte, error) {
	w, err := loadWords()
	if err != nil {
		return nil, err
	}
	qs, err := Load()
	if err != nil {
		return nil, err
	}
	t := &templateWriter{words: w, lang: l}
	t.comment("", strings.ReplaceAll(w.Head.In(l), "{days}", strconv.Itoa(MaxAgeDays)))
	t.line("")
	t.line("version: 1")
	t.line("answered_by:   # " + w.AnsweredBy.In(l))
	t.line("answered_at:   # " + w.AnsweredAt.In(l))
	t.line("")
	t.line("answers:")
	group := ""
	for _, q := range qs.All() {
		if len(jurisdictions) > 0 && !q.AskedIn(jurisdictions) {
			continue
		}
		if q.Group != group {
			group = q.Group
			t.heading(w.Groups[group].In(l))
		}
		t.question(q)
	}
	return []byte(t.out.String()), nil
}

type templateWriter struct {
	words *words
	lang  lang.Lang
	out   strings.Builder
}

func (t *templateWriter) line(s string) { t.out.WriteString(s + "\n") }

func (t *templateWriter) heading(title string) {
	t.line("")
	t.line("  # " + strings.Repeat("═", 3) + " " + title + " " + strings.Repeat("═", max(3, lineWidth-10-utf8.RuneCountInString(title))))
}

func (t *templateWriter) question(q *Question) {
	text := q.Text[t.lang]
	t.line("")
	t.comment("  ", text.Ask)
	if text.Where != "" {
		t.comment("  ", t.words.Where.In(t.lang)+": "+text.Where)
	}
	t.comment("  ", t.words.Evidence.In(t.lang)+": "+text.Evidence)
	if len(q.Jurisdictions) > 0 {
		var names []string
		for _, j := range q.Jurisdictions {
			names = append(names, t.words.Jurisdictions[j].In(t.lang))
		}
		t.comment("  ", t.words.Only.In(t.lang)+": "+strings.Join(names, ", "))
	}
	t.comment("  ", t.words.Checks.In(t.lang)+": "+strings.Join(q.Checks, ", "))
	form := t.form(q.Shape)
	if q.MaxRows == 1 {
		form = t.words.OneRow.In(t.lang) + ", " + form
	}
	if q.Type == Table || len(q.Choices) > 0 {
		form += ":"
	}
	t.comment("  ", t.words.Answer.In(t.lang)+": "+form)
	for _, c := range q.Choices {
		t.comment("  ", "  "+c.ID+" — "+c.In(t.lang))
	}
	for _, c := range q.Columns {
		t.column(c)
	}
	t.line("  " + q.ID + ":")
	t.line("    value:")
	t.line("    evidence:")
}

func (t *templateWriter) column(c Column) {
	s := "  " + c.ID + " — " + c.In(t.lang) + ": " + t.form(c.Shape)
	if len(c.Choices) > 0 {
		var ids []string
		for _, choice := range c.Choices {
			ids = append(ids, choice.ID+" ("+choice.In(t.lang)+")")
		}
		s += ": " + strings.Join(ids, ", ")
	}
	if c.Key || c.Required {
		s += "; " + t.words.Required.In(t.lang)
	}
	t.comment("  ", s)
}

// form says what an answer or a cell may hold.
func (t *templateWriter) form(s Shape) string {
	name := string(s.Type)
	switch {
	case s.Type == List && len(s.Choices) > 0:
		name = "list_of"
	case s.One:
		name = "one_person"
	}
	form := t.words.Types[name].In(t.lang)
	if s.Never {
		form += ", " + t.words.Never.In(t.lang)
	}
	if s.None {
		form += ", " + t.words.None.In(t.lang)
	}
	return form
}

// comment writes the text as comment lines of bounded width; its own line breaks stay.
func (t *templateWriter) comment(indent, text string) {
	for paragraph := range strings.SplitSeq(text, "\n") {
		hang := paragraph[:len(paragraph)-len(strings.TrimLeft(paragraph, " -"))]
		line := indent + "# " + hang
		width := utf8.RuneCountInString(line)
		for i, word := range strings.Fields(paragraph[len(hang):]) {
			n := utf8.RuneCountInString(word)
			if i > 0 && width+1+n > lineWidth {
				t.line(line)
				line = indent + "# " + strings.Repeat(" ", len(hang)) + word
				width = utf8.RuneCountInString(line)
				continue
			}
			if i > 0 {
				line, width = line+" ", width+1
			}
			line, width = line+word, width+n
		}
		t.line(strings.TrimRight(line, " "))
	}
}

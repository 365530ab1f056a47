package interview

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/questions"
	"github.com/crmaudit/crmaudit/templates"
)

// Form is the questions on paper, sorted by who can answer them.
type Form struct {
	Lang     lang.Lang
	Client   string // "" leaves a line to write on
	System   string
	Platform string
	Items    []Item
}

// page is what the template of the form prints.
type page struct {
	Lang           lang.Lang
	Policy         string
	Style          template.CSS
	Title, How     string
	Count, Nothing string
	Facts          []blank
	Sections       []section
	Words          map[string]string
}

// blank is a labelled line, filled in or to be written on.
type blank struct{ Label, Value string }

type section struct {
	Title, Count string
	Topics       []topic
}

type topic struct {
	Title     string
	Questions []sheetQuestion
}

// sheetQuestion is one question with room for its answer.
type sheetQuestion struct {
	Number      int
	ID, Ask     string
	Where       string
	Attach      string
	Checks      string
	Boxes       []string // to tick
	Lines       []int    // to write on
	Hint        string
	Columns     []sheetColumn
	Rows        []int
	Short, Wide bool
}

type sheetColumn struct{ Title, Note string }

// Write prints the form as one HTML page for A4 paper.
func (f Form) Write(out io.Writer) error {
	w, err := loadWords(f.Lang)
	if err != nil {
		return err
	}
	t, err := template.ParseFS(templates.HTML, "html/form.html")
	if err != nil {
		return fmt.Errorf("read the template of the form: %w", err)
	}
	style, err := templates.HTML.ReadFile("html/form.css")
	if err != nil {
		return fmt.Errorf("read the style of the form: %w", err)
	}
	sum := sha256.Sum256(style)
	p := page{
		Lang: f.Lang, Style: template.CSS(style), // our own file
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'",
		Title:  w.say("sheet.title"), How: w.say("sheet.how"), Count: w.say("sheet.total", "n", len(f.Items)),
		Facts:    []blank{{w.say("sheet.client"), f.Client}, {w.say("sheet.system"), f.System}},
		Sections: f.sections(w), Words: map[string]string{},
	}
	if f.Platform == "" || strings.HasPrefix(f.Platform, "bitrix24") {
		p.How += " " + w.say("sheet.menus")
	}
	if len(f.Items) == 0 {
		p.Nothing = w.say("sheet.none")
	}
	for _, key := range []string{"where", "evidence", "unknown", "sheet.proof", "sheet.name", "sheet.sign", "sheet.date", "why"} {
		p.Words[strings.TrimPrefix(key, "sheet.")] = w.say(key)
	}
	return t.ExecuteTemplate(out, "form", p)
}

// sections sorts the questions by who can answer, and then by topic; their numbers run through.
func (f Form) sections(w *words) []section {
	var list []section
	number := 0
	for _, who := range questions.Respondents {
		s := section{Title: w.say("who." + who)}
		count := 0
		for _, item := range f.Items {
			if item.Question.Who != who {
				continue
			}
			title := w.guide.Group(item.Question.Group)
			if len(s.Topics) == 0 || s.Topics[len(s.Topics)-1].Title != title {
				s.Topics = append(s.Topics, topic{Title: title})
			}
			number++
			count++
			last := &s.Topics[len(s.Topics)-1]
			last.Questions = append(last.Questions, f.question(w, item, number))
		}
		if s.Count = w.say("sheet.count", "n", count); count > 0 {
			list = append(list, s)
		}
	}
	return list
}

func (f Form) question(w *words, item Item, number int) sheetQuestion {
	q, text := item.Question, item.Question.Text[f.Lang]
	s := sheetQuestion{Number: number, ID: q.ID, Ask: text.Ask, Where: text.Where, Attach: text.Evidence}
	var ids []string
	for _, c := range item.Checks {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	s.Checks = strings.Join(ids, ", ")
	for _, c := range q.Choices {
		s.Boxes = append(s.Boxes, w.label(c.Label))
	}
	f.room(w, q, &s)
	return s
}

// room is where the answer is written, by its type.
func (f Form) room(w *words, q *questions.Question, s *sheetQuestion) {
	switch q.Type {
	case questions.YesNo:
		s.Boxes = []string{w.say("yes"), w.say("no")}
	case questions.Number:
		s.Lines, s.Short = lines(1), true
		if q.Max > 0 {
			s.Hint = w.say("form.number_max", "max", maxOf(q.Shape))
		}
	case questions.Date:
		s.Lines, s.Short, s.Hint = lines(1), true, w.say("form.date")
		if q.Never {
			s.Boxes = []string{w.say("never")}
		}
	case questions.People:
		s.Hint = w.say("sheet.people")
		s.Lines = lines(4)
		if q.One {
			s.Lines = lines(1)
		} else {
			s.Boxes = []string{w.say("sheet.nobody")}
		}
	case questions.List:
		if s.Boxes = append(s.Boxes, w.say("sheet.nothing")); len(q.Choices) == 0 {
			s.Lines = lines(3)
		}
	case questions.Table:
		f.grid(w, q, s)
	}
}

// gridRows are the rows of a table on paper; a longer one goes on a sheet of its own.
const gridRows = 6

func (f Form) grid(w *words, q *questions.Question, s *sheetQuestion) {
	rows := gridRows
	if q.MaxRows > 0 {
		rows = min(rows, q.MaxRows)
	}
	s.Rows = lines(rows)
	for _, c := range q.Columns {
		s.Columns = append(s.Columns, sheetColumn{w.label(c.Label), cellNote(w, c)})
	}
	s.Wide = len(q.Columns) > 6
	s.Boxes = []string{w.say("sheet.nothing")}
}

// lines counts from 1 to n.
func lines(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i + 1
	}
	return list
}

// cellNote says below the title of a column what goes into it.
func cellNote(w *words, c questions.Column) string {
	var words []string
	switch {
	case c.Type == questions.YesNo:
		words = []string{w.say("yes"), w.say("no")}
	case c.Type == questions.Date && c.Never:
		words = []string{strings.ToLower(w.say("sheet.date")), w.say("never")}
	case c.Type == questions.Date:
		words = []string{strings.ToLower(w.say("sheet.date"))}
	}
	for _, x := range c.Choices {
		words = append(words, w.label(x.Label))
	}
	if c.None {
		words = append(words, cmp.Or(w.say("none"), "—"))
	}
	return strings.Join(words, " / ")
}

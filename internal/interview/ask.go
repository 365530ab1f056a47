package interview

import (
	"context"
	"strings"

	"github.com/crmaudit/crmaudit/collectors/answers"
	"github.com/crmaudit/crmaudit/internal/phrase"
	"github.com/crmaudit/crmaudit/internal/questions"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

// asking is one question while it is being asked.
type asking struct {
	*talk
	q       *questions.Question
	item    Item
	present *answers.Given
}

// ask asks a question until it is answered or left; none means that the answer was saved.
func (t *talk) ask(ctx context.Context, item Item) (command, error) {
	present, err := t.present(item.Question.ID)
	if err != nil {
		return quit, err
	}
	a := &asking{talk: t, q: item.Question, item: item, present: present}
	a.introduce()
	for {
		value, what, err := a.value(ctx)
		if err != nil || what != none {
			return what, a.keepDraft(value, err)
		}
		evidence, what, err := a.evidence(ctx)
		switch {
		case err != nil || what == quit:
			return quit, a.keepDraft(value, err)
		case what == back:
			a.reconsider(value)
			continue
		case what != none:
			return what, a.keepDraft(value, nil)
		}
		if err := t.File.Set(a.q, Entry{Value: value, Evidence: evidence, By: t.by}); err != nil {
			return quit, err
		}
		if evidence == "" {
			t.tell("saved_open")
		} else {
			t.tell("saved")
		}
		return none, nil
	}
}

// reconsider makes the value just typed the one that may be kept or added to.
func (a *asking) reconsider(value *yamlfile.Node) {
	changed := answers.Given{Why: questions.NoEvidence}
	if a.present != nil {
		changed = *a.present
	}
	changed.Value = value
	a.present = &changed
	a.record()
}

// keepDraft saves what was typed before the person left. Without evidence it does not count, and it
// never replaces an answer that has some.
func (a *asking) keepDraft(value *yamlfile.Node, err error) error {
	if value == nil || a.present != nil && a.present.Evidence != "" {
		return err
	}
	if saving := a.File.Set(a.q, Entry{Value: value, By: a.by}); saving != nil {
		return saving
	}
	return err
}

// introduce shows the question with everything that helps to answer it.
func (a *asking) introduce() {
	text := a.q.Text[a.Lang]
	a.heading(a.item)
	if text.Where != "" {
		a.field("where", text.Where)
	}
	a.field("evidence", text.Evidence)
	var checks []string
	for _, c := range a.item.Checks {
		checks = append(checks, c.ID+" "+a.say(string(c.Severity)))
	}
	a.field("why", strings.Join(checks, ", "))
	a.record()
	a.field("form", a.answerForm())
	a.choices(a.q.Shape)
}

// record shows the answer that the file has, and why it is asked again.
func (a *asking) record() {
	if a.present == nil {
		return
	}
	said := []string{a.given(a.present.Value)}
	if !a.present.At.IsZero() {
		said = append(said, a.Lang.ShortDate(a.present.At))
	}
	for _, s := range []string{a.present.By, a.present.Evidence} {
		if s != "" {
			said = append(said, printable(s))
		}
	}
	line := strings.Join(said, "; ")
	switch {
	case a.present.Why != "":
		line += " — " + a.say(a.present.Why)
	case !a.saved[a.q.ID]:
		line += " — " + a.say("incomplete")
	}
	keep := "keep"
	if a.several() {
		keep = "keep_or_add"
	}
	a.field("now", line+". "+a.say(keep))
}

// several reports that an answer may be added to.
func (a *asking) several() bool {
	return a.q.Type == questions.Table && a.q.MaxRows != 1 || (a.q.Type == questions.List || a.q.Type == questions.People) && !a.q.One
}

func (a *asking) given(n *yamlfile.Node) string {
	if a.q.Type != questions.Table {
		return a.shown(a.q.Shape, n)
	}
	if len(n.Content) == 0 {
		return a.say("empty")
	}
	return a.say("rows", "n", len(n.Content))
}

func (a *asking) answerForm() string {
	switch {
	case a.q.Type == questions.Table && a.q.MaxRows == 1:
		return a.say("form.row")
	case a.q.Type == questions.Table:
		return a.say("form.table")
	}
	return a.form(a.q.Shape, false)
}

// choices lists the values to choose from, with their numbers.
func (c *console) choices(s questions.Shape) {
	for i, x := range s.Choices {
		c.print("    %d  %s\n", i+1, phrase.Fold(c.label(x.Label), 0, width-8, "       "))
	}
}

// explain is the long help: what the checks want and how a table is built.
func (a *asking) explain() {
	for _, c := range a.item.Checks {
		a.print("  %s  %s\n", c.ID, phrase.Fold(c.Text[a.Lang].Title, 0, width-12, "           "))
	}
	a.field("form", a.answerForm())
	for _, c := range a.q.Columns {
		a.print("    %s: %s\n", a.label(c.Label), a.form(c.Shape, true))
	}
	a.choices(a.q.Shape)
	a.print("  %s\n", a.say("keys"))
}

// value asks for the answer itself. With the command quit it gives what was typed of it so far.
func (a *asking) value(ctx context.Context) (*yamlfile.Node, command, error) {
	switch a.q.Type {
	case questions.Table:
		return a.table(ctx)
	case questions.List, questions.People:
		return a.list(ctx)
	}
	return a.single(ctx)
}

// next reads a line; help is given here. An empty line or + is kept for the caller.
func (a *asking) next(ctx context.Context, prompt string, more func()) (line, error) {
	for {
		typed, err := a.read(ctx, prompt)
		if err != nil || typed.command != help {
			return typed, err
		}
		a.explain()
		if more != nil {
			more()
		}
	}
}

func (a *asking) single(ctx context.Context) (*yamlfile.Node, command, error) {
	for {
		typed, err := a.next(ctx, "", nil)
		switch {
		case err != nil:
			return nil, quit, err
		case typed.text == "" && a.present != nil:
			return a.present.Value, none, nil
		case typed.command == extend:
		case typed.command != none:
			return nil, typed.command, nil
		}
		n, wrong := a.parse(a.q.Shape, typed.text, false, a.now)
		if wrong == "" {
			return n, none, nil
		}
		a.tell(string(wrong), "max", maxOf(a.q.Shape))
	}
}

// evidence asks what proves the answer; what was there before may stay.
func (a *asking) evidence(ctx context.Context) (string, command, error) {
	before := ""
	if a.present != nil {
		before = a.present.Evidence
	}
	prompt := "  " + a.say("proof")
	if before != "" {
		prompt += " [" + printable(before) + "]"
	}
	for {
		typed, err := a.next(ctx, prompt, nil)
		switch {
		case err != nil:
			return "", quit, err
		case typed.command == unknown:
			return "", none, nil
		case typed.command != none && typed.command != extend:
			return "", typed.command, nil
		case typed.text == "" && before != "":
			return before, none, nil
		case typed.text == "" || typed.command == extend:
			a.tell("bad.proof")
		case len([]rune(typed.text)) > maxText:
			a.tell("bad.long")
		default:
			return typed.text, none, nil
		}
	}
}

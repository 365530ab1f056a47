package interview

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/collectors/answers"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/phrase"
)

// Session is one interview.
type Session struct {
	In       io.Reader
	Out      io.Writer
	Lang     lang.Lang
	Case     *Case
	File     *File
	Accounts []Account // that people may be chosen from
}

// judgeEach is up to how many accounts the questions are looked for anew after every answer; in a
// larger portal only once all were asked.
const judgeEach = 5000

// talk is a Session that is going on.
type talk struct {
	*Session
	*console
	now   time.Time
	by    string
	queue []Item // those asked already, the present one, those to come
	at    int

	saved, skipped, unknown map[string]bool
}

// Run asks until nothing is open or the person leaves. Every answer is in the file before the next
// question is asked.
func (s *Session) Run(ctx context.Context) error {
	w, err := loadWords(s.Lang)
	if err != nil {
		return err
	}
	t := &talk{Session: s, console: newConsole(ctx, s.In, s.Out, w), now: s.File.Now, saved: map[string]bool{}, skipped: map[string]bool{}, unknown: map[string]bool{}}
	if t.queue, err = t.open(ctx); err != nil {
		return err
	}
	if len(t.queue) == 0 {
		t.print("%s\n", t.say("all_answered"))
		return nil
	}
	t.print("%s\n%s\n\n", phrase.Fold(t.say("intro", "n", len(t.queue), "file", s.File.Path), 0, width, ""), t.say("keys"))
	left, err := t.introduce(ctx)
	if err == nil && !left {
		left, err = t.all(ctx)
	}
	return t.conclude(ctx, left, err)
}

func (t *talk) open(ctx context.Context) ([]Item, error) {
	sheet, err := t.File.Sheet()
	if err != nil {
		return nil, err
	}
	return t.Case.Open(ctx, sheet)
}

// introduce asks who answers.
func (t *talk) introduce(ctx context.Context) (left bool, err error) {
	preset, err := t.File.By()
	if err != nil {
		return false, err
	}
	prompt := t.say("who")
	if preset != "" {
		prompt += " [" + printable(preset) + "]"
	}
	for {
		typed, err := t.read(ctx, prompt)
		switch {
		case err != nil || typed.command == quit:
			return true, err
		case typed.text == "" && preset != "":
			t.by = preset
			return false, nil
		case typed.text == "" || typed.command != none:
			t.tell("bad.who")
		case len([]rune(typed.text)) > maxText:
			t.tell("bad.long")
		default:
			t.by = typed.text
			return false, nil
		}
	}
}

// all asks the questions one by one; left says that the person went away.
func (t *talk) all(ctx context.Context) (left bool, err error) {
	for t.at < len(t.queue) {
		item := t.queue[t.at]
		what, err := t.ask(ctx, item)
		if err != nil {
			return true, err
		}
		switch id := item.Question.ID; what {
		case quit:
			return true, nil
		case back:
			if t.at == 0 {
				t.tell("nothing_before")
				continue
			}
			t.at--
			continue
		case skip:
			t.skipped[id] = true
		case unknown:
			t.unknown[id] = true
		default:
			t.saved[id] = true
			delete(t.skipped, id)
			delete(t.unknown, id)
		}
		t.at++
		if err := t.refresh(ctx, what == none); err != nil {
			return true, err
		}
	}
	return false, nil
}

// refresh drops the questions that an answer made needless and adds those that it raised.
func (t *talk) refresh(ctx context.Context, changed bool) error {
	last := t.at == len(t.queue)
	if !last && (!changed || len(t.Accounts) > judgeEach) || len(t.saved) == 0 {
		return nil
	}
	open, err := t.open(ctx)
	if err != nil || ctx.Err() != nil {
		return err
	}
	t.queue = slices.Concat(t.queue[:t.at], slices.DeleteFunc(slices.Clone(t.queue[t.at:]), func(i Item) bool { return !asks(open, i.Question.ID) }))
	known, more := t.queue, 0
	for _, i := range open {
		if !asks(known, i.Question.ID) {
			t.queue = append(t.queue, i)
			more++
		}
	}
	if more > 0 {
		t.tell("more", "n", more)
	}
	return nil
}

func asks(list []Item, id string) bool {
	return slices.ContainsFunc(list, func(i Item) bool { return i.Question.ID == id })
}

// conclude sums up and says how to go on.
func (t *talk) conclude(ctx context.Context, left bool, err error) error {
	if ctx.Err() != nil && (err == nil || errors.Is(err, ctx.Err())) { // no time for another judgement
		return fail.New(fail.Interrupted, "run the same command again to go on", "stopped; what was answered is in %s", t.File.Path)
	}
	if err != nil {
		return err
	}
	open, err := t.open(ctx)
	if err != nil {
		return err
	}
	t.print("\n%s\n", phrase.Fold(t.say("summary", "saved", len(t.saved), "skipped", len(t.skipped), "unknown", len(t.unknown), "left", len(open)), 0, width, ""))
	switch {
	case len(open) == 0:
		t.print("%s\n", t.say("all_answered"))
	case left:
		t.print("%s\n", t.say("again"))
	}
	return nil
}

// present is the answer on record, nil when there is none.
func (t *talk) present(id string) (*answers.Given, error) {
	sheet, err := t.File.Sheet()
	if err != nil {
		return nil, err
	}
	g, ok := sheet.Given(id)
	if !ok {
		return nil, nil
	}
	return &g, nil
}

// heading is the topic and how much is left.
func (t *talk) heading(item Item) {
	title := "── " + t.guide.Group(item.Question.Group) + " ── " + t.say("left", "n", len(t.queue)-t.at) + " "
	t.print("\n%s%s\n%s\n", title, strings.Repeat("─", max(3, width-len([]rune(title)))), phrase.Fold(item.Question.Text[t.Lang].Ask, 0, width, ""))
}

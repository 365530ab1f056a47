package interview

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/crmaudit/crmaudit/internal/questions"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

// list asks for several values, one a line; what was typed is there when the person quits.
func (a *asking) list(ctx context.Context) (*yamlfile.Node, command, error) {
	var items []*yamlfile.Node
	begun := false // something was said, if only that earlier values stay
	for {
		typed, err := a.next(ctx, "", nil)
		switch {
		case err != nil:
			return draft(items), quit, err
		case typed.command == quit:
			return draft(items), quit, nil
		case typed.command == extend && !begun && a.present != nil && a.several():
			items, begun = itemsOf(a.present.Value), true
			continue
		case typed.command == back && len(items) > 0:
			items = items[:len(items)-1] // takes the last one back
			begun = len(items) > 0       // with all of them gone nothing was said: that is not “none”
			continue
		case typed.command != none && typed.command != extend:
			return nil, typed.command, nil
		case typed.text == "" && begun:
			return list(items), none, nil
		case typed.text == "" && a.present != nil:
			return a.present.Value, none, nil
		case typed.text == "" || typed.command == extend:
			a.tell("bad.empty")
			continue
		case !begun && !a.q.One && isOne(typed.text, noneWords):
			return list(nil), none, nil
		}
		found, what, err := a.items(ctx, typed.text)
		if err != nil || what == quit {
			return draft(items), quit, err
		}
		items, begun = merge(items, found), begun || len(found) > 0
		if len(items) > 0 && (a.q.One || len(a.q.Choices) > 0) {
			return list(items), none, nil // one person, or all numbers on one line
		}
	}
}

// draft is an unfinished list, nil when there is nothing to keep.
func draft(items []*yamlfile.Node) *yamlfile.Node {
	if len(items) == 0 {
		return nil
	}
	return list(items)
}

// itemsOf are the values of a list, which may be written as one value alone.
func itemsOf(n *yamlfile.Node) []*yamlfile.Node {
	if n.Kind == yamlfile.Sequence {
		return slices.Clone(n.Content)
	}
	return []*yamlfile.Node{n}
}

func merge(items, more []*yamlfile.Node) []*yamlfile.Node {
	for _, n := range more {
		if !slices.ContainsFunc(items, func(have *yamlfile.Node) bool { return have.Value == n.Value }) {
			items = append(items, n)
		}
	}
	return items
}

// items reads one line of a list: a value, a person, or numbers of choices.
func (a *asking) items(ctx context.Context, typed string) ([]*yamlfile.Node, command, error) {
	if a.q.Type == questions.People {
		who, what, err := a.person(ctx, typed, a.q.Fills != "")
		if who == "" {
			return nil, what, err
		}
		return []*yamlfile.Node{text(who)}, what, err
	}
	if len(a.q.Choices) > 0 {
		return a.chosen(a.q.Shape, typed), none, nil
	}
	n, wrong := a.parse(questions.Shape{Type: questions.Text}, strings.TrimPrefix(typed, "- "), false, a.now)
	if wrong == "" && strings.Contains(n.Value, ";") {
		wrong = "bad.text"
	}
	if wrong != "" {
		a.tell(string(wrong))
		return nil, none, nil
	}
	return []*yamlfile.Node{n}, none, nil
}

// chosen reads numbers or words of choices; one that is not on the list spoils the line.
func (c *console) chosen(s questions.Shape, typed string) []*yamlfile.Node {
	var items []*yamlfile.Node
	for _, part := range parts(typed) {
		n, wrong := c.choice(s, part)
		if wrong != "" {
			c.tell(string(wrong))
			return nil
		}
		items = merge(items, []*yamlfile.Node{n})
	}
	return items
}

func parts(typed string) []string {
	var list []string
	for _, p := range strings.FieldsFunc(typed, func(r rune) bool { return r == ',' || r == ';' }) {
		if p = strings.TrimSpace(p); p != "" {
			list = append(list, p)
		}
	}
	return list
}

// maxSuggested bounds the accounts that are offered at once.
const maxSuggested = 9

// person finds whom a text means; with known, somebody who has no account is questioned. "" is nobody:
// the person thought better of it.
func (a *asking) person(ctx context.Context, typed string, known bool) (string, command, error) {
	typed = strings.TrimPrefix(typed, "- ")
	for {
		found := match(a.Accounts, typed)
		switch {
		case len(found) == 1:
			if !strings.EqualFold(found[0].value(), typed) {
				a.print("  → %s\n", found[0])
			}
			return found[0].value(), none, nil
		case len(found) == 0 && (!known || len(a.Accounts) == 0):
			return a.asTyped(typed), none, nil
		}
		again, err := a.choosePerson(ctx, found)
		switch {
		case err != nil:
			return "", quit, err
		case again.command == quit:
			return "", quit, nil
		case again.text == "" || again.command != none:
			return "", none, nil
		case len(found) == 0 && again.text == typed:
			return a.asTyped(typed), none, nil
		}
		typed = again.text
		if n, err := strconv.Atoi(typed); err == nil && n >= 1 && n <= min(len(found), maxSuggested) {
			typed = found[n-1].value()
		}
	}
}

// choosePerson offers the accounts that a text may mean.
func (a *asking) choosePerson(ctx context.Context, found []Account) (line, error) {
	if len(found) == 0 {
		return a.read(ctx, "  "+a.say("person.nobody"))
	}
	for i, f := range found[:min(len(found), maxSuggested)] {
		a.print("    %d  %s\n", i+1, f)
	}
	if more := len(found) - maxSuggested; more > 0 {
		a.print("    %s\n", a.say("person.more", "n", more))
	}
	return a.read(ctx, "  "+a.say("person.which"))
}

// asTyped is a person without an account; "" when it can be no name.
func (a *asking) asTyped(typed string) string {
	n, wrong := a.parse(questions.Shape{Type: questions.Person}, typed, false, a.now)
	if wrong == "" && strings.Contains(n.Value, ";") {
		wrong = "bad.text"
	}
	if wrong != "" {
		a.tell(string(wrong))
		return ""
	}
	return n.Value
}

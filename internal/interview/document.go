package interview

import (
	"bytes"
	"errors"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

// document is a file of answers as a tree and as lines. The tree says what stands where, the lines
// are what is kept: writing the tree would lose blank lines and the layout its author chose.
type document struct {
	lines     [][]byte // with their line breaks
	root, top *yamlfile.Node
	entry     *yamlfile.Node // the answer being changed
	from, to  int            // its lines [from, to); equal when it is new
}

// errLayout says that the lines cannot be edited one by one.
var errLayout = errors.New("the answers are not written one below the other")

// header is a value at the top of the file.
func (d *document) header(key string) string {
	if _, v := find(d.top, key); v != nil {
		return strings.TrimSpace(v.Value)
	}
	return ""
}

// find gives a key of a mapping and its value.
func find(m *yamlfile.Node, key string) (k, v *yamlfile.Node) {
	for i := 0; m != nil && m.Kind == yamlfile.Mapping && i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return m.Content[i], m.Content[i+1]
		}
	}
	return nil, nil
}

// put sets a key of a mapping; a nil value removes it.
func put(m *yamlfile.Node, key string, v *yamlfile.Node) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value != key {
			continue
		}
		if v == nil {
			m.Content = append(m.Content[:i:i], m.Content[i+2:]...)
			return
		}
		v.LineComment, v.HeadComment = m.Content[i+1].LineComment, m.Content[i+1].HeadComment
		m.Content[i+1] = v
		return
	}
	if v != nil {
		m.Content = append(m.Content, text(key), v)
	}
}

// fill puts the answer into the tree and remembers where it stood.
func (d *document) fill(id string, e Entry, now time.Time) {
	_, all := find(d.top, "answers")
	if all == nil || all.Kind != yamlfile.Mapping {
		all = &yamlfile.Node{Kind: yamlfile.Mapping}
		put(d.top, "answers", all)
	}
	key, entry := find(all, id)
	if key != nil {
		d.from, d.to = key.Line-1, d.end(key)
	}
	if entry == nil || entry.Kind != yamlfile.Mapping {
		entry = &yamlfile.Node{Kind: yamlfile.Mapping}
		put(all, id, entry)
	}
	d.entry = entry
	if len(e.Value.Content) > 0 && e.Value.Kind == yamlfile.Sequence && e.Value.Style&yamlfile.FlowStyle == 0 {
		entry.Style &^= yamlfile.FlowStyle // rows do not fit on one line
	}
	put(entry, "value", e.Value)
	put(entry, "evidence", textOrNil(e.Evidence))
	put(entry, "by", otherThan(e.By, d.header("answered_by")))
	put(entry, "at", dayOtherThan(now, d.header("answered_at")))
}

func textOrNil(s string) *yamlfile.Node {
	if s == "" {
		return nil
	}
	return text(s)
}

func otherThan(s, header string) *yamlfile.Node {
	if s == header {
		return nil
	}
	return textOrNil(s)
}

func dayOtherThan(now time.Time, header string) *yamlfile.Node {
	day := now.Format(time.DateOnly)
	if day == header {
		return nil
	}
	return plain(day)
}

// end is the line after the last one of an entry: where the next key begins, without the comments
// and blank lines before it.
func (d *document) end(key *yamlfile.Node) int {
	last := len(d.lines)
	d.each(func(k *yamlfile.Node) {
		if k.Line > key.Line && k.Line-1 < last {
			last = k.Line - 1
		}
	})
	for last > key.Line {
		line := bytes.TrimSpace(d.lines[last-1])
		if len(line) > 0 && line[0] != '#' {
			break
		}
		last--
	}
	return last
}

// each shows the keys at the top and those of the answers.
func (d *document) each(see func(key *yamlfile.Node)) {
	_, all := find(d.top, "answers")
	for _, m := range []*yamlfile.Node{d.top, all} {
		for i := 0; m != nil && m.Kind == yamlfile.Mapping && i < len(m.Content); i += 2 {
			see(m.Content[i])
		}
	}
}

// splice gives the file with the lines of the answer exchanged, or added with the question above them.
func (d *document) splice(id, question string) ([]byte, error) {
	key, all := find(d.top, "answers")
	if key.Line == 0 || d.top.Style&yamlfile.FlowStyle != 0 || all.Style&yamlfile.FlowStyle != 0 {
		return nil, errLayout
	}
	indent, first := 2, key.Line
	if all.Line > 0 && len(all.Content) > 0 {
		indent, first = all.Content[0].Column-1, all.Content[0].Line
	}
	if first == key.Line && all.Line > 0 || indent < 1 {
		return nil, errLayout
	}
	lines, err := d.encode(id, indent)
	if err != nil {
		return nil, err
	}
	if d.from == d.to {
		d.from = d.last(key)
		d.to = d.from
		lines = append([]byte("\n"+reindent(question, indent)+"\n"), lines...)
	}
	return d.exchange(lines), nil
}

// last is the line after the last answer.
func (d *document) last(answers *yamlfile.Node) int {
	line := d.end(answers)
	d.each(func(k *yamlfile.Node) {
		_, all := find(d.top, "answers")
		if own, _ := find(all, k.Value); own == k && k.Line > 0 {
			line = max(line, d.end(k))
		}
	})
	return line
}

// exchange puts text in place of the lines [from, to).
func (d *document) exchange(text []byte) []byte {
	before, after := bytes.Join(d.lines[:d.from], nil), bytes.Join(d.lines[d.to:], nil)
	if len(before) > 0 && before[len(before)-1] != '\n' {
		before = append(before, '\n')
	}
	return bytes.Join([][]byte{before, text, after}, nil)
}

// encode writes the answer alone. Comments around it stand in the lines that are kept.
func (d *document) encode(id string, indent int) ([]byte, error) {
	withoutFeet(d.entry)
	out, err := yamlfile.Encode(&yamlfile.Node{Kind: yamlfile.Mapping, Content: []*yamlfile.Node{plain(id), d.entry}})
	if err != nil {
		return nil, err
	}
	return []byte(reindent(strings.TrimSuffix(string(out), "\n"), indent) + "\n"), nil
}

func withoutFeet(n *yamlfile.Node) {
	n.FootComment = ""
	for _, c := range n.Content {
		withoutFeet(c)
	}
}

// reindent moves lines to the right.
func reindent(s string, indent int) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = strings.Repeat(" ", indent) + line
		}
	}
	return strings.Join(lines, "\n")
}

// text is a value in quotes where it would otherwise be taken for something else.
func text(s string) *yamlfile.Node {
	return &yamlfile.Node{Kind: yamlfile.Scalar, Tag: "!!str", Value: s}
}

// plain is a value that needs no quotes: a number, a day, yes or no.
func plain(s string) *yamlfile.Node { return &yamlfile.Node{Kind: yamlfile.Scalar, Value: s} }

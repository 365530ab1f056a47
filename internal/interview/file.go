package interview

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/crmaudit/crmaudit/collectors/answers"
	"github.com/crmaudit/crmaudit/internal/atomicfile"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/questions"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

// File is a file of answers that is filled in. It is read anew before each change, so that what
// somebody writes into it meanwhile is kept.
type File struct {
	Path       string
	Questions  *questions.Questions
	Lang       lang.Lang // of the comments that it adds
	MaxAgeDays int
	Now        time.Time
}

// Entry is an answer to be written. Without evidence it is kept but does not count.
type Entry struct {
	Value    *yamlfile.Node
	Evidence string
	By       string
}

// Sheet reads the answers of the file; there are none when it does not exist yet.
func (f *File) Sheet() (*answers.Sheet, error) {
	data, err := f.read()
	if err != nil {
		return nil, err
	}
	return f.sheet(data)
}

func (f *File) sheet(data []byte) (*answers.Sheet, error) {
	if data == nil {
		data = []byte("version: 1\n")
	}
	return answers.ReadSheet(filepath.Base(f.Path), data, f.Questions, f.MaxAgeDays, func() time.Time { return f.Now })
}

// read gives nil when there is no file.
func (f *File) read() ([]byte, error) {
	data, err := os.ReadFile(f.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fail.Wrap(err, fail.Usage, "name another file with -o", "read the answers in "+filepath.Base(f.Path))
	}
	return data, nil
}

// By is who answers according to the file as a whole.
func (f *File) By() (string, error) {
	data, err := f.read()
	if err != nil || data == nil {
		return "", err
	}
	d, err := parse(f.Path, data)
	if err != nil {
		return "", err
	}
	return d.header("answered_by"), nil
}

// Set writes one answer. Everything else in the file, comments and order included, stays as it is.
func (f *File) Set(q *questions.Question, e Entry) error {
	data, err := f.read()
	if err != nil {
		return err
	}
	if data == nil {
		if data, err = f.begin(e.By); err != nil {
			return err
		}
	}
	before, err := f.sheet(data)
	if err != nil {
		return err
	}
	changed, err := f.change(data, q, e)
	if err != nil {
		return err
	}
	after, err := f.sheet(changed)
	if err != nil {
		return fmt.Errorf("write the answer to %s: the file would no longer be readable: %w", q.ID, err)
	}
	if err := f.keepsOthers(before, after, q.ID); err != nil {
		return err
	}
	return atomicfile.WriteBytes(f.Path, changed)
}

// begin is a new file without answers.
func (f *File) begin(by string) ([]byte, error) {
	name, err := yamlfile.Encode(text(by))
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "version: 1\nanswered_by: %sanswered_at: %s\n\nanswers:\n", name, f.Now.Format(time.DateOnly)), nil
}

// change edits the lines of one answer; a file that is laid out in another way is written as a whole.
func (f *File) change(data []byte, q *questions.Question, e Entry) ([]byte, error) {
	d, err := parse(f.Path, data)
	if err != nil {
		return nil, err
	}
	d.fill(q.ID, e, f.Now)
	if changed, err := d.splice(q.ID, questions.Comment("", q.Text[f.Lang].Ask)); err == nil && f.holds(changed, q.ID, e) {
		return changed, nil
	}
	return yamlfile.Encode(d.root)
}

// holds makes sure that the edited lines say what they should.
func (f *File) holds(data []byte, question string, e Entry) bool {
	s, err := f.sheet(data)
	if err != nil {
		return false
	}
	g, ok := s.Given(question)
	return ok && g.Evidence == e.Evidence && same(g.Value, e.Value)
}

// keepsOthers makes sure that no other answer was touched.
func (f *File) keepsOthers(before, after *answers.Sheet, but string) error {
	for _, q := range f.Questions.All() {
		old, had := before.Given(q.ID)
		now, has := after.Given(q.ID)
		if q.ID != but && (had != has || had && (old.By != now.By || !old.At.Equal(now.At) || old.Evidence != now.Evidence || !same(old.Value, now.Value))) {
			return fail.New(fail.Internal, "please report it with the layout of the file; nothing was changed", "writing the answer to %s would change the answer to %s", but, q.ID)
		}
	}
	return nil
}

func same(a, b *yamlfile.Node) bool {
	if a.Kind != b.Kind || a.Value != b.Value || len(a.Content) != len(b.Content) {
		return false
	}
	for i := range a.Content {
		if !same(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}

// parse reads a file of answers as a tree with the lines that it came from.
func parse(path string, data []byte) (*document, error) {
	d := &document{lines: bytes.SplitAfter(data, []byte("\n"))}
	var doc yamlfile.Node
	if err := yamlfile.Decode(filepath.Base(path), data, &doc); err != nil {
		return nil, err
	}
	d.root = &doc
	if doc.Kind == yamlfile.Document && len(doc.Content) == 1 {
		d.top = doc.Content[0]
	}
	if d.top == nil || d.top.Kind != yamlfile.Mapping {
		return nil, fail.New(fail.Usage, "begin it with version: 1", "%s is no file of answers", filepath.Base(path))
	}
	return d, nil
}

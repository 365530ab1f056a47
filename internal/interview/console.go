package interview

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/crmaudit/crmaudit/collectors/answers"
	"github.com/crmaudit/crmaudit/internal/phrase"
)

// width is where lines on the screen are folded.
const width = 90

// maxLine bounds a line that is typed, in bytes.
const maxLine = 64 << 10

// command is what the person wants instead of answering.
type command int

const (
	none command = iota
	help
	skip
	unknown
	back
	quit
	extend
)

// commands also knows the letters that the same keys give in a Russian or Ukrainian layout.
var commands = map[string]command{
	"?": help, "s": skip, "ы": skip, "і": skip, "-": unknown, "–": unknown, "—": unknown,
	"b": back, "и": back, "q": quit, "й": quit, "+": extend,
}

// line is what was typed.
type line struct {
	text    string
	command command
}

// console is the conversation: lines in, text out.
type console struct {
	*words
	out   io.Writer
	lines chan string
	ended chan struct{} // closed after the last line
	err   error         // why it ended, readable then
}

// errTooLong is a line that nobody would type.
var errTooLong = errors.New("a line of the answers is longer than 64 kB")

func newConsole(ctx context.Context, in io.Reader, out io.Writer, w *words) *console {
	c := &console{words: w, out: out, lines: make(chan string), ended: make(chan struct{})}
	go func() { // a terminal cannot be asked to give up a read, so that Ctrl-C has to go round it
		defer close(c.ended)
		s := bufio.NewScanner(in)
		s.Buffer(nil, maxLine)
		for s.Scan() {
			select {
			case c.lines <- s.Text():
			case <-ctx.Done():
				return
			}
		}
		if c.err = s.Err(); errors.Is(c.err, bufio.ErrTooLong) {
			c.err = errTooLong
		}
	}()
	return c
}

// read shows the prompt and gives the next line. The end of the input quits. What looks like a secret
// is refused here, before anything else sees it.
func (c *console) read(ctx context.Context, prompt string) (line, error) {
	for {
		c.print("%s> ", prompt)
		select {
		case <-ctx.Done():
			c.print("\n")
			return line{command: quit}, nil
		case typed := <-c.lines:
			text := printable(typed)
			if answers.LooksSecret(typed) || answers.LooksSecret(text) {
				c.tell("bad.secret")
				continue
			}
			return line{text, commands[strings.ToLower(text)]}, nil
		case <-c.ended:
			c.print("\n")
			return line{command: quit}, c.err
		}
	}
}

func (c *console) print(format string, args ...any) { _, _ = fmt.Fprintf(c.out, format, args...) }

// tell prints one sentence of the words.
func (c *console) tell(key string, fill ...any) {
	c.print("  %s\n", phrase.Fold(c.say(key, fill...), 0, width-2, "  "))
}

// field prints a named text below the question.
func (c *console) field(key, text string) {
	c.print("  %s\n", phrase.Fold(c.say(key)+": "+text, 0, width-2, "    "))
}

package main

import (
	"io"
	"strings"
	"unicode/utf8"

	"github.com/crmaudit/crmaudit/internal/fail"
)

// output is where results are printed. It keeps the first error for the end of the command, so that no
// command has to look after every line; what would come after it is dropped.
type output struct {
	to  io.Writer
	err error
}

// Write implements io.Writer and never fails.
func (o *output) Write(p []byte) (int, error) {
	if o.err == nil {
		_, o.err = o.to.Write(p)
	}
	return len(p), nil
}

// trouble is the error of a command whose results did not all arrive.
func (o *output) trouble() error {
	if o.err == nil {
		return nil
	}
	return fail.Wrap(o.err, fail.Internal, "free some space or send the output elsewhere", "print the results")
}

// columns is how wide a terminal is at least.
const columns = 80

// fold breaks a text that begins in a column into lines that fit a terminal; those after the first are indented.
func fold(text string, column int, indent string) string {
	var b strings.Builder
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case column+1+n > columns:
			b.WriteString("\n" + indent)
			column = len(indent)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	return b.String()
}

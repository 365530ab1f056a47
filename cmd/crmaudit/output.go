package main

import (
	"io"

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

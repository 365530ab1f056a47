// Package fail carries an error to the person at the terminal: one sentence, a hint, an exit code.
package fail

import (
	"errors"
	"fmt"
)

// Exit codes of the program; scripts rely on them.
const (
	OK          = 0   // the gate passed
	Internal    = 1   // a defect of the program or of the machine it runs on
	Usage       = 2   // wrong command line, configuration or input file
	Gate        = 3   // the gate failed
	NoData      = 4   // too little could be assessed
	Integrity   = 5   // a snapshot, result or pack was damaged or altered
	Interrupted = 130 // stopped by Ctrl-C
)

// Error is an error with the hint that helps to mend it and the exit code it ends the program with.
type Error struct {
	Exit int
	Hint string
	msg  string
	err  error
}

// New makes an Error from a format; a %w verb wraps as in fmt.Errorf.
func New(exit int, hint, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Exit: exit, Hint: hint, msg: err.Error(), err: err}
}

// Wrap puts what was being done before err and keeps err reachable for errors.Is and errors.As.
func Wrap(err error, exit int, hint, doing string) *Error {
	return &Error{Exit: exit, Hint: hint, msg: doing + ": " + err.Error(), err: err}
}

func (e *Error) Error() string { return e.msg }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.err }

// Code is the exit code of err: the outermost Error decides, any other error is Internal, nil is OK.
func Code(err error) int {
	if err == nil {
		return OK
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Exit
	}
	return Internal
}

// Hint is the hint of the outermost Error that has one, or "".
func Hint(err error) string {
	for err != nil {
		var e *Error
		if !errors.As(err, &e) {
			return ""
		}
		if e.Hint != "" {
			return e.Hint
		}
		err = e.err
	}
	return ""
}

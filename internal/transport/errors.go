package transport

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"github.com/crmaudit/crmaudit/internal/fail"
)

// Kind is the class of an Error, for a collector to switch on.
type Kind int

// Kinds of failure.
const (
	Other       Kind = iota // a defect in the request or in a collector's hook
	Unreachable             // no connection: name, route, refusal, reset
	TLS                     // the encrypted connection could not be trusted or set up
	Timeout                 // the portal did not answer in time
	TooLarge                // the answer exceeds the size cap
	Truncated               // the answer broke off or came damaged
	NotAllowed              // refused here: not one of the read operations
	Redirect                // the portal sends elsewhere
	Status                  // the portal answered with an error status; the Response is returned too
	Budget                  // the time budget of the portal is spent
	Cancelled               // the caller gave up
)

var kindNames = [...]string{
	"other", "unreachable", "tls", "timeout", "too_large", "truncated", "not_allowed", "redirect", "status", "budget", "cancelled",
}

// String is the lower-case name of the kind.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return fmt.Sprintf("kind(%d)", int(k))
	}
	return kindNames[k]
}

// Error is a failed operation: a sentence without secrets, its class, and a hint that helps to mend it.
// internal/fail finds the hint in the chain.
type Error struct {
	Kind     Kind
	Status   int    // of the answer, if there was one
	Op       string // the operation asked for
	Attempts int    // how often it was sent
	Hint     string
	Err      error // what happened, already redacted
}

// Error is one sentence.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Op != "" {
		b.WriteString(e.Op + ": ")
	}
	b.WriteString(e.Err.Error())
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " (after %d attempts)", e.Attempts)
	}
	return b.String()
}

// Unwrap leads to the hint and to the cause.
func (e *Error) Unwrap() error {
	if e.Hint == "" {
		return e.Err
	}
	return fail.New(e.exit(), e.Hint, "%w", e.Err)
}

func (e *Error) exit() int {
	switch e.Kind {
	case Cancelled:
		return fail.Interrupted
	case Unreachable, TLS, Redirect, Status:
		return fail.Usage
	default:
		return fail.Internal
	}
}

// KindOf is the kind of the Error in err's chain; ok tells whether there is one.
func KindOf(err error) (k Kind, ok bool) {
	var e *Error
	if !errors.As(err, &e) {
		return Other, false
	}
	return e.Kind, true
}

// cause is a redacted sentence that still answers errors.Is and errors.As for causes that carry no secret.
type cause struct {
	text string
	err  error
}

func (c *cause) Error() string { return c.text }
func (c *cause) Unwrap() error { return c.err }

// safeCause drops every part of err's chain that prints a secret: *url.Error always shows the whole address,
// other errors may quote what a portal sent back.
func (r *Redactor) safeCause(text string, err error) error {
	for {
		var ue *url.Error
		if !errors.As(err, &ue) {
			break
		}
		err = ue.Err
	}
	if err != nil && r.String(err.Error()) != err.Error() {
		err = nil
	}
	return &cause{text: printable(r.String(text)), err: err}
}

const maxText = 400

// printable makes a sentence that may quote a portal safe for one line of a terminal.
func printable(s string) string {
	var b strings.Builder
	for i, c := range []rune(s) {
		if i == maxText {
			b.WriteString(ellipsis)
			break
		}
		if !unicode.IsPrint(c) {
			c = ' '
		}
		b.WriteRune(c)
	}
	return b.String()
}

package transport

import (
	"fmt"
	"io"
	"log/slog"
)

const hidden = "***"

// Secret is a string that no print, log or encoder shows. As the key of a map encoding/json would show it,
// for it takes keys of string types as they are: do not use it so.
type Secret string

// Reveal gives the value; the only way to it.
func (s Secret) Reveal() string { return string(s) }

// String hides the value.
func (Secret) String() string { return hidden }

// GoString hides the value from %#v.
func (Secret) GoString() string { return hidden }

// Format hides the value from every verb of fmt, %x and %d included.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// MarshalText hides the value from text encoders (YAML, XML).
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// MarshalJSON hides the value from JSON.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// LogValue hides the value from slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

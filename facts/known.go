package facts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// Quality tells how well a fact is known.
type Quality string

// Qualities of a fact, from best to weakest.
const (
	Observed Quality = "observed" // the source said so itself
	Inferred Quality = "inferred" // deduced, for instance from a log; never decides a critical check
	Declared Quality = "declared" // a person answered
	Partial  Quality = "partial"  // the source was cut short: proves presence, never absence
)

var qualities = []Quality{Observed, Inferred, Declared, Partial}

// Reason tells why a fact is not known.
type Reason string

// Reasons for a missing fact.
const (
	Denied        Reason = "denied"         // the credential lacks the right
	NotSupported  Reason = "not_supported"  // the platform does not give it
	NotOnPlan     Reason = "not_on_plan"    // the subscription plan does not have it
	NotConfigured Reason = "not_configured" // nobody configured a source for it
	NotAnswered   Reason = "not_answered"   // the questionnaire is silent, or the answer is too old or without evidence
	Failed        Reason = "error"          // the source failed
)

var reasons = []Reason{Denied, NotSupported, NotOnPlan, NotConfigured, NotAnswered, Failed}

// Known is a value that a source may not know. The zero Known is unknown without a reason.
type Known[T any] struct {
	value   T
	quality Quality
	reason  Reason
}

// Of is a value that the source itself gave.
func Of[T any](v T) Known[T] { return Known[T]{value: v, quality: Observed} }

// With is a value of the given quality.
func With[T any](v T, q Quality) Known[T] { return Known[T]{value: v, quality: q} }

// Unknown is a missing value and why it is missing.
func Unknown[T any](r Reason) Known[T] { return Known[T]{reason: r} }

// Get gives the value and whether it is known.
func (k Known[T]) Get() (T, bool) { return k.value, k.quality != "" }

// Or is the value, or fallback when it is not known.
func (k Known[T]) Or(fallback T) T {
	if k.quality == "" {
		return fallback
	}
	return k.value
}

// Quality is how well the value is known, "" when it is not.
func (k Known[T]) Quality() Quality { return k.quality }

// Reason is why the value is not known, "" when it is known or nobody said.
func (k Known[T]) Reason() Reason { return k.reason }

// IsZero reports that nothing at all is recorded, so that JSON leaves the field out.
func (k Known[T]) IsZero() bool { return k.quality == "" && k.reason == "" }

// Any gives the value without its type, for code that handles all fields alike.
func (k Known[T]) Any() (value any, q Quality, r Reason) {
	if k.quality == "" {
		return nil, "", k.reason
	}
	return k.value, k.quality, ""
}

type knownJSON[T any] struct {
	Value   *T      `json:"value,omitempty"`
	Quality Quality `json:"quality,omitempty"`
	Unknown Reason  `json:"unknown,omitempty"`
}

// MarshalJSON writes an observed value plainly, any other as {"value":…,"quality":…} or {"unknown":reason}.
func (k Known[T]) MarshalJSON() ([]byte, error) { return k.appendJSON(nil) }

// UnmarshalJSON reads what MarshalJSON writes. No fact is itself a JSON object, so an object is always the long form.
func (k *Known[T]) UnmarshalJSON(data []byte) error {
	*k = Known[T]{}
	data = bytes.TrimSpace(data)
	if string(data) == "null" {
		return nil
	}
	if len(data) == 0 || data[0] != '{' {
		k.quality = Observed
		return json.Unmarshal(data, &k.value)
	}
	var long knownJSON[T]
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&long); err != nil {
		return err
	}
	switch {
	case long.Quality != "" && !slices.Contains(qualities, long.Quality):
		return fmt.Errorf("unknown quality %q of a fact", long.Quality)
	case long.Unknown != "" && !slices.Contains(reasons, long.Unknown):
		return fmt.Errorf("unknown reason %q for a missing fact", long.Unknown)
	case long.Value == nil:
		k.reason = long.Unknown
	case long.Unknown != "":
		return fmt.Errorf("a fact is both known and unknown")
	default:
		k.value, k.quality = *long.Value, long.Quality
		if k.quality == "" {
			k.quality = Observed
		}
	}
	return nil
}

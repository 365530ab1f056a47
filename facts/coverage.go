package facts

// Coverage says what one source delivered of one kind, or of one field of it, and why not the rest.
type Coverage struct {
	Source string `json:"source"`
	Kind   Kind   `json:"kind"`
	Field  string `json:"field,omitzero"` // "" speaks of the records, a name of one field of all of them
	State  State  `json:"state"`
	Reason Reason `json:"reason,omitzero"` // why not full
	Detail string `json:"detail,omitzero"` // what the source said, secrets removed
	Right  string `json:"right,omitzero"`  // the right that would give it, as the vendor spells it
	Ask    string `json:"ask,omitzero"`    // id of the question that replaces it
	Count  int    `json:"count,omitzero"`  // records delivered
}

// State is how much of a kind or field was delivered.
type State string

// States of coverage.
const (
	Full     State = "full"    // everything there is: an empty list means there is none
	PartOnly State = "partial" // some: a listed record exists, an unlisted one may exist too
	Missing  State = "missing" // nothing
)

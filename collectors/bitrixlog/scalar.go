package bitrixlog

import (
	"encoding/json"
	"strconv"
	"strings"
)

// scalar is a string, number or flag of a description: versions write one for the other. It is "" for anything else.
type scalar string

// UnmarshalJSON never refuses a value, so that the rest of the description stays readable.
func (s *scalar) UnmarshalJSON(data []byte) error {
	*s = ""
	var text string
	switch {
	case json.Unmarshal(data, &text) == nil:
		*s = scalar(strings.TrimSpace(text))
	case json.Valid(data) && !strings.ContainsAny(string(data), "{["):
		*s = scalar(data)
	}
	return nil
}

// id is the number of an entity, "" when there is none.
func (s scalar) id() string {
	if n, err := strconv.ParseInt(string(s), 10, 64); err == nil && n > 0 {
		return strconv.FormatInt(n, 10)
	}
	return ""
}

func (s scalar) yes() bool {
	switch strings.ToLower(string(s)) {
	case "true", "y", "1", "on", "yes":
		return true
	}
	return false
}

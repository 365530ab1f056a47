package offboard

import (
	"encoding/json"
	"io"
)

// WriteJSON writes the dossier for machines; the same dossier gives the same bytes.
func (d *Dossier) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(d)
}

package engine

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strconv"
)

// finish adds to the file what fpdf has no call for: viewers show the title
// instead of the file name, and the trailer carries an identifier, made from the
// contents so that equal documents stay equal byte for byte. The catalogue is
// the last object before the cross-reference table, so only the table's own
// offset moves.
func finish(file []byte) ([]byte, error) {
	const catalog, startxref = "/Type /Catalog\n", "startxref\n"
	const preferences = "/ViewerPreferences <</DisplayDocTitle true>>\n"
	at := bytes.LastIndex(file, []byte(catalog))
	tail := bytes.LastIndex(file, []byte(startxref))
	end := bytes.LastIndex(file, []byte("\n>>\n"+startxref))
	if at < 0 || end < at || tail < end {
		return nil, fmt.Errorf("finish PDF: the catalogue or the trailer is not where fpdf writes it")
	}
	digits, _, _ := bytes.Cut(file[tail+len(startxref):], []byte("\n"))
	table, err := strconv.Atoi(string(digits))
	if err != nil || table < at || table >= len(file) || !bytes.HasPrefix(file[table:], []byte("xref\n")) {
		return nil, fmt.Errorf("finish PDF: the cross-reference table is not at %q", digits)
	}
	sum := sha256.Sum256(file)
	var out bytes.Buffer
	out.Grow(len(file) + 256)
	out.Write(file[:at+len(catalog)])
	out.WriteString(preferences)
	out.Write(file[at+len(catalog) : end])
	fmt.Fprintf(&out, "\n/ID [<%x> <%x>]\n>>\n%s%d\n%%%%EOF\n", sum[:16], sum[:16], startxref, table+len(preferences))
	return out.Bytes(), nil
}

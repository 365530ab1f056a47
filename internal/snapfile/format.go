package snapfile

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
)

const (
	formatName   = "crmsnap"
	manifestName = "manifest.json"

	// maxLine bounds one record, on writing and on reading.
	maxLine = 1 << 20
	// maxManifest bounds the manifest: coverage and provenance, no records.
	maxManifest = 16 << 20
	// maxTotal bounds what all parts unpack to.
	maxTotal = 8 << 30

	sealPrefix = "crmsnap sha256 "
	sealSize   = len(sealPrefix) + 2*sha256.Size
)

// manifest is the first entry of the zip.
type manifest struct {
	Format string     `json:"format"`
	Schema int        `json:"schema"`
	Info   facts.Info `json:"info"`
	Parts  []part     `json:"parts"`
}

// part describes the records of one kind.
type part struct {
	Kind    facts.Kind `json:"kind"`
	Name    string     `json:"name"`
	Records int        `json:"records"`
	Bytes   int64      `json:"bytes"`
	SHA256  string     `json:"sha256"`
}

// partName is the entry that holds the records of a kind: users.jsonl.
func partName(k facts.Kind) string {
	name := string(k)
	switch {
	case k == facts.KindPerson:
		name = "people"
	case strings.HasSuffix(name, "y"):
		name = strings.TrimSuffix(name, "y") + "ies"
	default:
		name += "s"
	}
	return name + ".jsonl"
}

func sealOf(h hash.Hash) string { return sealPrefix + hex.EncodeToString(h.Sum(nil)) }

// sealer passes a zip through and puts the seal in place of its comment. The zip must end with a
// comment of sealSize bytes, because the length of the comment is itself under the seal.
type sealer struct {
	w    io.Writer
	hash hash.Hash
	held []byte // the last sealSize bytes, which may be the comment
}

func newSealer(w io.Writer) *sealer { return &sealer{w: w, hash: sha256.New()} }

func (s *sealer) Write(p []byte) (int, error) {
	s.held = append(s.held, p...)
	ready := len(s.held) - sealSize
	if ready <= 0 {
		return len(p), nil
	}
	s.hash.Write(s.held[:ready])
	if _, err := s.w.Write(s.held[:ready]); err != nil {
		return 0, err
	}
	s.held = append(s.held[:0], s.held[ready:]...)
	return len(p), nil
}

// Close writes the seal; it leaves the writer below open.
func (s *sealer) Close() error {
	_, err := io.WriteString(s.w, sealOf(s.hash))
	return err
}

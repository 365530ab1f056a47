package snapfile

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
)

// OpenOptions opens encrypted snapshots; a snapshot in the clear ignores it.
type OpenOptions struct {
	Passphrase string
	Identities []string // age secret keys (AGE-SECRET-KEY-1…), or the text of key files

	maxTotal int64 // what all parts may unpack to; 0 is maxTotal
}

// Open opens a snapshot and checks every byte of it. What is not a snapshot, or does not open with
// the given keys, is a usage error; what is damaged, altered or of another schema an integrity error.
func Open(path string, o OpenOptions) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, cannotOpen(err, path)
	}
	st, err := f.Stat()
	if err == nil && !st.Mode().IsRegular() {
		err = notSnapshot(path)
	}
	var s *File
	if err == nil {
		s, err = read(path, f, st.Size(), o)
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	s.closer = f
	return s, nil
}

func cannotOpen(err error, path string) error {
	hint := "check the path"
	switch {
	case errors.Is(err, fs.ErrNotExist) && exists(PartialDir(path)):
		hint = "its collection was interrupted: run the same `crmaudit collect` again, it continues"
	case errors.Is(err, fs.ErrPermission):
		hint = "give yourself the right to read it"
	}
	return fail.Wrap(err, fail.Usage, hint, "open the snapshot")
}

// read checks a snapshot; name is for errors.
func read(name string, src io.ReaderAt, size int64, o OpenOptions) (*File, error) {
	intro := section(src, 0, min(size, int64(len(ageIntro))))
	if resembles(intro, ageIntro) && size > 0 {
		var err error
		if src, size, err = decrypt(name, src, size, o); err != nil {
			return nil, err
		}
	}
	if !isSnapshot(src, size) {
		return nil, notSnapshot(name)
	}
	hash, err := checkSeal(src, size)
	if err != nil {
		return nil, damaged(name, "%w", err)
	}
	z, err := zip.NewReader(src, size)
	if err != nil {
		return nil, damaged(name, "%w", err)
	}
	m, err := readManifest(name, z)
	if err != nil {
		return nil, err
	}
	s := &File{name: name, hash: hash, info: m.Info}
	if s.parts, err = match(m, z, o); err != nil {
		return nil, damaged(name, "%w", err)
	}
	for _, p := range s.parts {
		if err := p.check(); err != nil {
			return nil, damaged(name, "%s: %w", p.Name, err)
		}
	}
	return s, nil
}

// isSnapshot tells a damaged snapshot, of which the beginning or the end is still recognisable, from another file.
func isSnapshot(src io.ReaderAt, size int64) bool {
	const nameAt = 30 // where the first entry of a zip has its name
	if size == 0 {
		return true // of a snapshot cut short nothing may be left
	}
	head := section(src, 0, min(size, int64(nameAt+len(manifestName))))
	if len(head) < nameAt+len(manifestName) {
		return resembles(head, "PK\x03\x04")
	}
	if resembles(head[:4], "PK\x03\x04") && resembles(head[nameAt:], manifestName) {
		return true
	}
	tail := section(src, max(0, size-int64(sealSize)), min(size, int64(sealSize)))
	return resembles(tail, sealPrefix)
}

// resembles compares the beginnings and forgives one wrong byte.
func resembles(got []byte, want string) bool {
	n := min(len(got), len(want))
	wrong := 0
	for i := range n {
		if got[i] != want[i] {
			wrong++
		}
	}
	return n > 0 && wrong <= 1 && wrong < n
}

func section(src io.ReaderAt, from, n int64) []byte {
	buf := make([]byte, n)
	got, _ := src.ReadAt(buf, from)
	return buf[:got]
}

// checkSeal compares the seal with what is before it and gives the hash of the whole.
func checkSeal(src io.ReaderAt, size int64) (string, error) {
	if size < int64(sealSize) {
		return "", errors.New("it is cut short")
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(src, 0, size-int64(sealSize))); err != nil {
		return "", fmt.Errorf("read it: %w", err)
	}
	seal := make([]byte, sealSize)
	if n, err := src.ReadAt(seal, size-int64(sealSize)); n < sealSize {
		return "", fmt.Errorf("read its seal: %w", err)
	}
	if string(seal) != sealOf(h) {
		if !strings.HasPrefix(string(seal), sealPrefix) {
			return "", errors.New("it is cut short: its seal is missing")
		}
		return "", errors.New("its contents do not match its seal")
	}
	h.Write(seal)
	return hex.EncodeToString(h.Sum(nil)), nil
}

func readManifest(name string, z *zip.Reader) (*manifest, error) {
	if len(z.File) == 0 || z.File[0].Name != manifestName {
		return nil, damaged(name, "it has no manifest")
	}
	r, err := z.File[0].Open()
	if err != nil {
		return nil, damaged(name, "read the manifest: %w", err)
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, maxManifest+1))
	if err == nil && len(data) > maxManifest {
		err = fmt.Errorf("it is larger than %d bytes", maxManifest)
	}
	if err != nil {
		return nil, damaged(name, "read the manifest: %w", err)
	}
	// The schema is read first and leniently: another schema has other fields.
	var version struct {
		Format string `json:"format"`
		Schema int    `json:"schema"`
	}
	if err := json.Unmarshal(data, &version); err != nil || version.Format != formatName {
		return nil, damaged(name, "its manifest is not one of a snapshot")
	}
	if version.Schema != facts.SchemaVersion {
		return nil, fail.New(fail.Integrity, "open it with the version of crmaudit that wrote it, or collect again",
			"%s has schema %d, this program reads schema %d", name, version.Schema, facts.SchemaVersion)
	}
	m := &manifest{}
	if err := decodeStrict(data, m); err != nil {
		return nil, damaged(name, "read the manifest: %w", err)
	}
	return m, nil
}

// match pairs the parts of the manifest with the entries of the zip: exactly those, each once.
func match(m *manifest, z *zip.Reader, o OpenOptions) (map[facts.Kind]*filePart, error) {
	limit := int64(maxTotal)
	if o.maxTotal > 0 {
		limit = o.maxTotal
	}
	entries := map[string]*zip.File{}
	for _, f := range z.File[1:] {
		if entries[f.Name] != nil || f.Name == manifestName {
			return nil, fmt.Errorf("it has %q twice", f.Name)
		}
		entries[f.Name] = f
	}
	parts, counts := map[facts.Kind]*filePart{}, map[facts.Kind]int{}
	for _, p := range m.Parts {
		f := entries[p.Name]
		_, unknown := facts.New(p.Kind)
		switch {
		case unknown != nil:
			return nil, unknown
		case parts[p.Kind] != nil:
			return nil, fmt.Errorf("its manifest lists %s twice", p.Kind)
		case f == nil || p.Name != partName(p.Kind):
			return nil, fmt.Errorf("%s has no part", p.Kind)
		case p.Records < 1 || p.Bytes < 1 || p.Bytes > limit:
			return nil, fmt.Errorf("%s claims %d records in %d bytes", p.Name, p.Records, p.Bytes)
		case f.UncompressedSize64 != uint64(p.Bytes):
			return nil, fmt.Errorf("%s has %d bytes instead of %d", p.Name, f.UncompressedSize64, p.Bytes)
		}
		limit -= p.Bytes
		parts[p.Kind], counts[p.Kind] = &filePart{part: p, entry: f}, p.Records
		delete(entries, p.Name)
	}
	if len(entries) > 0 {
		return nil, fmt.Errorf("it has %d entries that its manifest does not list", len(entries))
	}
	if m.Info.Schema != m.Schema || !maps.Equal(m.Info.Counts, counts) {
		return nil, errors.New("its manifest contradicts itself")
	}
	return parts, nil
}

// decodeStrict decodes one JSON value that has no unknown field and nothing after it.
func decodeStrict(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the value")
	}
	return nil
}

package snapfile

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
)

func TestEveryAlteredByteIsNoticed(t *testing.T) {
	data := readFile(t, small(t, Encryption{}))
	for i := range data {
		for _, flip := range []byte{0x01, 0x80, 0xff} {
			altered := bytes.Clone(data)
			altered[i] ^= flip
			_, err := read("x.crmsnap", bytes.NewReader(altered), int64(len(altered)), OpenOptions{})
			assert.Equal(t, fail.Integrity, fail.Code(err), "byte %d: %v", i, err)
			assert.NotEmpty(t, fail.Hint(err))
		}
	}
}

func TestTruncatedAnywhereIsNoticed(t *testing.T) {
	path := small(t, Encryption{})
	data := readFile(t, path)
	for n := range data {
		if n == 1 || n == 2 {
			continue // too little is left to tell what it was; refused all the same
		}
		_, err := read("x.crmsnap", bytes.NewReader(data[:n]), int64(n), OpenOptions{})
		assert.Equal(t, fail.Integrity, fail.Code(err), "%d bytes: %v", n, err)
	}
	for _, n := range []int64{1, 2} {
		_, err := read("x.crmsnap", bytes.NewReader(data[:n]), n, OpenOptions{})
		assert.Error(t, err)
	}
	longer := append(bytes.Clone(data), 'x')
	_, err := read("x.crmsnap", bytes.NewReader(longer), int64(len(longer)), OpenOptions{})
	assert.Equal(t, fail.Integrity, fail.Code(err))
}

func TestNotASnapshot(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"staff.csv": "name;email\nИван;ivan@romashka.example\n",
		"a.json":    `{"schema":1}`,
		"a.docx":    "PK\x03\x04" + strings.Repeat("\x00", 26) + "[Content_Types].xml" + strings.Repeat("x", 200),
	} {
		path := filepath.Join(dir, name)
		writeFile(t, path, []byte(content))
		_, err := Open(path, OpenOptions{})
		assert.Equal(t, fail.Usage, fail.Code(err), "%s: %v", name, err)
		assert.NotEmpty(t, fail.Hint(err))
	}
	for _, path := range []string{dir, filepath.Join(dir, "absent.crmsnap")} {
		_, err := Open(path, OpenOptions{})
		assert.Equal(t, fail.Usage, fail.Code(err), "%s: %v", path, err)
	}
	require.NoError(t, os.Mkdir(filepath.Join(dir, "cut.crmsnap.partial"), 0o700))
	_, err := Open(filepath.Join(dir, "cut.crmsnap"), OpenOptions{})
	require.Contains(t, fail.Hint(err), "interrupted")
}

// zipOf is a zip with a right seal around any entries, as somebody would make it who knows the format.
func zipOf(t testing.TB, entries ...[2]string) []byte {
	var out bytes.Buffer
	s := newSealer(&out)
	z := zip.NewWriter(s)
	for _, e := range entries {
		w, err := newEntry(z, e[0])
		require.NoError(t, err)
		_, err = w.Write([]byte(e[1]))
		require.NoError(t, err)
	}
	require.NoError(t, z.SetComment(strings.Repeat(" ", sealSize)))
	require.NoError(t, z.Close())
	require.NoError(t, s.Close())
	return out.Bytes()
}

// unpacked gives the entries of a snapshot in their order.
func unpacked(t testing.TB, data []byte) [][2]string {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	var entries [][2]string
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		var b bytes.Buffer
		_, err = b.ReadFrom(r)
		require.NoError(t, err)
		entries = append(entries, [2]string{f.Name, b.String()})
	}
	return entries
}

func TestForgedSnapshots(t *testing.T) {
	data := readFile(t, small(t, Encryption{}))
	entries := unpacked(t, data)
	require.Equal(t, []string{"manifest.json", "people.jsonl", "users.jsonl"}, []string{entries[0][0], entries[1][0], entries[2][0]})
	require.Equal(t, data, zipOf(t, entries...), "the test packs as the builder does")
	m, people, users := entries[0][1], entries[1], entries[2]
	with := func(manifest string, more ...[2]string) []byte {
		return zipOf(t, append([][2]string{{manifestName, manifest}}, more...)...)
	}
	edit := func(old, with string) string {
		require.Contains(t, m, old)
		return strings.Replace(m, old, with, 1)
	}
	for name, c := range map[string]struct {
		data []byte
		want string
		max  int64
	}{
		"another schema":     {data: with(edit(`"schema": 1`, `"schema": 2, "news": 1`), people, users), want: "has schema 2, this program reads schema 1"},
		"swapped parts":      {data: with(m, [2]string{people[0], users[1]}, [2]string{users[0], people[1]}), want: "bytes instead of"},
		"same size, changed": {data: with(m, people, [2]string{users[0], strings.Replace(users[1], `"id":"1"`, `"id":"9"`, 1)}), want: "do not match the manifest"},
		"part missing":       {data: with(m, users), want: "person has no part"},
		"part twice":         {data: with(m, people, users, users), want: `"users.jsonl" twice`},
		"manifest twice":     {data: with(m, people, users, [2]string{manifestName, m}), want: "twice"},
		"extra entry":        {data: with(m, people, users, [2]string{"../../etc/passwd", "x"}), want: "does not list"},
		"path outside":       {data: with(edit("users.jsonl", "../users.jsonl"), people, [2]string{"../users.jsonl", users[1]}), want: "user has no part"},
		"kind twice":         {data: with(edit(`"kind": "person"`, `"kind": "user"`), people, users), want: "no part"},
		"unknown kind":       {data: with(edit(`"kind": "person"`, `"kind": "planet"`), people, users), want: "unknown kind"},
		"no manifest":        {data: zipOf(t, people, users, [2]string{manifestName, m}), want: "no manifest"},
		"broken manifest":    {data: with(m[:len(m)/2], people, users), want: "not one of a snapshot"},
		"unknown field":      {data: with(edit(`"tool"`, `"toll"`), people, users), want: "unknown field"},
		"wrong counts":       {data: with(edit(`"user": 3`, `"user": 4`), people, users), want: "contradicts itself"},
		"wrong records":      {data: with(strings.NewReplacer(`"user": 3`, `"user": 2`, `"records": 3`, `"records": 2`).Replace(m), people, users), want: "3 records instead of 2"},
		"too much":           {data: data, max: 20, want: "claims"},
		"bomb manifest":      {data: with(m+strings.Repeat(" ", maxManifest), people, users), want: "larger than"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := read("x.crmsnap", bytes.NewReader(c.data), int64(len(c.data)), OpenOptions{maxTotal: c.max})
			require.ErrorContains(t, err, c.want)
			require.Equal(t, fail.Integrity, fail.Code(err))
			require.NotEmpty(t, fail.Hint(err))
		})
	}
}

func TestRecordsThatDoNotDecode(t *testing.T) {
	for name, c := range map[string]struct{ line, want string }{
		"unknown field": {`{"id":"1","colour":"red"}`, "unknown field"},
		"wrong type":    {`{"id":1}`, "cannot unmarshal"},
		"two values":    {`{"id":"1"} {"id":"2"}`, "something follows"},
		"no object":     {`null`, "not an object"},
		"empty line":    {"{\"id\":\"1\"}\n", "a line is empty"},
		"too long":      {`{"id":"` + strings.Repeat("x", maxLine) + `"}`, "longer than"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBuilder(t, filepath.Join(t.TempDir(), "x.crmsnap"))
			collect(t, b, "crm", user("1"))
			f := b.done["crm"]
			text := c.line + "\n"
			f.Parts[facts.KindUser] = sourcePart{Records: strings.Count(text, "\n"), Bytes: int64(len(text))}
			writeFile(t, filepath.Join(b.sourceDir("crm"), "users.jsonl"), []byte(text))
			require.NoError(t, b.Finish(about(), []string{"crm"}, Encryption{}))
			s := opened(t, b.target, OpenOptions{})
			var last error
			for _, err := range s.Records(context.Background(), facts.KindUser) {
				last = err
			}
			require.ErrorContains(t, last, c.want)
			require.ErrorContains(t, last, "users.jsonl:")
			require.Equal(t, fail.Integrity, fail.Code(last))
		})
	}
}

func TestRecordsStopWhenCancelled(t *testing.T) {
	f := opened(t, small(t, Encryption{}), OpenOptions{})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	n := 0
	for _, err := range f.Records(ctx, facts.KindUser) {
		if n++; n == 1 {
			require.NoError(t, err)
			cancel()
			continue
		}
		require.ErrorIs(t, err, context.Canceled)
	}
	require.Equal(t, 2, n)
	for range f.Records(context.Background(), facts.KindUser) {
		break
	}
	require.Empty(t, all(t, f, facts.KindEvent))
}

func TestEncrypted(t *testing.T) {
	id, err := age.GenerateX25519Identity()
	require.NoError(t, err)
	other, err := age.GenerateX25519Identity()
	require.NoError(t, err)
	open := func(path string, o OpenOptions) (int, string, error) {
		f, err := Open(path, o)
		if err == nil {
			_ = f.Close()
		}
		return fail.Code(err), fail.Hint(err), err
	}
	plain := opened(t, small(t, Encryption{}), OpenOptions{})
	phrase := small(t, Encryption{Passphrase: "верная фраза", work: 4})
	f := opened(t, phrase, OpenOptions{Passphrase: "верная фраза", Identities: []string{other.String()}})
	require.Equal(t, []string{"1", "2", "3"}, keys(t, f, facts.KindUser))
	require.Equal(t, plain.Hash(), f.Hash(), "the hash is that of the contents")
	require.NotContains(t, string(readFile(t, phrase)), "manifest")

	code, hint, err := open(phrase, OpenOptions{Passphrase: "другая фраза"})
	require.Equal(t, fail.Usage, code)
	require.Contains(t, hint, "check the passphrase")
	require.NotContains(t, err.Error()+hint, "другая фраза")
	code, hint, _ = open(phrase, OpenOptions{})
	require.Equal(t, fail.Usage, code)
	require.Contains(t, hint, "--passphrase-file")

	keyed := small(t, Encryption{Recipients: []string{id.Recipient().String(), " " + other.Recipient().String() + "\n"}})
	for _, key := range []string{id.String(), "# my key\n" + other.String()} {
		f = opened(t, keyed, OpenOptions{Identities: []string{key}})
		require.Equal(t, []string{"row:2"}, keys(t, f, facts.KindPerson))
	}
	stranger, err := age.GenerateX25519Identity()
	require.NoError(t, err)
	code, hint, _ = open(keyed, OpenOptions{Identities: []string{stranger.String()}})
	require.Equal(t, fail.Usage, code)
	require.Contains(t, hint, "identity")

	broken := strings.Replace(id.String(), "Q", "X", 1) + "ZZ"
	code, _, err = open(keyed, OpenOptions{Identities: []string{broken}})
	require.Equal(t, fail.Usage, code)
	require.NotContains(t, err.Error(), broken[20:40], "a key is not quoted")
}

func TestEncryptedAndAltered(t *testing.T) {
	data := readFile(t, small(t, Encryption{Passphrase: "x", work: 1}))
	payload := bytes.Index(data, []byte("\n--- ")) + 49
	for i := range data {
		altered := bytes.Clone(data)
		altered[i] ^= 0x02
		_, err := read("x.crmsnap", bytes.NewReader(altered), int64(len(altered)), OpenOptions{Passphrase: "x"})
		require.Error(t, err, "byte %d", i)
		if i >= payload { // before it damage may look like a wrong passphrase
			require.Equal(t, fail.Integrity, fail.Code(err), "byte %d: %v", i, err)
		}
	}
	for n := payload; n < len(data); n += 11 {
		_, err := read("x.crmsnap", bytes.NewReader(data[:n]), int64(n), OpenOptions{Passphrase: "x"})
		require.Equal(t, fail.Integrity, fail.Code(err), "%d bytes: %v", n, err)
	}
}

func TestUnusableEncryption(t *testing.T) {
	id, err := age.GenerateX25519Identity()
	require.NoError(t, err)
	for _, e := range []Encryption{
		{Passphrase: "x", Recipients: []string{id.Recipient().String()}},
		{Recipients: []string{id.String()}},
		{Recipients: []string{"age1nonsense"}},
	} {
		b := newBuilder(t, filepath.Join(t.TempDir(), "x.crmsnap"))
		err := b.Finish(about(), nil, e)
		assert.Equal(t, fail.Usage, fail.Code(err), "%v", err)
		assert.NotContains(t, fmt.Sprint(err), id.String())
		assert.NoFileExists(t, b.target)
	}
}

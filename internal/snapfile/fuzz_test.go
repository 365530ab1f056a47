package snapfile

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
)

// use opens a snapshot and reads all of it; every error must be one for the user.
func use(t *testing.T, data []byte) {
	f, err := read("fuzz.crmsnap", bytes.NewReader(data), int64(len(data)), OpenOptions{maxTotal: 1 << 20})
	if err != nil {
		require.Contains(t, []int{fail.Usage, fail.Integrity}, fail.Code(err), "%v", err)
		return
	}
	for _, k := range facts.Kinds {
		n := 0
		for r, err := range f.Records(context.Background(), k) {
			if err != nil {
				require.Equal(t, fail.Integrity, fail.Code(err))
				break
			}
			require.Equal(t, k, r.Kind())
			n++
		}
		require.LessOrEqual(t, n, f.Info().Counts[k])
	}
}

func FuzzOpen(f *testing.F) {
	good := readFile(f, small(f, Encryption{}))
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add(good[:len(good)-sealSize])
	f.Add([]byte(ageIntro + "-> X25519 abc\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, data []byte) {
		use(t, data)
		if len(data) > sealSize { // as if its author knew how to seal
			body := data[:len(data)-sealSize]
			h := sha256.New()
			h.Write(body)
			use(t, append(bytes.Clone(body), sealOf(h)...))
		}
	})
}

func FuzzManifest(f *testing.F) {
	for _, e := range unpacked(f, readFile(f, small(f, Encryption{}))) {
		f.Add(e[1], `{"id":"1"}`+"\n")
	}
	f.Fuzz(func(t *testing.T, manifest, users string) {
		use(t, zipOf(t, [2]string{manifestName, manifest}, [2]string{"users.jsonl", users}))
	})
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("{}\n{}\n"))
	f.Add([]byte("\n"))
	f.Add([]byte("0123456789abcdef\n"))
	f.Add([]byte("0123456789abcdefg\n"))
	f.Add([]byte("cut"))
	f.Fuzz(func(t *testing.T, data []byte) {
		const limit = 16
		var got []byte
		failed := false
		for line, err := range lines(bytes.NewReader(data), limit) {
			require.False(t, failed, "an error is the last thing")
			if err != nil {
				failed = true
				continue
			}
			require.NotEmpty(t, line)
			require.LessOrEqual(t, len(line), limit)
			got = append(append(got, line...), '\n')
		}
		if failed {
			require.True(t, bytes.HasPrefix(data, got))
		} else {
			require.True(t, bytes.Equal(data, got), "without an error nothing is lost")
		}
	})
}

func FuzzRecord(f *testing.F) {
	for i, k := range facts.Kinds {
		f.Add(uint8(i), []byte(asJSON(f, sample(f, k, i))))
		line, _ := json.Marshal(random(f, k, rand.New(rand.NewPCG(uint64(i), 0))))
		f.Add(uint8(i), line)
	}
	f.Add(uint8(4), []byte(`{"id":"1","name":{"unknown":"denied"},"active":true,"last_login":"2026-11-22T09:30:00+02:00"}`))
	f.Fuzz(func(t *testing.T, kind uint8, line []byte) {
		if len(line) == 0 {
			return
		}
		k := facts.Kinds[int(kind)%len(facts.Kinds)]
		l := newTestLayout(t, k)
		r := sameAsJSON(t, l, line)
		if r == nil {
			return
		}
		got, err := l.encode(nil, r, "fuzz")
		require.NoError(t, err)
		require.Equal(t, asJSON(t, r), string(got))
	})
}

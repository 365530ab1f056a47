package snapfile

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/fail"
)

// upTo yields the numbers below n and then the error, if there is one; ended says that it is done.
func upTo(n int, err error, ended *bool) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		defer func() { *ended = true }()
		for i := range n {
			if !yield(i, nil) {
				return
			}
		}
		if err != nil {
			yield(0, err)
		}
	}
}

func TestAhead(t *testing.T) {
	for _, n := range []int{0, 1, aheadChunk - 1, aheadChunk, aheadChunk + 1, 10 * aheadChunk} {
		for _, failure := range []error{nil, errors.New("damaged")} {
			ended, got := false, 0
			var last error
			for i, err := range ahead(upTo(n, failure, &ended)) {
				require.NoError(t, last, "an error is the last thing")
				if last = err; err == nil {
					require.Equal(t, got, i)
					got++
				}
			}
			require.Equal(t, n, got)
			require.Equal(t, failure, last)
			require.True(t, ended)
		}
	}
}

// Whoever stops early leaves no goroutine behind that still reads the file.
func TestAheadStopsWithTheIteration(t *testing.T) {
	for _, after := range []int{1, aheadChunk, aheadChunk + 1, 5 * aheadChunk} {
		ended, got := false, 0
		for range ahead(upTo(100*aheadChunk, nil, &ended)) {
			if got++; got == after {
				break
			}
		}
		require.True(t, ended)

		ended = false
		require.Panics(t, func() {
			for range ahead(upTo(100*aheadChunk, nil, &ended)) {
				panic("a defect")
			}
		})
		require.True(t, ended)
	}
}

// manyUsers is a snapshot whose users are decoded ahead; change edits their lines.
func manyUsers(t *testing.T, change func(lines []string)) *File {
	var lines []string
	for i := range 3 * manyRecords {
		lines = append(lines, fmt.Sprintf(`{"id":"%d","name":"Иван"}`, i))
	}
	change(lines)
	b := newBuilder(t, filepath.Join(t.TempDir(), "x.crmsnap"))
	collect(t, b, "crm", user("1"))
	text := strings.Join(lines, "\n") + "\n"
	b.done["crm"].Parts[facts.KindUser] = sourcePart{Records: len(lines), Bytes: int64(len(text))}
	writeFile(t, filepath.Join(b.sourceDir("crm"), "users.jsonl"), []byte(text))
	require.NoError(t, b.Finish(about(), []string{"crm"}, Encryption{}))
	return opened(t, b.target, OpenOptions{})
}

func TestManyRecordsUpToTheDamagedOne(t *testing.T) {
	const damagedAt = manyRecords + 77
	f := manyUsers(t, func(lines []string) { lines[damagedAt] = `{"id":"1","colour":"red"}` })
	n := 0
	for r, err := range f.Records(context.Background(), facts.KindUser) {
		if n == damagedAt {
			require.ErrorContains(t, err, fmt.Sprintf(`users.jsonl:%d: json: unknown field "colour"`, damagedAt+1))
			require.Equal(t, fail.Integrity, fail.Code(err))
		} else {
			require.NoError(t, err)
			require.Equal(t, fmt.Sprint(n), r.Key())
		}
		n++
	}
	require.Equal(t, damagedAt+1, n)
}

func TestManyRecordsStopWhenCancelled(t *testing.T) {
	f := manyUsers(t, func([]string) {})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	n := 0
	for _, err := range f.Records(ctx, facts.KindUser) {
		if n++; n == 5 {
			cancel()
		}
		if n == 6 {
			require.ErrorIs(t, err, context.Canceled)
			continue
		}
		require.NoError(t, err)
	}
	require.Equal(t, 6, n)
}

func TestManyRecordsAtOnce(t *testing.T) {
	f := manyUsers(t, func([]string) {})
	var readers sync.WaitGroup
	for reader := range 4 {
		readers.Go(func() {
			n := 0
			for r, err := range f.Records(context.Background(), facts.KindUser) {
				if !assert.NoError(t, err) || !assert.Equal(t, fmt.Sprint(n), r.Key()) {
					return
				}
				if n++; n == (reader+1)*1000 {
					break
				}
			}
		})
	}
	readers.Wait()
	require.Len(t, keys(t, f, facts.KindUser), 3*manyRecords, "records that were kept stay as they were")
}

func TestDefectWhileDecodingAhead(t *testing.T) {
	values := func(yield func(int, error) bool) {
		yield(1, nil)
		panic("a defect")
	}
	require.PanicsWithValue(t, "a defect", func() {
		for range ahead(values) {
		}
	}, "it comes where the caller can deal with it")
}

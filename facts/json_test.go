package facts

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// plainly is how MarshalJSON would be written without thought for speed.
func plainly[T any](k Known[T]) ([]byte, error) {
	if k.quality == "" {
		if k.reason == "" {
			return []byte("null"), nil
		}
		return json.Marshal(knownJSON[T]{Unknown: k.reason})
	}
	value, err := json.Marshal(k.value)
	if err != nil {
		return nil, err
	}
	if string(value) == "null" {
		value = []byte("[]")
	}
	if k.quality == Observed {
		return value, nil
	}
	return json.Marshal(knownJSON[json.RawMessage]{Value: (*json.RawMessage)(&value), Quality: k.quality})
}

// asJSON holds AppendJSON and CutJSON to encoding/json, for a value and for facts with it.
func asJSON[T any](t *testing.T, value T) {
	t.Helper()
	want, wantErr := json.Marshal(value)
	got, err := AppendJSON([]byte("before"), &value)
	if wantErr != nil {
		require.Error(t, err)
	} else {
		require.NoError(t, err)
		require.Equal(t, "before"+string(want), string(got))
		cut[T](t, want)
	}
	for _, k := range []Known[T]{
		{}, Of(value), With(value, Declared), With(value, Inferred), With(value, Partial), With(value, "sure <&>"), Unknown[T](Denied), Unknown[T]("because \"so\""),
	} {
		want, wantErr := plainly(k)
		got, err := AppendJSON(nil, &k)
		if wantErr != nil {
			require.Error(t, err)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, string(want), string(got))
		cut[Known[T]](t, want)
	}
}

// cut checks that what CutJSON reads is what encoding/json reads, whatever stood there before.
func cut[T any](t *testing.T, data []byte) {
	t.Helper()
	var want T
	wantErr := json.Unmarshal(data, &want)
	var got T
	for range 2 {
		if rest, ok := CutJSON(data, &got); ok && len(rest) == 0 {
			require.NoError(t, wantErr, "%s", data)
			require.Equal(t, want, got, "%s", data)
		}
		_, _ = CutJSON([]byte(`{"unknown":"denied"}`), &got)
	}
}

func TestValuesInJSON(t *testing.T) {
	for _, s := range []string{"", "7", "Анна", "日本\U0001f600", "\x7f", "\ufffd", `a"b`, `a\b`, "<", ">", "&", "\u2028", "a\u2029", "\x00", "\n", "\xff", "я\xd1", "я<", "я\"", strings.Repeat("x", 100) + "\t"} {
		asJSON(t, s)
		asJSON(t, []string{s})
		asJSON(t, []string{"a", s, "b"})
	}
	asJSON(t, []string{})
	asJSON(t, []string(nil))
	for _, n := range []int64{0, 1, -1, 10, math.MaxInt32, math.MaxUint32, math.MaxUint32 + 1, math.MaxInt64, math.MinInt64, 999999999999999999} {
		asJSON(t, n)
		asJSON(t, int(n))
		asJSON(t, uint32(n))
		asJSON(t, float64(n)/8)
	}
	asJSON(t, math.NaN())
	asJSON(t, true)
	asJSON(t, false)
	for _, at := range []time.Time{{}, taken, taken.Add(5), taken.In(time.FixedZone("", 3600)), taken.AddDate(9000, 0, 0), taken.In(time.FixedZone("", 25*3600))} {
		asJSON(t, at)
	}
	asJSON(t, []Permission{{Object: "<"}})
	asJSON(t, []map[string]string{nil, {"b": "2", "a": "<"}})
}

func TestUsualValuesAreCut(t *testing.T) {
	var (
		text string
		list []string
		k    Known[int]
		when Known[time.Time]
	)
	for _, c := range []struct {
		data string
		into any
		rest string
	}{
		{`"Анна","x"`, &text, `,"x"`}, {`["a","б"]]`, &list, `]`}, {`[]`, &list, ``}, {`17}`, &k, `}`}, {`{"value":0,"quality":"partial"}}`, &k, `}`}, {`{"unknown":"denied"},`, &k, `,`},
		{`"2026-11-22T09:30:00Z"`, &when, ``},
	} {
		rest, ok := CutJSON([]byte(c.data), c.into)
		require.True(t, ok, c.data)
		require.Equal(t, c.rest, string(rest))
	}
	require.Equal(t, "Анна", text)
	require.Equal(t, []string{}, list)
	require.Equal(t, Unknown[int](Denied), k)
	require.Equal(t, Of(taken), when)
	for _, data := range []string{``, `"`, `"a`, `[`, `["a"`, `["a",]`, `["a" ]`, `[,"a"]`, `]`, `null`} {
		_, ok := CutJSON([]byte(data), &list)
		require.False(t, ok, data)
	}
}

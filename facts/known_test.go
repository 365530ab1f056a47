package facts

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var taken = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)

func TestKnownInJSON(t *testing.T) {
	roundTrip(t, Of("Иван"), `"Иван"`)
	roundTrip(t, Of(""), `""`)
	roundTrip(t, Of(false), `false`)
	roundTrip(t, Of(0), `0`)
	roundTrip(t, Of([]string{"a"}), `["a"]`)
	roundTrip(t, Of([]string{}), `[]`)
	roundTrip(t, Of(taken), `"2026-11-22T09:30:00Z"`)
	roundTrip(t, Of(time.Time{}), `"0001-01-01T00:00:00Z"`)
	roundTrip(t, Of([]Permission{{Object: "deal", Action: "read", Scope: "all"}}), `[{"object":"deal","action":"read","scope":"all"}]`)
	roundTrip(t, With(false, Declared), `{"value":false,"quality":"declared"}`)
	roundTrip(t, With(3, Inferred), `{"value":3,"quality":"inferred"}`)
	roundTrip(t, With([]string{}, Partial), `{"value":[],"quality":"partial"}`)
	roundTrip(t, Unknown[bool](Denied), `{"unknown":"denied"}`)
	roundTrip(t, Known[bool]{}, `null`)
}

func roundTrip[T any](t *testing.T, k Known[T], text string) {
	t.Helper()
	data, err := json.Marshal(k)
	require.NoError(t, err)
	require.Equal(t, text, string(data))
	var again Known[T]
	require.NoError(t, json.Unmarshal(data, &again))
	require.Equal(t, k, again)
}

// A list that is known to be empty must not come back as one that nobody knows.
func TestEmptyListStaysKnown(t *testing.T) {
	for _, k := range []Known[[]string]{Of[[]string](nil), With[[]string](nil, Declared)} {
		data, err := json.Marshal(k)
		require.NoError(t, err)
		var again Known[[]string]
		require.NoError(t, json.Unmarshal(data, &again))
		list, known := again.Get()
		require.True(t, known, string(data))
		require.Empty(t, list)
		require.Equal(t, k.Quality(), again.Quality())
	}
}

func TestLongFormsOfAFact(t *testing.T) {
	for text, want := range map[string]Known[string]{
		`{"value":"x"}`:                      Of("x"),
		`{"value":"x","quality":"observed"}`: Of("x"),
		` {"value":"x","quality":"partial"}`: With("x", Partial),
		`{}`:                                 {},
		`{"value":null}`:                     {},
		`{"unknown":"not_answered"}`:         Unknown[string](NotAnswered),
	} {
		k := Of("from before")
		require.NoError(t, json.Unmarshal([]byte(text), &k), text)
		assert.Equal(t, want, k, text)
	}
	for text, want := range map[string]string{
		`{"value":"x","unknown":"denied"}`: "both known and unknown",
		`{"value":"x","quality":"sure"}`:   `unknown quality "sure"`,
		`{"unknown":"because"}`:            `unknown reason "because"`,
		`{"valu":"x"}`:                     "unknown field",
		`{"value":7}`:                      "cannot unmarshal number",
		`7`:                                "cannot unmarshal number",
	} {
		var k Known[string]
		assert.ErrorContains(t, json.Unmarshal([]byte(text), &k), want, text)
	}
}

func TestKnownAccess(t *testing.T) {
	k := With(5, Declared)
	v, ok := k.Get()
	require.True(t, ok)
	require.Equal(t, 5, v)
	require.Equal(t, 5, k.Or(9))
	require.Equal(t, Declared, k.Quality())
	require.False(t, k.IsZero())

	u := Unknown[int](NotOnPlan)
	_, ok = u.Get()
	require.False(t, ok)
	require.Equal(t, 9, u.Or(9))
	require.Equal(t, NotOnPlan, u.Reason())
	require.False(t, u.IsZero(), "a reason is worth keeping")
	value, quality, reason := u.Any()
	require.Nil(t, value)
	require.Empty(t, quality)
	require.Equal(t, NotOnPlan, reason)
	require.True(t, Known[int]{}.IsZero())
}

func FuzzKnown(f *testing.F) {
	for _, seed := range []string{`"x"`, `7`, `true`, `null`, `["a"]`, `"2026-11-22T09:30:00Z"`, `{"value":"x","quality":"declared"}`, `{"unknown":"denied"}`, `{"value":{"value":1}}`, `{`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		same[string](t, data)
		same[bool](t, data)
		same[int64](t, data)
		same[float64](t, data)
		same[[]string](t, data)
		same[[]map[string]string](t, data)
		same[time.Time](t, data)
	})
}

// same checks that what can be read is written as it was understood.
func same[T any](t *testing.T, data []byte) {
	cut[T](t, data)
	cut[Known[T]](t, data)
	var first, second Known[T]
	if json.Unmarshal(data, &first) != nil {
		return
	}
	text, err := json.Marshal(first)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &second), "%s", text)
	again, err := json.Marshal(second)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	want, err := plainly(second)
	require.NoError(t, err)
	require.Equal(t, string(want), string(again))
	require.Equal(t, first.Quality(), second.Quality())
	require.Equal(t, first.Reason(), second.Reason())
}

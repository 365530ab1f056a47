package php

import (
	"fmt"
	"maps"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// arr builds an array from keys and values in turn.
func arr(pairs ...any) *Array {
	a := &Array{}
	for i := 0; i < len(pairs); i += 2 {
		if n, ok := pairs[i].(int); ok {
			pairs[i] = int64(n)
		}
		a.set(pairs[i], pairs[i+1])
	}
	return a
}

func TestArray(t *testing.T) {
	a := arr("name", "x", 5, true, "5", int64(7), "05", 1.5, nil, nil, false, "no", 2.9, "two")
	a.push("last")
	require.Equal(t, `[name: x, 5: 7, 05: 1.5, : <nil>, 0: no, 2: two, 6: last]`, fmt.Sprint(a))
	require.Equal(t, 7, a.Len())
	require.Equal(t, []string{"x", "7", "1.5", "no", "two", "last"}, a.Strings())
	v, ok := a.Get("6")
	require.True(t, ok)
	require.Equal(t, "last", v)
	_, ok = a.Get("1")
	require.False(t, ok)
	require.Equal(t, map[string]any{"a": int64(1)}, maps.Collect(arr("a", int64(1)).All()))
	for k := range a.All() {
		require.Equal(t, "name", k)
		break
	}
}

func TestArrayRefusesKeys(t *testing.T) {
	for _, key := range []any{Unknown{}, Secret{}, &Array{}, math.NaN(), math.Inf(1)} {
		require.False(t, new(Array).set(key, 1), key)
	}
}

func TestArrayNumbersStopAtTheLargest(t *testing.T) {
	a := arr(-3, "a")
	a.push("b")
	a.set(int64(math.MaxInt64), "c")
	a.push("d")
	require.Equal(t, "[-3: a, 0: b, 9223372036854775807: c, 1: d]", a.String())
}

func TestNilAndPartialArray(t *testing.T) {
	var none *Array
	require.Zero(t, none.Len())
	require.Empty(t, none.Strings())
	require.Equal(t, "[]", none.String())
	_, ok := none.Get("x")
	require.False(t, ok)

	v, ok := (&Array{partial: true}).Get("x")
	require.True(t, ok)
	require.Equal(t, Unknown{}, v)
}

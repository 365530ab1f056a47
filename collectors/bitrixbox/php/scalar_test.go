package php

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestText(t *testing.T) {
	cases := []struct {
		value any
		want  string
		ok    bool
	}{
		{"как есть", "как есть", true},
		{"", "", true},
		{true, "1", true},
		{false, "", true},
		{int64(-7), "-7", true},
		{1.0, "1", true},
		{0.1 + 0.2, "0.3", true},
		{1e25, "1.0E+25", true},
		{-1.5e-7, "-1.5E-7", true},
		{math.NaN(), "NAN", true},
		{math.Inf(1), "INF", true},
		{math.Inf(-1), "-INF", true},
		{nil, "", false},
		{&Array{}, "", false},
		{Unknown{}, "", false},
		{Secret{Set: true}, "", false},
	}
	for _, c := range cases {
		got, ok := Text(c.value)
		require.Equal(t, c.ok, ok, c.value)
		require.Equal(t, c.want, got, c.value)
	}
}

func TestInt(t *testing.T) {
	cases := []struct {
		value any
		want  int
		ok    bool
	}{
		{int64(15), 15, true},
		{"15", 15, true},
		{" -3\n", -3, true},
		{"+4", 4, true},
		{"1e3", 1000, true},
		{"15.0", 15, true},
		{true, 1, true},
		{false, 0, true},
		{3.0, 3, true},
		{3.5, 0, false},
		{"3.5", 0, false},
		{"", 0, false},
		{"15 min", 0, false},
		{"0x1F", 0, false},
		{"1_000", 0, false},
		{"INF", 0, false},
		{"99999999999999999999", 0, false},
		{math.NaN(), 0, false},
		{math.Inf(1), 0, false},
		{nil, 0, false},
		{&Array{}, 0, false},
		{Secret{Set: true}, 0, false},
	}
	for _, c := range cases {
		got, ok := Int(c.value)
		require.Equal(t, c.ok, ok, c.value)
		require.Equal(t, c.want, got, c.value)
	}
}

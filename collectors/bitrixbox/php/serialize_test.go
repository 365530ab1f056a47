package php

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUnserialize(t *testing.T) {
	cases := map[string]any{
		`N;`:                                   nil,
		`b:1;`:                                 true,
		`b:0;`:                                 false,
		`i:-42;`:                               int64(-42),
		`i:9223372036854775807;`:               int64(math.MaxInt64),
		`d:0.5;`:                               0.5,
		`d:1.0E+25;`:                           1e25,
		`d:INF;`:                               math.Inf(1),
		`d:-INF;`:                              math.Inf(-1),
		`s:0:"";`:                              "",
		`s:3:"a";";`:                           `a";`,
		`s:12:"пароль";`:                       "пароль",
		`s:1:"x";` + "\n":                      "x",
		`a:0:{}`:                               arr(),
		`a:1:{i:0;i:5;}`:                       arr(0, int64(5)),
		`a:2:{s:1:"7";N;i:7;b:1;}`:             arr(7, true),
		`a:1:{s:1:"a";a:1:{s:1:"b";s:1:"c";}}`: arr("a", arr("b", "c")),
		`a:3:{s:15:"SESSION_TIMEOUT";s:2:"15";s:15:"PASSWORD_LENGTH";s:2:"10";s:14:"LOGIN_ATTEMPTS";s:1:"3";}`: arr(
			"SESSION_TIMEOUT", "15", "PASSWORD_LENGTH", "10", "LOGIN_ATTEMPTS", "3"),
	}
	for in, want := range cases {
		got, err := Unserialize(in)
		require.NoError(t, err, in)
		require.Equal(t, fmt.Sprint(want), fmt.Sprint(got), in)
		require.IsType(t, want, got, in)
	}
	nan, err := Unserialize("d:NAN;")
	require.NoError(t, err)
	require.True(t, math.IsNaN(nan.(float64)))
}

func TestUnserializeRefuses(t *testing.T) {
	const head = "reading a serialized value: byte "
	syntax, object := "not in the serialized format", "objects, references and enumerations are not read"
	cases := map[string]string{
		``:                              head + "0: " + syntax,
		`x`:                             head + "0: " + syntax,
		`b:2;`:                          head + "4: " + syntax,
		`i:1`:                           head + "2: " + syntax,
		`i:1_0;`:                        head + "6: " + syntax,
		`i:99999999999999999999;`:       head + "23: " + syntax,
		`d:0x1p4;`:                      head + "8: " + syntax,
		`d:infinity;`:                   head + "11: " + syntax,
		`s:-1:"";`:                      head + "5: " + syntax,
		`s:1:x;`:                        head + "4: " + syntax,
		`S:1:"x";`:                      head + "0: " + syntax,
		`a:1:{}`:                        head + "5: " + syntax,
		`a:1:{i:0;i:5;`:                 head + "13: " + syntax,
		`a:0:{i:0;i:5;}`:                head + "5: " + syntax,
		`a:1:{b:1;i:5;}`:                head + "5: " + syntax,
		`a:1:[i:0;i:5;]`:                head + "4: " + syntax,
		`i:1;i:2;`:                      head + "4: something follows the value",
		`O:8:"stdClass":0:{}`:           head + "0: " + object,
		`C:3:"Foo":0:{}`:                head + "0: " + object,
		`E:7:"Foo:Bar";`:                head + "0: " + object,
		`a:2:{i:0;i:1;i:1;R:2;}`:        head + "17: " + object,
		`a:2:{i:0;i:1;i:1;r:2;}`:        head + "17: " + object,
		`a:1:{i:0;O:8:"stdClass":0:{}}`: head + "9: " + object,
	}
	for in, want := range cases {
		_, err := Unserialize(in)
		require.EqualError(t, err, want, in)
	}
}

func TestUnserializeWrongLength(t *testing.T) {
	cases := []string{
		`s:6:"пароль";`,                  // a length counted in Windows-1251
		`a:1:{s:5:"title";s:4:"тест";}`,  // the same inside an array
		`a:1:{s:4:"ключ";s:1:"x";}`,      // and in a key
		`s:9999999:"x";`,                 // longer than the input
		`s:1:"x"`,                        // cut off
		`s:2147483647:"x";`,              // the largest length
		"a:1:{i:0;s:5:\"\xf2\xe5\";i:1;", // shorter than declared
	}
	for _, in := range cases {
		_, err := Unserialize(in)
		require.ErrorIs(t, err, ErrLength, in)
	}
}

func TestUnserializeBounds(t *testing.T) {
	deep := func(n int) string {
		return strings.Repeat("a:1:{i:0;", n) + "N;" + strings.Repeat("}", n)
	}
	wide := func(n int) string {
		return fmt.Sprintf("a:%d:{", n) + strings.Repeat("i:0;N;", n) + "}"
	}
	long := func(n int) string { return fmt.Sprintf(`s:%d:"`, n) + strings.Repeat("x", n) + `";` }
	most := maxSerialized - len(`s:1048560:"";`)
	for name, in := range map[string]string{"depth": deep(maxDepth), "elements": wide(maxElements), "size": long(most)} {
		_, err := Unserialize(in)
		require.NoError(t, err, name)
	}
	tooMany := "a:2:{i:0;" + wide(maxElements-1) + "i:1;N;}"
	for name, in := range map[string]string{
		"depth": deep(maxDepth + 1), "elements": wide(maxElements + 1), "elements in all": tooMany, "size": long(most + 1),
		"announced": "a:2147483647:{",
	} {
		_, err := Unserialize(in)
		require.ErrorIs(t, err, ErrLimit, name)
	}
}

func FuzzUnserialize(f *testing.F) {
	for _, s := range []string{
		`a:3:{s:15:"SESSION_TIMEOUT";s:2:"15";i:0;d:1.0E+25;s:1:"x";a:1:{i:0;b:1;}}`,
		`s:6:"пароль";`, `N;`, `i:-5;`, `O:8:"stdClass":0:{}`, `a:2:{i:0;i:1;i:1;R:2;}`, `a:99999:{`, `s:2147483647:"`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := Unserialize(s)
		if err != nil {
			require.Nil(t, v)
			return
		}
		again, err := Unserialize(serialize(v))
		require.NoError(t, err)
		require.Equal(t, fmt.Sprint(v), fmt.Sprint(again))
	})
}

// serialize writes what Unserialize reads.
func serialize(v any) string {
	switch v := v.(type) {
	case nil:
		return "N;"
	case bool:
		if v {
			return "b:1;"
		}
		return "b:0;"
	case int64:
		return fmt.Sprintf("i:%d;", v)
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return "d:" + floatText(v) + ";"
		}
		return fmt.Sprintf("d:%v;", v)
	case string:
		return fmt.Sprintf(`s:%d:"%s";`, len(v), v)
	}
	a := v.(*Array)
	var b strings.Builder
	fmt.Fprintf(&b, "a:%d:{", a.Len())
	for k, e := range a.All() {
		b.WriteString(serialize(k) + serialize(e))
	}
	return b.String() + "}"
}

package php

import (
	"math"
	"strconv"
	"strings"
)

// Text gives a scalar as PHP would print it: true is "1", false is "". It is false for null, arrays,
// unknown and secret values.
func Text(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case int64:
		return strconv.FormatInt(v, 10), true
	case bool:
		if v {
			return "1", true
		}
		return "", true
	case float64:
		return floatText(v), true
	}
	return "", false
}

// floatText prints 14 digits and writes exponents the way PHP does: 1.0E+25, 1.5E-7.
func floatText(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NAN"
	case math.IsInf(f, 1):
		return "INF"
	case math.IsInf(f, -1):
		return "-INF"
	}
	mantissa, exponent, ok := strings.Cut(strconv.FormatFloat(f, 'G', 14, 64), "E")
	if !ok {
		return mantissa
	}
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	return mantissa + "E" + exponent[:1] + strings.TrimLeft(exponent[1:], "0")
}

// Int gives a number, a numeric string or a bool as an int. It is false for a fraction, for text with
// anything beside the number, and for what does not fit.
func Int(v any) (int, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case int64:
		return int(v), int64(int(v)) == v
	case float64:
		// From 2^53 on a float no longer tells neighbouring numbers apart.
		if v != math.Trunc(v) || math.Abs(v) > 1<<53 {
			return 0, false
		}
		return Int(int64(v))
	case string:
		s := strings.Trim(v, " \t\n\r\v\f")
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return Int(n)
		}
		if f, ok := parseFloat(s); ok {
			return Int(f)
		}
	}
	return 0, false
}

// parseFloat reads a decimal number; unlike strconv it knows no names, hexadecimals or underscores.
func parseFloat(s string) (float64, bool) {
	if s == "" || strings.Trim(s, "+-.0123456789eE") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// Package php reads PHP values without PHP: serialize() strings kept in database columns, and the
// literals of settings files. Nothing is ever executed.
//
// Values are nil, bool, int64, float64, string and *Array. A settings file also gives Unknown for
// what only PHP itself could compute, and Secret in the place of a password or key: the text of a
// secret is judged and dropped while the file is being read, it never reaches the caller, and no
// error quotes the source.
//
// Strings are the bytes that PHP would see; they may be Windows-1251 or no text at all.
package php

// Bounds of what is read. Honest files and columns stay far below them.
const (
	maxDepth      = 32      // arrays and blocks inside each other
	maxElements   = 100_000 // array elements, variables and constants together
	maxSerialized = 1 << 20 // bytes of a serialized value
	maxSource     = 4 << 20 // bytes of a settings file
)

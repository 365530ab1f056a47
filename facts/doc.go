// Package facts is the vocabulary of the audit: what a CRM, an HR list, a TLS endpoint or a person
// told us, in typed records whose fields say not only what is known but also how well, and why the
// rest is not known.
//
// Collectors write records to a [Writer], checks read them from a [Snapshot]; neither knows the other.
// The JSON names of the record fields are also the words that rules use in their expressions, so a
// field that is renamed here is renamed for every author of checks.
//
// The package imports nothing but the standard library.
package facts

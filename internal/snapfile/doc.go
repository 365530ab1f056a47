// Package snapfile keeps a collection in one file, the .crmsnap.
//
// The file is a zip. Its first entry, manifest.json, holds facts.Info, the schema version and the
// size, record count and SHA-256 of every other entry. The others are JSON Lines, one per kind that
// has records: users.jsonl, sessions.jsonl. The comment at the very end of the zip is the seal: the
// SHA-256 of every byte before it, so that one changed byte anywhere is noticed, in the zip's own
// headers too. The seal tells damage and careless editing; against somebody who writes a new seal
// the only defence is the hash of the file noted elsewhere, see [File.Hash].
//
// A snapshot may be encrypted with age, to a passphrase or to public keys: the whole zip is then
// inside an age file, and nothing of it is ever written to disk in the clear by a reader.
//
// A [Builder] writes, [Open] reads. Both stream: neither holds more than a few records in memory.
package snapfile

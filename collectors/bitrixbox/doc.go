// Package bitrixbox reads a self-hosted Bitrix24: its database, live or as an export that the
// client made himself, and its document root.
//
// Everything that is asked of the database stands in the lists (list_*.go): one question to one
// table each, with the columns it reads. From the same lists come the live queries, the export
// script and the grant, so that none of them can ask for more than the others. Columns that hold
// secrets are in none of them. Which tables and columns exist is looked up first, because they
// differ between versions; what is not there is coverage, not an error.
package bitrixbox

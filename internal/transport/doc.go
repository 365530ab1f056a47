// Package transport is the only door to a CRM over HTTP.
//
// A collector hands New the address of one portal and the list of read operations it needs; from then on
// the package, not the collector's care, keeps the promises of an audit: nothing outside that list leaves
// the machine, credentials reach the configured host only, the portal's rate limit is respected by waiting,
// temporary trouble is retried within a time budget, an answer cannot exhaust memory, and no error or log
// line carries a secret.
package transport

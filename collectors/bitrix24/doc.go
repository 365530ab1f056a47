// Package bitrix24 collects facts from a Bitrix24 cloud portal over its REST interface.
//
// The portal answers through an incoming webhook or an OAuth application, in two dialects: the classic
// one (/rest/…) and REST 3.0 (/rest/api/…), which alone gives the event log. It tells much about accounts,
// groups, consents and forms, and nothing about administrators, second factors, sessions, webhooks,
// applications, roles, links or backups; for those the collector names the question that a person has to
// answer instead, see [Source].
//
// Rows of the event log are folded into daily counts while they stream; they are never stored.
package bitrix24

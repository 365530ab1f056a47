// Package bitrixlog knows the words of the event log of Bitrix24, which are the same in the cloud and on a server
// of one's own: what its audit types mean, and what is written in the descriptions of its rows.
//
// Descriptions come from outside and in the spellings of many versions; reading one never fails, and what cannot
// be understood is left empty.
package bitrixlog

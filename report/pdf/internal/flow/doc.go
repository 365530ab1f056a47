// Package flow sets the report's building blocks - headings, paragraphs, lists,
// tables, panels, charts - one under another and breaks them into pages.
//
// Every block becomes strips: horizontal slices that are never cut. A strip may
// insist on company (a heading on what follows it, a table's head on its first
// rows, the first lines of a paragraph on each other), and that is all the page
// breaker needs to know. Pages are settled before anything is drawn, so the
// contents, the page references and "page n of N" are exact in a single pass.
package flow

// Package checks judges a snapshot: each [Check] asks one question, the engine answers it with a
// verdict, and the score weighs the verdicts.
//
// A check is written as one YAML file (the usual way, see rule.go) or in Go when it joins, keeps
// state or computes statistics; both become the same Check value and take part in the same single
// pass over the snapshot. What a check needs and does not get makes its verdict unknown; unknown is
// decided before any expression is evaluated and never turns into a pass.
package checks

// Package interview asks a person what no source could tell, and prints the same questions on paper.
//
// Which questions are open follows from a judgement: a question is open while a check that applies
// waits for its answer. What was answered is written to the file of answers at once, so that an
// interview may end at any moment and go on another day.
package interview

// Package layers holds the tests that keep imports going one way.
package layers

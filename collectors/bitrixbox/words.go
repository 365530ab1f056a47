package bitrixbox

import (
	"maps"
	"slices"
	"strings"
)

func lower(s string) string { return strings.ToLower(s) }

func fields(s string) []string { return strings.Fields(s) }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

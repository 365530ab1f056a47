// Package nearest finds what a person probably meant to type.
package nearest

// Of is the word of known closest to typed, or "" when none is close enough to be worth suggesting. A third of
// the letters may differ, so that a short word is not taken for a quite different one.
func Of(typed string, known []string) string {
	letters := []rune(typed)
	best, bound := "", 1+len(letters)/3
	for _, k := range known {
		other := []rune(k)
		allowed := min(bound, (max(len(letters), len(other))+1)/3)
		if max(len(letters)-len(other), len(other)-len(letters)) > allowed {
			continue
		}
		if d := distance(letters, other); d <= allowed {
			best, bound = k, d-1
		}
	}
	return best
}

// distance is the number of letters to insert, remove, replace or swap to get from a to b.
func distance(a, b []rune) int {
	prev2, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(b)]
}

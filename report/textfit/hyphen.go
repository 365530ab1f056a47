package textfit

import (
	"strings"
	"unicode"
)

const (
	minHyphenWord = 7
	minHyphenPart = 3
)

// hyphenPoints returns, in ascending order, the indices before which a Russian
// or Ukrainian word may be divided. Only lower-case words are divided: a name,
// a brand or an identifier is never cut. Division follows syllables: every part
// keeps a vowel, й ь ъ stay with the letter before, a pair of consonants is
// shared between the syllables, and at least three letters stay on either side.
func hyphenPoints(word []rune) []int {
	if len(word) < minHyphenWord {
		return nil
	}
	for _, r := range word {
		if !unicode.Is(unicode.Cyrillic, r) || !unicode.IsLower(r) {
			return nil
		}
	}
	var points []int
	for left := nextVowel(word, 0); left >= 0; {
		right := nextVowel(word, left+1)
		if right < 0 {
			break
		}
		at := divide(word, left, right)
		if at >= minHyphenPart && len(word)-at >= minHyphenPart && !splitsDigraph(word, at) {
			points = append(points, at)
		}
		left = right
	}
	return points
}

// divide finds the border between two neighbouring vowels.
func divide(word []rune, left, right int) int {
	at := left + 1
	if at < right && word[at] == 'й' { // май-ка
		return at + 1
	}
	if right-left > 2 { // two consonants or more: the first closes the syllable
		at++
	}
	for at < right && isSign(word[at]) { // боль-ше
		at++
	}
	return at
}

// splitsDigraph keeps the Ukrainian дж and дз together; in other words the
// division is merely skipped.
func splitsDigraph(word []rune, at int) bool {
	return word[at-1] == 'д' && (word[at] == 'ж' || word[at] == 'з')
}

func nextVowel(word []rune, from int) int {
	for i := from; i < len(word); i++ {
		if strings.ContainsRune("аеёиоуыэюяєії", word[i]) {
			return i
		}
	}
	return -1
}

func isSign(r rune) bool { return r == 'ь' || r == 'ъ' }

package roster

import (
	"cmp"
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
)

// Suggestion is an account name that may be that of a person of the list. It is for a human to
// confirm and never decides a check.
type Suggestion struct {
	PersonID string
	Row      int
	User     string  // as given to Suggest
	Score    float64 // 1: the same words
}

// enough is the likeness from which a suggestion is worth a look, margin how clearly it must win.
const (
	enough = 0.8
	margin = 0.05
)

// Suggest finds, for each user name, the one person whose name is most like it, in any script, word
// order and spelling and with initials. Names that fit two people equally well get no suggestion.
// Suggestions come in the order of userNames.
func Suggest(people []*facts.Person, userNames []string) []Suggestion {
	byLetter := map[byte][]int{}
	words := make([][]word, len(people))
	for i, p := range people {
		words[i] = nameWords(p.Name.Or(""))
		for _, letter := range letters(words[i]) {
			byLetter[letter] = append(byLetter[letter], i)
		}
	}
	var found []Suggestion
	for _, user := range userNames {
		asked := nameWords(user)
		best, second := Suggestion{}, 0.0
		seen := map[int]bool{}
		for _, letter := range letters(asked) {
			for _, i := range byLetter[letter] {
				if seen[i] {
					continue
				}
				seen[i] = true
				score := likeness(asked, words[i])
				if score > best.Score {
					best, second = Suggestion{people[i].ID, people[i].Row, user, score}, best.Score
				} else {
					second = max(second, score)
				}
			}
		}
		if best.Score >= enough && best.Score-second >= margin {
			found = append(found, best)
		}
	}
	return found
}

// word is a word of a name in rough Latin spelling, with its pairs of neighbouring letters, sorted;
// the edges of the word count as letters.
type word struct {
	text  string
	pairs []uint16
}

// nameWords are the words of a name, longest first.
func nameWords(name string) []word {
	texts := strings.Fields(latin(plain(name)))
	slices.SortStableFunc(texts, func(a, b string) int {
		return cmp.Or(len(b)-len(a), strings.Compare(a, b))
	})
	var words []word
	for _, text := range texts[:min(len(texts), 5)] {
		w, edged := word{text: text}, "^"+text+"$"
		for i := range len(edged) - 1 {
			w.pairs = append(w.pairs, uint16(edged[i])<<8|uint16(edged[i+1]))
		}
		slices.Sort(w.pairs)
		words = append(words, w)
	}
	return words
}

func letters(words []word) []byte {
	var all []byte
	for _, w := range words {
		if !slices.Contains(all, w.text[0]) {
			all = append(all, w.text[0])
		}
	}
	return all
}

// likeness pairs the words of the shorter name with those of the longer one, each once. The shorter
// needs two words, one of them not an initial, and all of them must find a partner: «Иванов» alone
// is not Иванов Иван Иванович.
func likeness(a, b []word) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 2 || len(a[0].text) < 2 || len(b[0].text) < 2 {
		return 0
	}
	used := make([]bool, len(b))
	sum := 0.0
	for _, one := range a {
		best, at := 0.0, -1
		for i, other := range b {
			if s := wordLikeness(one, other); !used[i] && s > best {
				best, at = s, i
			}
		}
		if at < 0 || best < 0.6 {
			return 0
		}
		used[at] = true
		sum += best
	}
	// A name with a word more, such as a patronymic, is a little less certain.
	return sum/float64(len(a)) - 0.02*float64(len(b)-len(a))
}

// wordLikeness is 1 for the same word, 0.85 for an initial, else the share of pairs of letters in common.
func wordLikeness(a, b word) float64 {
	switch {
	case a.text == b.text:
		return 1
	case len(a.text) == 1 || len(b.text) == 1:
		if a.text[0] == b.text[0] {
			return 0.85
		}
		return 0
	}
	common := 0
	for i, j := 0, 0; i < len(a.pairs) && j < len(b.pairs); {
		switch {
		case a.pairs[i] == b.pairs[j]:
			common, i, j = common+1, i+1, j+1
		case a.pairs[i] < b.pairs[j]:
			i++
		default:
			j++
		}
	}
	return 2 * float64(common) / float64(len(a.pairs)+len(b.pairs))
}

package roster

import "strings"

// cyrillic is one Latin spelling of each Russian and Ukrainian letter; what other spellings differ in
// is levelled by rough afterwards.
var cyrillic = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'ґ': "g", 'д': "d", 'е': "e", 'є': "ie", 'ж': "zh", 'з': "z", 'и': "i", 'і': "i", 'ї': "i", 'й': "i",
	'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "kh", 'ц': "ts", 'ч': "ch",
	'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "i", 'ь': "", 'э': "e", 'ю': "iu", 'я': "ia",
}

// rough levels the ways in which one name is written in Latin letters: Yuliya, Iuliia, Julia;
// Alexey, Aleksei; Hryhorii, Grigory. Two names that become equal here are alike, not the same.
var rough = strings.NewReplacer(
	"shch", "s", "sch", "s", "sh", "s", "tch", "c", "ch", "c", "cz", "c", "zh", "z", "kh", "g", "ts", "c", "tz", "c", "ph", "f", "x", "ks",
	"h", "g", "y", "i", "j", "i", "w", "v", "q", "k",
)

// latin writes lower-case text in rough Latin letters; letters of other scripts are dropped.
func latin(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch t, ok := cyrillic[r]; {
		case ok:
			b.WriteString(t)
		case r == ' ' || r >= 'a' && r <= 'z':
			b.WriteRune(r)
		}
	}
	words := strings.Fields(rough.Replace(b.String()))
	for i, w := range words {
		words[i] = strings.ReplaceAll(squeeze(w), "ie", "e")
	}
	return strings.Join(words, " ")
}

// squeeze writes a letter that repeats once: Anna, Ana; Alekseii.
func squeeze(w string) string {
	var b strings.Builder
	for i := range len(w) {
		if i == 0 || w[i] != w[i-1] {
			b.WriteByte(w[i])
		}
	}
	return b.String()
}

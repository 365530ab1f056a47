package textfit

import "unicode"

// substitute names what to print for a rune that the typefaces lack but a
// reader would understand in another form. Controls that separate words become
// a space, so that words do not run together.
func substitute(r rune) (string, bool) {
	switch r {
	case '\t', '\v', '\f':
		return " ", true
	case '\r', '\u0085', '\u2028', '\u2029':
		return "\n", true
	case '\u202f', '\u2007': // narrow and figure spaces do not break
		return "\u00a0", true
	case '→', '➔', '➜', '⇒', '▶', '►':
		return "›", true
	case '←', '⇐', '◀':
		return "‹", true
	case '↔':
		return "‹›", true
	case '✓', '✔', '✅', '☑':
		return "√", true
	case '✗', '✘', '✕', '✖', '❌', '❎', '☒':
		return "×", true
	case '⚠', '❗', '❕':
		return "!", true
	case '❓', '❔':
		return "?", true
	case '●', '■', '▪', '▫', '◦', '‣', '⁃', '○', '◆', '·':
		return "•", true
	case '★', '☆', '⭐':
		return "*", true
	case '′', 'ʹ', 'ʼ', '＇':
		return "’", true
	case '″', '＂':
		return "”", true
	case '‐', '‑', '‒', '⁻', '﹣':
		return "-", true
	case '―', '⸺':
		return "—", true
	case '−':
		return "–", true
	}
	switch {
	case unicode.Is(unicode.Zs, r):
		return " ", true
	case r >= '！' && r <= '～': // full-width forms of ASCII
		return string(r - '！' + '!'), true
	}
	return "", false
}

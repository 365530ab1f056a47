package textfit

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/templates"
)

func face(t testing.TB, name string) *Face {
	t.Helper()
	ttf, err := templates.Font(name)
	require.NoError(t, err)
	f, err := ParseFace(ttf)
	require.NoError(t, err)
	return f
}

func TestFaceCoversTheThreeLanguages(t *testing.T) {
	const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" +
		"абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯіїєґІЇЄҐ’" +
		"₽₴€№§«»„“”–—…•×√≥≤\u00a0\u2011"
	for _, name := range []string{templates.FontRegular, templates.FontBold, templates.FontItalic, templates.FontBoldItalic, templates.FontMono} {
		f := face(t, name)
		for _, r := range alphabet {
			require.Truef(t, f.Has(r), "%s lacks %q", name, r)
			require.Positivef(t, f.Advance(r), "%s %q", name, r)
		}
		require.False(t, f.Has('😀'))
		require.False(t, f.Has('中'))
		require.False(t, f.Has(-1))
		require.Equal(t, f.notdef, f.Advance('中'))
	}
}

func TestFontWidth(t *testing.T) {
	mono := Font{Face: face(t, templates.FontMono), Size: 10}
	require.InDelta(t, 10*mono.Width("a"), mono.Width("абвгд12345"), 1e-9)
	require.InDelta(t, 2*mono.Width("i"), Font{Face: mono.Face, Size: 20}.Width("i"), 1e-9)
	require.Zero(t, mono.Width(""))
}

func TestParseFaceRejectsWhatIsNoFont(t *testing.T) {
	_, err := ParseFace([]byte("not a font"))
	require.ErrorContains(t, err, "parse font")
}

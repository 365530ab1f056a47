package templates

import (
	"embed"
	"fmt"
)

//go:embed fonts/*.ttf fonts/LICENSE-PT.txt
var fontFiles embed.FS

// Names of the report's typefaces: unmodified TrueType files under the ParaType
// Free Font License. They cover Russian, Ukrainian and English with ₽, ₴ and №.
const (
	FontRegular    = "PTSans-Regular"
	FontBold       = "PTSans-Bold"
	FontItalic     = "PTSans-Italic"
	FontBoldItalic = "PTSans-BoldItalic"
	FontMono       = "PTMono-Regular"
)

// Font returns the TrueType file of a typeface. Every call returns bytes of its
// own: PDF engines write into the font they are given, and a shared slice would
// be a data race between two documents.
func Font(name string) ([]byte, error) {
	ttf, err := fontFiles.ReadFile("fonts/" + name + ".ttf")
	if err != nil {
		return nil, fmt.Errorf("read embedded font %s: %w", name, err)
	}
	return ttf, nil
}

// FontLicense returns the licence that travels with the fonts.
func FontLicense() (string, error) {
	text, err := fontFiles.ReadFile("fonts/LICENSE-PT.txt")
	if err != nil {
		return "", fmt.Errorf("read embedded font licence: %w", err)
	}
	return string(text), nil
}

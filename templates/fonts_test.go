package templates

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The licence allows unmodified copies under the original name only, so the
// bytes are pinned.
func TestFontsAreTheUnmodifiedOriginals(t *testing.T) {
	list, err := os.ReadFile("fonts/SHA256SUMS")
	require.NoError(t, err)
	sums := map[string]string{}
	for line := range strings.Lines(string(list)) {
		sum, file, ok := strings.Cut(strings.TrimSpace(line), "  ")
		require.True(t, ok, line)
		sums[strings.TrimSuffix(file, ".ttf")] = sum
	}
	names := []string{FontRegular, FontBold, FontItalic, FontBoldItalic, FontMono}
	require.Len(t, sums, len(names))
	for _, name := range names {
		ttf, err := Font(name)
		require.NoError(t, err)
		got := sha256.Sum256(ttf)
		require.Equal(t, sums[name], hex.EncodeToString(got[:]), name)
	}
}

func TestFontBytesAreNotShared(t *testing.T) {
	first, err := Font(FontRegular)
	require.NoError(t, err)
	clear(first)
	second, err := Font(FontRegular)
	require.NoError(t, err)
	require.NotEqual(t, first, second)
}

func TestFontLicenseTravelsWithTheFonts(t *testing.T) {
	text, err := FontLicense()
	require.NoError(t, err)
	for _, part := range []string{"ParaType Free Font License", "GRANT OF LICENSE", "TERMINATION & TERRITORY", "DISCLAIMER"} {
		require.Contains(t, text, part)
	}
}

func TestUnknownFontIsAnError(t *testing.T) {
	_, err := Font("Arial")
	require.ErrorContains(t, err, "read embedded font Arial")
}

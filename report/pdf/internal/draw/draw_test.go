package draw_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/report/pdf/internal/draw"
	"github.com/crmaudit/crmaudit/report/pdf/internal/drawtest"
)

func load(t *testing.T) *draw.Fonts {
	t.Helper()
	fonts, err := draw.LoadFonts()
	require.NoError(t, err)
	return fonts
}

func TestFiguresAreEquallyWide(t *testing.T) {
	fonts := load(t)
	for _, style := range []draw.Style{draw.Regular, draw.Bold, draw.Italic, draw.BoldItalic, draw.Mono} {
		font := draw.Font{Style: style, Size: 10}
		for _, digit := range "123456789" {
			require.InDelta(t, fonts.Width("0", font), fonts.Width(string(digit), font), 1e-9)
		}
	}
}

func TestShorten(t *testing.T) {
	fonts := load(t)
	font := draw.Font{Size: 10}
	require.Equal(t, "Доступ", fonts.Shorten("Доступ", font, 30))
	short := fonts.Shorten(strings.Repeat("Доступ ", 99), font, 30)
	require.True(t, strings.HasSuffix(short, "…"))
	require.LessOrEqual(t, fonts.Width(short, font), 30.0)
	require.Equal(t, "…", fonts.Shorten("Доступ", font, 0.1))
}

func TestMissingGlyphsAreListed(t *testing.T) {
	fonts := load(t)
	require.Equal(t, "a□ b", fonts.Line("a😀\nb"))
	require.Equal(t, []rune{'😀'}, fonts.Missing())
}

func TestColor(t *testing.T) {
	r, g, b := draw.Link.Parts()
	require.Equal(t, []int{0x0B, 0x57, 0xA4}, []int{r, g, b})
	require.True(t, draw.Color(0).IsNone())
	require.False(t, draw.Ink.IsNone())
}

// Every text colour is readable on the grounds it is used on.
func TestTextColoursHaveContrast(t *testing.T) {
	pairs := [][2]draw.Color{
		{draw.Ink, draw.White}, {draw.Ink, draw.Panel}, {draw.Muted, draw.White}, {draw.Muted, draw.Panel}, {draw.Muted, draw.InfoTint},
		{draw.Link, draw.White}, {draw.Link, draw.Panel}, {draw.Navy, draw.LowTint}, {draw.White, draw.Navy}, {draw.Sky, draw.Navy},
		{draw.Critical, draw.CriticalTint}, {draw.High, draw.HighTint}, {draw.Medium, draw.MediumTint}, {draw.Low, draw.LowTint}, {draw.Info, draw.InfoTint},
		{draw.Good, draw.White}, {draw.Bad, draw.White},
	}
	for _, p := range pairs {
		light, dark := luminance(p[0]), luminance(p[1])
		if light < dark {
			light, dark = dark, light
		}
		require.GreaterOrEqualf(t, (light+0.05)/(dark+0.05), 4.5, "%x on %x", uint32(p[0]), uint32(p[1]))
	}
}

func luminance(c draw.Color) float64 {
	linear := func(part int) float64 {
		v := float64(part) / 255
		if v <= 0.03928 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	r, g, b := c.Parts()
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func TestChartsStayInTheirPlace(t *testing.T) {
	fonts := load(t)
	long := strings.Repeat("Очень длинное направление ", 9)
	for _, score := range []float64{-5, 0, 3, 50, 75, 99, 100, 250, math.NaN()} {
		r := &drawtest.Recorder{Fonts: fonts}
		draw.Gauge{Score: score, Text: "100", Caption: "из 100", Mark: score, MarkText: "порог 75", Color: draw.Good}.Draw(fonts, r, 60, 50, 30)
		require.Empty(t, r.Faults(drawtest.Box{X: 5, Y: 10, W: 110, H: 50}), "gauge at %v", score)

		r = &drawtest.Recorder{Fonts: fonts}
		bar := draw.Bar{Label: long, Text: long, Parts: []draw.Part{{Share: score / 100, Fill: draw.Navy}, {Share: 0.7, Fill: draw.White, Hatch: draw.Muted}}}
		bar.Draw(fonts, r, 10, 10, draw.BarColumns{Label: 60, Bar: 80, Text: 30})
		require.Empty(t, r.Faults(drawtest.Box{X: 10, Y: 10, W: 170, H: draw.BarHeight}), "bar at %v", score)

		r = &drawtest.Recorder{Fonts: fonts}
		points := []draw.HistoryPoint{{Label: "01.02.2025", Score: score, Text: "62"}, {Label: "01.05.2025", Score: 100, Text: "100"}}
		draw.History{Points: points, Mark: 75}.Draw(fonts, r, 10, 10, 174, 50)
		require.Empty(t, r.Faults(drawtest.Box{X: 10, Y: 10, W: 174, H: 50}), "history at %v", score)
	}
}

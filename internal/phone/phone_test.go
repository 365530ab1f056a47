package phone

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNormal(t *testing.T) {
	for written, want := range map[string]string{
		"+7 900 000-00-12": "79000000012", "8 (900) 000-00-12": "79000000012", "9000000012": "79000000012", "7 900 000 00 12 доб. 5": "79000000012",
		"+380 90 000 00 12": "380900000012", "0900000012": "380900000012", "80900000012": "380900000012", "00 49 30 0000001": "49300000001",
		"7,9000000012E+10": "79000000012", "123": "", "": "", "0000000000": "", "a1234567890@x.example": "", "—": "",
	} {
		require.Equal(t, want, Normal(written), written)
	}
}

func FuzzNormal(f *testing.F) {
	f.Add("+7 900 000-00-12 доб. 5")
	f.Add("7,9000000012E+10")
	f.Fuzz(func(t *testing.T, s string) {
		n := Normal(s)
		require.Regexp(t, `^\d*$`, n)
		if n != "" {
			require.Equal(t, n, Normal("+"+n), "what is complete stays")
		}
	})
}

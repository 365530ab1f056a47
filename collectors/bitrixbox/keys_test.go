package bitrixbox

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDestination(t *testing.T) {
	for address, want := range map[string][2]string{
		"":                                     {"", ""},
		"/local/handler.php":                   {"", ""},
		"local//handler.php":                   {"", ""},
		"https://":                             {"https", ""},
		"https://crm.example/key/?a=b":         {"https", "crm.example"},
		" HTTP://CRM.example:8080/x ":          {"http", "crm.example:8080"},
		"//crm.example/x":                      {"", "crm.example"},
		"https://name:secret@crm.example#x":    {"https", "crm.example"},
		"http://crm.example/%zz":               {"http", "crm.example"},
		"http://crm.example?to=\x01":           {"http", "crm.example"},
		`http://crm.example\@portal.example/x`: {"http", "crm.example"},
		"http://[::1/x":                        {"http", "[::1"},
	} {
		scheme, host := destination(address)
		require.Equal(t, want, [2]string{scheme, host}, address)
	}
}

func FuzzDestination(f *testing.F) {
	f.Add("https://name:secret@crm.example/key")
	f.Fuzz(func(t *testing.T, address string) {
		_, host := destination(address)
		require.NotContains(t, host, "/")
		require.NotContains(t, host, "@")
	})
}

// A long list of rights is the one that matters: its end must not be lost.
func TestSplitList(t *testing.T) {
	many := strings.Repeat("placement_of_something,", 40) + " crm ,,user\x1b"
	list := splitList(many)
	require.Len(t, list, 42)
	require.Equal(t, []string{"crm", "user"}, list[40:])
	require.Equal(t, []string{}, splitList(""))
}

package bitrixbox

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

// serialized writes a policy as the product keeps it: "KEY value KEY value".
func serialized(pairs string) string {
	words := strings.Fields(pairs)
	var b strings.Builder
	for i := 0; i < len(words); i += 2 {
		fmt.Fprintf(&b, "s:%d:%q;s:%d:%q;", len(words[i]), words[i], len(words[i+1]), words[i+1])
	}
	return fmt.Sprintf("a:%d:{%s}", len(words)/2, b.String())
}

func TestPolicyTakesTheStricterValue(t *testing.T) {
	base := basePolicy
	with := func(change func(*policy)) policy {
		p := base
		change(&p)
		return p
	}
	for name, c := range map[string]struct {
		groups []string
		want   policy
	}{
		"nothing":                 {nil, base},
		"empty":                   {[]string{"", " ", "a:0:{}", "N;", "b:0;"}, base},
		"unknown keys":            {[]string{serialized("SESSION_IP_MASK 255.255.0.0 COLOUR red")}, base},
		"shorter session":         {[]string{serialized("SESSION_TIMEOUT 15")}, with(func(p *policy) { p.idle = 15 })},
		"longer session":          {[]string{serialized("SESSION_TIMEOUT 600")}, base},
		"session of nothing":      {[]string{serialized("SESSION_TIMEOUT 0")}, with(func(p *policy) { p.idle = 0 })},
		"negative":                {[]string{serialized("SESSION_TIMEOUT -5 STORE_TIMEOUT -1 PASSWORD_LENGTH -8 BLOCK_TIME -1 LOGIN_ATTEMPTS -3")}, base},
		"the shorter of two":      {[]string{serialized("SESSION_TIMEOUT 15"), serialized("SESSION_TIMEOUT 20")}, with(func(p *policy) { p.idle = 15 })},
		"shorter memory":          {[]string{serialized("STORE_TIMEOUT 10080"), serialized("STORE_TIMEOUT 43200")}, with(func(p *policy) { p.remember = 10080 })},
		"the longer password":     {[]string{serialized("PASSWORD_LENGTH 10"), serialized("PASSWORD_LENGTH 8")}, with(func(p *policy) { p.length = 10 })},
		"a shorter password":      {[]string{serialized("PASSWORD_LENGTH 4")}, base},
		"demands add up":          {[]string{serialized("PASSWORD_UPPERCASE Y PASSWORD_LOWERCASE N"), serialized("PASSWORD_LOWERCASE Y PASSWORD_UPPERCASE N PASSWORD_DIGITS Y")}, with(func(p *policy) { p.upper, p.lower, p.digits = true, true, true })},
		"punctuation and weak":    {[]string{serialized("PASSWORD_PUNCTUATION Y PASSWORD_CHECK_WEAK Y")}, with(func(p *policy) { p.punctuation, p.weak = true, true })},
		"truth in other letters":  {[]string{`a:2:{s:18:"PASSWORD_UPPERCASE";b:1;s:15:"PASSWORD_DIGITS";i:1;}`}, with(func(p *policy) { p.upper, p.digits = true, true })},
		"any age is no age":       {[]string{serialized("PASSWORD_CHANGE_DAYS 0"), serialized("PASSWORD_CHANGE_DAYS 180")}, with(func(p *policy) { p.maxDays = 180 })},
		"the lower age":           {[]string{serialized("PASSWORD_CHANGE_DAYS 180"), serialized("PASSWORD_CHANGE_DAYS 90"), serialized("PASSWORD_CHANGE_DAYS 0")}, with(func(p *policy) { p.maxDays = 90 })},
		"fewer attempts":          {[]string{serialized("LOGIN_ATTEMPTS 10"), serialized("LOGIN_ATTEMPTS 3"), serialized("LOGIN_ATTEMPTS 0")}, with(func(p *policy) { p.captcha = 3 })},
		"fewer before the lock":   {[]string{serialized("BLOCK_LOGIN_ATTEMPTS 20"), serialized("BLOCK_LOGIN_ATTEMPTS 5")}, with(func(p *policy) { p.block = 5 })},
		"the longer lock":         {[]string{serialized("BLOCK_TIME 30"), serialized("BLOCK_TIME 10")}, with(func(p *policy) { p.blockMinutes = 30 })},
		"numbers as numbers":      {[]string{`a:1:{s:15:"PASSWORD_LENGTH";i:12;}`}, with(func(p *policy) { p.length = 12 })},
		"a number that is none":   {[]string{serialized("PASSWORD_LENGTH many SESSION_TIMEOUT soon")}, base},
		"what the vendor's is":    {[]string{serialized("SESSION_TIMEOUT 15 PASSWORD_LENGTH 10 LOGIN_ATTEMPTS 3")}, with(func(p *policy) { p.idle, p.length, p.captcha = 15, 10, 3 })},
		"numbers out of this age": {[]string{serialized("PASSWORD_LENGTH 99999999999999999999 SESSION_TIMEOUT 99999999999999999999")}, base},
	} {
		t.Run(name, func(t *testing.T) {
			p := basePolicy
			for _, g := range c.groups {
				require.True(t, p.strengthen(g), g)
			}
			require.Equal(t, c.want, p)
		})
	}
}

func TestDamagedPolicy(t *testing.T) {
	for _, text := range []string{"a:1:{", `O:8:"stdClass":0:{}`, "nonsense", `s:3:"abc";`, "i:5;", `a:1:{s:15:"PASSWORD_LENGTH";s:3:"10";}`} {
		p := basePolicy
		require.False(t, p.strengthen(text), text)
		require.Equal(t, basePolicy, p, "nothing of it counts")
	}
}

func TestAttempts(t *testing.T) {
	for want, c := range map[int][]int{0: {0, 0}, 3: {3, 0}, 5: {0, 5}, 4: {10, 4}, 2: {2, 20}} {
		require.Equal(t, want, policy{captcha: c[0], block: c[1]}.attempts())
	}
}

func TestWeakestPolicy(t *testing.T) {
	strict := policy{idle: 15, remember: 10080, length: 10, upper: true, lower: true, digits: true, punctuation: true, weak: true, maxDays: 90, captcha: 3, block: 5, blockMinutes: 30}
	for name, c := range map[string]struct{ other, want policy }{
		"the same": {strict, strict},
		"the base": {basePolicy, basePolicy},
		"half": {
			policy{idle: 20, remember: 60, length: 12, upper: true, digits: true, maxDays: 180, captcha: 2, block: 9, blockMinutes: 10},
			policy{idle: 20, remember: 10080, length: 10, upper: true, digits: true, maxDays: 180, captcha: 3, block: 9, blockMinutes: 10},
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, strict.weakest(c.other))
			require.Equal(t, c.want, c.other.weakest(strict), "whoever comes first")
		})
	}
	require.True(t, strict.complex())
	require.False(t, policy{upper: true, lower: true, punctuation: true}.complex())
}

func TestPoliciesOfGroups(t *testing.T) {
	p := policies{texts: map[string]string{
		everyone: serialized("PASSWORD_LENGTH 8"), "1": serialized("PASSWORD_LENGTH 12 LOGIN_ATTEMPTS 3"), "5": "damaged",
	}}
	for name, c := range map[string]struct {
		groups []string
		length int
		known  bool
	}{
		"nobody's":           {nil, 8, true},
		"everybody's":        {[]string{everyone}, 8, true},
		"without a policy":   {[]string{"7"}, 8, true},
		"administrators":     {[]string{"1", "7"}, 12, true},
		"damaged":            {[]string{"1", "5"}, 12, false},
		"administrators too": {[]string{"1"}, 12, true},
	} {
		got := p.of(c.groups)
		require.Equal(t, c.length, got.length, name)
		require.Equal(t, c.known, got.known, name)
	}
	require.Len(t, p.merged, 3, "people share few sets")
	p = policies{reason: facts.Denied}
	require.False(t, p.of([]string{"1"}).known)
}

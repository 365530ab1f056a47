package bitrixbox

import (
	"strings"

	"github.com/crmaudit/crmaudit/collectors/bitrixbox/php"
	"github.com/crmaudit/crmaudit/facts"
)

// policy is a security policy in force. Each group may set some of it; of several groups the stricter value
// counts, key by key. Source: the product's CSecurityPolicy of main 25.1150.
type policy struct {
	idle         int  // minutes until a session ends
	remember     int  // minutes that a device stays logged in
	length       int  // of a password
	upper, lower bool // demanded of a password
	digits       bool
	punctuation  bool
	weak         bool // common passwords are refused
	maxDays      int  // of a password, 0 for ever
	captcha      int  // wrong passwords until a captcha, 0 never
	block        int  // wrong passwords until the account is locked, 0 never
	blockMinutes int
}

// basePolicy is in force where no group says anything. How long PHP keeps a session depends on the server,
// 24 minutes is what it does by itself.
var basePolicy = policy{idle: 24, remember: 525600, length: 6}

// everyone is the group that all are in, without a row in the table of members.
const everyone = "2"

// strengthen applies what one group demands. It reports false when the text cannot be read.
func (p *policy) strengthen(serialized string) bool {
	if strings.TrimSpace(serialized) == "" {
		return true
	}
	value, err := php.Unserialize(serialized)
	if err != nil {
		return false
	}
	array, ok := value.(*php.Array)
	if !ok {
		return value == nil || value == false
	}
	number := func(key string) (int, bool) {
		v, ok := array.Get(key)
		if !ok {
			return 0, false
		}
		return php.Int(v)
	}
	lesser := func(field *int, key string) {
		if v, ok := number(key); ok && v >= 0 && v < *field {
			*field = v
		}
	}
	lesserPositive := func(field *int, key string) {
		if v, ok := number(key); ok && v > 0 && (v < *field || *field == 0) {
			*field = v
		}
	}
	greater := func(field *int, key string) {
		if v, ok := number(key); ok && v > *field {
			*field = v
		}
	}
	demand := func(field *bool, key string) {
		if v, ok := array.Get(key); ok {
			s, _ := php.Text(v)
			*field = *field || s == "Y" || s == "1"
		}
	}
	lesser(&p.idle, "SESSION_TIMEOUT")
	lesser(&p.remember, "STORE_TIMEOUT")
	greater(&p.length, "PASSWORD_LENGTH")
	demand(&p.upper, "PASSWORD_UPPERCASE")
	demand(&p.lower, "PASSWORD_LOWERCASE")
	demand(&p.digits, "PASSWORD_DIGITS")
	demand(&p.punctuation, "PASSWORD_PUNCTUATION")
	demand(&p.weak, "PASSWORD_CHECK_WEAK")
	lesserPositive(&p.maxDays, "PASSWORD_CHANGE_DAYS")
	lesserPositive(&p.captcha, "LOGIN_ATTEMPTS")
	lesserPositive(&p.block, "BLOCK_LOGIN_ATTEMPTS")
	greater(&p.blockMinutes, "BLOCK_TIME")
	return true
}

// attempts is how many wrong passwords are stopped by a captcha or by a lock, 0 none.
func (p policy) attempts() int {
	switch {
	case p.captcha == 0:
		return p.block
	case p.block == 0:
		return p.captcha
	}
	return min(p.captcha, p.block)
}

func (p policy) complex() bool { return p.upper && p.lower && p.digits }

// weakest joins the policies of several people into what the least protected of them has.
func (p policy) weakest(q policy) policy {
	loose := func(a, b int) int { // 0 is no limit at all
		if a == 0 || b == 0 {
			return 0
		}
		return max(a, b)
	}
	return policy{
		idle: max(p.idle, q.idle), remember: max(p.remember, q.remember), length: min(p.length, q.length),
		upper: p.upper && q.upper, lower: p.lower && q.lower, digits: p.digits && q.digits, punctuation: p.punctuation && q.punctuation,
		weak: p.weak && q.weak, maxDays: loose(p.maxDays, q.maxDays), captcha: loose(p.captcha, q.captcha), block: loose(p.block, q.block),
		blockMinutes: min(p.blockMinutes, q.blockMinutes),
	}
}

// policies merges the policies of groups for sets of them; people share few sets.
type policies struct {
	texts  map[string]string // of active groups that have one
	merged map[string]*mergedPolicy
	reason facts.Reason // why none is known
}

type mergedPolicy struct {
	policy
	known bool
}

// of gives the policy of somebody in the groups, which are sorted.
func (p *policies) of(groups []string) *mergedPolicy {
	if p.reason != "" {
		return &mergedPolicy{}
	}
	var relevant []string
	for _, g := range groups {
		if g != everyone && p.texts[g] != "" {
			relevant = append(relevant, g)
		}
	}
	key := strings.Join(relevant, " ")
	if m, ok := p.merged[key]; ok {
		return m
	}
	m := &mergedPolicy{policy: basePolicy, known: true}
	for _, g := range append([]string{everyone}, relevant...) {
		m.known = m.strengthen(p.texts[g]) && m.known
	}
	if p.merged == nil {
		p.merged = map[string]*mergedPolicy{}
	}
	p.merged[key] = m
	return m
}

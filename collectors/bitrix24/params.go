package bitrix24

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

// params are the arguments of a method: scalars, lists and params inside params.
type params map[string]any

// query writes the arguments the way PHP reads them from a query string: FILTER[>ID]=5, SELECT[]=ID.
// Every character is escaped, since a raw ">=" would cut the name of the argument short.
func (p params) query() string {
	values := url.Values{}
	for name, v := range p {
		flatten(values, name, v)
	}
	return values.Encode()
}

func flatten(into url.Values, name string, v any) {
	switch v := v.(type) {
	case params:
		for key, x := range v {
			flatten(into, name+"["+key+"]", x)
		}
	case []string:
		for _, x := range v { // numbered ones would be sorted as words, 10 before 2
			into.Add(name+"[]", x)
		}
	case bool:
		// The text "false" would count as true.
		if v {
			into.Set(name, "1")
		} else {
			into.Set(name, "0")
		}
	default:
		into.Set(name, fmt.Sprint(v))
	}
}

const maxMessage = 300

// clean makes a sentence of the portal fit for one line of a report.
func clean(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > maxMessage {
			b.WriteString("…")
			break
		}
		if !unicode.IsPrint(r) {
			r = ' '
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}

package transport

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRedirects(t *testing.T) {
	thief := serve(t, answer(`{"stolen":true}`))
	base := "/rest/7/" + secret
	moved := func(to string) http.HandlerFunc { return status(302, "Location", to) }
	for _, tc := range []struct {
		name, to string
		post     bool
		want     string // "": followed
	}{
		{"same call", base + "/user.get?lang=ru", false, ""},
		{"slash at the end", base + "/user.get/", false, ""},
		{"other host", thief.URL + base + "/user.get", false, "leads to another host: http://" + hostOf(thief)},
		{"other host, no scheme", "//" + hostOf(thief) + base + "/user.get", false, "leads to another host"},
		{"other scheme", "https://{host}" + base + "/user.get", false, "leads to another host"},
		{"other port", "http://127.0.0.1:1" + base + "/user.get", false, "leads to another host"},
		{"log-in page", "/login/", false, "leaves the configured address"},
		{"another call", base + "/user.delete?id=1", false, "belongs to another operation"},
		{"method in the query", base + "/user.get?_method=DELETE", false, "changes the method"},
		{"user name", "http://a:b@{host}" + base + "/user.get", false, "holds a user name"},
		{"nowhere", "", false, "names no address"},
		{"malformed", "http://[::1/", false, "malformed"},
		{"script", "javascript:alert(1)", false, "malformed"},
		{"a POST", base + "/user.search", true, "the request was a POST"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := &portal{}
			*p = *serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.RawQuery == "" && r.URL.Path != base+"/user.get/" {
					moved(replaceHost(tc.to, r.Host))(w, r)
					return
				}
				answer(`{"followed":true}`)(w, r)
			})
			c := open(t, config(p, newClock()))
			req := Request{Operation: "user.get", Path: "user.get"}
			if tc.post {
				req = Request{Operation: "user.search", Method: "POST", Path: "user.search", JSON: 1}
			}
			resp, err := c.Do(context.Background(), req)
			if tc.want == "" {
				require.NoError(t, err)
				require.JSONEq(t, `{"followed":true}`, string(resp.Body))
				require.Equal(t, 2, c.Stats().Requests, "each hop counts")
				return
			}
			requireKind(t, Redirect, err)
			require.ErrorContains(t, err, tc.want)
			require.NotContains(t, err.Error(), secret)
			require.Equal(t, 1, c.Stats().Requests)
		})
	}
	require.Zero(t, thief.hits.Load(), "nothing reached the other host")
}

func replaceHost(s, host string) string {
	const mark = "{host}"
	for i := 0; i+len(mark) <= len(s); i++ {
		if s[i:i+len(mark)] == mark {
			return s[:i] + host + s[i+len(mark):]
		}
	}
	return s
}

func TestRedirectCircleEnds(t *testing.T) {
	p := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) })
	_, err := get(open(t, config(p, newClock())))
	requireKind(t, Redirect, err)
	require.ErrorContains(t, err, "in a circle")
	require.EqualValues(t, maxRedirects+1, p.hits.Load())
}

func TestNextLinkToAnotherHostIsRefused(t *testing.T) {
	thief := serve(t, answer("{}"))
	p := serve(t, answer("{}"))
	c := open(t, config(p, newClock()))
	for _, link := range []string{
		thief.URL + "/rest/7/" + secret + "/user.get?page=2",
		"//" + hostOf(thief) + "/user.get",
		"https://" + hostOf(p) + "/user.get",
	} {
		_, err := c.Do(context.Background(), Request{Operation: "user.get", Link: link})
		requireKind(t, Redirect, err)
		require.ErrorContains(t, err, "the next link leads to another host")
	}
	require.Zero(t, thief.hits.Load()+p.hits.Load())
}

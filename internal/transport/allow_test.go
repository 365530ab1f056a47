package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNothingOutsideTheAllowListReachesTheServer(t *testing.T) {
	p := serve(t, answer("{}"))
	cfg := config(p, newClock())
	cfg.Allow = append(cfg.Allow[:len(cfg.Allow):len(cfg.Allow)], Operation{
		Name: "batch", Method: http.MethodPost, Path: "batch",
		Check: func(r Request) error {
			if cmd, _ := r.JSON.(map[string]string); cmd["a"] != "user.get" {
				return errors.New("the batch holds a command that is not a read")
			}
			return nil
		},
	})
	c := open(t, cfg)
	header := func(name string) http.Header { return http.Header{name: {"DELETE"}} }
	refused := map[string]Request{
		"unknown operation":     {Operation: "user.delete", Path: "user.delete"},
		"no operation":          {Path: "user.get"},
		"borrowed name":         {Operation: "user.get", Path: "user.delete"},
		"deeper path":           {Operation: "user.get", Path: "user.get/delete"},
		"other method":          {Operation: "user.get", Method: "DELETE", Path: "user.get"},
		"POST on GET":           {Operation: "user.get", Method: "POST", Path: "user.get"},
		"GET on POST":           {Operation: "user.search", Path: "user.search"},
		"lower-case method":     {Operation: "user.get", Method: "get ", Path: "user.get"},
		"dot segments":          {Operation: "contact", Path: "contacts/.."},
		"climbing":              {Operation: "contact", Path: "contacts/../user.delete"},
		"encoded slash":         {Operation: "contact", Path: "contacts/1%2fdelete"},
		"encoded dots":          {Operation: "contact", Path: "contacts/%2e%2e"},
		"double encoding":       {Operation: "contact", Path: "contacts/1%252fdelete"},
		"backslash":             {Operation: "contact", Path: `contacts/1\delete`},
		"query in path":         {Operation: "contact", Path: "contacts/1?_method=DELETE"},
		"path parameter":        {Operation: "contact", Path: "contacts/1;delete"},
		"empty segment":         {Operation: "contact", Path: "contacts/"},
		"line break":            {Operation: "contact", Path: "contacts/1\r\nX: y"},
		"malformed escape":      {Operation: "contact", Path: "contacts/%zz"},
		"GET with JSON":         {Operation: "user.get", Path: "user.get", JSON: 1},
		"GET with form":         {Operation: "user.get", Path: "user.get", Form: url.Values{"a": {"b"}}},
		"two bodies":            {Operation: "user.search", Method: "POST", Path: "user.search", JSON: 1, Form: url.Values{}},
		"method override":       {Operation: "user.search", Method: "POST", Path: "user.search", Header: header("x-http-method-override")},
		"host header":           {Operation: "user.get", Path: "user.get", Header: header("host")},
		"encoding header":       {Operation: "user.get", Path: "user.get", Header: header("Accept-Encoding")},
		"_method in query":      {Operation: "user.get", Path: "user.get", Query: url.Values{"_METHOD": {"DELETE"}}},
		"_method in form":       {Operation: "user.search", Method: "POST", Path: "user.search", Form: url.Values{"_method": {"DELETE"}}},
		"_method in JSON":       {Operation: "user.search", Method: "POST", Path: "user.search", JSON: map[string]string{"_method": "DELETE"}},
		"_method in link":       {Operation: "user.get", Link: "user.get?_method=DELETE"},
		"link to other call":    {Operation: "user.get", Link: "user.delete?id=1"},
		"link out of base":      {Operation: "user.get", Link: "/rest/1/other/user.get"},
		"link climbing":         {Operation: "user.get", Link: "../x/user.get"},
		"link with user":        {Operation: "user.get", Link: "//a:b@" + hostOf(p) + "/user.get"},
		"link malformed":        {Operation: "user.get", Link: "http://[::1/"},
		"link opaque":           {Operation: "user.get", Link: "mailto:x"},
		"link and query":        {Operation: "user.get", Link: "user.get", Query: url.Values{"a": {"b"}}},
		"refused by the check":  {Operation: "batch", Method: "POST", Path: "batch", JSON: map[string]string{"a": "user.delete"}},
		"check without command": {Operation: "batch", Method: "POST", Path: "batch"},
	}
	for name, req := range refused {
		resp, err := c.Do(context.Background(), req)
		assert.Nil(t, resp, name)
		k, ok := KindOf(err)
		assert.True(t, ok, name)
		assert.Equal(t, NotAllowed, k, "%s: %v", name, err)
	}
	require.Zero(t, p.hits.Load(), "bytes of a refused request reached the server")
	require.Equal(t, Stats{Refused: len(refused)}, c.Stats())

	_, err := c.Do(context.Background(), Request{Operation: "batch", Method: "POST", Path: "batch", JSON: map[string]string{"a": "user.get"}})
	require.NoError(t, err)
	require.EqualValues(t, 1, p.hits.Load())
}

func hostOf(p *portal) string {
	u, _ := url.Parse(p.URL)
	return u.Host
}

func TestWhatIsSent(t *testing.T) {
	var got *http.Request
	var body string
	p := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got, body = r, string(b)
		w.Header().Set("Set-Cookie", "tracking=1")
	})
	cfg := config(p, newClock())
	cfg.UserAgent = "crmaudit/1"
	cfg.Header = http.Header{"Authorization": {"Bearer abc"}}
	c := open(t, cfg)
	for _, tc := range []struct {
		name, uri, body, contentType string
		req                          Request
	}{
		{"get", "/user.get?start=50", "", "", Request{Operation: "user.get", Path: "/user.get", Query: url.Values{"start": {"50"}}}},
		{"segment", "/contacts/%D1%8F%201", "", "", Request{Operation: "contact", Path: "contacts/" + url.PathEscape("я 1")}},
		{"relative link", "/user.get?page=2", "", "", Request{Operation: "user.get", Link: "user.get?page=2"}},
		{"absolute link", "/user.get?page=3", "", "", Request{Operation: "user.get", Link: p.URL + "/rest/7/" + secret + "/user.get?page=3#top"}},
		{"rooted link", "/user.get/?page=4", "", "", Request{Operation: "user.get", Link: "/rest/7/" + secret + "/user.get/?page=4"}},
		{"json", "/user.search", `{"a":1}`, "application/json", Request{Operation: "user.search", Method: "POST", Path: "user.search", JSON: map[string]int{"a": 1}}},
		{"form", "/user.search", "a=1", "application/x-www-form-urlencoded", Request{Operation: "user.search", Method: "POST", Path: "user.search", Form: url.Values{"a": {"1"}}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := c.Do(context.Background(), tc.req)
			require.NoError(t, err)
			require.Equal(t, "/rest/7/"+secret+tc.uri, got.RequestURI)
			require.Equal(t, tc.body, body)
			require.Equal(t, tc.contentType, got.Header.Get("Content-Type"))
			require.Equal(t, "Bearer abc", got.Header.Get("Authorization"))
			require.Equal(t, "crmaudit/1", got.UserAgent())
			require.Empty(t, got.Cookies(), "cookies are not kept")
		})
	}
}

func TestConfigIsChecked(t *testing.T) {
	good := Config{BaseURL: "https://portal.example/rest/7/" + secret, Allow: readOps, Secrets: []string{secret}}
	for want, change := range map[string]func(*Config){
		"begins with http://, which would send the token": func(c *Config) { c.BaseURL = "http://portal.example/" + secret },
		"must begin with https://":                        func(c *Config) { c.BaseURL = "ftp://portal.example/" + secret },
		"is not a web address":                            func(c *Config) { c.BaseURL = "://" + secret },
		"holds a user name or password":                   func(c *Config) { c.BaseURL = "https://u:" + secret + "@portal.example" },
		"without ? or #":                                  func(c *Config) { c.BaseURL = "https://portal.example/?auth=" + secret },
		`contains the segment ".."`:                       func(c *Config) { c.BaseURL = "https://portal.example/../" + secret },
		"the list of read operations is empty":            func(c *Config) { c.Allow = nil },
		"a read operation has no name":                    func(c *Config) { c.Allow = []Operation{{Path: "x"}} },
		"reading uses GET or POST, not DELETE":            func(c *Config) { c.Allow = []Operation{{Name: "x", Method: "DELETE"}} },
		"operation user.get is listed twice":              func(c *Config) { c.Allow = append(c.Allow[:1:1], c.Allow[0]) },
		"operation x: the path contains":                  func(c *Config) { c.Allow = []Operation{{Name: "x", Path: "a?b"}} },
		"must not be negative":                            func(c *Config) { c.Rate = -1 },
		"the header X-Http-Method changes the method":     func(c *Config) { c.Header = http.Header{"X-Http-Method": {"PUT"}} },
	} {
		cfg := good
		change(&cfg)
		_, err := New(cfg)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), secret)
	}
	_, err := New(good)
	require.NoError(t, err)
}

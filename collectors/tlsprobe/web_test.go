package tlsprobe

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

func TestHeaders(t *testing.T) {
	root := issue(t, nil, "ecdsa", authority("Root", nil))
	chain := []*issued{issue(t, root, "ecdsa2", nil)}
	to := func(where string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" {
				http.Redirect(w, r, where, http.StatusFound)
				return
			}
			w.Header().Set("X-Frame-Options", "sameorigin")
		}
	}
	const csp, hsts = "Content-Security-Policy", "Strict-Transport-Security"
	for _, tc := range []struct {
		name           string
		secure         http.HandlerFunc
		hsts           string
		age            int
		frame, noSniff any // nil: not known
	}{
		{"none", page200, "", 0, false, false},
		{"short", headers(page200, hsts, "max-age=300"), "max-age=300", 300, false, false},
		{"all", headers(page200, hsts, `Max-Age="31536000" ; includeSubDomains; preload`, "X-Frame-Options", "DENY", "X-Content-Type-Options", "nosniff"),
			`Max-Age="31536000" ; includeSubDomains; preload`, 31536000, true, true},
		{"two policies", headers(page200, csp, "default-src 'self'", csp, "img-src *; frame-ancestors 'none'"), "", 0, true, false},
		{"open policy", headers(page200, csp, "frame-ancestors *", "X-Frame-Options", "DENY"), "", 0, false, false},
		{"old allow-from", headers(page200, "X-Frame-Options", "ALLOW-FROM https://a.example"), "", 0, false, false},
		{"log-in page", headers(to("/login"), hsts, "max-age=5"), "max-age=5", 5, true, false},
		{"other host", headers(to("https://login.example/"), hsts, "max-age=5"), "max-age=5", 5, nil, nil},
		{"circle", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) }, "", 0, nil, nil},
		{"no HTTP", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "?", 0, nil, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			e := only(t, collect(t, settings(t, pool(root), site{chain: chain, secure: tc.secure}.serve(t))))
			if tc.hsts == "?" {
				require.Equal(t, facts.Failed, e.HSTS.Reason())
				require.Equal(t, facts.Failed, e.HSTSMaxAge.Reason())
			} else {
				require.Equal(t, tc.hsts, value(t, e.HSTS))
				require.Equal(t, tc.age, value(t, e.HSTSMaxAge))
			}
			frame, _, _ := e.FrameProtection.Any()
			noSniff, _, _ := e.NoSniff.Any()
			require.Equal(t, tc.frame, frame)
			require.Equal(t, tc.noSniff, noSniff)
		})
	}
}

func TestPlainHTTP(t *testing.T) {
	root := issue(t, nil, "ecdsa", authority("Root", nil))
	chain := []*issued{issue(t, root, "ecdsa2", nil)}
	to := func(where string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" {
				w.Header().Set("Location", where)
				w.WriteHeader(http.StatusMovedPermanently)
				return
			}
			toHTTPS(w, r)
		}
	}
	code := func(n int) http.HandlerFunc { return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(n) } }
	for _, tc := range []struct {
		name                 string
		plain                http.HandlerFunc
		reachable, redirects any
	}{
		{"closed", nil, false, nil},
		{"redirect", toHTTPS, true, true},
		{"redirect to another host", to("https://www.crm.example/"), true, true},
		{"redirect in two steps", to("/login"), true, true},
		{"page in clear text", page200, true, false},
		{"asks for a password in clear text", code(401), true, false},
		{"plain redirect elsewhere", to("http://www.crm.example/"), true, false},
		{"circle", to("/"), true, false},
		{"nowhere", to("javascript:1"), true, false},
		{"not found", code(404), true, nil},
		{"trouble", code(503), true, nil},
		{"not HTTP", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, nil, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			e := only(t, collect(t, settings(t, pool(root), site{chain: chain, plain: tc.plain}.serve(t))))
			reachable, _, _ := e.HTTPReachable.Any()
			redirects, _, _ := e.RedirectsHTTPS.Any()
			require.Equal(t, tc.reachable, reachable)
			require.Equal(t, tc.redirects, redirects)
		})
	}
}

func TestRedirectsAreNotFollowedToOtherHosts(t *testing.T) {
	root := issue(t, nil, "ecdsa", authority("Root", nil))
	chain := []*issued{issue(t, root, "ecdsa2", nil)}
	visited := 0
	routes := site{
		chain: chain,
		secure: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://other.example/", http.StatusFound)
		},
		plain: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://other.example/", http.StatusFound)
		},
	}.serve(t)
	other := site{chain: chain, plain: func(http.ResponseWriter, *http.Request) { visited++ }}
	other.secure = other.plain
	for addr, to := range other.serve(t) {
		routes["other"+addr[len("crm"):]] = to
	}
	only(t, collect(t, settings(t, pool(root), routes)))
	require.Zero(t, visited)
}

func FuzzHeaders(f *testing.F) {
	f.Add("max-age=31536000; includeSubDomains", "frame-ancestors 'self'", "https://crm.example/")
	f.Add(`MAX-AGE="99999999999999999999"`, "frame-ancestors", "//x")
	f.Add(";=;max-age", ",,;frame-ancestors *", "http://[::1")
	from := &url.URL{Scheme: "http", Host: host, Path: "/"}
	f.Fuzz(func(t *testing.T, hsts, csp, location string) {
		require.GreaterOrEqual(t, maxAge(hsts), 0)
		frameProtected(http.Header{"Content-Security-Policy": {csp}})
		if to := resolve(from, location); to != nil {
			require.Contains(t, []string{"http", "https"}, to.Scheme)
			require.NotEmpty(t, to.Host)
			require.Nil(t, to.User)
		}
	})
}

package tlsprobe

import (
	"context"
	"crypto/tls"
	"math"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
)

const maxHops = 5

// page is one answer on the way from a start page: its headers, never its body.
type page struct {
	status int
	header http.Header
	next   *url.URL // where a redirect leads; nil when it is none
}

// web looks at the start page over HTTPS and over HTTP.
func (p *probe) web(ctx context.Context, e *facts.Endpoint) {
	client := p.browser()
	defer client.CloseIdleConnections()
	secure := p.walk(ctx, client, &url.URL{Scheme: "https", Host: p.target.urlHost(p.target.port), Path: "/"})
	fillHeaders(e, secure.pages)
	plain := p.walk(ctx, client, &url.URL{Scheme: "http", Host: p.target.urlHost(strconv.Itoa(p.cfg.HTTPPort)), Path: "/"})
	fillRedirect(e, plain, len(plain.pages) == 0 && ctx.Err() == nil && noConnection(plain.err))
}

// urlHost is the host part of an address; the usual ports are left out, as browsers do.
func (t target) urlHost(port string) string {
	if port == "443" || port == "80" {
		if strings.Contains(t.name, ":") {
			return "[" + t.name + "]"
		}
		return t.name
	}
	return net.JoinHostPort(t.name, port)
}

// browser follows no redirect by itself, keeps no cookies and accepts any certificate: nothing secret is sent,
// and the certificate is judged elsewhere. Its time is bounded by its connections.
func (p *probe) browser() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext:            func(ctx context.Context, _, addr string) (net.Conn, error) { return p.connect(ctx, addr) },
			TLSClientConfig:        p.tlsConfig(tls.VersionTLS10, tls.VersionTLS13, nil),
			MaxResponseHeaderBytes: 64 << 10,
			DisableKeepAlives:      true,
			DisableCompression:     true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// journey is the pages seen from a start on, and why it ended early, if it did.
type journey struct {
	pages []page
	err   error
}

// walk follows redirects as long as they stay on the same scheme, host and port.
func (p *probe) walk(ctx context.Context, client *http.Client, at *url.URL) journey {
	var j journey
	for range maxHops {
		var got page
		if got, j.err = look(ctx, client, at); j.err != nil {
			return j
		}
		j.pages = append(j.pages, got)
		if got.next == nil || got.next.Scheme != at.Scheme || !strings.EqualFold(got.next.Host, at.Host) {
			return j
		}
		at = got.next
	}
	return j
}

func look(ctx context.Context, client *http.Client, at *url.URL) (page, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return page{}, err
	}
	req.Header.Set("User-Agent", "crmaudit (read-only)")
	resp, err := client.Do(req)
	if err != nil {
		return page{}, err
	}
	_ = resp.Body.Close()
	got := page{status: resp.StatusCode, header: resp.Header}
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		got.next = resolve(at, resp.Header.Get("Location"))
	}
	return got, nil
}

// resolve gives the address of a redirect, nil when it is no web address.
func resolve(from *url.URL, location string) *url.URL {
	ref, err := url.Parse(location)
	if err != nil || location == "" {
		return nil
	}
	to := from.ResolveReference(ref)
	if to.Host == "" || to.Scheme != "http" && to.Scheme != "https" {
		return nil
	}
	to.User, to.Fragment = nil, ""
	if port := to.Port(); port == "443" && to.Scheme == "https" || port == "80" && to.Scheme == "http" {
		to.Host = strings.TrimSuffix(to.Host, ":"+port)
	}
	return to
}

// fillHeaders reads the headers of the start page. HSTS counts on any page of the way, for a browser keeps it; the
// others protect a page that is shown, so they are read where the way ends.
func fillHeaders(e *facts.Endpoint, pages []page) {
	if len(pages) == 0 {
		e.HSTS, e.HSTSMaxAge = facts.Unknown[string](facts.Failed), facts.Unknown[int](facts.Failed)
		e.FrameProtection, e.NoSniff = facts.Unknown[bool](facts.Failed), facts.Unknown[bool](facts.Failed)
		return
	}
	hsts := ""
	for _, pg := range pages {
		if hsts = pg.header.Get("Strict-Transport-Security"); hsts != "" {
			break
		}
	}
	e.HSTS, e.HSTSMaxAge = facts.Of(printable(hsts)), facts.Of(maxAge(hsts))
	last := pages[len(pages)-1]
	if last.next != nil { // the page itself is on another host
		e.FrameProtection, e.NoSniff = facts.Unknown[bool](facts.NotSupported), facts.Unknown[bool](facts.NotSupported)
		return
	}
	e.FrameProtection = facts.Of(frameProtected(last.header))
	e.NoSniff = facts.Of(strings.EqualFold(strings.TrimSpace(last.header.Get("X-Content-Type-Options")), "nosniff"))
}

// maxAge reads the seconds of an HSTS header, 0 when there are none.
func maxAge(hsts string) int {
	for directive := range strings.SplitSeq(hsts, ";") {
		name, value, _ := strings.Cut(directive, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "max-age") {
			continue
		}
		seconds, err := strconv.ParseUint(strings.Trim(strings.TrimSpace(value), `"`), 10, 64)
		if err != nil {
			return 0
		}
		return int(min(seconds, math.MaxInt32))
	}
	return 0
}

// frameProtected tells whether other sites may not show the page inside theirs.
func frameProtected(h http.Header) bool {
	for _, policy := range h.Values("Content-Security-Policy") {
		for directive := range strings.FieldsFuncSeq(policy, func(r rune) bool { return r == ';' || r == ',' }) {
			words := strings.Fields(directive)
			if len(words) > 0 && strings.EqualFold(words[0], "frame-ancestors") {
				return !anyAncestor(words[1:]) // stronger than X-Frame-Options where both are sent
			}
		}
	}
	switch strings.ToUpper(strings.TrimSpace(h.Get("X-Frame-Options"))) {
	case "DENY", "SAMEORIGIN":
		return true
	}
	return false
}

func anyAncestor(sources []string) bool {
	for _, s := range sources {
		switch strings.ToLower(s) {
		case "*", "http:", "https:", "http://*", "https://*":
			return true
		}
	}
	return false
}

// fillRedirect judges port 80. A port that takes no connection cannot show anything in clear text. An error page
// proves nothing about the other pages, so it leaves the question open.
func fillRedirect(e *facts.Endpoint, j journey, closed bool) {
	switch {
	case closed:
		e.HTTPReachable, e.RedirectsHTTPS = facts.Of(false), facts.Unknown[bool](facts.NotSupported)
		return
	case len(j.pages) == 0:
		e.HTTPReachable, e.RedirectsHTTPS = facts.Unknown[bool](facts.Failed), facts.Unknown[bool](facts.Failed)
		return
	}
	e.HTTPReachable = facts.Of(true)
	last := j.pages[len(j.pages)-1]
	switch {
	case last.next != nil && last.next.Scheme == "https":
		e.RedirectsHTTPS = facts.Of(true)
	case j.err != nil, last.next == nil && last.status >= 400 && last.status != http.StatusUnauthorized:
		e.RedirectsHTTPS = facts.Unknown[bool](facts.Failed)
	default:
		e.RedirectsHTTPS = facts.Of(false)
	}
}

package transport

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// errElsewhere marks an address outside the configured portal.
var errElsewhere = errors.New("leads to another host")

// target gives the full address of req and its path below the base address.
func (c *Client) target(req Request) (*url.URL, string, error) {
	if req.Link != "" {
		u, rel, err := c.follow(c.base, req.Link)
		if err == nil && len(req.Query) > 0 {
			err = errors.New("a link brings its own query")
		}
		return u, rel, err
	}
	rel := strings.TrimPrefix(req.Path, "/")
	if err := plainPath(rel); err != nil {
		return nil, "", err
	}
	ref, err := url.Parse("./" + rel)
	if err != nil {
		return nil, "", errors.New("the path is malformed")
	}
	u := c.base.ResolveReference(ref)
	u.RawQuery = req.Query.Encode()
	return u, rel, nil
}

// follow resolves an address that the portal gave, seen from the page it stands on. Scheme, host and base path
// must be those of the portal: a link is no licence to carry the token elsewhere.
func (c *Client) follow(from *url.URL, link string) (*url.URL, string, error) {
	ref, err := url.Parse(link)
	if err != nil || ref.Opaque != "" {
		return nil, "", errors.New("the link is malformed")
	}
	u := from.ResolveReference(ref)
	u.Fragment, u.RawFragment = "", ""
	if u.User != nil {
		return nil, "", errors.New("the link holds a user name")
	}
	if err := c.sameOrigin(u); err != nil {
		return nil, "", err
	}
	u.Host = c.base.Host
	rel, inside := strings.CutPrefix(u.EscapedPath(), c.base.EscapedPath())
	if !inside {
		return nil, "", errors.New("the link leaves the configured address of the portal")
	}
	return u, rel, plainPath(rel)
}

func (c *Client) sameOrigin(u *url.URL) error {
	if u.Scheme == c.base.Scheme && strings.EqualFold(u.Hostname(), c.base.Hostname()) && port(u) == port(c.base) {
		return nil
	}
	return fmt.Errorf("%w: %s://%s instead of %s://%s", errElsewhere, u.Scheme, u.Host, c.base.Scheme, c.base.Host)
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if u.Scheme == "http" {
		return "80"
	}
	return "443"
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// redirected gives the address a redirect leads to, or why it is not followed.
func (c *Client) redirected(req Request, from *url.URL, resp *http.Response) (*url.URL, *fault) {
	refuse := func(hint, format string, args ...any) *fault {
		return &fault{kind: Redirect, hint: hint, text: "the redirect of " + c.base.Host + " was not followed: " + fmt.Sprintf(format, args...)}
	}
	location := resp.Header.Get("Location")
	if location == "" {
		return nil, refuse("", "it names no address")
	}
	u, rel, err := c.follow(from, location)
	switch {
	case errors.Is(err, errElsewhere):
		return nil, refuse("if the portal has moved, write its new address in the configuration", "%v", err)
	case err != nil:
		return nil, refuse("", "%v", err)
	case req.Method != http.MethodGet:
		return nil, refuse("write the address the portal redirects to in the configuration", "the request was a %s", req.Method)
	}
	// The server chose the address now, so it is judged like a link.
	hop := req
	hop.Link, hop.Path, hop.Query = u.String(), "", nil
	if err := c.allow.permit(hop, rel); err != nil {
		return nil, refuse("the token may have lost its access: portals send those without it to the log-in page", "%v", err)
	}
	return u, nil
}

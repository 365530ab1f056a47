package transport

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-resty/resty/v2"
)

const maxRedirects = 5

// Response is an answer, read to its end and decompressed.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// call is a request that has passed every rule and is ready to be sent, as often as needed.
type call struct {
	req         Request
	url         *url.URL
	body        []byte
	contentType string
}

// prepare applies the rules; nothing is sent before it agrees.
func (c *Client) prepare(req Request) (*call, *fault) {
	u, rel, err := c.target(req)
	if errors.Is(err, errElsewhere) {
		return nil, c.refused(&fault{kind: Redirect, text: "the next link " + err.Error(), hint: "if the portal has moved, write its new address in the configuration"})
	}
	if err == nil {
		err = c.allow.permit(req, rel)
	}
	if err != nil {
		return nil, c.refused(&fault{kind: NotAllowed, text: "refused before sending: " + err.Error(), err: err})
	}
	ready := &call{req: req, url: u}
	switch {
	case req.JSON != nil:
		ready.contentType = "application/json"
		if ready.body, err = json.Marshal(req.JSON); err != nil {
			return nil, &fault{text: "encoding the request: " + err.Error(), err: err}
		}
		var top map[string]json.RawMessage
		if json.Unmarshal(ready.body, &top) == nil && overrides(top) {
			return nil, c.refused(&fault{kind: NotAllowed, text: "refused before sending: the parameter _method changes the method"})
		}
	case req.Form != nil:
		ready.contentType = "application/x-www-form-urlencoded"
		ready.body = []byte(req.Form.Encode())
	}
	return ready, nil
}

func (c *Client) refused(f *fault) *fault {
	c.count(func(s *Stats) { s.Refused++ })
	return f
}

// attempt sends a call once, redirects within the portal included.
func (c *Client) attempt(ctx context.Context, call *call) (*Response, *fault) {
	u := call.url
	for hop := 0; hop <= maxRedirects; hop++ {
		if f := c.turn(ctx); f != nil {
			return nil, f
		}
		resp, next, f := c.exchange(ctx, call, u)
		if f != nil || next == nil {
			return resp, f
		}
		u = next
	}
	return nil, &fault{kind: Redirect, text: fmt.Sprintf("%s redirects in a circle", c.base.Host)}
}

// exchange is one request on the wire; next is where a redirect leads.
func (c *Client) exchange(ctx context.Context, call *call, u *url.URL) (resp *Response, next *url.URL, f *fault) {
	start := c.cfg.Clock()
	limit, short := c.cfg.Timeout, false
	if left := c.deadline().Sub(start); left < limit {
		limit, short = left, true
	}
	inTime, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	// An end of time has three meanings: the caller's, the budget's, the portal's.
	defer func() {
		if f == nil || f.resp != nil {
			return
		}
		if over := gaveUp(ctx); over != nil {
			f = over
		} else if f.kind == Timeout && short && inTime.Err() != nil {
			f = c.budgetFault(f.text, 0)
			f.text = fmt.Sprintf("the time budget of %s ended while %s was answering", c.cfg.Budget, c.base.Host)
		}
	}()

	c.count(func(s *Stats) { s.Requests++ })
	sent, err := c.request(inTime, call).Execute(call.req.Method, u.String())
	if err != nil {
		return nil, nil, connectFault(err, c.base.Host, c.cfg.CertificateTime())
	}
	raw := sent.RawResponse
	defer func() { _ = raw.Body.Close() }()
	if isRedirect(raw.StatusCode) {
		next, f = c.redirected(call.req, u, raw)
		return nil, next, f
	}
	body, f := c.read(raw)
	if f != nil {
		return nil, nil, f
	}
	c.count(func(s *Stats) { s.Bytes += int64(len(body)) })
	c.log.Debug("answered", "op", call.req.Operation, "status", raw.StatusCode, "bytes", len(body), "took", c.cfg.Clock().Sub(start))
	resp = &Response{Status: raw.StatusCode, Header: raw.Header, Body: body}
	return resp, nil, c.statusFault(resp)
}

func (c *Client) request(ctx context.Context, call *call) *resty.Request {
	r := c.rest.R().SetContext(ctx).SetDoNotParseResponse(true)
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", c.cfg.UserAgent)
	for _, set := range []http.Header{c.cfg.Header, call.req.Header} {
		for name, values := range set {
			r.Header[http.CanonicalHeaderKey(name)] = append([]string(nil), values...)
		}
	}
	if call.contentType != "" {
		r.Header.Set("Content-Type", call.contentType)
		r.SetBody(call.body)
	}
	return r
}

// read takes the body up to the cap. net/http decompresses gzip as it is read, so a bomb meets the cap like
// any other long answer.
func (c *Client) read(raw *http.Response) ([]byte, *fault) {
	host, limit := c.base.Host, c.cfg.MaxBody
	tooLarge := &fault{kind: TooLarge, text: fmt.Sprintf("the answer of %s is larger than %d bytes", host, limit)}
	if enc := raw.Header.Get("Content-Encoding"); enc != "" && !strings.EqualFold(enc, "identity") {
		return nil, &fault{kind: Truncated, text: fmt.Sprintf("%s answered in the encoding %q, which was not asked for", host, enc)}
	}
	if raw.ContentLength > limit {
		return nil, tooLarge
	}
	body, err := io.ReadAll(io.LimitReader(raw.Body, limit+1))
	switch {
	case err != nil:
		return nil, readFault(err, host)
	case int64(len(body)) > limit:
		return nil, tooLarge
	}
	return body, nil
}

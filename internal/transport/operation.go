package transport

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Operation is one read operation of a portal's API. A request must name it and agree with it.
type Operation struct {
	Name   string
	Method string // GET (also when empty) or POST, for APIs that read with POST
	Path   string // below the base address; "*" stands for exactly one segment
	// Check looks deeper where method and path do not tell reading from writing, such as a batch of commands.
	Check func(Request) error
}

// Request asks for one operation.
type Request struct {
	Operation string
	Method    string // GET when empty
	Path      string // below the base address
	// Link replaces Path by a next-page link as the portal gave it; it must lead to the same host and operation.
	Link   string
	Query  url.Values
	JSON   any        // the body of a POST
	Form   url.Values // the body of a POST, instead of JSON
	Header http.Header
}

// allowList is the operations by name.
type allowList map[string]Operation

func newAllowList(ops []Operation) (allowList, error) {
	list := make(allowList, len(ops))
	for _, op := range ops {
		if op.Method == "" {
			op.Method = http.MethodGet
		}
		op.Path = strings.TrimPrefix(op.Path, "/")
		switch {
		case op.Name == "":
			return nil, errors.New("a read operation has no name")
		case op.Method != http.MethodGet && op.Method != http.MethodPost:
			return nil, fmt.Errorf("operation %s: reading uses GET or POST, not %s", op.Name, op.Method)
		}
		if _, twice := list[op.Name]; twice {
			return nil, fmt.Errorf("operation %s is listed twice", op.Name)
		}
		if err := plainPath(op.Path); err != nil {
			return nil, fmt.Errorf("operation %s: %w", op.Name, err)
		}
		list[op.Name] = op
	}
	return list, nil
}

// permit says why req must not be sent, or nil. path is req's target below the base address, still escaped.
func (l allowList) permit(req Request, path string) error {
	op, ok := l[req.Operation]
	switch {
	case !ok:
		return errors.New("not one of the read operations of this collector")
	case req.Method != op.Method:
		return fmt.Errorf("%s is not how this operation reads; it reads with %s", req.Method, op.Method)
	case !matchPath(op.Path, path):
		return errors.New("the address belongs to another operation")
	case req.Method == http.MethodGet && (req.JSON != nil || req.Form != nil):
		return errors.New("a GET request must not have a body")
	case req.JSON != nil && req.Form != nil:
		return errors.New("a request has one body, JSON or a form")
	}
	if err := noOverride(req); err != nil {
		return err
	}
	if op.Check != nil {
		return op.Check(req)
	}
	return nil
}

// matchPath compares segment by segment; a slash at the end makes no difference.
func matchPath(pattern, path string) bool {
	want := strings.Split(strings.TrimSuffix(pattern, "/"), "/")
	got := strings.Split(strings.TrimSuffix(path, "/"), "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] == "*" && got[i] != "" {
			continue
		}
		if segment, err := url.PathUnescape(got[i]); err != nil || segment != want[i] {
			return false
		}
	}
	return true
}

// noOverride refuses the ways by which servers let a harmless method stand for another one, and the headers
// that belong to the transport.
func noOverride(req Request) error {
	for name := range req.Header {
		switch http.CanonicalHeaderKey(name) {
		case "X-Http-Method-Override", "X-Http-Method", "X-Method-Override":
			return fmt.Errorf("the header %s changes the method", name)
		case "Host", "Accept-Encoding", "Content-Length", "Transfer-Encoding", "Connection", "Proxy-Authorization":
			return fmt.Errorf("the header %s is set by the transport alone", name)
		}
	}
	query := req.Query
	if _, raw, ok := strings.Cut(req.Link, "?"); ok {
		link, err := url.ParseQuery(raw)
		if err != nil {
			return errors.New("the query of the link is malformed")
		}
		if overrides(link) {
			return errors.New("the link changes the method")
		}
	}
	if overrides(query) || overrides(req.Form) {
		return errors.New("the parameter _method changes the method")
	}
	return nil
}

func overrides[V any](v map[string]V) bool {
	for name := range v {
		switch strings.ToLower(name) {
		case "_method", "x-http-method-override":
			return true
		}
	}
	return false
}

// plainPath refuses paths that a server could read as another path than the one compared here.
func plainPath(escaped string) error {
	lower := strings.ToLower(escaped)
	for _, bad := range []string{"\\", "%2f", "%5c", "%2e", "%25", "%00", ";", "?", "#", "//"} {
		if strings.Contains(lower, bad) {
			return fmt.Errorf("the path contains %q", bad)
		}
	}
	for _, c := range []byte(escaped) {
		if c < ' ' || c == 0x7f {
			return errors.New("the path contains a control character")
		}
	}
	for segment := range strings.SplitSeq(escaped, "/") {
		if segment == "." || segment == ".." {
			return fmt.Errorf("the path contains the segment %q", segment)
		}
	}
	return nil
}

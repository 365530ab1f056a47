package bitrix24

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/transport"
)

// formRow is an active CRM form with the address of its public script.
type formRow struct {
	ID   id   `json:"ID"`
	Name text `json:"NAME"`
	URL  text `json:"URL"`
}

// collectForms lists the public forms and reads each one's script as a visitor's browser would.
func (r *run) collectForms(ctx context.Context) error {
	reply, err := r.client.call(ctx, "crm.webform.list", nil)
	if err != nil {
		return err
	}
	var rows list[formRow]
	if err := json.Unmarshal(reply.Result, &rows); err != nil {
		return err
	}
	forms := slices.DeleteFunc(rows.items, func(f formRow) bool { return f.ID == "" })
	r.damaged(facts.KindForm, rows.skipped+len(rows.items)-len(forms))
	slices.SortStableFunc(forms, func(a, b formRow) int { return compareIDs(string(a.ID), string(b.ID)) })
	loaders := r.newLoaders(forms)
	defer func() { r.requests += loaders.close() }()
	var scriptErr error
	defer func() { r.fieldProblem(facts.KindForm, "has_consent", scriptErr) }()
	for i, f := range forms {
		record := &facts.Form{
			ID: "form:" + string(f.ID), Source: sourceID, Type: facts.Of("form"), Name: f.Name.known(),
			Active: facts.Of(true), // only active forms are listed
		}
		if err := loaders.describe(ctx, f, record); err != nil {
			scriptErr = cmp.Or(scriptErr, err)
		}
		if err := r.write(record); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r.progress("forms", i+1, len(forms))
	}
	return nil
}

const (
	maxLoader     = 2 << 20
	loaderTimeout = 20 * time.Second
	loaderBudget  = 5 * time.Minute
)

// loaders fetches public scripts. They may live on another host than the portal, so each host gets a client of its
// own, which knows the addresses of these scripts and no credential.
type loaders struct {
	clients  map[string]*transport.Client // by scheme and host
	loopback bool                         // the portal itself is on this machine
}

func (r *run) newLoaders(forms []formRow) *loaders {
	l := &loaders{clients: map[string]*transport.Client{}, loopback: r.access.plain || loopback(hostname(r.access.host))}
	allow := map[string][]transport.Operation{}
	named := map[string]bool{}
	for _, f := range forms {
		u, err := l.check(string(f.URL))
		if err != nil || named[loaderOperation(f)] {
			continue
		}
		named[loaderOperation(f)] = true
		base := u.Scheme + "://" + u.Host
		allow[base] = append(allow[base], transport.Operation{Name: loaderOperation(f), Path: strings.TrimPrefix(u.Path, "/")})
	}
	for base, ops := range allow {
		cfg := r.transport
		cfg.BaseURL, cfg.Allow, cfg.Secrets, cfg.RetryAt, cfg.GiveUp = base+"/", ops, r.access.secrets, nil, nil
		cfg.MaxBody, cfg.Timeout, cfg.Budget, cfg.Retries = maxLoader, min(loaderTimeout, cmp.Or(cfg.Timeout, loaderTimeout)), loaderBudget, 1
		if c, err := transport.New(cfg); err == nil {
			l.clients[base] = c
		}
	}
	return l
}

func loaderOperation(f formRow) string { return "script of form " + string(f.ID) }

func hostname(hostPort string) string { return (&url.URL{Host: hostPort}).Hostname() }

var errLoaderURL = errors.New("the form's script has no public https address")

// check accepts addresses on the internet only: what a portal writes there must not lead the audit into the network
// that it runs in.
func (l *loaders) check(address string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.User != nil {
		return nil, errLoaderURL
	}
	ip, err := netip.ParseAddr(u.Hostname())
	literal := err == nil
	switch {
	case l.loopback && loopback(u.Hostname()) && (u.Scheme == "http" || u.Scheme == "https"):
		return u, nil
	case u.Scheme != "https", u.Hostname() == "localhost":
		return nil, errLoaderURL
	case literal && (!ip.IsGlobalUnicast() || ip.IsPrivate()):
		return nil, errLoaderURL
	}
	return u, nil
}

// close lets go of the connections and tells how many requests were sent.
func (l *loaders) close() (requests int) {
	for _, c := range l.clients {
		requests += c.Stats().Requests
		c.Close()
	}
	return requests
}

// describe fetches the script of a form and puts what it tells into the record.
func (l *loaders) describe(ctx context.Context, f formRow, record *facts.Form) error {
	u, err := l.check(string(f.URL))
	if err != nil {
		return err
	}
	record.Host = facts.Of(u.Hostname())
	c := l.clients[u.Scheme+"://"+u.Host]
	if c == nil {
		return errLoaderURL
	}
	resp, err := c.Do(ctx, transport.Request{
		Operation: loaderOperation(f), Method: http.MethodGet, Path: strings.TrimPrefix(u.EscapedPath(), "/"), Query: u.Query(),
	})
	if err != nil {
		return err
	}
	form, err := parseLoader(resp.Body)
	if err != nil {
		return err
	}
	if page, err := url.Parse(string(form.Address)); err == nil && page.Hostname() != "" {
		record.Host = facts.Of(page.Hostname())
	}
	form.describe(record)
	return nil
}

// lineRow is an open channel: a chat on a site or in a messenger.
type lineRow struct {
	ID        id   `json:"ID"`
	Name      text `json:"LINE_NAME"`
	Active    flag `json:"ACTIVE"`
	Agreement flag `json:"AGREEMENT_MESSAGE"`
}

const maxLines = 200 // a page of open channels

func linePage(offset int) params {
	return params{"PARAMS": params{
		"select": []string{"ID", "LINE_NAME", "ACTIVE", "AGREEMENT_MESSAGE"}, "limit": maxLines, "offset": offset,
	}}
}

// collectChats lists the open channels and whether visitors are shown a consent.
func (r *run) collectChats(ctx context.Context) error {
	var lines []lineRow
	seen := map[id]bool{}
	for offset, n := 0, maxLines; n == maxLines; offset += maxLines {
		reply, err := r.client.call(ctx, "imopenlines.config.list.get", linePage(offset))
		if err != nil {
			return err
		}
		var rows list[lineRow]
		if err := json.Unmarshal(reply.Result, &rows); err != nil {
			return err
		}
		r.damaged(facts.KindForm, rows.skipped)
		n = len(rows.items) + rows.skipped
		for _, line := range rows.items {
			switch {
			case line.ID == "":
				r.damaged(facts.KindForm, 1)
			case seen[line.ID]:
				return errRepeats
			default:
				seen[line.ID] = true
				lines = append(lines, line)
			}
		}
	}
	slices.SortStableFunc(lines, func(a, b lineRow) int { return compareIDs(string(a.ID), string(b.ID)) })
	for _, line := range lines {
		err := r.write(&facts.Form{
			ID: "chat:" + string(line.ID), Source: sourceID, Type: facts.Of("chat"), Name: line.Name.known(), Active: line.Active.Known,
			CollectsPeople: facts.With(true, facts.Inferred), // a channel keeps who wrote
			HasConsent:     line.Agreement.Known,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

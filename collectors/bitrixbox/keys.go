package bitrixbox

import (
	"cmp"
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// readKeys gives what works without a person: webhooks, application passwords, applications and where events are sent.
func (r *run) readKeys(ctx context.Context) error {
	calls, err := r.readCalls(ctx)
	if err != nil {
		return err
	}
	integrations, err := r.readIntegrations(ctx)
	if err != nil {
		return err
	}
	for _, read := range []func() error{
		func() error { return r.readWebhooks(ctx, calls, integrations) },
		func() error { return r.readAppPasswords(ctx) },
		func() error { return r.readApps(ctx, calls) },
		func() error { return r.readHandlers(ctx) },
	} {
		if err := read(); err != nil {
			return err
		}
	}
	return nil
}

// wideScopes is from how many rights on a key opens about everything; the product knows some fifty.
const wideScopes = 30

func (r *run) readWebhooks(ctx context.Context, calls calls, integrations map[string]string) error {
	scopes := map[string][]string{}
	scoped, err := r.ask(ctx, "webhook_scopes", func(row row) error {
		id := row.id("PASSWORD_ID")
		scopes[id] = append(scopes[id], row.text("PERM"))
		return nil
	})
	if err != nil {
		return err
	}
	_, err = r.ask(ctx, "webhooks", func(row row) error {
		id := row.id("ID")
		c := &facts.Credential{
			ID: "webhook-" + id, Source: r.kind, Type: facts.Of("webhook"), Label: row.known("TITLE"), Owner: facts.Of(row.id("USER_ID")),
			Active: facts.Of(row.yes("ACTIVE")), Created: row.since("DATE_CREATE"), LastUsed: row.when("DATE_LOGIN"), LastAddress: row.known("LAST_IP"),
			Expires: facts.Of(time.Time{}), // the table of this edition knows no end
			Purpose: facts.Of(purpose(row.text("COMMENT"), integrations[id], row.text("TITLE"))),
		}
		if scoped {
			c.Scopes, c.FullAccess = facts.Of(scopes[id]), facts.Of(len(scopes[id]) >= wideScopes)
		}
		c.Methods, c.DayReads = calls.of("W", id, r.why("key_calls", "key_methods"))
		return r.write(c)
	})
	return err
}

// purpose is the first that a person wrote; the names that the product itself gives say nothing.
func purpose(texts ...string) string {
	for _, t := range texts {
		switch lower(t) {
		case "", "входящий вебхук", "вхідний вебхук", "вебхук", "inbound webhook", "incoming webhook", "webhook":
		default:
			return t
		}
	}
	return ""
}

// readIntegrations gives the names of integrations made in the constructor, by webhook.
func (r *run) readIntegrations(ctx context.Context) (map[string]string, error) {
	titles := map[string]string{}
	_, err := r.ask(ctx, "integrations", func(row row) error {
		if id := row.id("PASSWORD_ID"); id != "" {
			titles[id] = row.text("TITLE")
		}
		return r.handler("integration-"+row.id("ID"), "", row, "OUTGOING_HANDLER_URL")
	})
	return titles, err
}

func (r *run) readAppPasswords(ctx context.Context) error {
	_, err := r.ask(ctx, "app_passwords", func(row row) error {
		application := row.text("APPLICATION_ID")
		return r.write(&facts.Credential{
			ID: "app-password-" + row.id("ID"), Source: r.kind, Type: facts.Of("app_password"), Label: facts.Of(application), Owner: facts.Of(row.id("USER_ID")),
			Active: facts.Of(true), Created: row.since("DATE_CREATE"), LastUsed: row.when("DATE_LOGIN"), LastAddress: row.known("LAST_IP"),
			Expires: facts.Of(time.Time{}), Purpose: facts.Of(cmp.Or(row.text("COMMENT"), application)),
			Scopes: facts.Of([]string{application}), FullAccess: facts.Of(false), // each opens one way in
		})
	})
	return err
}

func (r *run) readApps(ctx context.Context, calls calls) error {
	installers := map[string]string{}
	logged, err := r.ask(ctx, "app_log", func(row row) error {
		installers[row.id("APP_ID")] = row.id("USER_ID") // the last one counts
		return nil
	})
	if err != nil {
		return err
	}
	_, err = r.ask(ctx, "apps", func(row row) error {
		id := row.id("ID")
		if row.has("INSTALLED") && !row.yes("INSTALLED") {
			return nil
		}
		i := &facts.Integration{
			ID: "app-" + id, Source: r.kind, Title: facts.Of(cmp.Or(row.text("APP_NAME"), row.text("CODE"))), Active: facts.Of(row.yes("ACTIVE")),
			Expires: row.when("DATE_FINISH"),
		}
		if row.has("SCOPE") {
			i.Scopes = facts.Of(splitList(row.raw("SCOPE"))) // whole: a long list is what matters most
		} else {
			i.Scopes = facts.Unknown[[]string](facts.NotSupported)
		}
		if logged && installers[id] != "" {
			i.Owner = facts.Of(installers[id])
		}
		i.Methods, i.DayReads = calls.of("A", id, r.why("app_calls", "methods"))
		return r.write(i)
	})
	return err
}

func splitList(s string) []string {
	list := []string{}
	for part := range strings.SplitSeq(s, ",") {
		if part = clean(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

func (r *run) readHandlers(ctx context.Context) error {
	if _, err := r.ask(ctx, "outgoing", func(row row) error {
		return r.handler("outgoing-"+row.id("ID"), row.text("EVENT_NAME"), row, "EVENT_HANDLER")
	}); err != nil {
		return err
	}
	_, err := r.ask(ctx, "placements", func(row row) error {
		return r.handler("placement-"+row.id("ID"), row.text("PLACEMENT"), row, "PLACEMENT_HANDLER")
	})
	return err
}

// handler writes where something is sent.
func (r *run) handler(id, event string, row row, column string) error {
	scheme, host := destination(row.raw(column))
	if host == "" {
		return nil // a page of the portal itself, or nothing
	}
	h := &facts.Handler{ID: id, Source: r.kind, Host: facts.Of(host), Scheme: facts.Of(scheme), Owner: facts.Unknown[string](facts.NotSupported)}
	if row.has("USER_ID") {
		h.Owner = facts.Of(row.id("USER_ID"))
	}
	if event != "" {
		h.Event = facts.Of(event)
	}
	return r.write(h)
}

// destination takes the host alone out of an address, because paths often carry a key. What stands behind it may
// be anything and must not hide it.
func destination(address string) (scheme, host string) {
	before, behind, found := strings.Cut(strings.TrimSpace(address), "//")
	if end := strings.IndexAny(behind, `/\?#`); end >= 0 {
		behind = behind[:end]
	}
	if !found || before != "" && !schemeForm.MatchString(before) {
		return "", ""
	}
	return lower(strings.TrimSuffix(before, ":")), clean(lower(behind[strings.LastIndex(behind, "@")+1:]))
}

var schemeForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]{0,20}:$`)

// calls are how often keys and applications called which method.
type calls map[string]*usage

type usage struct {
	methods map[string]int
	reads   map[string]int // by day, of client records
}

func (c calls) add(key, method, day string, n int) {
	u := c[key]
	if u == nil {
		u = &usage{methods: map[string]int{}, reads: map[string]int{}}
		c[key] = u
	}
	u.methods[method] += n
	if readsClients(method) {
		u.reads[day] += n
	}
}

// readsClients reports a method that hands out client records.
func readsClients(method string) bool {
	m := lower(method)
	if m == "batch" || !strings.HasPrefix(m, "crm.") {
		return false
	}
	for _, object := range []string{"lead", "deal", "contact", "company", "item", "duplicate", "activity"} {
		if strings.HasPrefix(m, "crm."+object+".") {
			return strings.HasSuffix(m, ".list") || strings.HasSuffix(m, ".get") || strings.Contains(m, ".find")
		}
	}
	return false
}

const maxMethods = 10

// of gives what one key or application did; why is why that is not known.
func (c calls) of(kind, id string, why facts.Reason) (facts.Known[[]string], facts.Known[int]) {
	if why != "" {
		return facts.Unknown[[]string](why), facts.Unknown[int](why)
	}
	u := c[kind+id]
	if u == nil {
		return facts.Of([]string{}), facts.Of(0)
	}
	names := slices.SortedFunc(maps.Keys(u.methods), func(a, b string) int {
		return cmp.Or(cmp.Compare(u.methods[b], u.methods[a]), strings.Compare(a, b))
	})
	most := 0
	for _, n := range u.reads {
		most = max(most, n)
	}
	return facts.Of(names[:min(len(names), maxMethods)]), facts.Of(most)
}

// readCalls folds the two tables of statistics.
func (r *run) readCalls(ctx context.Context) (calls, error) {
	c, names := calls{}, map[string]string{}
	if _, err := r.ask(ctx, "methods", func(row row) error {
		names[row.id("ID")] = row.text("NAME")
		return nil
	}); err != nil {
		return nil, err
	}
	if _, err := r.ask(ctx, "app_calls", func(row row) error {
		c.add("A"+row.id("APP_ID"), names[row.id("METHOD_ID")], row.text("DAY"), int(row.number("N")))
		return nil
	}); err != nil {
		return nil, err
	}
	type entity struct{ key, method string }
	entities := map[string]entity{}
	if _, err := r.ask(ctx, "key_methods", func(row row) error {
		kind := strings.ToUpper(row.text("ENTITY_TYPE") + " ")[:1]
		entities[row.id("ID")] = entity{kind + row.id("ENTITY_ID"), row.text("SUB_ENTITY_NAME")}
		return nil
	}); err != nil {
		return nil, err
	}
	_, err := r.ask(ctx, "key_calls", func(row row) error {
		// Applications are counted in the other table too.
		if e := entities[row.id("ENTITY_ID")]; strings.HasPrefix(e.key, "W") {
			c.add(e.key, e.method, row.text("DAY"), int(row.number("N")))
		}
		return nil
	})
	return c, err
}

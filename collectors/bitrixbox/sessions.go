package bitrixbox

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/facts"
)

// readSessions gives what opens the portal without a password: remembered devices, links, and from where devices were used.
func (r *run) readSessions(ctx context.Context) error {
	for _, read := range []func(context.Context) error{r.readRemembered, r.readLinks, r.readDevices, r.readLiveSessions} {
		if err := read(ctx); err != nil {
			return err
		}
	}
	return nil
}

// numbered gives each record of a user the next number: the tables name rows by secrets or not at all.
func numbered(kind string) func(user string) string {
	last, n := "", 0
	return func(user string) string {
		if user != last {
			last, n = user, 0
		}
		n++
		return fmt.Sprintf("%s-%s-%d", kind, user, n)
	}
}

func (r *run) readRemembered(ctx context.Context) error {
	id := numbered("remembered")
	_, err := r.ask(ctx, "remembered", func(row row) error {
		user := row.id("USER_ID")
		s := &facts.Session{
			ID: id(user), Source: r.kind, User: user, Type: facts.Of("remembered"), Created: row.since("DATE_REG"), LastSeen: row.since("LAST_AUTH"),
			Address: address(row.number("IP_ADDR")),
		}
		if row.yes("TEMP_HASH") {
			s.Type = facts.Of("web") // until the browser is closed
		}
		if seen, ok := s.LastSeen.Get(); ok && r.accounts[user] != nil && r.accounts[user].knownPolicy() {
			// The browser forgets it then; the server still knows it.
			s.Expires = facts.Of(seen.Add(time.Duration(r.accounts[user].policy.remember) * time.Minute))
		}
		return r.write(s)
	})
	return err
}

// address is an IPv4 address as the number that MySQL keeps.
func address(n int64) facts.Known[string] {
	if n <= 0 || n > 1<<32-1 {
		return facts.Unknown[string](facts.NotSupported)
	}
	return facts.Of(netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}).String())
}

func (r *run) readLinks(ctx context.Context) error {
	id := numbered("link")
	_, err := r.ask(ctx, "login_links", func(row row) error {
		user := row.id("USER_ID")
		s := &facts.Session{ID: id(user), Source: r.kind, User: user, Type: facts.Of("link"), Created: row.since("TIMESTAMP_X"), Expires: row.when("VALID_UNTIL")}
		if ends, ok := s.Expires.Get(); ok && !ends.IsZero() && ends.Before(r.window.now) {
			return nil
		}
		return r.write(s)
	})
	return err
}

// deviceTypes by the product's number.
var deviceTypes = map[int64]string{0: "", 1: "desktop", 2: "phone", 3: "tablet", 4: "tv"}

// deviceSeen is when and where from a device logged in.
type deviceSeen struct {
	first, last int64 // in seconds since 1970
	countries   []string
}

// readDevices reads the log-ins first: they take less memory than devices do.
func (r *run) readDevices(ctx context.Context) error {
	seen, countries := map[string]*deviceSeen{}, map[string]string{}
	if _, err := r.ask(ctx, "device_logins", func(row row) error {
		id, first, last := row.id("DEVICE_ID"), row.number("FIRST"), row.number("LAST")
		s := seen[id]
		if s == nil {
			s = &deviceSeen{first: first}
			seen[id] = s
		}
		s.first, s.last = min(s.first, first), max(s.last, last)
		if c := row.text("COUNTRY_ISO_CODE"); c != "" && !moment(last).Before(r.window.since) && !slices.Contains(s.countries, c) {
			if _, known := countries[c]; !known {
				c = strings.Clone(c)
				countries[c] = c
			}
			s.countries = append(s.countries, countries[c])
		}
		return nil
	}); err != nil {
		return err
	}
	_, err := r.ask(ctx, "devices", func(row row) error {
		id := row.id("ID")
		s := seen[id]
		if s == nil {
			return nil
		}
		return r.write(&facts.Session{
			ID: "device-" + id, Source: r.kind, User: row.id("USER_ID"), Type: facts.Of("device"), Device: facts.Of(deviceTypes[row.number("DEVICE_TYPE")]),
			Created: facts.Of(moment(s.first)), LastSeen: facts.Of(moment(s.last)), Countries: facts.Of(s.countries),
		})
	})
	return err
}

// readLiveSessions counts open sessions; what they hold is opaque and secret.
func (r *run) readLiveSessions(ctx context.Context) error {
	n, oldest, found := 0, time.Time{}, false
	for _, name := range []string{"live_sessions", "old_sessions"} {
		ok, err := r.ask(ctx, name, func(row row) error {
			n += int(row.number("N"))
			if t := moment(row.number("OLDEST")); !t.IsZero() && (oldest.IsZero() || t.Before(oldest)) {
				oldest = t
			}
			return nil
		})
		if err != nil {
			return err
		}
		found = found || ok
	}
	if !found || n == 0 {
		return nil // they lie in files or in memory, where nobody can count them from here
	}
	if err := r.setting(&facts.Setting{Name: "sessions.live", Number: facts.Of(float64(n))}); err != nil {
		return err
	}
	return r.setting(&facts.Setting{Name: "sessions.oldest", Date: facts.Of(oldest)})
}

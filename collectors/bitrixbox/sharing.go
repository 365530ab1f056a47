package bitrixbox

import (
	"context"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
)

// mailEncryption by the product's letter: S is TLS with whoever answers.
var mailEncryption = map[string]string{"Y": facts.MailVerified, "S": facts.MailUnverified, "N": facts.MailPlain}

// readSharing gives connected mailboxes and public links.
func (r *run) readSharing(ctx context.Context) error {
	if _, err := r.ask(ctx, "mailboxes", func(row row) error {
		m := &facts.Mailbox{
			ID: row.id("ID"), Source: r.kind, Address: row.known("EMAIL"), Owner: facts.Of(row.id("USER_ID")), Server: row.known("SERVER"),
			Active: row.flag("ACTIVE"),
		}
		if how, ok := mailEncryption[strings.ToUpper(row.text("USE_TLS"))]; ok {
			m.Encryption = facts.Of(how)
		} else {
			m.Encryption = facts.Unknown[string](facts.Failed)
		}
		return r.write(m)
	}); err != nil {
		return err
	}
	_, err := r.ask(ctx, "public_links", func(row row) error {
		l := &facts.PublicLink{
			ID: row.id("ID"), Source: r.kind, Creator: facts.Of(row.id("CREATED_BY")), Created: row.since("CREATE_TIME"), Expires: row.when("DEATH_TIME"),
			// Whether there is a password stands in a column that holds it, and such columns are not read.
			HasPassword: facts.Unknown[bool](facts.NotSupported),
		}
		if id := row.id("OBJECT_ID"); id != "" {
			l.Object = facts.Of("disk " + id)
		}
		if row.has("DOWNLOAD_COUNT") {
			l.Downloads = facts.Of(int(row.number("DOWNLOAD_COUNT")))
		}
		return r.write(l)
	})
	return err
}

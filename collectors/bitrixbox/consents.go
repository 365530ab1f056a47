package bitrixbox

import (
	"context"

	"github.com/crmaudit/crmaudit/collectors/consenttext"
	"github.com/crmaudit/crmaudit/facts"
)

// readConsents gives consent texts and the public forms and chats that should ask for them.
func (r *run) readConsents(ctx context.Context) error {
	filled := map[string]map[string]bool{} // blanks of the vendor's text, by agreement
	fields, err := r.ask(ctx, "agreement_fields", func(row row) error {
		id := row.id("AGREEMENT_ID")
		if filled[id] == nil {
			filled[id] = map[string]bool{}
		}
		filled[id][row.text("CODE")] = row.yes("FILLED")
		return nil
	})
	if err != nil {
		return err
	}
	active := map[string]bool{}
	known, err := r.ask(ctx, "agreements", func(row row) error {
		id := row.id("ID")
		active[id] = row.yes("ACTIVE")
		c := &facts.Consent{ID: id, Source: r.kind, Name: facts.Of(row.text("NAME")), Active: facts.Of(active[id]), Language: row.known("LANGUAGE_ID")}
		consenttext.Judge(c, row.text("NAME"), row.raw("AGREEMENT_TEXT"))
		if fields && row.text("TYPE") == "S" { // the vendor's text with blanks
			c.Operator, c.Purpose = facts.Of(filled[id]["COMPANY_NAME"]), facts.Of(filled[id]["PURPOSES"])
		}
		return r.write(c)
	})
	if err != nil {
		return err
	}
	if !known {
		active = nil
	}
	if err := r.readForms(ctx, active); err != nil {
		return err
	}
	_, err = r.ask(ctx, "chats", func(row row) error {
		return r.write(&facts.Form{
			ID: "chat:" + row.id("ID"), Source: r.kind, Type: facts.Of("chat"), Name: row.known("LINE_NAME"), Active: facts.Of(row.yes("ACTIVE")),
			CollectsPeople: facts.Of(true), HasConsent: given(row, "AGREEMENT_MESSAGE", active),
		})
	})
	return err
}

// given reports a consent that is switched on and whose text is in force. Which texts are may be unknown.
func given(row row, flag string, active map[string]bool) facts.Known[bool] {
	switch id := row.id("AGREEMENT_ID"); {
	case !row.has(flag):
		return facts.Unknown[bool](facts.NotSupported)
	case !row.yes(flag) || id == "":
		return facts.Of(false)
	case active == nil:
		return facts.Unknown[bool](facts.NotSupported)
	default:
		return facts.Of(active[id])
	}
}

// atBest leaves open what is not known to be there as long as nobody saw everything.
func atBest(k facts.Known[bool], why facts.Reason) facts.Known[bool] {
	if k.Or(false) {
		return k
	}
	return facts.Unknown[bool](why)
}

func (r *run) readForms(ctx context.Context, active map[string]bool) error {
	type further struct{ any, ticked bool }
	more := map[string]further{}
	listed, err := r.ask(ctx, "form_agreements", func(row row) error {
		id := row.id("FORM_ID")
		f := more[id]
		more[id] = further{any: f.any || active[row.id("AGREEMENT_ID")], ticked: f.ticked || row.yes("CHECKED")}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = r.ask(ctx, "forms", func(row row) error {
		id := row.id("ID")
		f := &facts.Form{
			ID: "form:" + id, Source: r.kind, Type: facts.Of("form"), Name: facts.Of(row.text("NAME")), Active: facts.Of(row.yes("ACTIVE")),
			CollectsPeople: facts.Of(true), // that is what CRM forms are for
			HasConsent:     given(row, "USE_LICENCE", active), PreTicked: row.flag("LICENCE_BUTTON_IS_CHECKED"),
		}
		switch {
		case listed && more[id].any:
			f.HasConsent = facts.Of(true)
		case r.why("form_agreements") == facts.Denied || r.why("form_agreements") == facts.Failed: // it may have further ones
			f.HasConsent = atBest(f.HasConsent, r.why("form_agreements"))
		}
		if ticked, ok := f.PreTicked.Get(); ok {
			f.PreTicked = facts.Of(ticked && row.yes("USE_LICENCE") || more[id].ticked)
		}
		return r.write(f)
	})
	return err
}

// readVolumes counts client records.
func (r *run) readVolumes(ctx context.Context) error {
	for _, object := range clientObjects {
		if _, err := r.ask(ctx, object+"_volume", func(row row) error {
			v := &facts.DataVolume{Object: object, Source: r.kind, Records: facts.Of(int(row.number("N"))), Dormant: facts.Of(int(row.number("DORMANT")))}
			if oldest := moment(row.number("OLDEST")); !oldest.IsZero() {
				v.OldestActive = facts.Of(oldest)
			}
			return r.write(v)
		}); err != nil {
			return err
		}
	}
	return nil
}

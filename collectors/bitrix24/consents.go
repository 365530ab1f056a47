package bitrix24

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/crmaudit/crmaudit/collectors/consenttext"
	"github.com/crmaudit/crmaudit/facts"
)

// agreementRow is a consent text in the list; the text itself is asked for separately.
type agreementRow struct {
	ID       id   `json:"ID"`
	Name     text `json:"NAME"`
	Active   flag `json:"ACTIVE"`
	Language text `json:"LANGUAGE_ID"`
}

type agreementText struct {
	Label text `json:"LABEL"`
	Text  text `json:"TEXT"`
}

// collectConsents reads the consent texts. No field is filled in for the portal, so that what the owner left empty
// stays empty.
func (r *run) collectConsents(ctx context.Context) error {
	reply, err := r.client.call(ctx, "userconsent.agreement.list", nil)
	if err != nil {
		return err
	}
	var rows list[agreementRow]
	if err := json.Unmarshal(reply.Result, &rows); err != nil {
		return err
	}
	agreements := slices.DeleteFunc(rows.items, func(a agreementRow) bool { return a.ID == "" })
	r.damaged(facts.KindConsent, rows.skipped+len(rows.items)-len(agreements))
	slices.SortStableFunc(agreements, func(a, b agreementRow) int { return compareIDs(string(a.ID), string(b.ID)) })
	texts, textErr := r.agreementTexts(ctx, agreements)
	r.fieldProblem(facts.KindConsent, "operator", textErr)
	for i, a := range agreements {
		c := &facts.Consent{ID: string(a.ID), Source: sourceID, Name: a.Name.known(), Active: a.Active.Known, Language: a.Language.known()}
		consenttext.Judge(c, string(a.Name), texts[i])
		if err := r.write(c); err != nil {
			return err
		}
	}
	if hopeless(textErr) {
		return textErr
	}
	return nil
}

func (r *run) agreementTexts(ctx context.Context, agreements []agreementRow) ([]string, error) {
	texts := make([]string, len(agreements))
	commands := make([]command, len(agreements))
	for i, a := range agreements {
		commands[i] = command{"userconsent.agreement.text", params{"id": string(a.ID)}}
	}
	var firstErr error
	err := r.client.each(ctx, commands, func(i int, a answer) error {
		var t agreementText
		switch {
		case hopeless(a.err):
			return a.err
		case a.err != nil:
			firstErr = cmp.Or(firstErr, a.err)
		case json.Unmarshal(a.Result, &t) != nil:
			r.damaged(facts.KindConsent, 1)
		default:
			texts[i] = string(t.Text)
		}
		return nil
	})
	return texts, cmp.Or(err, firstErr)
}

package bitrix24

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strings"

	"github.com/crmaudit/crmaudit/facts"
)

// loaderForm is a form's settings inside its public script.
type loaderForm struct {
	Address text `json:"address"`
	Data    *struct {
		Fields     *list[loaderField]     `json:"fields"`
		Agreements *list[loaderAgreement] `json:"agreements"`
	} `json:"data"`
}

type loaderField struct {
	Name text `json:"name"`
	Type text `json:"type"`
}

type loaderAgreement struct {
	Required flag `json:"required"`
	Checked  flag `json:"checked"`
}

var (
	formKey   = regexp.MustCompile(`["']?form["']?\s*:\s*\{`)
	errNoForm = errors.New("the form's script holds no readable settings")
)

const maxFormPlaces = 32 // places in a script that may be the settings

// parseLoader finds the settings in a form's public script: a JSON object under the key form whose data tell fields or
// agreements. The rest of the script is vendor code that changes from release to release and is not looked at.
func parseLoader(script []byte) (*loaderForm, error) {
	for _, at := range formKey.FindAllIndex(script, maxFormPlaces) {
		var form loaderForm
		if json.NewDecoder(bytes.NewReader(script[at[1]-1:])).Decode(&form) != nil {
			continue
		}
		if form.Data != nil && (form.Data.Fields != nil || form.Data.Agreements != nil) {
			return &form, nil
		}
	}
	return nil, errNoForm
}

// describe puts what the script tells into the record; what it does not tell stays unknown.
func (f *loaderForm) describe(record *facts.Form) {
	if fields := f.Data.Fields; fields != nil && fields.skipped == 0 {
		record.CollectsPeople = facts.Of(asksPeople(fields.items))
	}
	agreements := f.Data.Agreements
	if agreements == nil || agreements.skipped > 0 {
		return
	}
	record.HasConsent = facts.Of(len(agreements.items) > 0)
	if len(agreements.items) == 0 {
		return
	}
	record.PreTicked = anyOf(agreements.items, func(a loaderAgreement) flag { return a.Checked })
	record.Required = anyOf(agreements.items, func(a loaderAgreement) flag { return a.Required })
}

// anyOf is true when one box says so, false when all say no, and unknown otherwise.
func anyOf(boxes []loaderAgreement, get func(loaderAgreement) flag) facts.Known[bool] {
	unknown := false
	for _, box := range boxes {
		if get(box).yes() {
			return facts.Of(true)
		}
		unknown = unknown || get(box).IsZero()
	}
	if unknown {
		return facts.Known[bool]{}
	}
	return facts.Of(false)
}

// asksPeople tells whether a form asks for a name, a phone or an e-mail.
func asksPeople(fields []loaderField) bool {
	for _, f := range fields {
		what := strings.ToLower(string(f.Name) + " " + string(f.Type))
		for _, word := range []string{"phone", "email", "name"} {
			if strings.Contains(what, word) {
				return true
			}
		}
	}
	return false
}

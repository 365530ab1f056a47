package bitrix24

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

func TestParseLoader(t *testing.T) {
	const fields = `"fields":[{"name":"LEAD_NAME","type":"string"}]`
	for _, tt := range []struct {
		name, script                         string
		people, consent, preTicked, required facts.Known[bool]
	}{
		{"usual", `(function(w,o){})(window,{"form":{"id":"1","data":{` + fields + `,"agreements":[{"required":true,"checked":true}]}}});`, facts.Of(true), facts.Of(true), facts.Of(true), facts.Of(true)},
		{"JavaScript key", `go({form: {"data":{"agreements":[{"required":"N","checked":"Y"}]}}})`, facts.Known[bool]{}, facts.Of(true), facts.Of(true), facts.Of(false)},
		{"PHP maps", `go({"form":{"data":{"fields":{"0":{"name":"x","type":"email"}},"agreements":[]}}})`, facts.Of(true), facts.Of(false), facts.Known[bool]{}, facts.Known[bool]{}},
		{"box state not told", `go({"form":{"data":{"agreements":[{"id":"A"}]}}})`, facts.Known[bool]{}, facts.Of(true), facts.Known[bool]{}, facts.Known[bool]{}},
		{"decoys first", `x={"form":{"a":1}};y={form:{z}};go({"form":{"data":{"agreements":[]}}})`, facts.Known[bool]{}, facts.Of(false), facts.Known[bool]{}, facts.Known[bool]{}},
		{"agreements of another type", `go({"form":{"data":{"agreements":"none"}}})`, facts.Known[bool]{}, facts.Known[bool]{}, facts.Known[bool]{}, facts.Known[bool]{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			form, err := parseLoader([]byte(tt.script))
			require.NoError(t, err)
			var record facts.Form
			form.describe(&record)
			require.Equal(t, []facts.Known[bool]{tt.people, tt.consent, tt.preTicked, tt.required},
				[]facts.Known[bool]{record.CollectsPeople, record.HasConsent, record.PreTicked, record.Required})
		})
	}
	for _, script := range []string{"", "alert(1)", `{"form":{`, `{"form":{"data":{}}}`, `{"form":[]}`, `form={"data":{"fields":[]}}`} {
		_, err := parseLoader([]byte(script))
		assert.ErrorIs(t, err, errNoForm, script)
	}
}

func FuzzLoader(f *testing.F) {
	f.Add([]byte(`(function(){})({"form":{"address":"https://x.example","data":{"fields":[{"name":"PHONE"}],"agreements":[{"checked":true}]}}});`))
	f.Add([]byte(`{form:{form:{form:{`))
	f.Add([]byte(strings.Repeat(`{"form":{"data":`, 100)))
	f.Fuzz(func(t *testing.T, script []byte) {
		form, err := parseLoader(script)
		if err != nil {
			require.Nil(t, form)
			return
		}
		form.describe(&facts.Form{})
	})
}

func FuzzWebhook(f *testing.F) {
	f.Add("https://romashka.bitrix24.ru/rest/7/s3cr3tw3bh00k/")
	f.Add("http://127.0.0.1:80/rest/1/abcdefghijkl/profile")
	f.Fuzz(func(t *testing.T, address string) {
		a, err := webhookAccess(address)
		if err == nil {
			require.NotEmpty(t, a.host)
			require.Len(t, a.secrets, 1)
		}
	})
}

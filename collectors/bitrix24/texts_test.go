package bitrix24

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

func TestJudgeConsent(t *testing.T) {
	yes, no, unknown := facts.Of(true), facts.Of(false), facts.Known[bool]{}
	for _, tt := range []struct {
		name, title, text                    string
		stock, operator, purpose, withdrawal facts.Known[bool]
	}{
		{"unread", "Согласие", "", unknown, unknown, unknown, unknown},
		{"unread sample", "Пример согласия", "", yes, unknown, unknown, unknown},
		{"ru", "Согласие", "Я даю согласие ООО «Ромашка» на обработку с целью заключения договора. Согласие может быть отозвано письмом.", no, yes, yes, yes},
		{"ru by number", "Согласие", "Оператор: Иванова А. А., ОГРНИП 300000000000001. Цели: доставка.", no, yes, yes, no},
		{"ru entrepreneur", "Согласие", "Передаю данные индивидуальному предпринимателю Ивановой Анне, цель — доставка", no, yes, yes, no},
		{"ru nameless operator", "Согласие", "Разрешаю оператору обработку моих данных", no, unknown, no, no},
		{"ru nothing", "Согласие", "Нажимая кнопку, я соглашаюсь на обработку данных", no, no, no, no},
		{"ru placeholder", "Согласие", "Даю согласие оператору [наименование организации] с целью доставки", no, no, no, no},
		{"ru empty operator", "Согласие", "Даю согласие оператору , с целью доставки.", no, no, yes, no},
		{"uk", "Згода", "Надаю ТОВ «Ромашка», ЄДРПОУ 30000000, згоду на обробку з метою виконання договору. Згоду можна відкликати.", no, yes, yes, yes},
		{"uk sample", "Зразок згоди", "Володілець: ____________", yes, no, no, no},
		{"en", "Consent", "I allow Daisy Trade Ltd to use my data for the purpose of delivery. I may withdraw my consent.", no, yes, yes, yes},
		{"en example", "Example of consent", "%COMPANY_NAME%", yes, no, no, no},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var c facts.Consent
			judgeConsent(&c, tt.title, tt.text)
			require.Equal(t, []facts.Known[bool]{tt.stock, tt.operator, tt.purpose, tt.withdrawal}, []facts.Known[bool]{c.Stock, c.Operator, c.Purpose, c.Withdrawn})
		})
	}
}

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

func FuzzConsent(f *testing.F) {
	f.Add("Пример", "Даю согласие ООО «Ромашка» с целью %PURPOSES%")
	f.Add("", "\xff\xfe оператору , .")
	f.Fuzz(func(t *testing.T, title, body string) {
		var c facts.Consent
		judgeConsent(&c, title, body)
		if strings.TrimSpace(body) == "" {
			require.True(t, c.Operator.IsZero() && c.Purpose.IsZero())
		}
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

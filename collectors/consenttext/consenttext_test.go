package consenttext

import (
	"strings"
	"testing"

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
			Judge(&c, tt.title, tt.text)
			require.Equal(t, []facts.Known[bool]{tt.stock, tt.operator, tt.purpose, tt.withdrawal}, []facts.Known[bool]{c.Stock, c.Operator, c.Purpose, c.Withdrawn})
		})
	}
}

func FuzzConsent(f *testing.F) {
	f.Add("Пример", "Даю согласие ООО «Ромашка» с целью %PURPOSES%")
	f.Add("", "\xff\xfe оператору , .")
	f.Fuzz(func(t *testing.T, title, body string) {
		var c facts.Consent
		Judge(&c, title, body)
		if strings.TrimSpace(body) == "" {
			require.True(t, c.Operator.IsZero() && c.Purpose.IsZero())
		}
	})
}

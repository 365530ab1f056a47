// Package consenttext reads the text of a consent as a lawyer skims it: does it name who processes the
// data, why, and how to withdraw? It works on words and never on the meaning, and says so by leaving
// open what words do not decide.
package consenttext

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/crmaudit/crmaudit/facts"
)

// Words of consents in the three languages, in lower case; a stem stands for its forms.
var (
	stockNames   = []string{"пример", "приклад", "зразок", "образец", "шаблон", "example", "sample", "template"}
	operatorWord = []string{"оператор", "володіл", "розпорядник", "владел", "controller", "operator", "data controller"}
	purposeWord  = []string{"цель", "цели", "целей", "целях", "целью", "целям", "мета", "мети", "метою", "цілі", "цілей", "цілях", "purpose", "purposes"}
	withdrawWord = []string{"отозв", "отзыв", "отзыва", "відклик", "відкликан", "withdraw", "revoke", "revocation"}
)

// legalName finds a company or entrepreneur by legal form and name, or by a registration number.
var legalName = regexp.MustCompile(`(?:^|[^\p{L}])(?:` +
	`(?:ООО|ОАО|ЗАО|ПАО|АО|НАО|ИП|ТОВ|ТзОВ|ПАТ|ПрАТ|АТ|ФОП|ПП|(?i:обществ\p{L}+ с ограниченной ответственностью|индивидуальн\p{L}+ предпринимател\p{L}+|товариств\p{L}+ з обмеженою відповідальністю|фізичн\p{L}+ особ\p{L}+[ -]підприєм\p{L}+))[\s,]*[«"“„']?\p{Lu}` +
	`|\p{Lu}[\p{L}&. -]{1,60}[ ,]+(?:LLC|L\.L\.C\.|Ltd|Inc|GmbH|AG|PLC|S\.A\.|Sp\. z o\.o\.|s\.r\.o\.|OÜ|B\.V\.)` +
	`|(?:ИНН|ОГРН|ОГРНИП|ЄДРПОУ|ЕДРПОУ|РНОКПП|VAT)[^\p{L}\d]{0,5}\d{8,15})`)

// Judge tells what a consent text contains. A text that could not be read is judged by its name alone, and a text
// in which the word for the operator stands without a recognisable name leaves the operator unknown.
func Judge(c *facts.Consent, name, body string) {
	lower := strings.ToLower(body)
	words := wordsOf(lower)
	stock := containsAny(wordsOf(strings.ToLower(name)), stockNames)
	if stock || body != "" {
		c.Stock = facts.Of(stock)
	}
	if strings.TrimSpace(body) == "" {
		return
	}
	c.Purpose = facts.Of(containsExact(words, purposeWord) && !unfilled.MatchString(lower) && !noPurpose.MatchString(lower))
	c.Withdrawn = facts.Of(containsAny(words, withdrawWord))
	switch {
	case unfilled.MatchString(lower) || noOperator.MatchString(lower):
		c.Operator = facts.Of(false)
	case legalName.MatchString(body):
		c.Operator = facts.Of(true)
	case !containsAny(words, operatorWord):
		c.Operator = facts.Of(false)
	}
}

// Places that nobody filled in: a placeholder, or the word for the operator or the purpose followed by nothing but the
// punctuation that was meant to come after.
var (
	unfilled   = regexp.MustCompile(`%[a-z_]{4,30}%|_{4,}|\[(?:наименование|название|адрес|назва|найменування|адреса|company|name|address)[^\]]{0,40}\]|[«"“„]\s*[»"”]`)
	noOperator = regexp.MustCompile(`(?:оператор\p{L}*|володіл\p{L}*|operator|controller|company)(?:\s+[,.;]|\s*:\s*[,.;])`)
	noPurpose  = regexp.MustCompile(`(?:цел(?:ь|и|ью|ей|ях)|мет(?:а|и|ою)|ціл(?:і|ей|ях)|purposes?)(?:\s+[,.;]|\s*:\s*[,.;])`)
)

func wordsOf(lower string) []string {
	return strings.FieldsFunc(lower, func(r rune) bool { return !unicode.IsLetter(r) && r != '’' && r != '\'' })
}

// containsAny reports a word that begins with one of the stems.
func containsAny(words, stems []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return slices.ContainsFunc(stems, func(stem string) bool { return strings.HasPrefix(w, stem) })
	})
}

func containsExact(words, wanted []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(wanted, w) })
}

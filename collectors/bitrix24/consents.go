package bitrix24

import (
	"cmp"
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode"

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
		judgeConsent(c, string(a.Name), texts[i])
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

// judgeConsent tells what a consent text contains. A text that could not be read is judged by its name alone, and a text
// in which the word for the operator stands without a recognisable name leaves the operator unknown.
func judgeConsent(c *facts.Consent, name, body string) {
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

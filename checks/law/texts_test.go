package law

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"

	"github.com/crmaudit/crmaudit/internal/lang"
)

// texts lists every text of a pack by where it stands.
func (p *Pack) texts() map[string]Text {
	m := map[string]Text{"title": p.Title}
	if len(p.Fines) > 0 {
		m["fine_label"], m["disclaimer"] = p.FineLabel, p.Disclaimer
	}
	for _, a := range p.Acts {
		m[a.ID+" title"], m[a.ID+" short"] = a.Title, a.Short
		if a.Cite != (Text{}) {
			m[a.ID+" cite"] = a.Cite
		}
	}
	for _, v := range p.Provisions {
		m[v.ID+" ref"], m[v.ID+" summary"] = v.Ref, v.Summary
	}
	for _, f := range p.Fines {
		m[f.ID+" offence"] = f.Offence
		if f.Notes != (Text{}) {
			m[f.ID+" notes"] = f.Notes
		}
		for _, a := range f.amounts() {
			if a.Note != (Text{}) {
				m[f.ID+" note"] = a.Note
			}
		}
	}
	return m
}

func eachText(t *testing.T, check func(where string, text Text)) {
	for _, p := range mustLoad(t).packs {
		for where, text := range p.texts() {
			check(p.Jurisdiction+": "+where, text)
		}
	}
}

func TestTextsAreCompleteAndInTheirAlphabet(t *testing.T) {
	eachText(t, func(where string, text Text) {
		for _, l := range lang.All {
			s := text.In(l)
			assert.NotEmpty(t, s, where)
			assert.Equal(t, strings.Join(strings.Fields(s), " "), s, "%s: stray spaces", where)
			assert.False(t, strings.ContainsAny(s, "'`\""), "%s: straight quote in %q", where, s)
			for _, word := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) {
				latin := strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
				cyrillic := strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
				assert.False(t, latin && cyrillic, "%s: mixed alphabets in %q", where, word)
			}
		}
		assert.False(t, strings.ContainsAny(strings.ToLower(text.RU), "іїєґ’"), "%s: Ukrainian letter in %q", where, text.RU)
		assert.False(t, strings.ContainsAny(strings.ToLower(text.UK), "ыэъё"), "%s: Russian letter in %q", where, text.UK)
		if !strings.Contains(where, "ru.fstek21.") || !strings.HasSuffix(where, " ref") { // codes of measures are Cyrillic everywhere
			assert.False(t, strings.ContainsFunc(text.EN, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }), "%s: Cyrillic in %q", where, text.EN)
		}
	})
}

// A summary is one sentence; the titles of controls are no sentences.
func TestSummariesAreOneSentence(t *testing.T) {
	end := regexp.MustCompile(`[.!?…]`)
	for _, p := range mustLoad(t).packs {
		for _, v := range p.Provisions {
			for _, l := range lang.All {
				s := regexp.MustCompile(`\d\d\.\d\d\.\d{4}|\.(git|svn)`).ReplaceAllString(v.Summary.In(l), "")
				if p.Jurisdiction == Any {
					assert.False(t, strings.HasSuffix(s, "."), "%s: %q", v.ID, s)
					continue
				}
				assert.True(t, strings.HasSuffix(s, "."), "%s: %q", v.ID, s)
				assert.Len(t, end.FindAllString(s, -1), 1, "%s: %q", v.ID, s)
			}
		}
	}
}

// forbidden statements: a fine told as certain, compliance in percent, the amounts of another
// offence that circulate as the price of a leak, an order made to ask for more than it does.
var forbidden = regexp.MustCompile(`(?i)вам грозит|вас оштрафуют|вы заплатите|вам загрожує|вас оштрафують|ви заплатите|you will (pay|be fined)|` +
	`процент соответстви|відсоток відповідності|compliance percent|percent compliant|\d+ ?% (соответстви|відповідності|complian)|` +
	`приказ[а-яё ]* 21 требует|наказ[а-яіїєґ ]* 21 вимагає|order 21 requires|` +
	`8[–-]20 тыс|20[–-]40 тыс|50[–-]100 тыс`)

func TestNothingForbiddenIsSaid(t *testing.T) {
	eachText(t, func(where string, text Text) {
		for _, l := range lang.All {
			assert.NotRegexp(t, forbidden, text.In(l), where)
		}
	})
	for _, p := range mustLoad(t).packs {
		if len(p.Fines) == 0 {
			continue
		}
		assert.Equal(t, Text{RU: "Возможный штраф", UK: "Можливий штраф", EN: "Possible fine"}, p.FineLabel)
		assert.Contains(t, strings.ToLower(p.Disclaimer.RU), "возможный штраф")
		assert.Contains(t, strings.ToLower(p.Disclaimer.UK), "можливий штраф")
		assert.Contains(t, p.Disclaimer.EN, "possible fine")
	}
}

// Stems that a Russian text must spell with ё.
var withoutYo = regexp.MustCompile(`(?i)учет|отчет|(^|[^а-яё])(еще|ее|ведет|несет|дает)([^а-яё]|$)|объем|утвержден |надежн|защищенн|защищен |удаленн|трех |счет|путем|заключен |определен `)

func TestRussianKeepsYo(t *testing.T) {
	eachText(t, func(where string, text Text) { assert.NotRegexp(t, withoutYo, text.RU, where) })
}

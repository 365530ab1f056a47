// Package lang writes numbers, dates and counted nouns the way each report language does.
package lang

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Lang is a report language.
type Lang string

// The report languages.
const (
	RU Lang = "ru"
	UK Lang = "uk"
	EN Lang = "en"
)

// All lists the report languages in the order they are printed.
var All = []Lang{RU, UK, EN}

// NBSP is the no-break space that keeps a number with its unit.
const NBSP = "\u00a0"

// Parse reads a language code.
func Parse(s string) (Lang, error) {
	for _, l := range All {
		if string(l) == s {
			return l, nil
		}
	}
	return "", fmt.Errorf("unknown language %q: use ru, uk or en", s)
}

func (l Lang) tag() language.Tag {
	switch l {
	case RU:
		return language.Russian
	case UK:
		return language.Ukrainian
	default:
		return language.English
	}
}

// Forms is how many plural forms a counted noun needs: ru and uk one/few/many, en one/other.
func (l Lang) Forms() int {
	if l == EN {
		return 2
	}
	return 3
}

// Plural chooses the form of a counted noun for n by the CLDR rules.
// The forms are one, few, many (ru, uk) or one, other (en); too few forms repeat the last.
func (l Lang) Plural(n int, forms ...string) string {
	if len(forms) == 0 {
		return ""
	}
	i := 0
	switch plural.Cardinal.MatchPlural(l.tag(), abs(n), 0, 0, 0, 0) {
	case plural.One:
	case plural.Few:
		i = 1
	default:
		i = len(forms) - 1
	}
	return forms[min(i, len(forms)-1)]
}

// Count is n with the right form of its noun, joined by a no-break space: «21 день».
func (l Lang) Count(n int, forms ...string) string {
	return l.Int(n) + NBSP + l.Plural(n, forms...)
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// Int groups thousands: 1 234 567 in ru and uk (no-break spaces), 1,234,567 in en. Four digits stay together in ru and uk.
func (l Lang) Int(n int) string {
	if l == EN {
		return message.NewPrinter(language.English).Sprintf("%d", n)
	}
	s := strings.TrimPrefix(strconv.Itoa(n), "-") // the smallest int has no positive counterpart
	if len(s) > 4 {
		var b strings.Builder
		for i, r := range s {
			if i > 0 && (len(s)-i)%3 == 0 {
				b.WriteString(NBSP)
			}
			b.WriteRune(r)
		}
		s = b.String()
	}
	if n < 0 {
		s = "−" + s
	}
	return s
}

// Decimal is x with one decimal in the language's own form: 4,2 or 4.2.
func (l Lang) Decimal(x float64) string {
	s := fmt.Sprintf("%.1f", x)
	if s == "-0.0" {
		s = "0.0"
	}
	s = strings.Replace(s, "-", "−", 1)
	if l == EN {
		return s
	}
	return strings.Replace(s, ".", ",", 1)
}

// Percent is a rounded percentage: «78 %» in ru and uk, 78% in en.
func (l Lang) Percent(x float64) string {
	if l == EN {
		return fmt.Sprintf("%.0f%%", x)
	}
	return fmt.Sprintf("%.0f%s%%", x, NBSP)
}

var months = map[Lang][12]string{
	RU: {"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"},
	UK: {"січня", "лютого", "березня", "квітня", "травня", "червня", "липня", "серпня", "вересня", "жовтня", "листопада", "грудня"},
	EN: {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

// Date is a day in words: «22 ноября 2026 г.», «22 листопада 2026 р.», 22 November 2026. The day is that of UTC.
func (l Lang) Date(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	t = t.UTC()
	s := fmt.Sprintf("%d%s%s%s%d", t.Day(), NBSP, months[l][t.Month()-1], NBSP, t.Year())
	switch l {
	case RU:
		return s + NBSP + "г."
	case UK:
		return s + NBSP + "р."
	}
	return s
}

// ShortDate is a day in digits: 22.11.2026 in ru and uk, 2026-11-22 in en.
func (l Lang) ShortDate(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	if l == EN {
		return t.UTC().Format("2006-01-02")
	}
	return t.UTC().Format("02.01.2006")
}

// Time is a day and a minute in UTC: 22.11.2026 09:30.
func (l Lang) Time(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return l.ShortDate(t) + NBSP + t.UTC().Format("15:04")
}

// Money is a whole amount with its currency sign: 15 000 ₽ in ru and uk, €15,000 in en. Millions and
// billions are shortened when they come out even to one decimal.
func (l Lang) Money(amount int64, currency string) string {
	sign := map[string]string{"RUB": "₽", "UAH": "₴", "EUR": "€", "USD": "$"}[currency]
	if l == UK && currency == "UAH" {
		sign = "грн"
	}
	number := l.Int(int(amount))
	for _, unit := range []struct {
		size   int64
		ru, en string // ru and uk spell it alike
	}{{1e9, "млрд", "billion"}, {1e6, "млн", "million"}} {
		if amount >= unit.size && amount%(unit.size/10) == 0 {
			word := unit.ru
			if l == EN {
				word = unit.en
			}
			number = strings.TrimSuffix(strings.TrimSuffix(l.Decimal(float64(amount)/float64(unit.size)), ",0"), ".0") + NBSP + word
			break
		}
	}
	switch {
	case sign == "" && l == EN:
		return currency + NBSP + number
	case sign == "":
		return number + NBSP + currency
	case l == EN:
		return sign + number
	}
	return number + NBSP + sign
}

// List joins words: «а, б и в».
func (l Lang) List(words []string) string {
	and := map[Lang]string{RU: " и ", UK: " і ", EN: " and "}[l]
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + and + words[len(words)-1]
}

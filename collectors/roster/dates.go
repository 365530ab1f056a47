package roster

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/internal/fail"
)

var (
	yearFirst = regexp.MustCompile(`^(\d{4})[-./](\d{1,2})[-./](\d{1,2})$`)
	dayFirst  = regexp.MustCompile(`^(\d{1,2})[-./](\d{1,2})[-./](\d{4}|\d{2})$`)
	dayNumber = regexp.MustCompile(`^\d{5}(\.\d+)?$`)
	timeOfDay = regexp.MustCompile(`[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$`)
	yearWord  = regexp.MustCompile(`\s*[гр]\.?$`)

	errNoDate = errors.New("not a date")
)

// The numbers that Excel can mean as days: a smaller or larger one is no date of this or the last century.
const (
	firstDay = 15_000 // 1941
	lastDay  = 80_000 // 2119
)

// parseDate reads a day: 22.11.2026, 2026-11-22, 22/11/26, an Excel day number, with a time of day or
// without. The month is never guessed to stand first: that needs a layout.
func parseDate(cell, layout string, since1904 bool) (time.Time, error) {
	s := strings.TrimSpace(cell)
	if dayNumber.MatchString(s) {
		return excelDay(s, since1904)
	}
	s = strings.TrimSpace(yearWord.ReplaceAllString(timeOfDay.ReplaceAllString(s, ""), ""))
	if layout != "" {
		d, err := time.Parse(layout, s)
		if err != nil {
			return time.Time{}, errNoDate
		}
		return plausible(d)
	}
	if m := yearFirst.FindStringSubmatch(s); m != nil {
		return dayOf(m[1], m[2], m[3])
	}
	if m := dayFirst.FindStringSubmatch(s); m != nil {
		return dayOf(m[3], m[2], m[1])
	}
	return time.Time{}, errNoDate
}

func dayOf(year, month, day string) (time.Time, error) {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	if len(year) == 2 {
		y += 2000
		if y >= 2070 {
			y -= 100
		}
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if t.Day() != d || int(t.Month()) != m { // 31.02 would be the third of March
		return time.Time{}, errNoDate
	}
	return plausible(t)
}

func excelDay(s string, since1904 bool) (time.Time, error) {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || n < firstDay || n > lastDay {
		return time.Time{}, errNoDate
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if since1904 {
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return plausible(epoch.AddDate(0, 0, int(n)))
}

func plausible(t time.Time) (time.Time, error) {
	if t.Year() < 1940 || t.Year() > 2120 {
		return time.Time{}, errNoDate
	}
	return day(t), nil
}

// day is the date of t at midnight UTC.
func day(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// dateLayout turns DD.MM.YYYY into what package time wants. Russian and Ukrainian letters do as well.
func dateLayout(format string) (string, error) {
	if format == "" {
		return "", nil
	}
	layout := strings.NewReplacer(
		"YYYY", "2006", "ГГГГ", "2006", "РРРР", "2006", "YY", "06", "ГГ", "06", "РР", "06",
		"MM", "1", "ММ", "1", "DD", "2", "ДД", "2",
	).Replace(strings.ToUpper(strings.TrimSpace(format)))
	sample := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	back, err := time.Parse(layout, sample.Format(layout))
	if err != nil || !back.Equal(sample) || strings.ContainsFunc(layout, isLetter) {
		return "", fail.New(fail.Usage, "write it with DD, MM and YYYY, for instance DD.MM.YYYY or MM/DD/YYYY",
			"roster: date_format %q does not say where day, month and year are", format)
	}
	return layout, nil
}

func isLetter(r rune) bool { return !strings.ContainsRune("0126./- ", r) }

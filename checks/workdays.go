package checks

import (
	"slices"
	"time"
)

// longestWait bounds the days that are counted: after ten years the exact number says nothing more.
const longestWait = 3660

// workingDays counts the days after from up to and including to that are neither weekends nor
// holidays, written 01-02 for 2 January. A holiday on a weekend is taken on the Monday after it.
func workingDays(from, to time.Time, holidays []string) int {
	n := 0
	for i := 1; i <= longestWait; i++ {
		day := from.AddDate(0, 0, i)
		if day.After(to) {
			break
		}
		if !dayOff(day, holidays) {
			n++
		}
	}
	return n
}

func dayOff(day time.Time, holidays []string) bool {
	holiday := func(ago int) bool { return slices.Contains(holidays, day.AddDate(0, 0, -ago).Format("01-02")) }
	switch day.Weekday() {
	case time.Saturday, time.Sunday:
		return true
	case time.Monday:
		return holiday(0) || holiday(1) || holiday(2)
	}
	return holiday(0)
}

package checks

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestWorkingDays(t *testing.T) {
	newYear := []string{"01-01", "01-02", "01-03", "01-04", "01-05", "01-06", "01-07", "01-08", "03-08"}
	for _, c := range []struct {
		from, to string
		holidays []string
		want     int
	}{
		{"2026-11-16", "2026-11-16", nil, 0},
		{"2026-11-16", "2026-11-15", nil, 0},
		{"2026-11-16", "2026-11-20", nil, 4},
		{"2026-11-20", "2026-11-22", nil, 0},     // Friday to Sunday
		{"2026-11-21", "2026-11-23", nil, 1},     // Saturday to Monday
		{"2026-11-02", "2026-11-16", nil, 10},    // two weeks
		{"2025-12-31", "2026-01-12", newYear, 2}, // 9 and 12 January
		{"2026-03-06", "2026-03-10", newYear, 1}, // 8 March is a Sunday, so Monday is off
		{"1990-01-01", "2026-01-01", nil, 2614},
	} {
		from, _ := time.Parse(time.DateOnly, c.from)
		to, _ := time.Parse(time.DateOnly, c.to)
		assert.Equal(t, c.want, workingDays(from, to, c.holidays), "%s to %s", c.from, c.to)
	}
}

package main

import (
	"os"
	"strconv"
	"time"

	"github.com/crmaudit/crmaudit/internal/fail"
)

// clock is the moment of judgement: --now, else SOURCE_DATE_EPOCH, else zero, which stands for the time of the collection.
func clock(now string) (time.Time, error) {
	if now != "" {
		for _, form := range []string{time.RFC3339, time.DateOnly} {
			if t, err := time.Parse(form, now); err == nil {
				return t.UTC(), nil
			}
		}
		return time.Time{}, fail.New(fail.Usage, "write --now 2026-11-22 or --now 2026-11-22T09:00:00Z", "--now %q is not a moment", now)
	}
	if epoch := os.Getenv("SOURCE_DATE_EPOCH"); epoch != "" {
		n, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil {
			return time.Time{}, fail.New(fail.Usage, "write a whole number of seconds since 1970", "SOURCE_DATE_EPOCH is %q", epoch)
		}
		return time.Unix(n, 0).UTC(), nil
	}
	return time.Time{}, nil
}

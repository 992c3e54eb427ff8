package report

import (
	"time"

	"respons/internal/fault"
)

// Months fills in what was left out of a period: the last month is the present one, the first eleven before the last.
// fault.Invalid where they are no months such as 2026-11, or the last is before the first or more than ten years after.
func Months(from, to string, now time.Time) (first, last string, err error) {
	end := now
	if to != "" {
		if end, err = time.Parse("2006-01", to); err != nil {
			return "", "", fault.New(fault.Invalid, "to is no month such as 2026-11")
		}
	}
	begin := time.Date(end.Year(), end.Month()-11, 1, 0, 0, 0, 0, time.UTC)
	if from != "" {
		if begin, err = time.Parse("2006-01", from); err != nil {
			return "", "", fault.New(fault.Invalid, "from is no month such as 2026-01")
		}
	}
	if first, last = begin.Format("2006-01"), end.Format("2006-01"); last < first || end.Sub(begin) > 10*366*24*time.Hour {
		return "", "", fault.New(fault.Invalid, "the months must lie in order and within ten years")
	}
	return first, last, nil
}

// monthsUpTo lists the last n months up to one (2026-11), oldest first.
func monthsUpTo(last string, n int) (out []string) {
	at, err := time.Parse("2006-01", last)
	if err != nil {
		return nil
	}
	for i := n - 1; i >= 0; i-- {
		out = append(out, at.AddDate(0, -i, 0).Format("2006-01"))
	}
	return out
}

// monthsFrom lists the months from one to another, both included; none where the last is before the first.
func monthsFrom(first, last string) (out []string) {
	at, err := time.Parse("2006-01", first)
	for ; err == nil && at.Format("2006-01") <= last; at = at.AddDate(0, 1, 0) {
		out = append(out, at.Format("2006-01"))
	}
	return out
}

package report

import (
	"context"
	"time"
)

// Day is what happened on one day, or in the week that begins with it.
type Day struct {
	Date     time.Time // its first instant
	Received int64
	Mended   int64
	Over     int64 // ended in whatever way
	Late     int64 // deadlines that passed, of every clock
}

// Trend gives what happened in a branch on every day from one to another, both included.
func (b *Book) Trend(ctx context.Context, branch string, from, to time.Time) (out []Day, err error) {
	sheets := map[int]revised{}
	for day := dayOf(from, b.Zone); !day.After(to); day = day.AddDate(0, 0, 1) {
		s, ok := sheets[day.Year()]
		if !ok {
			if s, err = b.sums(ctx, daysID(branch, day.Year())); err != nil {
				return nil, err
			}
			sheets[day.Year()] = s
		}
		at := day.Format("01-02") + ":"
		out = append(out, Day{day, s.sums[at+received], s.sums[at+mended], s.sums[at+over], s.sums[at+late]})
	}
	return out, nil
}

// Weeks adds days up by weeks that begin on Monday. The first and the last may be shorter.
func Weeks(days []Day) (out []Day) {
	for _, d := range days {
		if len(out) == 0 || d.Date.Weekday() == time.Monday {
			out = append(out, Day{Date: d.Date})
		}
		w := &out[len(out)-1]
		w.Received, w.Mended, w.Over, w.Late = w.Received+d.Received, w.Mended+d.Mended, w.Over+d.Over, w.Late+d.Late
	}
	return out
}

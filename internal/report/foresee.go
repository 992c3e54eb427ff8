package report

import (
	"fmt"
	"time"

	"respons/internal/complaint"
	"respons/internal/reason"
)

// Why says why a complaint is foreseen to miss its deadline.
type Why struct {
	Rule  string  `json:"rule"`            // threshold or history
	Share float64 `json:"share,omitempty"` // history: which part of such complaints was mended in time, of those that were not by then
	Of    int64   `json:"of,omitempty"`    // history: how many there were
}

// Why something is foreseen.
const (
	ByThreshold = "threshold" // 80 % of a clock's time has passed, and nobody has begun
	ByHistory   = "history"   // such complaints were mostly late from there
)

// threshold is the part of a clock's time, in percent, after which somebody should have begun.
const threshold = 80

// enough is how many complaints must have been mended before their times say something.
const enough = 20

// foresee says from when a complaint is foreseen to miss a deadline, and why; zero: it is not. There are two rules; the
// one that speaks first counts.
//
// By threshold: a clock runs of which 80 % is over, and the complaint was not begun: nobody accepted it, or nobody
// started. 80 % is a step of the ladder, so what counts as time (working days, pauses) is the clock's own affair.
//
// By history: let F be which part of the agency's complaints of this category was mended within a time since receipt, and
// D the time from receipt to the deadline of resolve. Of those not mended after a time t the part that was mended by D is
//
//	P(T ≤ D | T > t) = (F(D) - F(t)) / (1 - F(t))
//
// which falls as t grows. The complaint is foreseen to be late from the t at which it falls below one half: where
// F(t) = 2 F(D) - 1, or from the start where F(D) < 1/2. Times are those of the calendar; the agency's own weekends are in
// its history. Complaints that are still open are not in it.
func foresee(c *complaint.Complaint, history Spread) (from time.Time, why *Why) {
	if begun := c.State == complaint.InProgress || c.State == complaint.Waiting; !begun {
		for _, k := range c.Clocks {
			for _, e := range c.Events {
				if e.Action == complaint.Step && e.Clock == k.Name && e.Nth == k.Assignment && e.Percent >= threshold && k.Stopped.IsZero() && (from.IsZero() || e.At.Before(from)) {
					from, why = e.At, &Why{Rule: ByThreshold}
				}
			}
		}
	}
	promised := c.Promised()
	if promised.IsZero() || !promised.After(c.Received) || history.All() < enough {
		return from, why
	}
	in := history.Share(promised.Sub(c.Received))
	if in >= 1 {
		return from, why
	}
	at, share := c.Received, in
	if in > .5 {
		t, ok := history.At(2*in - 1)
		if !ok {
			return from, why
		}
		at, share = at.Add(t), .5
	}
	if at = at.UTC().Truncate(time.Millisecond); from.IsZero() || at.Before(from) {
		return at, &Why{ByHistory, share, history.All()}
	}
	return from, why
}

// Reason says it in words.
func (w Why) Reason() reason.Reason {
	if w.Rule == ByThreshold {
		return reason.Reason{MS: "80 % daripada tempoh sudah berlalu dan tindakan belum bermula",
			EN: "80 % of the time is over and nobody has begun"}
	}
	share := int(w.Share*100 + .5)
	return reason.Reason{MS: fmt.Sprintf("daripada %d aduan seperti ini yang telah diselesaikan agensi, paling banyak %d %% yang belum selesai pada tahap ini siap dalam tempoh", w.Of, share),
		EN: fmt.Sprintf("of %d such complaints that the agency mended, at most %d %% of those not mended by this point were mended in time", w.Of, share)}
}

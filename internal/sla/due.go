package sla

import (
	"fmt"
	"math"
	"slices"
	"time"

	"respons/internal/reason"
)

// Pause is a time in which a clock stands still.
type Pause struct {
	From time.Time     `json:"from"`
	To   time.Time     `json:"to,omitzero"` // zero: it still lasts
	Why  reason.Reason `json:"why,omitzero"`
}

// Due is when a clock reaches percent of its target; 100 is the deadline. ok is false while a pause lasts, and for a
// target that is none. Pauses may come in any order and overlap.
//
// A wall target is reached when the unpaused time since start is percent of it. A working-day target of N is reached at
// the ceil(percent x N / 100)-th close of business, at least the first, after the local day of start, leaving out those
// that fall into a pause (SLA.md, "Wall targets", "Working-day targets", "Thresholds").
func (b *Book) Due(t Target, state string, start time.Time, pauses []Pause, percent int) (due time.Time, ok bool) {
	pauses = tidy(start, pauses)
	if lasts(pauses) {
		return time.Time{}, false
	}
	return b.reach(t, state, start, pauses, percent, nil)
}

// reach computes the instant, and tells see each step on the way to it. A pause that lasts is one without end: what was
// reached before it began was reached.
func (b *Book) reach(t Target, state string, start time.Time, pauses []Pause, percent int, see func(Step)) (time.Time, bool) {
	switch t.Kind {
	case Wall:
		return reachWall(t, start, pauses, percent, see)
	case WorkingDays:
		return b.reachDays(t, state, start, pauses, percent, see)
	}
	return time.Time{}, false
}

func reachWall(t Target, start time.Time, pauses []Pause, percent int, see func(Step)) (time.Time, bool) {
	left := share(t.Wall, percent)
	at := start.UTC()
	for i := range pauses {
		p := &pauses[i]
		running := p.From.Sub(at)
		if left <= running {
			break
		}
		if see != nil {
			see(Step{Date: DateOf(p.From), From: p.From.UTC(), To: p.To.UTC(), Why: paused(p.Why)})
		}
		if p.To.IsZero() {
			return time.Time{}, false
		}
		left -= running
		at = p.To.UTC()
	}
	return at.Add(left), true
}

// share is percent of a wall target, exactly. Past the 292 years that a Duration holds it stops there, as below zero it
// does at zero.
func share(wall time.Duration, percent int) time.Duration {
	percent = max(0, percent)
	if hundredth := int64(wall / 100); hundredth >= math.MaxInt64/int64(percent+1) {
		return math.MaxInt64
	}
	return wall/100*time.Duration(percent) + wall%100*time.Duration(percent)/100
}

func (b *Book) reachDays(t Target, state string, start time.Time, pauses []Pause, percent int, see func(Step)) (time.Time, bool) {
	c := b.calendar(state)
	need := max(1, (percent*t.Days+99)/100)
	next := 0 // the first pause that has not ended before the day in hand
	for d, n := DateOf(start)+1, 0; ; d++ {
		minutes, ok := c.closes(d)
		if !ok {
			if see != nil {
				_, why, _ := b.WorkingDay(state, d)
				see(Step{Date: d, Why: join(why)})
			}
			continue
		}
		closes := d.at(minutes)
		for next < len(pauses) && !pauses[next].To.IsZero() && !closes.Before(pauses[next].To) {
			next++
		}
		if next < len(pauses) && !closes.Before(pauses[next].From) {
			if see != nil {
				see(Step{Date: d, Close: closes, Why: paused(pauses[next].Why)})
			}
			if pauses[next].To.IsZero() {
				return time.Time{}, false
			}
			continue
		}
		n++
		if see != nil {
			see(Step{Date: d, Close: closes, Counted: true, N: n, Why: b.unknownYear(d)})
		}
		if n == need {
			return closes, true
		}
	}
}

// unknownYear warns where a day counts only because nobody knows the holidays of its year yet.
func (b *Book) unknownYear(d Date) reason.Reason {
	year := d.year()
	if b.years[year] {
		return reason.Reason{}
	}
	return reason.Reason{
		MS: fmt.Sprintf("cuti umum tahun %d belum diketahui", year),
		EN: fmt.Sprintf("the holidays of %d are not known yet", year),
	}
}

// paused is why a close of business or a time did not count, also where whoever paused the clock gave no reason.
func paused(why reason.Reason) reason.Reason {
	if why == (reason.Reason{}) {
		return reason.Reason{MS: "jam dihentikan sementara", EN: "the clock was paused"}
	}
	return why
}

// tidy sorts pauses, cuts off what lies before start or within an earlier pause, and drops what has no length left. Each
// keeps its reason.
func tidy(start time.Time, pauses []Pause) []Pause {
	if len(pauses) == 0 {
		return nil
	}
	sorted := slices.Clone(pauses)
	slices.SortStableFunc(sorted, func(a, b Pause) int { return a.From.Compare(b.From) })
	out := sorted[:0]
	free := start // the end of the pauses so far
	for _, p := range sorted {
		if p.From.Before(free) {
			p.From = free
		}
		if !p.To.IsZero() && !p.To.After(p.From) {
			continue
		}
		out = append(out, p)
		if p.To.IsZero() {
			break
		}
		free = p.To
	}
	return out
}

// lasts says whether the last of tidied pauses has no end.
func lasts(pauses []Pause) bool { return len(pauses) > 0 && pauses[len(pauses)-1].To.IsZero() }

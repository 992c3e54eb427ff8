package complaint

import (
	"context"
	"slices"
	"time"

	"respons/internal/sla"
)

// Explained is a clock with the derivation of its deadline and the steps of its ladder.
type Explained struct {
	Clock
	Explanation sla.Explanation
	Ladder      []Threshold
}

// Threshold is a step of the ladder as it applies to one clock.
type Threshold struct {
	sla.Rung
	At   time.Time // when it is or was reached; zero: not while a pause lasts
	Done bool      // it stands in the history
}

// Explain derives every deadline of a complaint by the code that computes it, with the calendars as they stand now. Of a
// clock that has stopped it tells when that would have been due.
func (u *Cases) Explain(ctx context.Context, c *Complaint) ([]Explained, error) {
	r, err := u.rules(ctx, c)
	if err != nil {
		return nil, err
	}
	var out []Explained
	for _, k := range r.clocks(c) {
		pauses := k.whileItRan()
		x := Explained{Clock: k, Explanation: r.Book.Explain(k.Target, k.State, k.Start, pauses, 100)}
		recorded := c.recorded(k)
		for _, g := range r.ladder(c, k) {
			at, _ := r.Book.Instant(sla.Running{Target: k.Target, State: k.State, Start: k.Start, Pauses: pauses}, g.Percent)
			x.Ladder = append(x.Ladder, Threshold{Rung: g, At: at, Done: recorded[g.Percent]})
		}
		out = append(out, x)
	}
	return out, nil
}

// whileItRan are the pauses without those that began when the clock had stopped for good.
func (k Clock) whileItRan() []sla.Pause {
	if k.Stopped.IsZero() {
		return k.Pauses
	}
	return slices.DeleteFunc(slices.Clone(k.Pauses), func(p sla.Pause) bool { return !p.From.Before(k.Stopped) })
}

// Run is how the clock stands: running, paused or stopped.
func (k Clock) Run() string {
	switch {
	case !k.Stopped.IsZero():
		return "stopped"
	case k.Due.IsZero():
		return "paused"
	}
	return "running"
}

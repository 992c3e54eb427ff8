package complaint

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Ring applies what has fallen due: thresholds of clocks that were passed, and the end of waiting for a citizen. Nothing
// due is nothing done, so a timer may ring early, late or twice. late is how long after its instant the first of them
// was applied; applied says whether anything was.
func (u *Cases) Ring(ctx context.Context, id string) (late time.Duration, applied bool, err error) {
	return u.ring(ctx, id, false)
}

// ring is Ring; with rewrite the complaint is stored and its timer asked for even if nothing was due.
func (u *Cases) ring(ctx context.Context, id string, rewrite bool) (late time.Duration, applied bool, err error) {
	c, err := u.changeBy(ctx, id, func(r Rules, c *Complaint, now time.Time) error {
		late, applied = 0, false
		c.Clocks = r.clocks(c)
		if at := c.expires(); !at.IsZero() && !now.Before(at) {
			late, applied = now.Sub(at), true
			return c.move(Expire, By{Actor: Actor{Role: System}}, now, nil)
		}
		passed, next := r.due(c, now)
		if err := c.pass(passed, now); err != nil {
			return err
		}
		for _, p := range passed {
			late, applied = max(late, now.Sub(p.At)), true
		}
		if i := slices.IndexFunc(passed, step.takesOver); i >= 0 && c.State.permits(TakeOver) {
			return c.takenOver(passed[i], now)
		}
		if !applied && !rewrite && next.Equal(c.NextTimer) {
			return errNothing
		}
		return nil
	})
	if err != nil {
		return 0, false, fmt.Errorf("ring %s: %w", id, err)
	}
	if rewrite && !c.NextTimer.IsZero() {
		u.Hints.Timer(ctx, c.ID, c.ClockRev, c.NextTimer) // it may be Redis that lost it
	}
	return late, applied, nil
}

// pass records thresholds that were passed.
func (c *Complaint) pass(passed []step, now time.Time) error {
	for _, p := range passed {
		if err := c.move(Step, By{Actor: Actor{Role: System}}, now, func(e *Event) {
			e.Clock, e.Percent, e.Due, e.Nth = p.Clock.Name, p.Rung.Percent, p.At, p.Clock.Assignment
			e.Tell, e.Hidden = p.Rung.Tell, p.Rung.Percent < 100
		}); err != nil {
			return err
		}
	}
	return nil
}

func (s step) takesOver() bool { return s.Rung.Action == "take_over" }

// takenOver moves a complaint from its agency to the desk, which decides anew. The citizen's clocks go on; accept starts
// afresh with the assignment that the desk makes.
func (c *Complaint) takenOver(s step, now time.Time) error {
	from, officer := c.Agency, c.Assignee
	c.Agency, c.Assignee, c.Bound = "", "", false
	return c.move(TakeOver, By{Actor: Actor{Role: System}}, now, func(e *Event) {
		e.Clock, e.Percent, e.Nth, e.Ref, e.Officer = s.Clock.Name, s.Rung.Percent, s.Clock.Assignment, from, officer
	})
}

// Told takes events off the list of those still to be told. The phone that the filing named is registered by then.
func (u *Cases) Told(ctx context.Context, id string, events ...string) error {
	_, err := u.change(ctx, id, func(c *Complaint, _ time.Time) error {
		told := map[string]bool{}
		for _, e := range events {
			told[e] = true
		}
		left := c.Untold[:0:0]
		for _, e := range c.Untold {
			if !told[e] {
				left = append(left, e)
			}
		}
		if len(left) == len(c.Untold) {
			return errNothing
		}
		c.Untold, c.Phone = left, nil
		return nil
	})
	if err != nil {
		return fmt.Errorf("told %s: %w", id, err)
	}
	return nil
}

package complaint

import (
	"context"
	"fmt"
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
	c, err := u.change(ctx, id, func(c *Complaint, now time.Time) (err error) {
		c.Clocks = u.Rules.clocks(c)
		if at := c.expires(); !at.IsZero() && !now.Before(at) {
			late, applied = now.Sub(at), true
			return c.move(Expire, By{Actor: Actor{Role: System}}, now, nil)
		}
		if late, applied, err = u.pass(c, now); err != nil || applied || rewrite {
			return err
		}
		if _, next := u.Rules.due(c, now); next.Equal(c.NextTimer) {
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

// pass records the thresholds that were passed by now. late is how long ago the first of them was.
func (u *Cases) pass(c *Complaint, now time.Time) (late time.Duration, applied bool, err error) {
	passed, _ := u.Rules.due(c, now)
	for _, p := range passed {
		late = max(late, now.Sub(p.At))
		if err := c.move(Step, By{Actor: Actor{Role: System}}, now, func(e *Event) {
			e.Clock, e.Percent, e.Due, e.Nth = p.Clock.Name, p.Rung.Percent, p.At, p.Clock.Assignment
			e.Tell, e.Hidden = p.Rung.Tell, p.Rung.Percent < 100
		}); err != nil {
			return 0, false, err
		}
	}
	return late, len(passed) > 0, nil
}

// Told takes events off the list of those still to be told.
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
		c.Untold = left
		return nil
	})
	if err != nil {
		return fmt.Errorf("told %s: %w", id, err)
	}
	return nil
}

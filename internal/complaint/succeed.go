package complaint

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Succeed hands an open complaint of an agency that acts no more to the one that acts in its place; of several, to the
// likeliest by the router, else to the first. Its state and all its clocks go on. The officer keeps it who moves along,
// which staff do to the first successor. One that a step of the ladder takes from the agency by now goes to the desk
// instead. A complaint that is not open, or not that agency's any more, is left as it is.
func (u *Cases) Succeed(ctx context.Context, id, from string, successors []string) error {
	_, err := u.changeBy(ctx, id, func(r Rules, c *Complaint, now time.Time) error {
		if c.Agency != from || !c.State.permits(Succeed) {
			return errNothing
		}
		passed, _ := r.due(c, now)
		if err := c.pass(passed, now); err != nil {
			return err
		}
		if i := slices.IndexFunc(passed, step.takesOver); i >= 0 && c.State.permits(TakeOver) {
			return c.takenOver(passed[i], now)
		}
		c.Agency = u.heir(c, successors)
		if c.Agency != successors[0] {
			c.Assignee = ""
		}
		return c.move(Succeed, By{Actor: Actor{Role: System}}, now, func(e *Event) { e.Ref = from })
	})
	if err != nil {
		return fmt.Errorf("hand %s to a successor: %w", id, err)
	}
	return nil
}

// heir chooses among successors.
func (u *Cases) heir(c *Complaint, successors []string) string {
	if len(successors) > 1 {
		for _, a := range u.Router.Route(c.Question()).Alternatives {
			if slices.Contains(successors, a.Agency) {
				return a.Agency
			}
		}
	}
	return successors[0]
}

package complaint

import (
	"context"
	"fmt"
	"time"

	"respons/internal/reason"
	"respons/internal/sla"
)

// Calendars gives the rules as they stand now: holidays are declared while the system runs, and classes change with the
// reference data.
type Calendars interface {
	// Rules gives the newest rules this process knows of. seen is the highest revision the caller has met: rules older
	// than that are looked up anew.
	Rules(ctx context.Context, seen int64) (Rules, error)
	// Moved is told of changes that moved a deadline of one complaint, once that is stored.
	Moved(ctx context.Context, changes []Change)
}

// Edition numbers the changes of calendars and classes by state. The zero Edition has never changed.
type Edition struct {
	Revision func(state string) int64               // of the latest change that concerns a state; 0: none
	Since    func(state string, rev int64) []Change // the changes after rev, oldest first
}

// Change is one change of a calendar or of the classes.
type Change struct {
	Rev  int64         `json:"rev"`
	Kind ChangeKind    `json:"kind"`
	Ref  string        `json:"ref,omitempty"`  // id of the holiday
	Date sla.Date      `json:"date,omitempty"` // of the holiday
	Name reason.Reason `json:"name,omitzero"`  // of the holiday
}

// ChangeKind is why deadlines may move.
type ChangeKind string

// The kinds of change.
const (
	HolidayDeclared  ChangeKind = "holiday_declared"
	HolidayWithdrawn ChangeKind = "holiday_withdrawn"
	ClassesChanged   ChangeKind = "classes_changed" // classes, weekends, office hours or holidays of the reference data
)

// Moved is a deadline that moved while its clock ran.
type Moved struct {
	Clock sla.ClockName `json:"clock"`
	From  time.Time     `json:"from"`
	To    time.Time     `json:"to"`
}

func (e Edition) revision(state string) int64 {
	if e.Revision == nil {
		return 0
	}
	return e.Revision(state)
}

// rules gives those to compute c with.
func (u *Cases) rules(ctx context.Context, c *Complaint) (Rules, error) {
	if u.Calendars == nil {
		return u.Rules, nil
	}
	r, err := u.Calendars.Rules(ctx, 0)
	if office := c.office(); err == nil && office != "" && c.Calendar > r.revision(office) {
		r, err = u.Calendars.Rules(ctx, c.Calendar)
	}
	if err != nil {
		return r, fmt.Errorf("calendars: %w", err)
	}
	return r, nil
}

// office is the state whose calendar the running clocks of c were computed with; empty: none runs.
func (c *Complaint) office() string {
	for _, k := range c.Clocks {
		if k.Stopped.IsZero() {
			return k.State
		}
	}
	return ""
}

// catchUp computes the clocks of c anew where its calendar or class changed since they were computed, and leaves a note
// in the history where a deadline moved: the new due times and why. A breach that was recorded stays one. behind says
// whether there was anything to catch up with, changes what moved a deadline.
func (r Rules) catchUp(c *Complaint, now time.Time) (behind bool, changes []Change, err error) {
	office := c.office()
	if office == "" || c.Calendar >= r.revision(office) {
		return false, nil, nil
	}
	before := c.Clocks
	c.Clocks = r.clocks(c)
	deadlines := moved(before, c.Clocks)
	if len(deadlines) == 0 {
		return true, nil, nil
	}
	changes = r.Since(office, c.Calendar)
	return true, changes, c.move(Recompute, By{Actor: Actor{Role: System}}, now, func(e *Event) {
		e.Moved, e.Changes, e.Hidden, e.Due = deadlines, changes, true, deadlines[0].To
		last := changes[len(changes)-1]
		e.Reason, e.Ref = string(last.Kind), last.Ref
		for _, d := range deadlines {
			if d.Clock != sla.Accept { // accept is between the agency and the system
				e.Due, e.Hidden = d.To, false // resolve comes last: it is what the citizen was promised
			}
		}
	})
}

// moved compares the deadlines of clocks that ran before a change and run after it.
func moved(before, after []Clock) (out []Moved) {
	for _, b := range before {
		for _, a := range after {
			if a.Name == b.Name && a.Assignment == b.Assignment && a.Stopped.IsZero() && b.Stopped.IsZero() &&
				!a.Due.IsZero() && !b.Due.IsZero() && !a.Due.Equal(b.Due) {
				out = append(out, Moved{Clock: a.Name, From: b.Due, To: a.Due})
			}
		}
	}
	return out
}

// Recompute brings the deadlines of a complaint up to date with its calendar and class; again is harmless.
func (u *Cases) Recompute(ctx context.Context, id string) error {
	if _, err := u.change(ctx, id, func(*Complaint, time.Time) error { return errNothing }); err != nil {
		return fmt.Errorf("recompute %s: %w", id, err)
	}
	return nil
}

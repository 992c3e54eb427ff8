package complaint

import (
	"context"
	"time"

	"respons/internal/fault"
)

// Accept makes the officer the assignee and stops the accept clock. A note, if any, is the first answer to the citizen.
func (u *Cases) Accept(ctx context.Context, id, note string, by By) (*Complaint, error) {
	return u.act(ctx, id, Accept, by, accepts(by, note))
}

// accepts makes whoever accepts the assignee. Where that is the agency's own system nobody is: its officers all are told.
func accepts(by By, note string) fill {
	return func(c *Complaint, e *Event) error {
		if c.Assignee = by.Actor.ID; by.Actor.Machine {
			c.Assignee = ""
		}
		e.Note = note
		return nil
	}
}

// Return says that the complaint is not this agency's. It is routed anew, or goes to the desk once too many agencies
// have returned it; the citizen's clock goes on. fault.Conflict where the desk's decision binds.
func (u *Cases) Return(ctx context.Context, id, reason string, by By) (*Complaint, error) {
	c, err := u.Store.ByID(ctx, id)
	if err != nil {
		return nil, err
	}
	act := c.sendsBack()
	return u.act(ctx, id, act, by, returns(act, reason))
}

// sendsBack is the move of an agency that returns the complaint now.
func (c *Complaint) sendsBack() Action {
	if c.Hops >= hopBudget {
		return Bounce
	}
	return Return
}

func returns(act Action, reason string) fill {
	return func(c *Complaint, e *Event) error {
		if c.Bound {
			return fault.New(fault.Conflict, "the desk decided that %s must act on this complaint; ask the desk, or transfer it after accepting", c.Agency)
		}
		if act == Return && c.Hops >= hopBudget {
			return fault.New(fault.Stale, "the complaint was returned by somebody else meanwhile; please look again")
		}
		c.Hops++
		c.Agency, c.Assignee = "", ""
		e.Reason = reason
		return needs(reason, "reason", "say why it is not yours, and whose it is if you know")
	}
}

// Start says that work has begun.
func (u *Cases) Start(ctx context.Context, id, note string, by By) (*Complaint, error) {
	return u.act(ctx, id, Start, by, notes(note))
}

// Ask puts a question to the citizen; the citizen's clocks pause until the answer, for 14 days at the most.
func (u *Cases) Ask(ctx context.Context, id, question string, by By) (*Complaint, error) {
	return u.act(ctx, id, Ask, by, tells(question, "write the question to the citizen"))
}

// tells adds what the citizen must be told; why asks for it where it is missing.
func tells(note, why string) fill {
	return func(_ *Complaint, e *Event) error {
		e.Note = note
		return needs(note, "note", why)
	}
}

// Reply writes to the citizen without changing the state.
func (u *Cases) Reply(ctx context.Context, id, note string, by By) (*Complaint, error) {
	return u.act(ctx, id, Reply, by, tells(note, "write the message to the citizen"))
}

// MadeSafe records that the danger is removed, though the repair may take longer.
func (u *Cases) MadeSafe(ctx context.Context, id, note string, by By) (*Complaint, error) {
	return u.act(ctx, id, MadeSafe, by, notes(note))
}

// notes adds what the citizen is told, which may be nothing.
func notes(note string) fill {
	return func(_ *Complaint, e *Event) error { e.Note = note; return nil }
}

const whatWasDone = "tell the citizen what was done"

// Resolve says that the matter is mended. The citizen may object for 14 days.
func (u *Cases) Resolve(ctx context.Context, id, note string, by By) (*Complaint, error) {
	return u.ResolveCause(ctx, id, note, "", by)
}

// ResolveCause is Resolve with the code of what had caused the matter, so that causes can be counted; fault.Invalid where
// the category has no such cause. An empty cause says nothing.
func (u *Cases) ResolveCause(ctx context.Context, id, note, cause string, by By) (*Complaint, error) {
	return u.act(ctx, id, Resolve, by, func(c *Complaint, e *Event) error {
		if cause != "" && (u.Causes == nil || !u.Causes(c.Category, cause)) {
			return fault.New(fault.Invalid, "the category %s has no cause %q; GET /v1/staff/complaints/%s/choices lists them", c.Category, cause, c.Number)
		}
		e.Note, e.Cause = note, cause
		return needs(note, "note", whatWasDone)
	})
}

// Transfer hands an accepted complaint to another agency. The accept clock starts afresh there, the citizen's goes on.
func (u *Cases) Transfer(ctx context.Context, id, agency, reason string, by By) (*Complaint, error) {
	return u.act(ctx, id, Transfer, by, func(c *Complaint, e *Event) error {
		switch {
		case !u.Register.Known(agency):
			return unknownAgency(agency)
		case agency == c.Agency:
			return fault.New(fault.Conflict, "the complaint is with %s already", agency)
		}
		c.Agency, c.Assignee, c.Bound = agency, "", false
		e.Reason, e.Ref = reason, agency
		return needs(reason, "reason", "say why the other agency must act")
	})
}

// Extend grants time: the citizen's clocks pause until the given instant, at most 90 days ahead.
func (u *Cases) Extend(ctx context.Context, id string, until time.Time, reason string, by By) (*Complaint, error) {
	return u.act(ctx, id, Extend, by, func(_ *Complaint, e *Event) error {
		until = until.UTC().Truncate(time.Millisecond)
		if !until.After(e.At) || until.Sub(e.At) > 90*24*time.Hour {
			return fault.New(fault.Invalid, "until must lie in the next 90 days")
		}
		e.Until, e.Reason = until, reason
		return needs(reason, "reason", "say why more time is needed; the citizen sees it")
	})
}

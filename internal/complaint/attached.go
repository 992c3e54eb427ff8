package complaint

import (
	"context"
	"fmt"
	"slices"
	"time"

	"respons/internal/fault"
)

// Attached is a photo, video, sound or document that belongs to the complaint and can be looked at. To attach is no move:
// it leaves clocks and state alone, so it is kept beside the events and not among them.
type Attached struct {
	ID    string    `json:"id"`
	Kind  string    `json:"kind"`            // photo, video, audio, document
	By    Role      `json:"by"`              // who sent it
	At    time.Time `json:"at"`              // since when it can be looked at, UTC
	Filed bool      `json:"filed,omitempty"` // it came with the filing
}

// Attach adds what was sent to the complaint; again is harmless.
func (u *Cases) Attach(ctx context.Context, id string, a Attached) error {
	_, err := u.change(ctx, id, func(c *Complaint, _ time.Time) error {
		if slices.ContainsFunc(c.Attachments, func(x Attached) bool { return x.ID == a.ID }) {
			return errNothing
		}
		c.Attachments = append(c.Attachments, a)
		return nil
	})
	if err != nil {
		return fmt.Errorf("attach to %s: %w", id, err)
	}
	return nil
}

// Joint takes attachments off the list of those that the filing named and that do not know of the complaint yet.
func (u *Cases) Joint(ctx context.Context, id string, attachments ...string) error {
	_, err := u.change(ctx, id, func(c *Complaint, _ time.Time) error {
		left := slices.DeleteFunc(slices.Clone(c.Named), func(x string) bool { return slices.Contains(attachments, x) })
		if len(left) == len(c.Named) {
			return errNothing
		}
		c.Named = left
		return nil
	})
	if err != nil {
		return fmt.Errorf("join attachments to %s: %w", id, err)
	}
	return nil
}

// Detach takes every attachment off the complaint.
func (u *Cases) Detach(ctx context.Context, id string) error {
	_, err := u.change(ctx, id, func(c *Complaint, _ time.Time) error {
		if len(c.Attachments)+len(c.Named) == 0 {
			return errNothing
		}
		c.Attachments, c.Named = nil, nil
		return nil
	})
	if err != nil {
		return fmt.Errorf("detach from %s: %w", id, err)
	}
	return nil
}

// attachers are the roles that add to a complaint they see.
var attachers = []Role{CitizenRole, Officer, Supervisor, Desk}

// MayAttach is nil where the actor may add to the complaint; fault.NotFound where they may not know of it,
// fault.Forbidden where their role adds nothing, fault.Conflict where the complaint is over.
func (u *Cases) MayAttach(a Actor, c *Complaint) error {
	if err := u.Sees(a, c); err != nil {
		return err
	}
	switch {
	case !slices.Contains(attachers, a.Role):
		return fault.New(fault.Forbidden, "the role %s adds nothing to a complaint", a.Role)
	case c.State == Merged:
		return fault.New(fault.Conflict, "this complaint became part of %s; add to that one", c.Merged.Into)
	case !c.State.Open() && c.State != Resolved:
		return fault.New(fault.Conflict, "nothing can be added to a complaint that is %s", c.State)
	}
	return nil
}

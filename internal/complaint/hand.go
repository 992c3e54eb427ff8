package complaint

import (
	"context"
	"errors"

	"respons/internal/fault"
)

// Hand makes a member of the complaint's agency its assignee: a supervisor gives it, an officer takes it or hands it on.
// State and clocks stay. fault.Invalid where the other does not work there or may not see it, fault.Conflict where they
// have it already.
func (u *Cases) Hand(ctx context.Context, id, to, reason string, by By) (*Complaint, error) {
	var other Actor
	if u.Staff != nil && to != "" {
		var err error
		if other, err = u.Staff.Works(ctx, to); err != nil && !errors.Is(err, fault.NotFound) {
			return nil, err
		}
	}
	return u.act(ctx, id, Hand, by, func(c *Complaint, e *Event) error {
		switch {
		case other.ID == "" || other.Agency != c.Agency || other.Role != Officer && other.Role != Supervisor || c.Secret && !other.Cleared:
			f := fault.New(fault.Invalid, "only an officer or supervisor of %s who may see the complaint can have it; GET /v1/staff/colleagues?agency=%s lists them", c.Agency, c.Agency)
			f.Fields = []fault.Field{{Path: "body.officer", Text: f.Detail}}
			return f
		case c.Assignee == other.ID:
			return fault.New(fault.Conflict, "they have the complaint already")
		}
		c.Assignee = other.ID
		e.Officer, e.Reason, e.Hidden = other.ID, reason, true // who of the agency has it is not the citizen's affair
		return nil
	})
}

// Moves counts what people and the router did to the complaint: what whoever looked before would want to know of. Steps of
// clocks and moved deadlines are not among them.
func (c *Complaint) Moves() int {
	n := 0
	for _, e := range c.Events {
		if e.Action != Step && e.Action != Recompute {
			n++
		}
	}
	return n
}

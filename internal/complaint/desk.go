package complaint

import (
	"context"

	"respons/internal/fault"
)

// hopBudget is how many agencies may send a complaint back before the desk decides for good.
const hopBudget = 2

// Binds says whether the desk's next decision binds the agency, after so many returns.
func Binds(hops int) bool { return hops > hopBudget }

// Assign is the desk's decision on a complaint in triage. After hopBudget returns it binds the agency.
func (u *Cases) Assign(ctx context.Context, id, agency, category, reason string, by By) (*Complaint, error) {
	return u.act(ctx, id, Assign, by, func(c *Complaint, e *Event) error {
		if !u.Register.Known(agency) {
			return unknownAgency(agency)
		}
		if category != "" {
			class, secret, err := u.Catalogue.Filing(category)
			if err != nil {
				return err
			}
			c.Category, c.Class, c.Secret = category, class, secret
		}
		c.Agency, c.Assignee, c.Bound = agency, "", Binds(c.Hops)
		e.Reason, e.Ref, e.Category = reason, agency, category
		return nil
	})
}

// Reject closes a complaint that is nobody's here; reason is the code, note tells the citizen whom to ask instead.
func (u *Cases) Reject(ctx context.Context, id, reason, note string, by By) (*Complaint, error) {
	return u.act(ctx, id, Reject, by, func(_ *Complaint, e *Event) error {
		e.Reason, e.Note = reason, note
		return needs(note, "note", "tell the citizen whom to ask instead")
	})
}

// Merge makes a complaint part of another about the same matter; its clocks stop and its citizen follows the other.
func (u *Cases) Merge(ctx context.Context, id, into string, by By) (*Complaint, error) {
	c, err := u.Store.ByID(ctx, id)
	if err != nil {
		return nil, err
	}
	if done, err := c.repeated(by.Request); done || err != nil {
		return c, err
	}
	if err := u.permit(by.Actor, MergeIn, c); err != nil {
		return nil, err // before a word about the other complaint
	}
	target, err := u.Store.ByNumber(ctx, into)
	if err != nil {
		return nil, err
	}
	if err := u.Sees(by.Actor, target); err != nil {
		return nil, err
	}
	return u.act(ctx, id, MergeIn, by, func(c *Complaint, e *Event) error {
		switch {
		case target.ID == c.ID:
			return fault.New(fault.Conflict, "a complaint cannot be merged into itself")
		case target.State == Merged:
			return fault.New(fault.Conflict, "%s is itself merged into %s; merge into that one", target.Number, target.Merged.Into)
		}
		c.Merged = &Merge{Into: target.Number, Before: e.From}
		e.Ref = target.Number
		return nil
	})
}

// Unmerge takes a merge back: the state and the clocks are as if it had never been.
func (u *Cases) Unmerge(ctx context.Context, id, reason string, by By) (*Complaint, error) {
	return u.act(ctx, id, Unmerge, by, func(c *Complaint, e *Event) error {
		e.Reason, e.Ref = reason, c.Merged.Into
		c.Merged = nil
		return nil
	})
}

func unknownAgency(code string) error {
	return fault.New(fault.Invalid, "there is no agency %q in the register; GET /v1/agencies lists the codes", code)
}

func needs(value, field, why string) error {
	if wrong := Plain(value, MaxText); wrong != "" {
		f := fault.New(fault.Invalid, "%s %s: %s", field, wrong, why)
		f.Fields = []fault.Field{{Path: "body." + field, Text: wrong + ": " + why}}
		return f
	}
	return nil
}

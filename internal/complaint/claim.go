package complaint

import (
	"context"
	"fmt"
	"time"

	"respons/internal/fault"
)

// Claim makes a guest's complaint that of an account; again is harmless. What the guest typed was sealed under a key of
// this complaint alone: reseal gives it sealed under the account's. fault.Conflict where it is another account's by now.
func (u *Cases) Claim(ctx context.Context, id, account string, reseal func(field string, sealed []byte) ([]byte, error)) (*Complaint, error) {
	c, err := u.change(ctx, id, func(c *Complaint, _ time.Time) error {
		if c.Citizen == account {
			return errNothing
		}
		if !c.Guest() {
			return fault.New(fault.Conflict, "this complaint has an account already")
		}
		return c.claim(account, reseal)
	})
	if err != nil {
		return nil, fmt.Errorf("claim %s: %w", id, err)
	}
	return c, nil
}

func (c *Complaint) claim(account string, reseal func(field string, sealed []byte) ([]byte, error)) (err error) {
	guest := c.Citizen
	if c.Original != nil {
		if c.Original, err = reseal(OriginalField(c.ID), c.Original); err != nil {
			return err
		}
	}
	for i := range c.Events {
		e := &c.Events[i]
		if e.Actor.ID == guest {
			e.Actor.ID = account
		}
		if e.Typed != nil {
			if e.Typed, err = reseal(NoteField(c.ID), e.Typed); err != nil {
				return err
			}
		}
	}
	c.Citizen = account
	return nil
}

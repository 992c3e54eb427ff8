package amend

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"respons/internal/complaint"
	"respons/internal/fault"
)

// Withdraw gives up an amendment before it is approved, or an approved one whose day has not come or that cannot count.
// Again is harmless. fault.Forbidden for another's draft; fault.Conflict where it counts already, for what undoes that is
// another amendment, and where a later one needs it.
func (d *Desk) Withdraw(ctx context.Context, id string, by complaint.Actor) (*Amendment, error) {
	a, err := d.ByID(ctx, id)
	if err != nil || a.State == Withdrawn {
		return a, err
	}
	if a.State == Draft && a.Author != by.ID {
		return nil, fault.New(fault.Forbidden, "this draft is another administrator's, who has not submitted it")
	}
	act := Act{By: by.ID, At: d.now()}
	if a.State == Approved {
		var kept error // why it cannot be withdrawn
		err := d.enter(ctx, func(l *ledger) bool {
			e := l.find(id)
			if e != nil && e.Withdrawn == nil {
				kept = d.needed(ctx, l, *e)
			}
			switch {
			case kept != nil || e != nil && e.Withdrawn != nil:
				return false
			case e == nil: // its approval was cut off, or is under way: it must not be completed any more
				l.Entries = append(l.Entries, entry{ID: id, From: a.counts(d.today()), Approval: *a.Approval, Withdrawn: &act})
			default:
				e.Withdrawn = &act
			}
			return true
		})
		if err = cmp.Or(err, kept); err != nil {
			return nil, err
		}
	}
	a.State, a.Changed, a.Withdrawn, a.Untold = Withdrawn, act.At, &act, nil
	if err := d.store(ctx, a); errors.Is(err, fault.Stale) {
		return nil, fault.New(fault.Conflict, "the amendment was changed meanwhile; look at it again")
	} else if err != nil {
		return nil, fmt.Errorf("withdraw amendment %s: %w", id, err)
	}
	return a, nil
}

// needed says why an approved amendment cannot be withdrawn; nil: it can.
func (d *Desk) needed(ctx context.Context, l *ledger, e entry) error {
	if e.From <= d.today() {
		standing, err := d.build(ctx, l.on(d.today()), "")
		if err != nil {
			return err
		}
		if slices.ContainsFunc(standing.Aside(), func(x Laid) bool { return x.ID == e.ID }) {
			return nil
		}
		return fault.New(fault.Conflict, "the amendment counts already; go back to an earlier version instead")
	}
	was, err := d.build(ctx, l.on(l.last()), "")
	if err != nil {
		return err
	}
	is, err := d.build(ctx, l.on(l.last()), e.ID)
	if err != nil {
		return err
	}
	if broken := newlyAside(was, is); len(broken) > 0 {
		return fault.New(fault.Conflict, "the approved amendment %s could not count without this one; withdraw that one first", broken[0])
	}
	return nil
}

package amend

import (
	"context"
	"errors"
	"fmt"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/sla"
)

// Submit asks for the approval of a draft; fault.Conflict where it has mistakes, changes nothing, gives no
// reason, or takes an agency out on which something hangs.
func (d *Desk) Submit(ctx context.Context, id string, by complaint.Actor) (*Amendment, error) {
	a, err := d.ByID(ctx, id)
	if err != nil {
		return nil, err
	}
	if a.State == Submitted && a.Author == by.ID {
		return a, nil
	}
	if err := d.ready(ctx, a); err != nil {
		return nil, err
	}
	a, err = d.change(ctx, id, a.Rev, by, func(a *Amendment) error {
		a.State = Submitted
		a.answer(a.Changed)
		a.Untold = &News{What: WasSubmitted, Act: Act{By: by.ID, At: a.Changed}}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return d.tell(ctx, a), nil
}

// ready says what keeps an amendment from being approved; fault.Conflict.
func (d *Desk) ready(ctx context.Context, a *Amendment) error {
	switch {
	case len(a.Changes) == 0:
		return fault.New(fault.Conflict, "the amendment changes nothing yet")
	case a.Reason == "":
		return fault.New(fault.Conflict, "say why the amendment is made")
	}
	v, err := d.Check(ctx, a)
	switch {
	case err != nil:
		return err
	case v.Aside != "":
		return fault.New(fault.Conflict, "%s", v.Aside)
	case len(v.Wrong) > 0:
		return fault.New(fault.Conflict, "there are %d mistakes, the first: %s", len(v.Wrong), v.Wrong[0].Error())
	case len(v.Breaks) > 0:
		return fault.New(fault.Conflict, "the approved amendment %s waits for its day and could not count after this one; withdraw that one first", v.Breaks[0])
	}
	return d.keeps(ctx, a)
}

// Approve lets an amendment count, as it stands at the revision that the approver has seen; own says whether the author may
// approve it. fault.Forbidden; fault.Conflict where it was changed meanwhile, has mistakes, or stands no more to be
// approved. Again is harmless. One approval that was cut off is completed by the next: what was approved meanwhile counts
// before it, so it is checked anew and counts from that day at the earliest.
func (d *Desk) Approve(ctx context.Context, id string, rev int64, by complaint.Actor, own bool) (*Amendment, error) {
	a, err := d.ByID(ctx, id)
	if err != nil {
		return nil, err
	}
	switch {
	case a.Author == by.ID && !own:
		return nil, fault.New(fault.Forbidden, "another administrator must approve it; submit it")
	case a.Author != by.ID && a.State == Draft:
		return nil, fault.New(fault.Conflict, "its author has not submitted it yet")
	case a.State == Withdrawn:
		return nil, errWithdrawn
	case a.State != Approved && rev != a.Rev:
		return nil, errChanged
	}
	before := *a
	for range tries {
		l, err := readLedger(ctx, d.Engine)
		if err != nil {
			return nil, err
		}
		if e := l.find(id); e != nil { // a repeat, or somebody was faster
			return a, e.stands()
		}
		// Checked each time: what was approved meanwhile may leave no room for it.
		if err := d.ready(ctx, a); err != nil {
			return nil, errors.Join(err, d.unapprove(ctx, a, &before))
		}
		if a.State != Approved {
			if err := d.approved(ctx, a, by); err != nil {
				return nil, err
			}
		}
		l.Entries = append(l.Entries, entry{ID: id, From: a.counts(d.today()), Approval: *a.Approval})
		switch err := writeLedger(ctx, d.Engine, l); {
		case err == nil:
			return d.tell(ctx, a), nil
		case !errors.Is(err, fault.Stale):
			return a, err
		}
	}
	return nil, errBusy
}

var errChanged = fault.New(fault.Conflict, "the amendment was changed after you saw it; look at it again")

var errBusy = fault.New(fault.Unavailable, "too many people approve amendments at once; please try again")

// approved stores who approved it: the first of the two writes.
func (d *Desk) approved(ctx context.Context, a *Amendment, by complaint.Actor) error {
	now := d.now()
	a.State, a.Changed, a.Approval, a.Untold = Approved, now, &Act{By: by.ID, At: now}, nil
	if by.ID != a.Author {
		a.Untold = &News{What: WasApproved, Act: *a.Approval}
	}
	if a.From != 0 && a.From < d.today() {
		a.From = d.today() // its day passed while it waited: nothing counts from a day that is over
	}
	if err := d.store(ctx, a); errors.Is(err, fault.Stale) {
		return errChanged
	} else if err != nil {
		return fmt.Errorf("approve amendment %s: %w", a.ID, err)
	}
	return nil
}

// unapprove takes an approval back that was not entered into the ledger, and leaves alone what this call did not approve.
func (d *Desk) unapprove(ctx context.Context, a, before *Amendment) error {
	if a.State == before.State {
		return nil
	}
	a.State, a.Approval, a.Untold = before.State, nil, before.Untold
	return d.store(ctx, a)
}

var errWithdrawn = fault.New(fault.Conflict, "the amendment was withdrawn")

// stands is nil unless the amendment was withdrawn.
func (e *entry) stands() error {
	if e.Withdrawn != nil {
		return errWithdrawn
	}
	return nil
}

// enter changes the ledger unless do finds nothing to do; whoever is slower begins again.
func (d *Desk) enter(ctx context.Context, do func(*ledger) bool) error {
	for range tries {
		l, err := readLedger(ctx, d.Engine)
		if err != nil || !do(l) {
			return err
		}
		if err := writeLedger(ctx, d.Engine, l); !errors.Is(err, fault.Stale) {
			return err
		}
	}
	return errBusy
}

// Counting says from which day an approved amendment counts; ok is false where it is not in the ledger, or was withdrawn.
func (d *Desk) Counting(ctx context.Context, id string) (from sla.Date, ok bool, err error) {
	l, err := readLedger(ctx, d.Engine)
	if err != nil {
		return 0, false, err
	}
	e := l.find(id)
	if e == nil || e.Withdrawn != nil {
		return 0, false, nil
	}
	return e.From, true, nil
}

// InForce gives the amendments that count at an instant, in the order in which they began to, and a mark of them: another
// mark, another list.
func (d *Desk) InForce(ctx context.Context, at time.Time) (list []*Amendment, mark string, err error) {
	l, err := readLedger(ctx, d.Engine)
	if err != nil {
		return nil, "", err
	}
	entries := l.on(sla.DateOf(at))
	list, err = d.amendments(ctx, entries, "")
	return list, fmt.Sprintf("%d of %d", len(entries), l.rev), err
}

// Mark is that of InForce alone, which costs one read.
func (d *Desk) Mark(ctx context.Context, at time.Time) (string, error) {
	l, err := readLedger(ctx, d.Engine)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d of %d", len(l.on(sla.DateOf(at))), l.rev), nil
}

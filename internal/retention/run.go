package retention

import (
	"context"
	"errors"
	"fmt"
	"time"

	"respons/internal/audit"
	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/reporter"
	"respons/internal/store"
)

// propose is how often lists are made.
const propose = 24 * time.Hour

// step is after how many complaints it is noted how far a list is carried out.
const step = 25

// Round carries out the lists that are approved, and once a day makes new ones.
func (d *Disposals) Round(ctx context.Context) error {
	err := d.Once(ctx)
	now := d.now()
	if now.Sub(d.proposed) < propose {
		return err
	}
	n, failed := d.Propose(ctx)
	if failed == nil {
		d.proposed = now
	}
	if n > 0 {
		d.Log.InfoContext(ctx, "disposal lists wait for approval", "lists", n)
	}
	return errors.Join(err, failed)
}

// Once carries out what is approved. Whoever was cut off is followed by the next round; two at once do no harm.
func (d *Disposals) Once(ctx context.Context) error {
	list, _, err := d.find(ctx, store.Query{Index: "state", Equal: []any{string(Approved)}})
	if err != nil {
		return err
	}
	var errs []error
	for _, x := range list {
		errs = append(errs, d.carryOut(ctx, x))
	}
	if f, ok := d.Engine.(store.Scrubber); ok && len(list) > 0 {
		errs = append(errs, f.Scrub(ctx))
	}
	return errors.Join(errs...)
}

func (d *Disposals) carryOut(ctx context.Context, x *Disposal) error {
	by := complaint.Actor{Role: complaint.Administrator, ID: x.Approval.By}
	done := 0
	for i := range x.Items {
		item := &x.Items[i]
		if item.Outcome != "" {
			continue
		}
		var err error
		if item.Outcome, err = d.dispose(ctx, item, by); err != nil {
			return fmt.Errorf("dispose of %s: %w", item.ID, err)
		}
		if done++; done%step == 0 {
			if err := d.replace(ctx, x); err != nil {
				return ours(err)
			}
		}
	}
	x.State, x.Finished = Done, d.now()
	return ours(d.replace(ctx, x))
}

// ours is nil where another process carries out the same list: it notes the same.
func ours(err error) error {
	if errors.Is(err, fault.Stale) {
		return nil
	}
	return err
}

// dispose destroys one complaint, unless something speaks against it by now. The complaint goes last, so that what belongs
// to it is found again by whoever goes on.
func (d *Disposals) dispose(ctx context.Context, item *Item, by complaint.Actor) (Outcome, error) {
	c, outcome, err := d.stands(ctx, item)
	if c == nil {
		return outcome, err
	}
	act := reporter.Act{By: by, Action: audit.DisposalDestroy, Object: reporter.Complaint(c)}
	err = d.Audit(ctx, act, func() error {
		for {
			if err := d.destroy(ctx, c); !errors.Is(err, fault.Stale) {
				return err
			}
			if c, outcome, err = d.stands(ctx, item); c == nil {
				if err == nil && outcome != Disposed {
					err = errKept
				}
				return err
			}
		}
	})
	if errors.Is(err, errKept) {
		return outcome, nil
	}
	return Disposed, err
}

// errKept ends the disposal of a complaint to which something happened at the same moment.
var errKept = fault.New(fault.Conflict, "the complaint is kept")

// stands gives the complaint if it is to be destroyed, else what became of it.
func (d *Disposals) stands(ctx context.Context, item *Item) (*complaint.Complaint, Outcome, error) {
	c, err := d.Cases.Store.ByID(ctx, item.ID)
	if errors.Is(err, fault.NotFound) {
		return nil, Disposed, nil
	}
	if err != nil {
		return nil, "", err
	}
	if c.Ended().IsZero() || !c.Ended().Equal(item.Ended) {
		return nil, Active, nil
	}
	held, err := d.Held(ctx, c)
	switch {
	case err != nil:
		return nil, "", err
	case held:
		return nil, Held, nil
	}
	return c, "", nil
}

// destroy is fault.Stale where something happened to the complaint meanwhile.
func (d *Disposals) destroy(ctx context.Context, c *complaint.Complaint) error {
	for _, also := range append(d.Also, d.Cases.LeaveAlone) {
		if err := also(ctx, c.ID); err != nil {
			return err
		}
	}
	if c.Guest() {
		if err := d.Guest(ctx, c.Citizen); err != nil {
			return err
		}
	}
	err := d.Engine.Delete(ctx, complaint.Collection.Name, c.ID, c.Rev)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

package attachment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/store"
)

// Nameable is nil where a filing of the owner may name these attachments: they are the owner's, no complaint has them,
// they were not refused, and together they fit. One that is still growing may be named. fault.Invalid names each that may
// not be.
func (k *Keeper) Nameable(ctx context.Context, owner string, ids []string) error {
	var wrong []fault.Field
	var have []*Attachment
	for i, id := range ids {
		path := fmt.Sprintf("body.attachments[%d]", i)
		a, err := k.ByID(ctx, id)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		var text string
		switch {
		case slices.Contains(ids[:i], id):
			text = "is named twice"
		case err != nil || a.Owner != owner:
			text = "is no upload of yours, or it was made more than three days ago; send the file again"
		case a.Complaint != "":
			text = "belongs to another complaint already"
		case a.State == Refused:
			text = "was refused: " + a.Why.EN
		default:
			if f := k.Limits.room(have, a.Kind, a.Size); f != nil {
				text = f.Detail
			}
			have = append(have, a)
		}
		if text != "" {
			wrong = append(wrong, fault.Field{Path: path, Text: text})
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	f := fault.New(fault.Invalid, "%s %s", wrong[0].Path[len("body."):], wrong[0].Text)
	f.Fields = wrong
	return f
}

// Join makes the attachments that a filing named belong to their complaint. It is called after the filing and, should
// that be cut off, by the sweep; again is harmless. One that is gone meanwhile is left out.
func (k *Keeper) Join(ctx context.Context, c *complaint.Complaint) error {
	if len(c.Named) == 0 {
		return nil
	}
	for _, id := range c.Named {
		a, err := k.change(ctx, id, func(a *Attachment, now time.Time) error {
			if a.Complaint != "" {
				return errNothing
			}
			a.Complaint, a.Filed = c.ID, true
			if a.State == Ready {
				a.Due = now
			}
			return nil
		})
		if errors.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if a.Complaint == c.ID && a.State == Ready {
			if err := k.Process(ctx, id); err != nil && !errors.Is(err, fault.NotFound) {
				return err
			}
		}
	}
	return k.Cases.Joint(ctx, c.ID, c.Named...)
}

// Remove takes everything off a complaint that is disposed of: documents, pieces, pictures, originals. Cut off, it is
// called again.
func (k *Keeper) Remove(ctx context.Context, complaintID string) error {
	for {
		list, err := k.Of(ctx, complaintID)
		if err != nil {
			return err
		}
		for _, a := range list {
			a.Rev = 0 // whatever has changed meanwhile, too
			if err := k.drop(ctx, a); err != nil {
				return fmt.Errorf("remove attachments of %s: %w", complaintID, err)
			}
		}
		if len(list) == 0 {
			if err := k.Cases.Detach(ctx, complaintID); !errors.Is(err, fault.NotFound) {
				return err
			}
			return nil
		}
	}
}

// Forget takes off a complaint all that its citizen sent, who had their data erased: what a picture or a voice says of them
// cannot be masked. What staff added stays. Cut off, it is called again.
func (k *Keeper) Forget(ctx context.Context, complaintID string) error {
	c, err := k.Cases.Store.ByID(ctx, complaintID)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err == nil {
		err = k.Join(ctx, c) // what the filing named and was not joined yet is found then
	}
	if err != nil {
		return err
	}
	list, err := k.Of(ctx, complaintID)
	if err != nil {
		return err
	}
	for _, a := range list {
		if a.staff() {
			continue
		}
		a.Rev = 0 // whatever has changed meanwhile, too
		if err := k.drop(ctx, a); err != nil {
			return fmt.Errorf("remove what the citizen sent for %s: %w", complaintID, err)
		}
	}
	return nil
}

// ForgetLoose removes what a person sent and no complaint has named; again is harmless.
func (k *Keeper) ForgetLoose(ctx context.Context, owner string) error {
	for {
		list, err := k.find(ctx, store.Query{Index: "loose", Equal: []any{owner}, Limit: store.MaxLimit})
		if err != nil || len(list) == 0 {
			return err
		}
		for _, a := range list {
			a.Rev = 0
			if err := k.drop(ctx, a); err != nil {
				return fmt.Errorf("remove uploads of a citizen: %w", err)
			}
		}
	}
}

// Abandon removes an upload that no complaint has; fault.Conflict where one has it already.
func (k *Keeper) Abandon(ctx context.Context, a *Attachment) error {
	if a.Complaint != "" && a.State != Uploading {
		return fault.New(fault.Conflict, "the file belongs to a complaint already and stays with it")
	}
	return k.drop(ctx, a)
}

package amend

import (
	"context"
	"errors"
	"fmt"

	"respons/internal/fault"
	"respons/internal/store"
)

// What says which news it is.
type What string

// The news: for the other administrators, and twice for the author.
const (
	WasSubmitted What = "submitted"
	WasApproved  What = "approved"
	WasReturned  What = "returned"
)

// News is what became of an amendment, for whoever is concerned. It is stored in the same write as what happened and stays
// until it is told, so that none is lost with a process. What happens next overtakes it.
type News struct {
	What What `json:"what"`
	Act       // who did it, and when
}

// tell tells what is untold and gives the amendment as it is stored then. What fails is left to TellRest: the change it
// tells of was made.
func (d *Desk) tell(ctx context.Context, a *Amendment) *Amendment {
	if told, err := d.told(ctx, a); err == nil {
		return told
	}
	return a
}

// TellRest tells what was not told when it happened, because the process died over it or could not. One that fails holds up
// no other; the error is the first of them.
func (d *Desk) TellRest(ctx context.Context) (failed error) {
	page, err := d.Engine.Find(ctx, Collection.Name, store.Query{Index: "untold"})
	if err != nil {
		return fmt.Errorf("find amendments to tell of: %w", err)
	}
	for _, rec := range page.Records {
		a, err := decode(rec)
		if err == nil {
			_, err = d.told(ctx, a)
		}
		if err != nil && failed == nil {
			failed = fmt.Errorf("tell of amendment %s: %w", rec.ID, err)
		}
	}
	return failed
}

// told tells the news and takes it off. Of an approval nothing is told before the ledger has it: it may still be taken back.
func (d *Desk) told(ctx context.Context, a *Amendment) (*Amendment, error) {
	if a.Untold == nil || d.Tell == nil {
		return a, nil
	}
	n := *a.Untold
	if n.What == WasApproved {
		if _, counts, err := d.Counting(ctx, a.ID); err != nil || !counts {
			return a, err
		}
	}
	if err := d.Tell(ctx, a, n); err != nil {
		return nil, err
	}
	for range tries {
		if a.Untold == nil || a.Untold.What != n.What || !a.Untold.At.Equal(n.At) { // overtaken, or another process told it
			return a, nil
		}
		a.Untold = nil
		err := d.store(ctx, a)
		if !errors.Is(err, fault.Stale) {
			return a, err
		}
		if a, err = d.ByID(ctx, a.ID); err != nil {
			return nil, err
		}
	}
	return nil, errBusy
}

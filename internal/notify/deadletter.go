package notify

import (
	"context"
	"errors"
	"time"

	"respons/internal/fault"
	"respons/internal/store"
)

// DeadLetters lists the calls that were given up, the latest first; of one target, or of all where it is empty.
func (t *Teller) DeadLetters(ctx context.Context, target, after string, limit int) ([]*Row, string, error) {
	if target == "" {
		return t.Search(ctx, Search{State: Failed, Channel: Webhook, After: after, Limit: limit})
	}
	return rows{t.Engine}.find(ctx, store.Query{Index: "target", Equal: []any{target, string(Failed)}, Desc: true, After: after, Limit: limit})
}

// Replay queues a dead letter again, under the same id; one that is not dead is left. fault.NotFound.
func (t *Teller) Replay(ctx context.Context, id string) (*Row, error) {
	row, err := rows{t.Engine}.change(ctx, id, func(row *Row) error {
		switch {
		case row.Channel != Webhook:
			return noLetter(id)
		case row.State != Failed:
			return errSame
		}
		row.State, row.Why, row.Attempts, row.First, row.Next = Queued, "", 0, time.Time{}, t.now()
		return nil
	})
	if errors.Is(err, fault.NotFound) {
		return nil, noLetter(id)
	}
	if err == nil {
		t.hint(ctx, row.ID)
	}
	return row, err
}

// ReplayAll queues every dead letter of a target again and says how many.
func (t *Teller) ReplayAll(ctx context.Context, target string) (n int, err error) {
	if _, err := t.Targets.ByID(ctx, target); err != nil {
		return 0, err
	}
	return t.eachDead(ctx, target, func(id string) error {
		_, err := t.Replay(ctx, id)
		return err
	})
}

// DeadLetter reads one; fault.NotFound where there is none, or it was replayed or discarded.
func (t *Teller) DeadLetter(ctx context.Context, id string) (*Row, error) {
	row, err := t.Row(ctx, id)
	if errors.Is(err, fault.NotFound) || err == nil && (row.Channel != Webhook || row.State != Failed) {
		return nil, noLetter(id)
	}
	return row, err
}

func noLetter(id string) error { return fault.New(fault.NotFound, "there is no dead letter %q", id) }

// discarded begins the why of what was discarded.
const discarded = "discarded by an administrator: "

// Discard gives a dead letter up for good; why stays in the ledger. Again is harmless. fault.NotFound; fault.Conflict where
// it was replayed and is on its way or has arrived.
func (t *Teller) Discard(ctx context.Context, id, why string) (*Row, error) {
	news := false
	row, err := rows{t.Engine}.change(ctx, id, func(row *Row) error {
		news = false
		switch {
		case row.Channel != Webhook:
			return noLetter(id)
		case row.State == Dropped:
			return errSame
		case row.State != Failed:
			return fault.New(fault.Conflict, "this call is %s; only one that was given up can be discarded", row.State)
		}
		news = true
		row.State, row.Why = Dropped, discarded+why
		return nil
	})
	if errors.Is(err, fault.NotFound) {
		return nil, noLetter(id)
	}
	if err == nil && news {
		t.count(row, row.State)
	}
	return row, err
}

// DiscardAll gives up every dead letter of a target, also of one that was removed, and says how many.
func (t *Teller) DiscardAll(ctx context.Context, target, why string) (n int, err error) {
	return t.eachDead(ctx, target, func(id string) error {
		_, err := t.Discard(ctx, id, why)
		if errors.Is(err, fault.Conflict) {
			return errSame // somebody replays it at this moment
		}
		return err
	})
}

// eachDead calls fn for every dead letter of a target and counts those for which it gave no errSame.
func (t *Teller) eachDead(ctx context.Context, target string, fn func(id string) error) (n int, err error) {
	for after := ""; ; {
		list, next, err := t.DeadLetters(ctx, target, after, 200)
		if err != nil {
			return n, err
		}
		for _, row := range list {
			switch err := fn(row.ID); {
			case errors.Is(err, errSame):
			case err != nil:
				return n, err
			default:
				n++
			}
		}
		if next == "" {
			return n, nil
		}
		after = next // those that fail again at once lie behind it
	}
}

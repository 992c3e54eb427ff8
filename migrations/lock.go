package migrations

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"respons/internal/fault"
	"respons/internal/store"
)

type lockDoc struct {
	Until time.Time `json:"until"`
}

// lock waits until this process may migrate. A lock whose holder died is taken over when its lease is over.
func lock(ctx context.Context, e store.Engine, now func() time.Time) (unlock func(), err error) {
	for {
		body, err := json.Marshal(lockDoc{Until: now().UTC().Add(lease)})
		if err != nil {
			return nil, err
		}
		rec := store.Record{ID: "migrations", Rev: 1, Body: body}
		err = e.Insert(ctx, "locks", rec)
		if err == nil {
			return release(e), nil
		}
		if !errors.Is(err, fault.Duplicate) {
			return nil, fmt.Errorf("lock: %w", err)
		}
		held, err := e.Get(ctx, "locks", "migrations")
		if errors.Is(err, fault.NotFound) {
			continue // let go of just now
		} else if err != nil {
			return nil, fmt.Errorf("lock: %w", err)
		}
		var d lockDoc
		if err := json.Unmarshal(held.Body, &d); err != nil {
			return nil, fmt.Errorf("lock: %w", err)
		}
		if now().After(d.Until) {
			rec.Rev = held.Rev
			if _, err := e.Replace(ctx, "locks", rec); err == nil {
				return release(e), nil
			}
			continue // somebody else took it over
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return nil, fault.Wrap(fault.Unavailable, ctx.Err(), "another process is migrating the store until %s at the latest", d.Until.Format(time.RFC3339))
		}
	}
}

func release(e store.Engine) func() {
	return func() {
		ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
		defer stop()
		e.Delete(ctx, "locks", "migrations", 0) // one that stays is over with its lease
	}
}

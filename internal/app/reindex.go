package app

import (
	"context"
	"errors"
	"time"

	"respons/internal/fault"
)

// breath is how long reindexing leaves the store to others after each step.
const breath = 50 * time.Millisecond

// reindex stores complaints anew until all are found by the indexes that this program declares. It needs no hurry: until
// then older complaints are in the queue by due time as ever, and are missing from searches by words.
func (a *App) reindex(ctx context.Context) {
	for wait := breath; ; {
		done, err := a.Cases.Store.Reindex(ctx, 200)
		switch {
		case done || ctx.Err() != nil:
			return
		case errors.Is(err, fault.Stale): // another process gets on
			wait = a.every()
		case err != nil:
			a.Log.WarnContext(ctx, "older complaints are not found by words yet", "err", err)
			wait = a.every()
		default:
			wait = breath
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

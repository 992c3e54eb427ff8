package app

import (
	"context"
	"time"
)

// sweepSessions deletes every hour what was over long ago, until ctx ends.
func (a *App) sweepSessions(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := a.People.Sweep(ctx); err != nil && ctx.Err() == nil {
			a.Log.WarnContext(ctx, "sessions that are over were not all deleted; the next round goes on", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

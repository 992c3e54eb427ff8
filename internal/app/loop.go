package app

import (
	"context"
	"time"
)

// loop runs fn until Close, which waits for its end.
func (a *App) loop(ctx context.Context, fn func(context.Context)) {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		fn(ctx)
	}()
	a.closers = append(a.closers, func() error { stop(); <-ended; return nil })
}

// repeat does something at once, then every so often and at each sign of news, until the App is closed. What fails is
// logged with a warning and tried again the next time.
func (a *App) repeat(ctx context.Context, every time.Duration, warning string, once func(context.Context) error, news ...<-chan struct{}) {
	var sign <-chan struct{} // nil: never
	if len(news) > 0 {
		sign = news[0]
	}
	a.loop(ctx, func(ctx context.Context) {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			if err := once(ctx); err != nil && ctx.Err() == nil {
				a.Log.WarnContext(ctx, warning, "err", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-sign:
			case <-tick.C:
			}
		}
	})
}

// every is how often the worker's part looks for what is to be done.
func (a *App) every() time.Duration { return time.Duration(a.Config.SweepSeconds) * time.Second }

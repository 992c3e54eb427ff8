package holiday

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"golang.org/x/sync/errgroup"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/sla"
	"respons/internal/store"
)

// Recompute brings open deadlines up to date in the background. What is left to do stands in the store: the complaints
// whose clocks were computed with an older calendar than that of their state. So it goes on where a killed process
// stopped, and two processes at once do no harm.
type Recompute struct {
	Calendar *Calendar
	Cases    *complaint.Cases
	Log      *slog.Logger
}

// page is how many complaints are read at once, parallel how many are changed at once.
const (
	page     = 200
	parallel = 16
)

// Once makes one round over what is not up to date.
func (r *Recompute) Once(ctx context.Context) error {
	doc, err := r.Calendar.read(ctx)
	if err != nil {
		return err
	}
	r.Calendar.mu.Lock()
	r.Calendar.take(doc)
	r.Calendar.mu.Unlock()
	if !doc.Indexed && doc.Data != "" {
		if err := r.index(ctx); err != nil {
			return err
		}
	}
	edition := doc.edition(r.Calendar.mark())
	for _, state := range sla.States {
		q := store.Query{Index: "calendar", Equal: []any{state}, To: edition.Revision(state)}
		if err := r.each(ctx, q, r.Cases.Recompute); err != nil {
			return err
		}
	}
	return nil
}

// index stores every complaint of an earlier program again, once, so that it is found by its calendar and by when it was
// received.
func (r *Recompute) index(ctx context.Context) error {
	for _, open := range []int64{1, 0} {
		if err := r.each(ctx, store.Query{Index: "queue", Equal: []any{complaint.Everyone, open}}, r.Cases.Store.Rewrite); err != nil {
			return err
		}
	}
	err := r.Calendar.change(ctx, func(d *document, _ int64) error {
		if d.Indexed {
			return errNothing
		}
		d.Indexed = true
		return nil
	})
	if errors.Is(err, errNothing) {
		return nil
	}
	return err
}

// each does something with every complaint of a query. One that fails is logged, does not hold up the rest, and is found
// again.
func (r *Recompute) each(ctx context.Context, q store.Query, do func(ctx context.Context, id string) error) error {
	q.Limit = page
	failed := 0
	for {
		list, next, err := r.Cases.Store.Find(ctx, q)
		if err != nil {
			return fmt.Errorf("find %s: %w", q.Index, err)
		}
		var g errgroup.Group
		g.SetLimit(parallel)
		errs := make([]error, len(list))
		for i, c := range list {
			g.Go(func() error {
				errs[i] = do(ctx, c.ID)
				return ctx.Err()
			})
		}
		if err := g.Wait(); err != nil {
			return err
		}
		for i, err := range errs {
			if err != nil && !errors.Is(err, fault.NotFound) {
				failed++
				r.Log.WarnContext(ctx, "a complaint could not be brought up to date", "complaint", list[i], "err", err)
			}
		}
		if next == "" {
			break
		}
		q.After = next
	}
	if failed > 0 {
		return fmt.Errorf("%d complaints could not be brought up to date", failed)
	}
	return nil
}

package workers

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"respons/internal/complaint"
	"respons/internal/store"
)

// late is how long past its instant a timer is left to its task before the sweep takes it.
const late = 2 * time.Second

// sweepPage is how many complaints are read at once.
const sweepPage = 500

// Finder reads pages of complaints.
type Finder interface {
	Find(ctx context.Context, q store.Query) (list []*complaint.Complaint, next string, err error)
}

// Sweep does whatever is due in the store and not done, without looking at Redis: routing, messages, timers and attachments. Two
// sweeps at once do no harm; whoever is slower finds nothing left.
type Sweep struct {
	Server *Server
	Find   Finder
	Queue  *Queue // whose Ahead says how far ahead timers are brought into Redis; nil: they are there

	brought atomic.Int64 // the timers before this instant, Unix milliseconds, have been brought
}

// Once makes one round. What is pending, timers and messages do not wait for one another: a provider that answers slowly
// must not make a deadline late. Each part goes through all there is, page by page.
func (s *Sweep) Once(ctx context.Context) error {
	now := s.Server.Now()
	var parts sync.WaitGroup
	var errs [5]error
	parts.Go(func() {
		errs[0] = s.each(ctx, store.Query{Index: "pending", To: now.UnixMilli() + 1}, func(c *complaint.Complaint) error {
			if c.State == complaint.Received {
				if err := s.Server.Cases.Route(ctx, c.ID); err != nil {
					return err
				}
			}
			return errors.Join(s.Server.Files.Join(ctx, c), s.Server.Teller.Tell(ctx, c.ID))
		})
	})
	parts.Go(func() {
		// From the latest back to the earliest: in a storm of timers the workers come from the other end, and the two meet
		// once instead of getting in each other's way all along.
		errs[1] = s.each(ctx, store.Query{Index: "timer", To: now.Add(-late).UnixMilli() + 1, Desc: true}, func(c *complaint.Complaint) error {
			return s.Server.ring(ctx, c.ID)
		})
	})
	parts.Go(func() { errs[3] = s.bring(ctx, now) })
	parts.Go(func() { _, errs[2] = s.Server.Teller.Resend(ctx) })
	parts.Go(func() { _, errs[4] = s.Server.Files.Sweep(ctx) })
	parts.Wait()
	return errors.Join(errs[:]...)
}

// bring puts the timers of the time ahead into Redis. Those that are set later for an instant before brought put
// themselves.
func (s *Sweep) bring(ctx context.Context, now time.Time) error {
	if s.Queue == nil || s.Queue.Ahead == 0 {
		return nil
	}
	from, to := max(now.UnixMilli(), s.brought.Load()), now.Add(s.Queue.Ahead).UnixMilli()
	err := s.each(ctx, store.Query{Index: "timer", From: from, To: to}, func(c *complaint.Complaint) error {
		s.Queue.Timer(ctx, c.ID, c.ClockRev, c.NextTimer)
		return nil
	})
	if err == nil {
		s.brought.Store(to)
	}
	return err
}

// each calls fn for every complaint of a query, a few at once. One that fails is logged and does not hold up the rest.
func (s *Sweep) each(ctx context.Context, q store.Query, fn func(*complaint.Complaint) error) error {
	q.Limit = sweepPage
	for {
		list, next, err := s.Find.Find(ctx, q)
		if err != nil {
			return fmt.Errorf("sweep %s: %w", q.Index, err)
		}
		var g errgroup.Group
		g.SetLimit(8)
		for _, c := range list {
			g.Go(func() error {
				if err := gone(fn(c)); err != nil && ctx.Err() == nil {
					s.Server.Log.WarnContext(ctx, "sweep could not finish a complaint", "complaint", c, "err", err)
				}
				return ctx.Err()
			})
		}
		if err := g.Wait(); err != nil || next == "" {
			return err
		}
		q.After = next
	}
}

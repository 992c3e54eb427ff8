package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/store"
)

// steps of the due instants among which complaints are spread.
const instants = 1000

// file puts n complaints into the store whose next timers ring at due, due+apart, … up to 999 times apart, then again
// from due. Each is what filing and routing made of one, a while ago; only the first of each instant went that way.
func (r *timersRun) file(ctx context.Context, n int, due time.Time, apart time.Duration) (ids []string, err error) {
	patterns := make([]*complaint.Complaint, min(n, instants))
	for i := range patterns {
		if patterns[i], err = r.dueAt(ctx, due.Add(time.Duration(i)*apart)); err != nil {
			return nil, err
		}
	}
	ids = make([]string, n)
	begin := time.Now()
	err = each(ctx, n, func(i int) error {
		c := *patterns[i%len(patterns)]
		c.ID, c.Request = ulid.Make().String(), complaint.Request{}
		c.Citizen = complaint.GuestOf(c.ID)
		ids[i] = c.ID
		for {
			c.Number = complaint.NewNumber()
			if err := r.Cases.Store.Insert(ctx, &c); !errors.Is(err, fault.Duplicate) {
				return err
			} // among a million numbers a few are drawn twice
		}
	}, r.told("complaints stored"))
	r.fileRate = float64(n) / time.Since(begin).Seconds()
	return ids, err
}

// dueAt makes a complaint whose first threshold is passed at an instant, by filing and routing one that long before.
func (r *timersRun) dueAt(ctx context.Context, due time.Time) (*complaint.Complaint, error) {
	cases := *r.Cases
	cases.Hints = silent{}
	after := 2 * time.Hour // of a class whose agency has four hours to accept; corrected below if the data say otherwise
	for range 2 {
		at := due.Add(-after)
		cases.Now = func() time.Time { return at }
		c, _, err := cases.File(ctx, complaint.Draft{Kind: complaint.Complain, Lang: "ms", Text: "Lubang besar depan kedai Jalan SS2/24 Petaling Jaya, dua motor jatuh"})
		if err != nil {
			return nil, err
		}
		if err := cases.Route(ctx, c.ID); err != nil {
			return nil, err
		}
		if c, err = cases.Store.ByID(ctx, c.ID); err != nil {
			return nil, err
		}
		if err := cases.Told(ctx, c.ID, c.Untold...); err != nil {
			return nil, err
		}
		if c, err = cases.Store.ByID(ctx, c.ID); err != nil {
			return nil, err
		}
		if err := r.Engine.Delete(ctx, complaint.Collection.Name, c.ID, 0); err != nil {
			return nil, err
		}
		if c.NextTimer.Equal(due) {
			return c, nil
		}
		if c.NextTimer.IsZero() {
			return nil, errors.New("the complaint that is measured with was not routed, or has no clocks; check the reference data")
		}
		after = c.NextTimer.Sub(at)
	}
	return nil, errors.New("the complaint that is measured with has no clock that counts day and night; check the reference data")
}

// silent hints keep the setting up out of Redis.
type silent struct{}

func (silent) Route(context.Context, string, int64)            {}
func (silent) Tell(context.Context, string, int64)             {}
func (silent) Timer(context.Context, string, int64, time.Time) {}

// empty waits until nothing is left in an index before an instant, and says how long after begin that was.
func (r *timersRun) empty(ctx context.Context, index string, begin, until time.Time) (seconds float64, err error) {
	for limit := begin.Add(15 * time.Minute); ; {
		n, err := r.Engine.Count(ctx, complaint.Collection.Name, store.Query{Index: index, To: until.UnixMilli()})
		if err != nil {
			return 0, err
		}
		now := time.Now()
		if n == 0 {
			return now.Sub(begin).Seconds(), nil
		}
		if now.After(limit) {
			return 0, fmt.Errorf("%d complaints were still waiting (%s) after 15 minutes", n, index)
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// proof reads every complaint of the storm.
func (r *timersRun) proof(ctx context.Context, ids []string, out *Applied) error {
	var mu sync.Mutex
	var late []time.Duration
	err := each(ctx, len(ids), func(i int) error {
		c, err := r.Cases.Store.ByID(ctx, ids[i])
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		n := 0
		for _, e := range c.Events {
			if e.Action != complaint.Step {
				continue
			}
			n++
			late = append(late, e.At.Sub(e.Due))
			if e.At.Before(e.Due) {
				out.Early++
			}
		}
		if n == 0 {
			out.Lost++
		}
		if n > 1 {
			out.Twice++
		}
		return nil
	}, nil)
	slices.Sort(late)
	out.P50, out.P99, out.Max = at(late, .5), at(late, .99), at(late, 1)
	return err
}

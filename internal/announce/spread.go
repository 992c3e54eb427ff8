package announce

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"respons/internal/fault"
	"respons/internal/identity"
	"respons/internal/store"
)

// Parallel is how many people are told at once by one process.
const Parallel = 16

const (
	usual = 200             // people who are looked at between two marks of how far it is
	lease = 2 * time.Minute // for which a process spreads without a mark; longer than a page takes when providers hang
)

// Once spreads every announcement that no other process spreads. One that fails holds up no other; the error is the first
// of them.
func (b *Board) Once(ctx context.Context) (failed error) {
	list, _, err := b.find(ctx, store.Query{Index: "work", To: b.now().UnixMilli() + 1, Limit: 100})
	if err != nil {
		return err
	}
	for _, a := range list {
		if err := b.spread(ctx, a); err != nil && failed == nil {
			failed = fmt.Errorf("spread %s: %w", a.ID, err)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return failed
}

// spread tells an announcement page by page. After each it marks how far it is, so that a process that dies is followed by
// another at the same page, whose people are told nothing twice. Whoever finds that somebody else has changed the
// announcement leaves it: it was cancelled, or is another process's by now.
func (b *Board) spread(ctx context.Context, a *Announcement) error {
	for {
		now := b.now()
		if !a.Valid(now) {
			a.State, a.Ended, a.Lease = Spread, now, time.Time{}
			return left(b.store(ctx, a))
		}
		a.Lease = now.Add(lease)
		if err := b.store(ctx, a); err != nil {
			return left(err)
		}
		people, err := b.people(ctx, a.Target, a.After)
		if err != nil {
			return b.release(ctx, a, err)
		}
		told, skipped, err := b.tell(ctx, a, people)
		if err != nil {
			return b.release(ctx, a, err)
		}
		a.Reached, a.Skipped = a.Reached+told, a.Skipped+skipped
		if len(people) > 0 {
			a.After = people[len(people)-1].Person
		} else {
			a.State, a.Ended, a.Lease = Spread, b.now(), time.Time{}
			return left(b.store(ctx, a))
		}
	}
}

// left is nil where somebody else has changed the announcement.
func left(err error) error {
	if errors.Is(err, fault.Stale) {
		return nil
	}
	return err
}

// release lets whoever comes next go on at once where a page was cut off.
func (b *Board) release(ctx context.Context, a *Announcement, cut error) error {
	a.Lease = time.Time{}
	limited, stop := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer stop()
	return errors.Join(cut, left(b.store(limited, a)))
}

// tell informs people and says to how many of them an announcement was told, and how many cannot be told. One of them
// holds up no other; the error is that of a store which is out of reach, or of ctx.
func (b *Board) tell(ctx context.Context, a *Announcement, people []member) (told, skipped int64, err error) {
	var reached, unread atomic.Int64
	notice := a.Notice()
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(Parallel)
	for _, m := range people {
		g.Go(func() error {
			ok, err := b.Teller.Inform(ctx, m.Person, m.Lang, notice)
			switch {
			case ok && err == nil:
				reached.Add(1)
			case ctx.Err() != nil:
				return ctx.Err()
			case errors.Is(err, fault.Unavailable):
				return err
			case err != nil:
				unread.Add(1)
				b.Log.WarnContext(ctx, "somebody cannot be told of an announcement", "announcement", a.ID, "person", m.Person, "err", err)
			}
			return nil
		})
	}
	err = g.Wait()
	return reached.Load(), unread.Load(), err
}

// people gives the next people of a target after one, in the order of their ids; none: that was all. Of everyone those are
// found who have a device: nobody else can be told, and the list of announcements is open to all.
func (b *Board) people(ctx context.Context, t Target, after string) ([]member, error) {
	q := store.Query{Index: "circle", Equal: []any{t.circle()}, Limit: b.Page}
	if q.Limit == 0 {
		q.Limit = usual
	}
	collection := Circles.Name
	if t.Kind == Everyone {
		q.Index, q.Equal, collection = "owner", nil, identity.Devices.Name
	}
	if after != "" {
		q.From = after + " " // ids hold no blank: this is after the one and before any other
	}
	found, err := b.Engine.Find(ctx, collection, q)
	if err != nil {
		return nil, fmt.Errorf("find recipients: %w", err)
	}
	var out []member
	for _, rec := range found.Records {
		var m member
		if t.Kind == Everyone {
			var d identity.Device
			if err := json.Unmarshal(rec.Body, &d); err != nil {
				return nil, fmt.Errorf("decode device %s: %w", rec.ID, err)
			}
			m = member{Person: d.Owner, Lang: d.Lang}
		} else if err := json.Unmarshal(rec.Body, &m); err != nil {
			return nil, fmt.Errorf("decode circle %s: %w", rec.ID, err)
		}
		if n := len(out); n == 0 || out[n-1].Person != m.Person {
			out = append(out, m)
		}
	}
	return out, nil
}

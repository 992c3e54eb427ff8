package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"respons/internal/complaint"
	"respons/internal/fault"
	"respons/internal/store"
)

// Book keeps the figures.
type Book struct {
	Engine store.Engine
	Find   func(ctx context.Context, id string) (*complaint.Complaint, error) // the complaint as it stands now
	Zone   *time.Location                                                     // whose days are counted
	Log    *slog.Logger
	Now    func() time.Time

	recent cache
}

// entry says which leaves a complaint was ever counted in and up to which revision. A leaf is named here before anything
// is written into it, so whoever goes on after a crash, or was slower than somebody else, knows what to clean up.
type entry struct {
	Rev    int64    `json:"rev"`
	Leaves []string `json:"leaves"`
}

// Entries is how they are stored.
var Entries = store.Collection{Name: "counted"}

// Count takes in how a complaint stands now; it can be called any number of times, by any number of processes, and cut off
// anywhere.
func (b *Book) Count(ctx context.Context, id string) error {
	return again(func() error {
		c, err := b.Find(ctx, id)
		if errors.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := b.count(ctx, c); err != nil {
			return err
		}
		now, _, err := b.entry(ctx, c.ID)
		if err == nil && now.Rev > c.Rev {
			return fault.New(fault.Stale, "somebody counted a later state; what was written here is cleaned up from that")
		}
		return err
	})
}

func (b *Book) count(ctx context.Context, c *complaint.Complaint) error {
	parts := b.parts(c)
	e, rev, err := b.entry(ctx, c.ID)
	if err != nil {
		return err
	}
	if e.Rev > c.Rev {
		return fault.New(fault.Stale, "somebody counted a later state")
	}
	grown := e.Rev < c.Rev
	for leaf := range parts {
		if !slices.Contains(e.Leaves, leaf) {
			e.Leaves, grown = append(e.Leaves, leaf), true
		}
	}
	if grown {
		e.Rev = c.Rev
		slices.Sort(e.Leaves)
		if err := b.keep(ctx, c.ID, e, rev); err != nil {
			return err
		}
	}
	for _, leaf := range e.Leaves {
		if err := b.set(ctx, leaf, c.ID, parts[leaf]); err != nil {
			return err
		}
	}
	return nil
}

func (b *Book) entry(ctx context.Context, id string) (e entry, rev int64, err error) {
	rec, err := b.Engine.Get(ctx, Entries.Name, id)
	if errors.Is(err, fault.NotFound) {
		return entry{}, 0, nil
	}
	if err != nil {
		return entry{}, 0, err
	}
	if err := json.Unmarshal(rec.Body, &e); err != nil {
		return e, 0, fmt.Errorf("decode what was counted of %s: %w", id, err)
	}
	return e, rec.Rev, nil
}

func (b *Book) keep(ctx context.Context, id string, e entry, rev int64) error {
	body, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode what was counted of %s: %w", id, err)
	}
	rec := store.Record{ID: id, Rev: rev, Body: body, Keys: store.Keys{}}
	if rev == 0 {
		if err = b.Engine.Insert(ctx, Entries.Name, rec); errors.Is(err, fault.Duplicate) {
			return fault.New(fault.Stale, "somebody else counts it")
		}
		return err
	}
	_, err = b.Engine.Replace(ctx, Entries.Name, rec)
	return err
}
